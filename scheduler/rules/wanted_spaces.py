"""Turns only in the spaces asked for."""

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


class WantedSpaces(Rule):
    """Every turn is in a space its applicant's request names; who asks for nothing gets nothing."""

    code = "wanted_spaces"
    title = N_("Seulement les salles demandées")
    formula = "∀ turn: space ∈ wishes(applicant)"
    parameter = "requests[].spaces"
    reach = "turn"
    overridable = True

    def post(self, model: Variables) -> None:
        """Only wanted spaces have columns (options.py)."""

    def check(self, problem: Problem, turns: Sequence[Turn]) -> Iterator[Violation]:
        """Yield one breach for each turn in a space nobody asked for."""
        for turn in turns:
            if problem.wish(turn.applicant, turn.space) is None:
                yield self.breach(
                    N_("{applicant} n'a pas demandé la salle {space}."),
                    turn,
                    applicant=who(turn.applicant),
                    space=where(turn.space),
                )

    def sentence(self, problem: Problem) -> Message:
        """Say the rule."""
        return Message(N_("Personne n'est placé dans une salle qu'il n'a pas demandée."))
