"""The second opinion on «no plan is possible»: another engine than CP-SAT, or a proof recomputed here.

Only pins ask for anything to be placed: without them the empty plan obeys every rule. So a model is impossible if
the largest number of pins kept at once is below their number. First the linear relaxation bounds that number; its
bound is not the engine's word but computed here from the row prices alone (Farkas' lemma as weak duality, right
whatever the prices are). Where the relaxation leaves room, HiGHS decides in whole numbers.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt

from scheduler.variables import Row, Variables

Floats = NDArray[np.float64]
SURE = 1e-6
"""A bound this much below a whole number rules it out: far above the float error of the sum."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """`impossible`: proven; `chosen`: an assignment that keeps every pin, where one was found. Neither: no answer."""

    impossible: bool = False
    chosen: tuple[int, ...] | None = None


def opinion(model: Variables, pins: Sequence[int], seconds: float) -> Opinion:
    """Judge whether some assignment sets all of `pins` (booleans of the model) to 1."""
    arrays = _Arrays(model)
    started = dt.datetime.now(dt.UTC)
    if _certified(arrays, pins, seconds):
        return Opinion(impossible=True)
    left = seconds - (dt.datetime.now(dt.UTC) - started).total_seconds()
    return _whole(arrays, pins, left)


def _certified(arrays: _Arrays, pins: Sequence[int], seconds: float) -> bool:
    """Tell whether the row prices of the relaxation prove that fewer pins than all can be kept."""
    model = mathopt.Model.from_model_proto(arrays.proto(pins, whole=False, demanded=False))
    found = _solve(model, mathopt.SolverType.GLOP, seconds)
    if found is None or not found.has_dual_feasible_solution():
        return False
    prices = np.array(found.dual_values(list(model.linear_constraints())))
    return arrays.bound(pins, prices) < len(pins) - SURE


def _whole(arrays: _Arrays, pins: Sequence[int], seconds: float) -> Opinion:
    """Ask HiGHS for an assignment in whole numbers that keeps every pin."""
    model = mathopt.Model.from_model_proto(arrays.proto(pins, whole=True, demanded=True))
    found = _solve(model, mathopt.SolverType.HIGHS, seconds)
    if found is None:
        return Opinion()
    if found.termination.reason == mathopt.TerminationReason.INFEASIBLE:
        return Opinion(impossible=True)
    if not found.has_primal_feasible_solution():
        return Opinion()
    values = found.variable_values(list(model.variables()))
    return Opinion(chosen=tuple(round(value) for value in values))


def _solve(model: mathopt.Model, engine: mathopt.SolverType, seconds: float) -> mathopt.SolveResult | None:
    if seconds <= 0:
        return None
    limit = None if math.isinf(seconds) else dt.timedelta(seconds=seconds)
    try:
        return mathopt.solve(model, engine, params=mathopt.SolveParameters(time_limit=limit))
    except (AttributeError, RuntimeError, ValueError):  # math_opt stumbles over some of its engines' endings
        return None


class _Arrays:
    """The rows of a model as parallel arrays, for one engine after the other."""

    def __init__(self, model: Variables) -> None:
        rows: list[Row] = model.rows
        self.count = model.count
        self.upper: Floats = np.ones(self.count)
        self.upper[sorted(model.closed)] = 0.0
        self.row = np.repeat(np.arange(len(rows)), [len(row.terms) for row in rows])
        terms = np.array([term for row in rows for term in row.terms], dtype=np.int64).reshape(-1, 2)
        self.column, self.weight = terms[:, 0], terms[:, 1].astype(np.float64)
        self.low: Floats = np.array([-math.inf if row.low is None else float(row.low) for row in rows])
        self.high: Floats = np.array([math.inf if row.high is None else float(row.high) for row in rows])

    def proto(self, pins: Sequence[int], *, whole: bool, demanded: bool) -> model_pb2.ModelProto:
        """Lower to an engine: maximise the pins kept, or (`demanded`) keep them all and maximise nothing."""
        model = model_pb2.ModelProto()
        low = np.zeros(self.count)
        if demanded:
            low[list(pins)] = 1.0
        else:
            model.objective.maximize = True
            model.objective.linear_coefficients.ids.extend(sorted(pins))
            model.objective.linear_coefficients.values.extend([1.0] * len(pins))
        model.variables.ids.extend(range(self.count))
        model.variables.lower_bounds.extend(low.tolist())
        model.variables.upper_bounds.extend(self.upper.tolist())
        model.variables.integers.extend([whole] * self.count)
        model.linear_constraints.ids.extend(range(len(self.low)))
        model.linear_constraints.lower_bounds.extend(self.low.tolist())
        model.linear_constraints.upper_bounds.extend(self.high.tolist())
        order = np.lexsort((self.column, self.row))
        model.linear_constraint_matrix.row_ids.extend(self.row[order].tolist())
        model.linear_constraint_matrix.column_ids.extend(self.column[order].tolist())
        model.linear_constraint_matrix.coefficients.extend(self.weight[order].tolist())
        return model

    def bound(self, pins: Sequence[int], y: Floats) -> float:
        """Return Σ_i max(y_i low_i, y_i high_i) + Σ_j max(0, c_j − Σ_i y_i a_ij) · upper_j ≥ pins any plan keeps."""
        y = np.where(np.isinf(self.high), np.minimum(y, 0.0), y)
        y = np.where(np.isinf(self.low), np.maximum(y, 0.0), y)
        rows = np.where(y > 0, y * np.where(y > 0, self.high, 0.0), y * np.where(y < 0, self.low, 0.0))
        costs = np.zeros(self.count)
        costs[list(pins)] = 1.0
        spent = np.bincount(self.column, weights=self.weight * y[self.row], minlength=self.count)
        return float(rows.sum() + (np.maximum(costs - spent, 0.0) * self.upper).sum())
