"""The linear relaxation of a large model: few columns and few rows at a time, a bound over all of them.

Columns enter when their price says that they could help, rows when the solution at hand breaks them. The
goals already reached may be missed at a high fine, so that a selection of columns is never without a
solution. None of it touches the truth of a bound: any row prices prove one (see matrix.py), rows left out
have price 0, and every column is counted.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, replace

import numpy as np

from scheduler.interior import CORES, Programme
from scheduler.matrix import Flags, Floats, Key, Matrix, Numbers, Vertex, dense
from scheduler.variables import Goal, Row, Variables

SHARE, FEWEST = 0.1, 8_000
"""The columns to start with: this share of all, this number at least."""
ROUNDS = 12
"""Selections tried for one bound."""
TAKEN = 0.05
"""The most columns that enter in a round, as a share of all."""
INDIFFERENT = -0.02
"""Once a column enters, those priced no worse enter too: the next round, and the next level, would call them."""
CLOSE, NEAR = 0.01, 2e-4
"""A bound this near (units; share of the value) to what the selection reaches is not worth another round."""
FINE, DEAREST = 3.0, 100.0
"""What missing a unit of a goal already reached costs, in units of the dearest variable; the second where the first
does not keep it. The lower, the less a bound weakens where a plan has a unit less than was demanded."""
BROKEN = 1e-4


@dataclass(frozen=True, slots=True)
class _Solved:
    """A solution over the selection, its value less fines, and whether a goal kept is missed."""

    vertex: Vertex
    value: float
    missed: bool


class Sifting:
    """Variables that need not be whole, 0 ≤ x ≤ `upper`, and the rows of the goals already reached.

    The first `columns` of them are selected little by little; `waiting` rows enter once they are broken.
    """

    def __init__(self, rows: Matrix, upper: Floats, columns: int, waiting: Flags, seed: int) -> None:
        self.count, self.columns = len(upper), columns
        self._upper = upper
        self._rows, self._kept = rows, Matrix()
        self._names: dict[Key, int] = {}
        self._active = ~waiting
        self._chance = np.random.default_rng(seed)
        share = max(SHARE, FEWEST / max(1, self.columns))
        self._inside = self._chance.random(self.count) < share
        self._inside[self.columns :] = True
        demanding = np.flatnonzero(self._rows.low > 0)
        self._inside[self._rows.column[np.isin(self._rows.row, demanding)]] = True
        self._fine = FINE

    @classmethod
    def of(cls, variables: Variables, goals: Sequence[Goal], seed: int) -> Sifting:
        """Return the relaxation of a model."""
        upper: Floats = np.ones(variables.count)
        upper[sorted(variables.closed)] = 0.0
        rows = Matrix(variables.rows)
        return cls(rows, upper, len(variables.options.columns), _lazy(variables, rows, goals), seed)

    def keep(self, goal: Goal, value: int) -> None:
        """Demand goal ≥ value; said again of the same goal, the last value holds."""
        key = (goal.tier, goal.at_least)
        if key in self._names:
            self._kept.low[self._names[key]] = float(value - goal.constant)
            return
        self._names[key] = self._kept.count
        self._kept.append(Row(goal.terms, value - goal.constant, None))

    def release(self, goal: Goal) -> None:
        """Demand nothing of the goal any more."""
        if (goal.tier, goal.at_least) in self._names:
            self.keep(goal, goal.floor)

    @contextmanager
    def demanding(self, goal: Goal, value: int) -> Iterator[None]:
        """Demand goal ≥ value, too, of what is solved within."""
        before, names = self._kept, dict(self._names)
        self._kept = copy(before)
        self.keep(goal, value)
        try:
            yield
        finally:
            self._kept, self._names = before, names

    def exclude(self, variables: Iterable[int]) -> None:
        """Set variables to 0 for good."""
        self._upper[list(variables)] = 0.0

    def include(self, variables: Iterable[int]) -> None:
        """Put columns among the selected ones."""
        self._inside[list(variables)] = True

    def selected(self) -> set[int]:
        """Return the selected variables that may be 1."""
        return set(np.flatnonzero(self._inside & (self._upper > 0)).tolist())

    def bound(self, goal: Goal, seconds: float = math.inf) -> Vertex | None:
        """Bound a goal; None if the engine gave nothing within the time."""
        costs = dense(goal.terms, self.count)
        best: Vertex | None = None
        self._fine = FINE
        left = _countdown(seconds)
        for _ in range(ROUNDS):
            found = self._round(costs, seconds=left())
            if found is None:
                break
            vertex, value = found
            if best is None or vertex.bound < best.bound:
                best = vertex
            gap = best.bound - value
            if gap <= max(CLOSE, NEAR * abs(value)) or best.floor <= value + CLOSE or not self._enter(vertex):
                if not self._missed or self._fine == DEAREST:
                    break
                self._fine = DEAREST
        if best is None:
            return None
        return replace(best, bound=goal.constant + best.bound)

    def corners(self, goal: Goal, noises: Sequence[Floats], seconds: float = math.inf) -> list[Vertex]:
        """Return optimal corners of the selected columns and rows for a goal plus small gains.

        The first one sees to it that the selection has a solution and the rows it breaks are there; the others are
        sought side by side.
        """
        self._fine = DEAREST
        costs = [dense(goal.terms, self.count) for _ in noises]
        for cost, noise in zip(costs, noises, strict=True):
            cost[: len(noise)] += noise
        seeds = [int(seed) for seed in self._chance.integers(2**31, size=len(noises))]
        first, left = None, _countdown(seconds)
        for _ in range(ROUNDS):
            first = self._round(costs[0], corner=True, seed=seeds[0], seconds=left())
            if first is None or not (self._missed and self._enter(first[0])):
                break
        with ThreadPoolExecutor(CORES) as pool:
            more = pool.map(lambda cost, seed: self._solve(cost, True, seed, left()), costs[1:], seeds[1:])
            found = [first, *(self._taken(solved) for solved in list(more) if solved is not None)]
        return [one[0] for one in found if one is not None]

    def nearest(self, gains: Floats, seconds: float = math.inf) -> Floats | None:
        """Return the solution best by small gains in which no goal kept is missed; None if none was found.

        By the interior point without crossover: where gains by chance leave one best solution only, it ends there.
        Columns enter until nothing is missed, rows that it breaks are there the next time.
        """
        self._fine = DEAREST
        left = _countdown(seconds)
        for _ in range(ROUNDS):
            found = self._round(gains, seconds=left())
            if found is None or not self._missed:
                return None if found is None else found[0].values
            if not self._enter(found[0]):
                break
        return None

    def _enter(self, vertex: Vertex) -> bool:
        """Select the columns whose price is best; False if none would help."""
        outside = ~self._inside & (self._upper > 0)
        if not (outside & (vertex.prices > 1e-7)).any():
            return False
        new: Numbers = np.flatnonzero(outside & (vertex.prices > INDIFFERENT))
        order = np.argsort(-vertex.prices[new], kind="stable")
        self._inside[new[order][: max(1000, int(TAKEN * self.columns))]] = True
        return True

    def _round(
        self, costs: Floats, *, corner: bool = False, seed: int = 0, seconds: float = math.inf
    ) -> tuple[Vertex, float] | None:
        """Solve over what is selected; return the solution with its bound over everything, and its value."""
        solved = self._solve(costs, corner, seed, seconds)
        return None if solved is None else self._taken(solved)

    def _solve(self, costs: Floats, corner: bool, seed: int, seconds: float) -> _Solved | None:
        """Solve over what is selected; nothing is changed, so that several can be solved side by side."""
        chosen = np.flatnonzero(self._inside & (self._upper > 0))
        numbers = np.flatnonzero(self._active)
        programme = self._programme(costs, chosen, numbers)
        solved = programme.solve(corner=corner, seed=seed, seconds=seconds)
        if solved is None:
            return None
        values, prices = np.zeros(self.count), np.zeros(self._rows.count)
        values[chosen] = solved[0][: len(chosen)]
        prices[numbers] = solved[1][: len(numbers)]
        fines = np.maximum(-solved[1][len(numbers) :], 0.0)
        bound, reduced = self._certified(costs, prices, fines)
        missed = solved[0][len(chosen) :]
        value = float(costs @ values) + float(programme.costs[len(chosen) :] @ missed)
        kept = {key: (float(fines[line]), float(self._kept.low[line])) for key, line in self._names.items()}
        vertex = Vertex(bound, values, reduced, corner, kept, prices)
        return _Solved(vertex, value, missed=bool(missed.max(initial=0.0) > BROKEN))

    def _taken(self, solved: _Solved) -> tuple[Vertex, float]:
        """Select the rows a solution breaks."""
        reached = self._rows.times(solved.vertex.values)
        self._active |= (reached > self._rows.high + BROKEN) | (reached < self._rows.low - BROKEN)
        self._missed = solved.missed
        return solved.vertex, solved.value

    def _certified(self, costs: Floats, prices: Floats, fines: Floats) -> tuple[float, Floats]:
        """The bound of matrix.py over the rows and the goals kept, in two steps."""
        gains = costs + self._kept.transposed_times(fines, self.count)
        bound, reduced = self._rows.certified(gains, self._upper, prices)
        return bound - float(fines @ self._kept.low), reduced

    def _programme(self, costs: Floats, chosen: Numbers, numbers: Numbers) -> Programme:
        """The selected columns and rows, then one variable for what is missed of each goal kept."""
        place, line = np.full(self.count, -1), np.full(self._rows.count, -1)
        place[chosen], line[numbers] = np.arange(len(chosen)), np.arange(len(numbers))
        rows, kept = self._rows, self._kept
        ours = (place[rows.column] >= 0) & (line[rows.row] >= 0)
        also = place[kept.column] >= 0
        goals = np.arange(kept.count)
        dearest = float(np.abs(costs).max(initial=1.0))
        return Programme(
            np.concatenate([costs[chosen], np.full(kept.count, -self._fine * dearest)]),
            np.concatenate([self._upper[chosen], np.maximum(kept.low, 0.0)]),
            np.concatenate([rows.low[numbers], kept.low]),
            np.concatenate([rows.high[numbers], kept.high]),
            np.concatenate([line[rows.row[ours]], len(numbers) + kept.row[also], len(numbers) + goals]),
            np.concatenate([place[rows.column[ours]], place[kept.column[also]], len(chosen) + goals]),
            np.concatenate([rows.weight[ours], kept.weight[also], np.ones(kept.count)]),
        )


def _countdown(seconds: float) -> Callable[[], float]:
    """Return what tells the seconds left from now on: a bound takes several rounds, all of them within its time."""
    end = time.monotonic() + seconds
    return lambda: end - time.monotonic()


def _lazy(variables: Variables, rows: Matrix, goals: Sequence[Goal]) -> Flags:
    """Tell which rows wait until they are broken: windows of one applicant, and rows about a rule's booleans.

    Most of them never bind: who has at most three turns a season seldom has two of them too near.
    """
    columns = variables.options.columns
    names = {name: number for number, name in enumerate(sorted({column.applicant for column in columns}))}
    owner = np.full(variables.count, -1)
    owner[: len(columns)] = [names[column.applicant] for column in columns]
    belongs = np.bincount(owner[owner >= 0], minlength=len(names) + 1)
    counted = np.zeros(variables.count, dtype=bool)
    counted[: len(columns)] = True
    counted[[index for goal in goals if goal.at_least is not None for index, _ in goal.terms]] = True
    lengths = np.bincount(rows.row, minlength=rows.count)
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    if not len(rows.row) or not lengths.all():
        return np.zeros(rows.count, dtype=bool)
    one = np.minimum.reduceat(owner[rows.column], starts) == np.maximum.reduceat(owner[rows.column], starts)
    whose = owner[rows.column[starts]]
    window = one & (whose >= 0) & (lengths < belongs[whose]) & (rows.high == 1) & np.isinf(rows.low)
    about = ~np.logical_and.reduceat(counted[rows.column], starts)
    lazy: Flags = window | about
    return lazy
