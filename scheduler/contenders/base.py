"""What contenders share: the goals in order, each made as large as the engine can, then kept."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Protocol

from scheduler.building import goals_of, model_of
from scheduler.plan import Turn
from scheduler.problem import Problem
from scheduler.variables import Goal, Row, Variables

Keep = Callable[[Iterable[Turn]], None]
"""Takes a better plan as it comes: what was kept last counts when the time is up."""


class Engine(Protocol):
    """One solver over a model: `best` returns an assignment of 0 and 1, or None if none was found in time."""

    def best(self, goal: Goal, rows: list[Row], start: list[int] | None, seconds: float) -> list[int] | None:
        """Maximise the goal over the model's rows and these further ones."""


def chain(problem: Problem, deadline: float, keep: Keep, engine: Callable[[Variables], Engine]) -> None:
    """Settle goal after goal; each may use the time left divided by the goals left, but half of it at least."""
    model = model_of(problem)
    goals = goals_of(model)
    solver = engine(model)
    kept: list[Row] = []
    chosen: list[int] | None = None
    for number, goal in enumerate(goals):
        left = deadline - time.monotonic()
        if left < 0.5:
            return
        found = solver.best(goal, kept, chosen, left * max(0.5, 1 / (len(goals) - number)))
        if found is not None:
            chosen = found
            keep(model.extract(chosen))
        if chosen is not None:
            kept.append(Row(goal.terms, goal.due(goal.value(chosen)) - goal.constant, None))
