"""The linear relaxation: proven bounds of the goals, and vertices whose support a search starts from.

One model is kept and solved again and again by GLOP's primal simplex: a goal reached becomes a row the last
vertex satisfies, so each step starts from the basis before. The bound is not the engine's word: it is
computed here from the row prices y alone, and is right whatever y is (weak duality)::

    Σ c_j x_j ≤ Σ_i max(y_i · low_i, y_i · high_i) + Σ_j max(0, c_j − Σ_i y_i a_ij) · upper_j
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt

from scheduler.variables import Goal, Row, Terms, Variables

ROUNDING = 1e-6
"""Added before rounding a bound down: far above the float error of the sum, far below one unit."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Vertex:
    """An optimal corner of the relaxation. `bound` holds for every plan; `prices` are c_j − Σ y_i a_ij."""

    bound: float
    values: Floats
    prices: Floats

    @property
    def floor(self) -> int:
        """The bound for whole numbers."""
        return math.floor(self.bound + ROUNDING)

    def support(self, count: int) -> set[int]:
        """Return which of the first `count` variables are not zero."""
        return set(np.flatnonzero(self.values[:count] > ROUNDING).tolist())

    def cannot_reach(self, value: int) -> list[int]:
        """Return the variables that are 0 in every plan that reaches the value (reduced-cost fixing)."""
        hopeless: list[int] = np.flatnonzero(self.bound + self.prices < value - ROUNDING).tolist()
        return hopeless


class Relaxation:
    """The model with 0 ≤ x ≤ 1 instead of 0/1, and the rows of the goals already reached."""

    def __init__(self, variables: Variables) -> None:
        self.count = variables.count
        self._upper: Floats = np.ones(self.count)
        self._upper[sorted(variables.closed)] = 0.0
        self._matrix = _Matrix(variables.rows)
        self._model = mathopt.Model.from_model_proto(_proto(self._upper, self._matrix))
        self._variables = list(self._model.variables())
        self._rows = list(self._model.linear_constraints())
        self._kept: dict[tuple[str, int | None], mathopt.LinearConstraint] = {}
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
        self.keep(goal, goal.constant)

    def exclude(self, variables: Iterable[int]) -> None:
        """Set variables to 0 for good."""
        for index in variables:
            if self._upper[index]:
                self._upper[index] = 0.0
                self._variables[index].upper_bound = 0.0

    def bound(self, goal: Goal, seconds: float = math.inf) -> Vertex | None:
        """Maximise a goal; None if the engine gave no vertex within the time."""
        return self.maximise(goal.terms, goal.constant, seconds)

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
        return self._certified(terms, constant, values, prices)

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

    def _certified(self, terms: Sequence[tuple[int, float]], constant: int, values: Floats, y: Floats) -> Vertex:
        low, high = self._matrix.low, self._matrix.high
        y = np.where(np.isinf(high), np.minimum(y, 0.0), y)
        y = np.where(np.isinf(low), np.maximum(y, 0.0), y)
        rows = np.where(y > 0, y * np.where(y > 0, high, 0.0), y * np.where(y < 0, low, 0.0))
        costs = np.zeros(self.count)
        for index, weight in terms:
            costs[index] += weight
        prices = costs - self._matrix.transposed_times(y, self.count)
        bound = constant + float(rows.sum() + (np.maximum(prices, 0.0) * self._upper).sum())
        return Vertex(bound, values, prices)

    def _sum(self, terms: Iterable[tuple[int, float]]) -> mathopt.LinearExpression | mathopt.LinearSum:
        return mathopt.LinearSum(float(weight) * self._variables[index] for index, weight in terms)


class _Matrix:
    """The rows in three parallel arrays, growing at the end."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._count = 0
        self.low: Floats = np.empty(0)
        self.high: Floats = np.empty(0)
        self.row = np.empty(0, dtype=np.int64)
        self.column = np.empty(0, dtype=np.int64)
        self.weight: Floats = np.empty(0)
        self._extend(rows)

    def append(self, row: Row) -> None:
        self._extend((row,))

    def _extend(self, rows: Sequence[Row]) -> None:
        lengths = [len(row.terms) for row in rows]
        numbers = np.repeat(np.arange(self._count, self._count + len(rows)), lengths)
        terms = np.array([term for row in rows for term in row.terms], dtype=np.int64).reshape(-1, 2)
        low = [-math.inf if row.low is None else float(row.low) for row in rows]
        high = [math.inf if row.high is None else float(row.high) for row in rows]
        self.low = np.concatenate([self.low, low])
        self.high = np.concatenate([self.high, high])
        self.row = np.concatenate([self.row, numbers])
        self.column = np.concatenate([self.column, terms[:, 0]])
        self.weight = np.concatenate([self.weight, terms[:, 1].astype(np.float64)])
        self._count += len(rows)

    def transposed_times(self, y: Floats, count: int) -> Floats:
        """Return Σ_i y_i a_ij for each of `count` columns j."""
        return np.bincount(self.column, weights=self.weight * y[self.row], minlength=count).astype(np.float64)


def _proto(upper: Floats, matrix: _Matrix) -> model_pb2.ModelProto:
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


def spread(terms: Terms, noise: Floats, scale: float) -> list[tuple[int, float]]:
    """Return a goal's terms plus small random gains on the columns, to land on another optimal vertex."""
    weights = {index: float(gain) * scale for index, gain in enumerate(noise.tolist())}
    for index, weight in terms:
        weights[index] = weights.get(index, 0.0) + weight
    return sorted(weights.items())
