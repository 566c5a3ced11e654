"""HiGHS's interior point on arrays: prices of all rows, or a corner of the best face, always the same ones."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

import numpy as np
from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt
from ortools.math_opt.solvers import highs_pb2

from scheduler.matrix import Floats, Numbers

TOLERANCE = 1e-7


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
        options = highs_pb2.HighsOptionsProto(
            string_options={"solver": "ipm", "run_crossover": "on" if corner else "off"},
            int_options={"threads": 1, "random_seed": seed % 2**31},
            double_options={} if corner else {"ipm_optimality_tolerance": TOLERANCE},
        )
        limit = None if math.isinf(seconds) else dt.timedelta(seconds=max(seconds, 0.01))
        parameters = mathopt.SolveParameters(time_limit=limit, presolve=mathopt.Emphasis.OFF, highs=options)
        model = mathopt.Model.from_model_proto(self._proto())
        try:
            result = mathopt.solve(model, mathopt.SolverType.HIGHS, params=parameters)
        except (AttributeError, RuntimeError, ValueError):  # math_opt stumbles over HiGHS's "unknown"
            return None
        if not result.has_primal_feasible_solution() or not result.has_dual_feasible_solution():
            return None
        values = np.array(result.variable_values(list(model.variables())))
        return values, np.array(result.dual_values(list(model.linear_constraints())))

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
