"""HiGHS's interior point on arrays: prices of all rows, or a corner of the best face, always the same ones."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from ortools.math_opt import (
    callback_pb2,
    model_parameters_pb2,
    model_pb2,
    parameters_pb2,
    result_pb2,
    solution_pb2,
)
from ortools.math_opt.core.python import solver
from ortools.math_opt.solvers import highs_pb2
from pybind11_abseil.status import StatusNotOk

from scheduler.matrix import Floats, Numbers

TOLERANCE = 1e-7
CORES = 2
"""Corners sought at the same time; each has a seed of its own, so the result is the same one by one."""
HIGHS = parameters_pb2.SOLVER_TYPE_HIGHS


@dataclass(frozen=True, slots=True)
class Programme:
    """max Σ cost · x, low ≤ A x ≤ high, 0 ≤ x ≤ upper; A in triplets (row, column, weight)."""

    costs: Floats
    upper: Floats
    low: Floats
    high: Floats
    row: Numbers
    column: Numbers
    weight: Floats

    def solve(self, *, corner: bool = False, seed: int = 0, seconds: float = math.inf) -> tuple[Floats, Floats] | None:
        """Return the values and the row prices; None if the engine gave none within the time.

        Presolve stays off: what it takes out comes back with wrong prices when there is no basis.
        """
        parameters = parameters_pb2.SolveParametersProto(
            presolve=parameters_pb2.EMPHASIS_OFF,
            highs=highs_pb2.HighsOptionsProto(
                string_options={"solver": "ipm", "run_crossover": "on" if corner else "off"},
                int_options={"threads": 1, "random_seed": seed % 2**31},
                double_options={} if corner else {"ipm_optimality_tolerance": TOLERANCE},
            ),
        )
        if not math.isinf(seconds):
            parameters.time_limit.FromMilliseconds(max(10, int(seconds * 1000)))
        nothing = (
            parameters_pb2.SolverInitializerProto(),
            parameters,
            model_parameters_pb2.ModelSolveParametersProto(),
        )
        try:
            result = solver.solve(
                self._proto(), HIGHS, *nothing, None, callback_pb2.CallbackRegistrationProto(), None, None
            )
        except (StatusNotOk, RuntimeError, ValueError):  # the wrapper stumbles over HiGHS's "unknown"
            return None
        return self._read(result)

    def _read(self, result: result_pb2.SolveResultProto) -> tuple[Floats, Floats] | None:
        """Return values and prices where the engine says that both are feasible; those left out are 0."""
        if not result.solutions:
            return None
        solution = result.solutions[0]
        primal, dual = solution.primal_solution, solution.dual_solution
        good = (primal.feasibility_status, dual.feasibility_status)
        if good != (solution_pb2.SOLUTION_STATUS_FEASIBLE, solution_pb2.SOLUTION_STATUS_FEASIBLE):
            return None
        values, prices = np.zeros(len(self.costs)), np.zeros(len(self.low))
        values[list(primal.variable_values.ids)] = list(primal.variable_values.values)
        prices[list(dual.dual_values.ids)] = list(dual.dual_values.values)
        return values, prices

    def _proto(self) -> model_pb2.ModelProto:
        """Lower the arrays at once: adding a million terms one by one takes longer than solving."""
        model = model_pb2.ModelProto()
        count, rows = len(self.costs), len(self.low)
        model.variables.ids.extend(range(count))
        model.variables.lower_bounds.extend([0.0] * count)
        model.variables.upper_bounds.extend(self.upper.tolist())
        model.variables.integers.extend([False] * count)
        model.linear_constraints.ids.extend(range(rows))
        model.linear_constraints.lower_bounds.extend(self.low.tolist())
        model.linear_constraints.upper_bounds.extend(self.high.tolist())
        order = np.lexsort((self.column, self.row))
        matrix = model.linear_constraint_matrix
        matrix.row_ids.extend(self.row[order].tolist())
        matrix.column_ids.extend(self.column[order].tolist())
        matrix.coefficients.extend(self.weight[order].tolist())
        used = np.flatnonzero(self.costs)
        model.objective.maximize = True
        model.objective.linear_coefficients.ids.extend(used.tolist())
        model.objective.linear_coefficients.values.extend(self.costs[used].tolist())
        return model
