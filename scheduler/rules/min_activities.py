"""A space shows several activities at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from scheduler.plan import Turn
from scheduler.problem import Parameters, Problem
from scheduler.rules.base import CharterRule, Violation
from scheduler.rules.parameters import limit
from scheduler.text import N_, Message
from scheduler.wording import when, where

if TYPE_CHECKING:
    from scheduler.variables import Variables


class MinActivities(CharterRule):
    """With n occupied stands in a space and period, at least min(n, `min_activities`) activities are shown.

    Stands are counted, not turns: one exhibitor alone on two stands shows one activity where two are due.
    """

    code = "min_activities"
    title = N_("Plusieurs activités à la fois")
    formula = "∀ space, period with n > 0 occupied stands: |{activities shown}| ≥ min(n, min_activities)"
    parameter = "charter.min_activities"
    reach = "space"
    overridable = True

    def on(self, charter: Parameters) -> bool:
        """Off below two: one activity is always there."""
        return (charter.min_activities or 0) > 1

    def post(self, model: Variables) -> None:
        """∀ space, period: enough activities are shown, or no activity holds two stands.

        With n_a = Σ stands_j · x_j of activity a, at most m of them, y_a ≤ Σ x_j (a is shown) and one
        boolean z::

            Σ_a y_a ≥ min_activities · z          n_a ≤ 1 + (m − 1) · z
        """
        for space, period, _ in model.meetings():
            wanted = model.charters.at(space, "min_activities") or 0
            if wanted < 2:
                continue
            most = len(model.problem.space(space).stands)
            limit = model.charters.at(space, "max_same_activity")
            if limit is not None:
                most = min(most, limit)
            alike = model.by_activity(space, period)
            shown = [(model.shows(space, period, activity), 1) for activity in sorted(alike)]
            enough = model.boolean(shown, wanted)
            model.add([*shown, (enough, -wanted)], low=0)
            for activity in sorted(alike):
                model.add([*model.stands_held(alike[activity]), (enough, 1 - most)], high=1)

    def check(self, problem: Problem, turns: Sequence[Turn]) -> Iterator[Violation]:
        """Yield one breach for each space and period that shows too few activities."""
        held: dict[tuple[str, int], list[Turn]] = {}
        for turn in turns:
            for period in turn.periods:
                held.setdefault((turn.space, period), []).append(turn)
        for (space, period), found in held.items():
            shown = len({problem.applicant(turn.applicant).activity for turn in found})
            wanted = limit(problem, space, "min_activities") or 0
            needed = min(wanted, sum(1 + len(turn.also) for turn in found))
            if shown < needed:
                yield self.breach(
                    N_("Trop peu d'activités (salle {space}, {when}) : {given}, au moins {n}."),
                    *found,
                    space=where(space),
                    when=when(problem, (period,)),
                    given=shown,
                    n=needed,
                )

    def sentence(self, problem: Problem) -> Message:
        """Say the rule with its number."""
        return Message(
            N_("Une salle montre à la fois {n} activités différentes, ou autant que de stands occupés."),
            {"n": problem.charter.min_activities},
        )
