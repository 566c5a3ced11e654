"""The HiGHS chain: the whole model as a mixed-integer programme, goal after goal."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

from ortools.math_opt.python import mathopt

from scheduler.contenders.base import Keep, chain
from scheduler.problem import Problem
from scheduler.variables import Goal, Row, Terms, Variables

TITLE = "HiGHS chain"
SETTINGS = "branch and cut, all columns, hint: the plan before; half of the time left a goal"


def missing() -> str:
    """It comes with OR-Tools."""
    return ""


def run(problem: Problem, deadline: float, keep: Keep) -> None:
    """Settle the goals one after the other."""
    chain(problem, deadline, keep, _Engine)


class _Engine:
    def __init__(self, variables: Variables) -> None:
        self.model = mathopt.Model()
        self.names = [self.model.add_binary_variable() for _ in range(variables.count)]
        for row in variables.without_implied():
            self._add(row)
        for index in variables.closed:
            self.names[index].upper_bound = 0
        self.kept = 0

    def best(self, goal: Goal, rows: list[Row], start: list[int] | None, seconds: float) -> list[int] | None:
        """Maximise; None if the time was too short for any plan."""
        for row in rows[self.kept :]:
            self._add(row)
        self.kept = len(rows)
        self.model.maximize(self._sum(goal.terms))
        hints = [] if start is None else [mathopt.SolutionHint(dict(zip(self.names, start, strict=True)))]
        found = mathopt.solve(
            self.model,
            mathopt.SolverType.HIGHS,
            params=mathopt.SolveParameters(time_limit=dt.timedelta(seconds=seconds)),
            model_params=mathopt.ModelSolveParameters(solution_hints=hints),
        )
        if not found.has_primal_feasible_solution():
            return None
        return [round(value) for value in found.variable_values(self.names)]

    def _add(self, row: Row) -> None:
        low = -math.inf if row.low is None else row.low
        high = math.inf if row.high is None else row.high
        self.model.add_linear_constraint(lb=low, ub=high, expr=self._sum(row.terms))

    def _sum(self, terms: Terms) -> Any:
        return mathopt.fast_sum(weight * self.names[index] for index, weight in terms)
