"""HiGHS on arrays: prices of all rows or a corner of the best face by its interior point, or whole numbers.

Always the same ones: one thread, a fixed seed; whole numbers end after so many nodes, not after a time.
"""

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
NODES = 20
"""Nodes of a search for whole numbers: what is asked here is found at the first one, or hard to find."""
UNIT = 0.999
"""A sum of whole numbers this near its bound is the best one."""


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
        result = self._run(parameters, seconds)
        return None if result is None else self._read(result)

    def whole(self, *, seconds: float = math.inf) -> Floats | None:
        """Return the best values in whole numbers that were found; None if none were."""
        parameters = parameters_pb2.SolveParametersProto(
            node_limit=NODES,
            absolute_gap_tolerance=UNIT,
            relative_gap_tolerance=0.0,
            highs=highs_pb2.HighsOptionsProto(int_options={"threads": 1, "random_seed": 0}),
        )
        result = self._run(parameters, seconds, whole=True)
        if result is None or not result.solutions:
            return None
        found = result.solutions[0].primal_solution
        if found.feasibility_status != solution_pb2.SOLUTION_STATUS_FEASIBLE:
            return None
        return np.round(self._values(found))

    def _run(
        self, parameters: parameters_pb2.SolveParametersProto, seconds: float, *, whole: bool = False
    ) -> result_pb2.SolveResultProto | None:
        if not math.isinf(seconds):
            parameters.time_limit.FromMilliseconds(max(10, int(seconds * 1000)))
        nothing = (
            parameters_pb2.SolverInitializerProto(),
            parameters,
            model_parameters_pb2.ModelSolveParametersProto(),
        )
        try:
            return solver.solve(
                self._proto(whole=whole), HIGHS, *nothing, None, callback_pb2.CallbackRegistrationProto(), None, None
            )
        except (StatusNotOk, RuntimeError, ValueError):  # the wrapper stumbles over HiGHS's "unknown"
            return None

    def _read(self, result: result_pb2.SolveResultProto) -> tuple[Floats, Floats] | None:
        """Return values and prices where the engine says that both are feasible; those left out are 0."""
        if not result.solutions:
            return None
        solution = result.solutions[0]
        primal, dual = solution.primal_solution, solution.dual_solution
        good = (primal.feasibility_status, dual.feasibility_status)
        if good != (solution_pb2.SOLUTION_STATUS_FEASIBLE, solution_pb2.SOLUTION_STATUS_FEASIBLE):
            return None
        prices = np.zeros(len(self.low))
        prices[list(dual.dual_values.ids)] = list(dual.dual_values.values)
        return self._values(primal), prices

    def _values(self, found: solution_pb2.PrimalSolutionProto) -> Floats:
        values = np.zeros(len(self.costs))
        values[list(found.variable_values.ids)] = list(found.variable_values.values)
        return values

    def _proto(self, *, whole: bool) -> model_pb2.ModelProto:
        """Lower the arrays at once: adding a million terms one by one takes longer than solving."""
        model = model_pb2.ModelProto()
        count, rows = len(self.costs), len(self.low)
        model.variables.ids.extend(range(count))
        model.variables.lower_bounds.extend([0.0] * count)
        model.variables.upper_bounds.extend(self.upper.tolist())
        model.variables.integers.extend([whole] * count)
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
