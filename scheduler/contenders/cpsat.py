"""The plain CP-SAT chain: the whole model, all columns, goal after goal, with the plan before as a hint."""

from __future__ import annotations

import math
from typing import Any

from ortools.sat.python import cp_model

from scheduler.contenders.base import Keep, chain
from scheduler.problem import Problem
from scheduler.variables import Goal, Row, Terms, Variables

TITLE = "CP-SAT chain"
SETTINGS = "all columns, 8 workers (its portfolio), hint: the plan before; half of the time left a goal"
WORKERS = 8


def missing() -> str:
    """It comes with OR-Tools."""
    return ""


def run(problem: Problem, deadline: float, keep: Keep) -> None:
    """Settle the goals one after the other."""
    chain(problem, deadline, keep, _Engine)


class _Engine:
    def __init__(self, variables: Variables) -> None:
        self.model: Any = cp_model.CpModel()
        self.names = [self.model.new_bool_var("") for _ in range(variables.count)]
        for row in variables.without_implied():
            self._add(row)
        for index in variables.closed:
            self.model.add(self.names[index] == 0)
        self.kept = 0

    def best(self, goal: Goal, rows: list[Row], start: list[int] | None, seconds: float) -> list[int] | None:
        """Maximise; None if the time was too short for any plan."""
        for row in rows[self.kept :]:
            self._add(row)
        self.kept = len(rows)
        self.model.maximize(self._sum(goal.terms))
        self.model.clear_hints()
        for index, value in enumerate(start or ()):
            self.model.add_hint(self.names[index], value)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = WORKERS
        solver.parameters.max_time_in_seconds = seconds
        status = solver.solve(self.model)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None
        return [int(solver.boolean_value(name)) for name in self.names]

    def _add(self, row: Row) -> None:
        low = -math.inf if row.low is None else row.low
        high = math.inf if row.high is None else row.high
        self.model.add_linear_constraint(
            self._sum(row.terms),
            cp_model.INT32_MIN if low == -math.inf else int(low),
            cp_model.INT32_MAX if high == math.inf else int(high),
        )

    def _sum(self, terms: Terms) -> Any:
        names = [self.names[index] for index, _ in terms]
        return cp_model.LinearExpr.weighted_sum(names, [weight for _, weight in terms])
