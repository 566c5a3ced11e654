"""Down from a corner of the relaxation to a plan: what is whole stays, a little is rounded, all is solved anew.

The relaxation with the bounds of all levels demanded is nearly exact, but one of its corners is not a plan: of
region-2000 it has 4,300 turns, 2,600 of them broken. Settled a tenth at a time, each step solved again, they become
whole while nothing of the demands is lost, until a search over what is left open finds a plan in a second. (Diving:
Berthold, Primal Heuristics for Mixed Integer Programs, 2006; with reduced columns as in Joncour et al. 2010.)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from scheduler.interior import Programme
from scheduler.matrix import Floats, Matrix, Numbers

Mask = NDArray[np.bool_]

WHOLE, SOME = 0.999, 1e-3
"""A turn of which a solution has so much is whole; less than the second is nothing."""
SHARE, LEAST = 0.1, 0.02
"""The broken turns rounded in one step, as a share; halved down to the second while something would be lost."""
LOST = 0.01
"""A demand missed by so little is met."""
GAIN = 1e-2
"""The most that a turn is worth by chance: so the best corner is the only one, and the interior point ends in it."""
LUCK = 0.2
"""How much chance has a say in which broken turns are rounded first."""
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Open:
    """What is left to decide: variables `names` in rows low ≤ A x ≤ high, the last rows being the demands.

    `ones`: the variables settled at 1; all that are neither open nor settled are 0.
    """

    names: Numbers
    ones: Numbers
    low: Floats
    high: Floats
    row: Numbers
    column: Numbers
    weight: Floats

    def settled(self, chosen: Numbers) -> Open | None:
        """Settle variables (by place) at 1, and all that follows from it; None where a row cannot hold.

        What follows is found by bounding each row from what its variables can still be.
        """
        lower, upper = np.zeros(len(self.names), dtype=bool), np.ones(len(self.names), dtype=bool)
        lower[chosen] = True
        row, column, weight = self.row, self.column, self.weight
        size, gains = np.abs(weight), weight > 0
        while True:
            few = weight * np.where(gains, lower[column], upper[column])
            many = weight * np.where(gains, upper[column], lower[column])
            least = np.bincount(row, weights=few, minlength=len(self.low))
            most = np.bincount(row, weights=many, minlength=len(self.low))
            if (least > self.high + ROUNDING).any() or (most < self.low - ROUNDING).any() or (lower & ~upper).any():
                return None
            free = lower[column] != upper[column]
            over = free & (least[row] + size > self.high[row] + ROUNDING)
            under = free & (most[row] - size < self.low[row] - ROUNDING)
            if not over.any() and not under.any():
                return self._without(lower, upper)
            upper[column[(over & gains) | (under & ~gains)]] = False
            lower[column[(over & ~gains) | (under & gains)]] = True

    def _without(self, lower: Mask, upper: Mask) -> Open:
        """Leave out what is settled, and the rows that say nothing any more; the demands stay."""
        free = lower != upper
        there = self.weight * lower[self.column]
        done = np.bincount(self.row, weights=there, minlength=len(self.low))
        entries = free[self.column]
        place = np.cumsum(free) - 1
        return replace(
            self,
            names=self.names[free],
            ones=np.concatenate([self.ones, self.names[lower]]),
            low=self.low - done,
            high=self.high - done,
            row=self.row[entries],
            column=place[self.column[entries]],
            weight=self.weight[entries],
        )

    def solve(self, gains: Floats, fines: Floats, seconds: float) -> tuple[Floats, Floats] | None:
        """Return the best of the open variables by `gains` (by name), and what is missed of each demand, at a fine."""
        last = len(self.low) - len(fines)
        used = np.zeros(len(self.low), dtype=bool)
        used[self.row] = True
        used[last:] = True
        line = np.cumsum(used) - 1
        demands = np.arange(len(fines))
        programme = Programme(
            np.concatenate([gains[self.names], -fines]),
            np.concatenate([np.ones(len(self.names)), np.maximum(self.low[last:], 0.0)]),
            self.low[used],
            self.high[used],
            np.concatenate([line[self.row], line[last:]]),
            np.concatenate([self.column, len(self.names) + demands]),
            np.concatenate([self.weight, np.ones(len(fines))]),
        )
        solved = programme.solve(seconds=seconds)
        if solved is None:
            return None
        return solved[0][: len(self.names)], solved[0][len(self.names) :]


def opened(parts: Sequence[Matrix], candidates: Numbers, count: int) -> Open:
    """Return everything open: of `count` variables the candidates, all others 0. The last part are the demands."""
    starts = np.cumsum([0, *(part.count for part in parts)])
    place = np.full(count, -1)
    place[candidates] = np.arange(len(candidates))
    column = place[np.concatenate([part.column for part in parts])]
    entries = column >= 0
    return Open(
        candidates,
        np.empty(0, dtype=np.int64),
        np.concatenate([part.low for part in parts]),
        np.concatenate([part.high for part in parts]),
        np.concatenate([part.row + start for part, start in zip(parts, starts[:-1], strict=True)])[entries],
        column[entries],
        np.concatenate([part.weight for part in parts])[entries],
    )


class Way:
    """The way down from a corner. `columns`: how many of the variables, the first ones, are turns.

    `demands`: how many of the rows, the last ones; what a unit missed of each costs falls from the first on.
    `left` tells the seconds there are.
    """

    def __init__(self, start: Open, columns: int, demands: int, seed: int, left: Callable[[], float]) -> None:
        self.columns, self.left = columns, left
        self._chance = np.random.default_rng(seed)
        self._gains = np.zeros(int(start.names.max(initial=0)) + 1)
        turns = self._gains[:columns]
        turns[:] = self._chance.random(len(turns)) * GAIN
        self._fines = np.arange(demands, 0.0, -1.0)
        self._corner = self._solved(start)

    def support(self) -> set[int]:
        """Return the turns of the corner."""
        if self._corner is None:
            return set()
        there, values = self._corner
        return set(there.names[(values > SOME) & (there.names < self.columns)].tolist())

    def down(self) -> list[Open]:
        """Return the states of the way, the deepest last. No demand is missed in any."""
        share, at = SHARE, self._corner
        states = [] if at is None else [at[0]]
        while at is not None and self.left() > 0 and share >= LEAST:
            there, values = at
            whole, broken = self._turns(values, there)
            if not len(whole) and not len(broken):
                break
            some = broken[: max(1, int(share * len(broken)))]
            below = self._tried(there, np.concatenate([whole, some]))
            share = share / 2 if below is None else min(SHARE, 2 * share)
            if below is not None:
                at = below
                states.append(below[0])
        return states

    def _tried(self, there: Open, chosen: Numbers) -> tuple[Open, Floats] | None:
        below = there.settled(chosen)
        return None if below is None else self._solved(below)

    def _solved(self, there: Open) -> tuple[Open, Floats] | None:
        """Return a state with its solution; None if a demand is missed."""
        solved = there.solve(self._gains, self._fines, self.left())
        if solved is None or solved[1].max(initial=0.0) > LOST:
            return None
        return there, solved[0]

    def _turns(self, values: Floats, there: Open) -> tuple[Numbers, Numbers]:
        """Return the places of the whole turns, and of the broken ones in the order in which they are rounded."""
        turns = there.names < self.columns
        whole = np.flatnonzero(turns & (values > WHOLE))
        broken = np.flatnonzero(turns & (values > SOME) & (values <= WHOLE))
        luck = values[broken] + LUCK * self._chance.random(len(broken))
        return whole, broken[np.argsort(-luck, kind="stable")]
