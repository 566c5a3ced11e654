"""A turn is neither shorter nor longer than asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from scheduler.plan import Turn
from scheduler.problem import Problem
from scheduler.rules.base import Rule, Violation
from scheduler.text import N_, Message
from scheduler.wording import where, who

if TYPE_CHECKING:
    from scheduler.variables import Variables


class TurnLength(Rule):
    """The length of a turn, in periods, is within the limits of the request."""

    code = "turn_length"
    title = N_("Durée demandée")
    formula = "∀ turn: min_length(applicant) ≤ length ≤ max_length(applicant)"
    parameter = "requests[].turn_length"
    reach = "turn"
    overridable = True

    def post(self, model: Variables) -> None:
        """Columns have the lengths asked (options.py)."""

    def check(self, problem: Problem, turns: Sequence[Turn]) -> Iterator[Violation]:
        """Yield one breach for each turn too short or too long."""
        for turn in turns:
            if not problem.has_request(turn.applicant):
                continue
            request = problem.request(turn.applicant)
            if turn.length < request.min_length:
                template = N_("Tour trop court pour {applicant} (salle {space}) : {given}, au moins {n} périodes.")
                limit = request.min_length
            elif turn.length > request.max_length:
                template = N_("Tour trop long pour {applicant} (salle {space}) : {given}, au plus {n} périodes.")
                limit = request.max_length
            else:
                continue
            yield self.breach(
                template,
                turn,
                applicant=who(turn.applicant),
                space=where(turn.space),
                given=turn.length,
                n=limit,
            )

    def sentence(self, problem: Problem) -> Message:
        """Say the rule."""
        return Message(N_("Chaque tour a la durée demandée."))
