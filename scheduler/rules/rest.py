"""Free periods between two turns of one applicant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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


class Rest(CharterRule):
    """At least `rest` free periods lie between the end of a turn and the start of any later one, anywhere.

    Where places differ the space that was left counts: after a turn there, so many periods stay free.
    Turns that overlap are the matter of one_place, not of this rule.
    """

    code = "rest"
    title = N_("Repos entre deux tours")
    formula = "∀ turns t before u of one applicant: start(u) − end(t) ≥ rest(space(t))"
    parameter = "charter.rest"
    reach = "applicant"
    overridable = True

    def on(self, charter: Parameters) -> bool:
        """Off when the charter asks for no rest."""
        return bool(charter.rest)

    def post(self, model: Variables) -> None:
        """∀ applicant, period p: Σ x_j with p in start … start + length + rest(space) − 1 is ≤ 1.

        Two turns with fewer than `rest` free periods between them both cover, so stretched, the start of the
        later one; stretched turns that are disjoint are far enough apart.
        """
        season = len(model.problem.periods)
        for request in model.problem.requests:
            busy: dict[int, list[int]] = {}
            for index in model.of_applicant(request.applicant):
                column = model.column(index)
                rest = model.charters.at(column.space, "rest") or 0
                for period in range(column.start, min(season, column.start + column.length + rest)):
                    busy.setdefault(period, []).append(index)
            for period in sorted(busy):
                model.at_most(busy[period], 1)

    def check(self, problem: Problem, turns: Sequence[Turn]) -> Iterator[Violation]:
        """Yield one breach for each turn that comes too soon after the one before."""

        def pause(turn: Turn) -> int:
            return limit(problem, turn.space, "rest") or 0

        for applicant, held in by_applicant(turns).items():
            for first, second in too_soon(held, pause):
                yield self.breach(
                    N_("Repos trop court pour {applicant} ({first}, {second}) : {free}, au moins {n}."),
                    first,
                    second,
                    applicant=who(applicant),
                    free=second.start - first.start - first.length,
                    first=where(first.space),
                    second=where(second.space),
                    n=pause(first),
                )

    def sentence(self, problem: Problem) -> Message:
        """Say the rule with the number of periods."""
        return Message(
            N_("Entre deux tours d'une même personne, {n} périodes restent libres."),
            {"n": problem.charter.rest},
        )
