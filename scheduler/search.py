"""CP-SAT on some of the columns: the plan at hand made better, or proven best among those columns.

Runs are reproducible: the workers take turns (`interleave_search`), the effort is counted in CP-SAT's own
deterministic time and the seed is fixed. Wall time only cuts a run short, and `cut` says so.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

from scheduler.variables import Goal, Row

WORKERS = 12
"""Subsolvers taking turns when any plan will do, whatever the number of cores: below twelve CP-SAT leaves out
the local searches that find one fastest."""
LINEAR = ("max_lp", "reduced_costs")
"""Subsolvers taking turns when a goal is maximised: the two that live on the linear relaxation, which is
nearly exact here, prove in a third of the time of the whole choir."""

FEW = 3_000
"""Above so many variables a goal far from its bound needs the local searches of the whole choir."""

Assignment = list[int]
"""0 or 1 for each variable of the model."""


@dataclass(frozen=True, slots=True)
class Found:
    """What one run gave: the best assignment, or None; `bound`: no assignment of the columns searched has
    more; `exhausted`: nothing was left to look at; `cut`: the wall clock ended it.
    """

    chosen: Assignment | None
    bound: int | None
    exhausted: bool
    cut: bool = False


@dataclass(slots=True)
class Search:
    """The rows of the model and of the goals kept, ready to be searched over any subset of columns."""

    count: int
    rows: list[Row]
    seed: int = 0
    workers: int = WORKERS

    def keep(self, goal: Goal, value: int) -> None:
        """Demand goal ≥ value from now on."""
        self.rows.append(Row(goal.terms, value - goal.constant, None))

    def best(
        self,
        allowed: Iterable[int],
        goal: Goal | None = None,
        *,
        demands: Sequence[tuple[Goal, int]] = (),
        ceiling: int | None = None,
        start: Assignment | None = None,
        frozen: Iterable[int] = (),
        effort: float = 10.0,
        seconds: float = math.inf,
        presolve: bool = True,
    ) -> Found:
        """Maximise the goal (None: any assignment will do) over the allowed variables, all others 0.

        `demands` are goals with the least value wanted, `ceiling` a proven bound of the goal, `start` an
        assignment to improve on, `frozen` allowed variables that stay 1, `effort` deterministic seconds.
        """
        model, variables = self.model(allowed, demands)
        if goal is not None:
            terms = [(variables[index], weight) for index, weight in goal.terms if index in variables]
            if ceiling is not None:
                model.add(_sum(terms) <= ceiling - goal.constant)
            model.maximize(_sum(terms))
        if start is not None:
            for index, variable in variables.items():
                model.add_hint(variable, start[index])
        for index in frozen:
            model.add(variables[index] == 1)
        solver = cp_model.CpSolver()
        self._set(solver, effort, seconds, presolve=presolve)
        if goal is not None and not demands and (goal.at_least is not None or len(variables) < FEW):
            solver.parameters.num_workers = len(LINEAR)
            solver.parameters.subsolvers.extend(LINEAR)
        status = solver.solve(model)
        cut = solver.wall_time >= seconds
        return self._found(solver, status, variables, goal, cut=cut)

    def model(
        self, allowed: Iterable[int], demands: Sequence[tuple[Goal, int]]
    ) -> tuple[cp_model.CpModel, dict[int, cp_model.IntVar]]:
        """Return the rows over the allowed variables, all others being 0, and the variables by number."""
        model = cp_model.CpModel()
        variables = {index: model.new_bool_var("") for index in sorted(allowed)}
        wanted = [Row(goal.terms, value - goal.constant, None) for goal, value in demands]
        for row in (*self.rows, *wanted):
            terms = [(variables[index], weight) for index, weight in row.terms if index in variables]
            _post(model, terms, row)
        return model, variables

    def _set(self, solver: cp_model.CpSolver, effort: float, seconds: float, *, presolve: bool) -> None:
        solver.parameters.num_workers = self.workers
        solver.parameters.interleave_search = True
        solver.parameters.random_seed = self.seed
        solver.parameters.max_deterministic_time = effort
        solver.parameters.cp_model_presolve = presolve
        if seconds < math.inf:
            solver.parameters.max_time_in_seconds = max(seconds, 0.01)

    def _found(
        self,
        solver: cp_model.CpSolver,
        status: cp_model.CpSolverStatus,
        variables: dict[int, cp_model.IntVar],
        goal: Goal | None,
        *,
        cut: bool,
    ) -> Found:
        if status == cp_model.INFEASIBLE:
            return Found(None, None, exhausted=True)
        bound = None
        if goal is not None and math.isfinite(solver.best_objective_bound):
            bound = goal.constant + math.floor(solver.best_objective_bound + 1e-6)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return Found(None, bound, exhausted=False, cut=cut)
        chosen = [0] * self.count
        for index, variable in variables.items():
            chosen[index] = solver.value(variable)
        return Found(chosen, bound, exhausted=status == cp_model.OPTIMAL, cut=cut)


def _sum(terms: Sequence[tuple[cp_model.IntVar, int]]) -> cp_model.LinearExprT:
    return cp_model.LinearExpr.weighted_sum([variable for variable, _ in terms], [weight for _, weight in terms])


def _post(model: cp_model.CpModel, terms: Sequence[tuple[cp_model.IntVar, int]], row: Row) -> None:
    """Add a row, in the form CP-SAT reads best; one that no assignment can break is left out."""
    least = sum(weight for _, weight in terms if weight < 0)
    most = sum(weight for _, weight in terms if weight > 0)
    if row.high is not None and most > row.high:
        if row.high == 1 and all(weight == 1 for _, weight in terms):
            model.add_at_most_one(variable for variable, _ in terms)
        else:
            model.add(_sum(terms) <= row.high)
    if row.low is not None and least < row.low:
        if most < row.low:
            model.add_bool_or([])
        else:
            model.add(_sum(terms) >= row.low)
