"""Who has shown in a space leaves it to others for a while."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from scheduler.plan import Turn
from scheduler.problem import Parameters, Problem
from scheduler.rules.base import CharterRule, Violation
from scheduler.rules.grouping import by_applicant, too_soon
from scheduler.rules.parameters import limit
from scheduler.text import N_, Message
from scheduler.wording import where, who

if TYPE_CHECKING:
    from scheduler.variables import Variables


class ReturnAfter(CharterRule):
    """At least `return_after` periods lie between two turns of one applicant in one space.

    Visitors who come back see new faces; elsewhere she may show in the meantime, which `rest` would forbid.
    Turns that overlap are the matter of one_place, not of this rule.
    """

    code = "return_after"
    title = N_("Nouveaux visages")
    formula = "∀ turns t before u of one applicant in one space: start(u) − end(t) ≥ return_after"
    parameter = "charter.return_after"
    reach = "applicant"
    overridable = True

    def on(self, charter: Parameters) -> bool:
        """Off when nothing need lie between."""
        return bool(charter.return_after)

    def post(self, model: Variables) -> None:
        """∀ applicant, space, period p: Σ x_j with p in start … start + length + return_after − 1 is ≤ 1."""
        season = len(model.problem.periods)
        for request in model.problem.requests:
            taken: dict[tuple[str, int], list[int]] = {}
            for index in model.of_applicant(request.applicant):
                column = model.column(index)
                pause = model.charters.at(column.space, "return_after") or 0
                for period in range(column.start, min(season, column.start + column.length + pause)):
                    taken.setdefault((column.space, period), []).append(index)
            for key in sorted(taken):
                model.at_most(taken[key], 1)

    def check(self, problem: Problem, turns: Sequence[Turn]) -> Iterator[Violation]:
        """Yield one breach for each turn too soon after the one before it in the same space."""

        def pause(turn: Turn) -> int:
            return limit(problem, turn.space, "return_after") or 0

        for applicant, held in by_applicant(turns).items():
            for _, visits in groupby(sorted(held, key=lambda turn: turn.space), key=lambda turn: turn.space):
                for first, second in too_soon(list(visits), pause):
                    yield self.breach(
                        N_("{applicant} reviendrait trop tôt dans la salle {space} : {away}, au moins {n}."),
                        first,
                        second,
                        applicant=who(applicant),
                        space=where(first.space),
                        away=second.start - first.start - first.length,
                        n=pause(first),
                    )

    def sentence(self, problem: Problem) -> Message:
        """Say the rule with the number of periods."""
        return Message(
            N_("Qui a exposé dans une salle n'y revient qu'après {n} périodes."),
            {"n": problem.charter.return_after},
        )
