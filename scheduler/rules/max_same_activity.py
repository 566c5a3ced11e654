"""Not too many stands of one activity together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from scheduler.plan import Turn
from scheduler.problem import Problem
from scheduler.rules.base import CharterRule, Violation
from scheduler.rules.parameters import limit
from scheduler.text import N_, Message
from scheduler.wording import when, where

if TYPE_CHECKING:
    from scheduler.variables import Variables


class MaxSameActivity(CharterRule):
    """In a space and period, at most `max_same_activity` stands show one activity.

    A turn on several stands counts with each of them.
    """

    code = "max_same_activity"
    title = N_("Variété des activités")
    formula = "∀ space, period, activity: |{stands held by the activity}| ≤ max_same_activity"
    parameter = "charter.max_same_activity"
    reach = "space"
    overridable = True

    def post(self, model: Variables) -> None:
        """∀ space, period, activity: Σ stands_j · x_j ≤ max_same_activity."""
        for space, period, _ in model.meetings():
            limit = model.charters.at(space, "max_same_activity")
            alike = model.by_activity(space, period)
            for activity in sorted(alike):
                model.add(model.stands_held(alike[activity]), high=limit)

    def check(self, problem: Problem, turns: Sequence[Turn]) -> Iterator[Violation]:
        """Yield one breach for each space, period and activity over the limit."""
        held: dict[tuple[str, int, str], list[Turn]] = {}
        for turn in turns:
            activity = problem.applicant(turn.applicant).activity
            for period in turn.periods:
                held.setdefault((turn.space, period, activity), []).append(turn)
        for (space, period, activity), found in held.items():
            given = sum(1 + len(turn.also) for turn in found)
            most = limit(problem, space, "max_same_activity")
            if most is not None and given > most:
                yield self.breach(
                    N_("Activité {activity} trop présente (salle {space}, {when}) : {given}, au plus {n}."),
                    *found,
                    space=where(space),
                    when=when(problem, (period,)),
                    activity=activity,
                    given=given,
                    n=most,
                )

    def sentence(self, problem: Problem) -> Message:
        """Say the rule with its limit."""
        return Message(
            N_("Dans une salle, au plus {n} stands de la même activité en même temps."),
            {"n": problem.charter.max_same_activity},
        )
