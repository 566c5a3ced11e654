"""No turn in a period its applicant cannot come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from scheduler.plan import Turn
from scheduler.problem import Problem
from scheduler.rules.base import Rule, Violation
from scheduler.text import N_, Message
from scheduler.wording import when, who

if TYPE_CHECKING:
    from scheduler.variables import Variables


class Availability(Rule):
    """No turn covers a period its applicant declared impossible."""

    code = "availability"
    title = N_("Périodes impossibles respectées")
    formula = "∀ turn: periods(turn) ∩ unavailable(applicant) = ∅"
    parameter = "requests[].unavailable"
    reach = "turn"

    def post(self, model: Variables) -> None:
        """No column covers an impossible period (options.py)."""

    def check(self, problem: Problem, turns: Sequence[Turn]) -> Iterator[Violation]:
        """Yield one breach for each turn that covers impossible periods."""
        for turn in turns:
            if not problem.has_request(turn.applicant):
                continue
            away = problem.request(turn.applicant).unavailable
            if away and not away.isdisjoint(turn.periods):
                yield self.breach(
                    N_("{applicant} n'est pas disponible {when}."),
                    turn,
                    applicant=who(turn.applicant),
                    when=when(problem, away.intersection(turn.periods)),
                )

    def sentence(self, problem: Problem) -> Message:
        """Say the rule."""
        return Message(N_("Personne n'est placé pendant une période qu'il a déclarée impossible."))
