"""The goals in order under one more demand: how far down all can be kept, and what becomes of the next one."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from scheduler.light import Result
from scheduler.nearby import Nearby
from scheduler.variables import Goal

EFFORT = 4.0
"""Deterministic seconds of one question."""


@dataclass(frozen=True, slots=True)
class Found:
    """`place`: the first goal that ends otherwise than in the plan at hand (None: none does); `chosen`: an assignment.

    `exhausted`: in this part of the case no plan that meets the demand does better, by the goals up to that one.
    """

    place: int | None
    chosen: list[int]
    exhausted: bool


class Descent:
    """One part of a case, one demand. `sure[n]`: goal n cannot rise above what the plan at hand has.

    `largest`: the proven largest fill, of which a charter's `min_fill` is a share (None: that of the plan at hand).
    """

    def __init__(
        self, near: Nearby, demand: tuple[Goal, int], sure: Sequence[bool], largest: int | None, deadline: float
    ) -> None:
        self.near, self.demand, self.sure, self.deadline = near, demand, sure, deadline
        self.engine = near.engine()
        self.due = [(goal, goal.due(goal.value(near.start))) for goal in near.goals]
        if largest is not None and near.goals and near.goals[0].tier == "min_fill":
            self.due[0] = (near.goals[0], near.goals[0].due(largest))

    def run(self, known: list[int] | None = None) -> Found | None:
        """Return what was found; None if nothing was; an empty `chosen` if the demand cannot be met.

        `known`: an assignment that meets the demand, to start from.
        """
        if known is None or self.demand[0].value(known) < self.demand[1]:
            result = self._ask(None, [], self.near.start)
            if result.chosen is None:
                return Found(None, [], exhausted=True) if result.exhausted else None
            known = self._settled(result.chosen)
        run = next((place for place, sure in enumerate(self.sure) if not sure), len(self.due))
        kept, chosen = self._longest(run, known)
        if kept < run:
            return self._highest(kept, chosen, exhausted=True)
        return self._onward(kept, chosen)

    def _longest(self, run: int, chosen: list[int]) -> tuple[int, list[int]]:
        """Return how many of the first `run` goals can be kept, by halving, and an assignment that keeps them."""
        kept, failing = self._satisfied(run, chosen), run + 1
        middle = run
        while failing - kept > 1:
            result = self._ask(None, self.due[:middle], chosen)
            if result.chosen is None:
                failing = middle
            else:
                chosen = self._settled(result.chosen)
                kept = self._satisfied(run, chosen)
            middle = (kept + failing) // 2
        return kept, chosen

    def _satisfied(self, run: int, chosen: list[int]) -> int:
        places = (place for place, (goal, due) in enumerate(self.due[:run]) if goal.value(chosen) < due)
        return next(places, run)

    def _highest(self, place: int, chosen: list[int], *, exhausted: bool) -> Found:
        """Make one goal as high as it goes, the ones before it kept."""
        goal, due = self.due[place]
        result = self._ask(goal, self.due[:place], chosen)
        if result.chosen is not None and goal.value(result.chosen) >= goal.value(chosen):
            chosen = self._settled(result.chosen)
        exhausted = exhausted and result.exhausted
        same = goal.value(chosen) == due if goal.share == 1 else goal.value(chosen) >= due
        return Found(None if same else place, chosen, exhausted)

    def _onward(self, place: int, chosen: list[int]) -> Found:
        """Go on where goals might rise as well as fall: each is made as high as it goes, until one changes."""
        found = Found(None, chosen, exhausted=True)
        for further in range(place, len(self.due)):
            if self._sure_and_kept(further, found.chosen):
                continue
            found = self._highest(further, found.chosen, exhausted=found.exhausted)
            if found.place is not None:
                return found
        return found

    def _sure_and_kept(self, place: int, chosen: list[int]) -> bool:
        goal, due = self.due[place]
        return self.sure[place] and goal.value(chosen) >= due

    def calm(self, found: Found) -> list[int]:
        """Return an assignment as good up to the goal that changed, with as many of the turns at hand as can be."""
        last = len(self.due) if found.place is None else found.place
        demands = list(self.due[:last])
        if found.place is not None:
            goal = self.near.goals[found.place]
            demands.append((goal, goal.value(found.chosen)))
        result = self._ask(self.near.kept(), demands, found.chosen)
        return found.chosen if result.chosen is None else self._settled(result.chosen)

    def _ask(self, goal: Goal | None, demands: list[tuple[Goal, int]], hint: Sequence[int]) -> Result:
        left = self.deadline - time.monotonic()
        return self.engine.best(goal, [self.demand, *demands], hint, left, EFFORT)

    def _settled(self, chosen: Sequence[int]) -> list[int]:
        return self.near.model.settled(self.near.model.picked(chosen))
