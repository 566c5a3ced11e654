"""The linear relaxation of a small model: proven bounds of the goals, and vertices a search starts from.

One model is kept and solved again and again by GLOP's primal simplex: a goal reached becomes a row the last
vertex satisfies, so each step starts from the basis before. Large models are for sifting.py.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from copy import copy
from typing import Protocol

import numpy as np
from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt

from scheduler.interior import CORES, Programme
from scheduler.matrix import Floats, Key, Matrix, Vertex, dense
from scheduler.sifting import Sifting
from scheduler.variables import Goal, Row, Variables

LARGE = 16_000
"""Above so many variables the simplex loses against the interior point on a selection."""


class Relaxation(Protocol):
    """The model with 0 ≤ x ≤ 1 instead of 0/1, and the rows of the goals already reached."""

    def keep(self, goal: Goal, value: int) -> None:
        """Demand goal ≥ value; said again of the same goal, the last value holds."""

    def release(self, goal: Goal) -> None:
        """Demand nothing of the goal any more."""

    def exclude(self, variables: Iterable[int]) -> None:
        """Set variables to 0 for good."""

    def include(self, variables: Iterable[int]) -> None:
        """Count on columns being of use."""

    def selected(self) -> set[int]:
        """Return the variables that are of use as far as is known."""

    def nearest(self, gains: Floats, seconds: float = math.inf) -> Floats | None:
        """Return the solution best by small gains in which no goal kept is missed; None if none was found."""

    def demanding(self, goal: Goal, value: int) -> AbstractContextManager[None]:
        """Demand goal ≥ value, too, of the corners sought within."""

    def bound(self, goal: Goal, seconds: float = math.inf) -> Vertex | None:
        """Maximise a goal; None if the engine gave nothing within the time."""

    def corners(self, goal: Goal, noises: Sequence[Floats], seconds: float = math.inf) -> list[Vertex]:
        """Return optimal corners for a goal plus small gains on the columns."""


def relaxation_of(variables: Variables, goals: Sequence[Goal], seed: int) -> Relaxation:
    """Return the relaxation that suits the size of the model."""
    if variables.count > LARGE:
        return Sifting.of(variables, goals, seed)
    return Simplex(variables)


class Simplex:
    """The model with 0 ≤ x ≤ 1 instead of 0/1, and the rows of the goals already reached."""

    def __init__(self, variables: Variables) -> None:
        self.count = variables.count
        self._upper: Floats = np.ones(self.count)
        self._upper[sorted(variables.closed)] = 0.0
        self._matrix = Matrix(variables.rows)
        self._own = len(variables.rows)
        self._model = mathopt.Model.from_model_proto(_proto(self._upper, self._matrix))
        self._variables = list(self._model.variables())
        self._rows = list(self._model.linear_constraints())
        self._kept: dict[Key, mathopt.LinearConstraint] = {}
        self._demanded: list[Row] = []
        self._engine: mathopt.IncrementalSolver | None = None

    def keep(self, goal: Goal, value: int) -> None:
        """Demand goal ≥ value; said again of the same goal, the last value holds."""
        low = float(value - goal.constant)
        key = (goal.tier, goal.at_least)
        if key in self._kept:
            self._kept[key].lower_bound = low
            self._matrix.low[self._rows.index(self._kept[key])] = low
            return
        self._matrix.append(Row(goal.terms, value - goal.constant, None))
        self._kept[key] = self._model.add_linear_constraint(self._sum(goal.terms) >= low)
        self._rows.append(self._kept[key])

    def release(self, goal: Goal) -> None:
        """Demand nothing of the goal any more."""
        if (goal.tier, goal.at_least) in self._kept:
            self.keep(goal, goal.floor)

    def exclude(self, variables: Iterable[int]) -> None:
        """Set variables to 0 for good."""
        for index in variables:
            if self._upper[index]:
                self._upper[index] = 0.0
                self._variables[index].upper_bound = 0.0

    def include(self, variables: Iterable[int]) -> None:
        """Nothing to do: every column counts."""

    def bound(self, goal: Goal, seconds: float = math.inf) -> Vertex | None:
        """Maximise a goal; None if the engine gave no vertex within the time."""
        return self.maximise(goal.terms, goal.constant, seconds)

    def selected(self) -> set[int]:
        """Return every variable that may be 1."""
        return set(np.flatnonzero(self._upper).tolist())

    @contextmanager
    def demanding(self, goal: Goal, value: int) -> Iterator[None]:
        """Demand goal ≥ value of the corners sought within."""
        self._demanded.append(Row(goal.terms, value - goal.constant, None))
        try:
            yield
        finally:
            self._demanded.pop()

    def corners(self, goal: Goal, noises: Sequence[Floats], seconds: float = math.inf) -> list[Vertex]:
        """Return optimal vertices for a goal plus small gains on the columns."""
        with ThreadPoolExecutor(CORES) as pool:
            found = pool.map(lambda noise: self._corner(goal, noise, seconds), noises)
            return [vertex for vertex in list(found) if vertex is not None]

    def nearest(self, gains: Floats, seconds: float = math.inf) -> Floats | None:
        """Return the solution best by small gains that has every goal kept; None if none was found."""
        matrix = self._matrix
        programme = Programme(gains, self._upper, matrix.low, matrix.high, matrix.row, matrix.column, matrix.weight)
        solved = programme.solve(seconds=seconds)
        return None if solved is None else solved[0]

    def _corner(self, goal: Goal, noise: Floats, seconds: float) -> Vertex | None:
        """Return the optimal corner for a goal plus small gains: the interior point is faster there than any basis."""
        costs, matrix = dense(goal.terms, self.count), copy(self._matrix)
        matrix.extend(self._demanded)
        costs[: len(noise)] += noise
        programme = Programme(costs, self._upper, matrix.low, matrix.high, matrix.row, matrix.column, matrix.weight)
        solved = programme.solve(corner=True, seconds=seconds)
        if solved is None:
            return None
        bound, reduced = matrix.certified(costs, self._upper, solved[1])
        return Vertex(goal.constant + bound, solved[0], reduced)

    def maximise(
        self, terms: Sequence[tuple[int, float]], constant: int = 0, seconds: float = math.inf
    ) -> Vertex | None:
        """Maximise constant + Σ weight · variable; None if the engine gave no vertex within the time."""
        self._model.maximize(self._sum(terms))
        result = self._solve(seconds)
        if result is None or not result.has_primal_feasible_solution() or not result.has_dual_feasible_solution():
            return None
        values = np.array(result.variable_values(self._variables))
        prices = np.array(result.dual_values(self._rows))
        bound, reduced = self._matrix.certified(dense(terms, self.count), self._upper, prices)
        kept = {}
        for key, row in self._kept.items():
            line = self._rows.index(row)
            kept[key] = (max(0.0, -float(prices[line])), float(self._matrix.low[line]))
        return Vertex(constant + bound, values, reduced, kept=kept, rows=prices[: self._own])

    def _solve(self, seconds: float) -> mathopt.SolveResult | None:
        """Solve from the last basis; where that breaks down, from nothing; then by the other engine."""
        limit = None if math.isinf(seconds) else dt.timedelta(seconds=max(seconds, 0.01))
        hot = mathopt.SolveParameters(
            time_limit=limit,
            lp_algorithm=mathopt.LPAlgorithm.PRIMAL_SIMPLEX,
            presolve=mathopt.Emphasis.OFF,
        )
        cold = mathopt.SolveParameters(time_limit=limit)
        if self._engine is not None:
            try:
                return self._engine.solve(params=hot)
            except (AttributeError, RuntimeError, ValueError):  # math_opt stumbles over GLOP's ABNORMAL
                self._engine = None
        try:
            self._engine = mathopt.IncrementalSolver(self._model, mathopt.SolverType.GLOP)
            return self._engine.solve(params=cold)
        except (AttributeError, RuntimeError, ValueError):
            self._engine = None
        try:
            return mathopt.solve(self._model, mathopt.SolverType.HIGHS, params=cold)
        except (AttributeError, RuntimeError, ValueError):
            return None

    def _sum(self, terms: Iterable[tuple[int, float]]) -> mathopt.LinearExpression | mathopt.LinearSum:
        return mathopt.LinearSum(float(weight) * self._variables[index] for index, weight in terms)


def _proto(upper: Floats, matrix: Matrix) -> model_pb2.ModelProto:
    """Lower the arrays at once: adding a million terms one by one takes longer than solving."""
    model = model_pb2.ModelProto()
    count, rows = len(upper), len(matrix.low)
    model.variables.ids.extend(range(count))
    model.variables.lower_bounds.extend([0.0] * count)
    model.variables.upper_bounds.extend(upper.tolist())
    model.variables.integers.extend([False] * count)
    model.linear_constraints.ids.extend(range(rows))
    model.linear_constraints.lower_bounds.extend(matrix.low.tolist())
    model.linear_constraints.upper_bounds.extend(matrix.high.tolist())
    order = np.lexsort((matrix.column, matrix.row))
    model.linear_constraint_matrix.row_ids.extend(matrix.row[order].tolist())
    model.linear_constraint_matrix.column_ids.extend(matrix.column[order].tolist())
    model.linear_constraint_matrix.coefficients.extend(matrix.weight[order].tolist())
    return model
