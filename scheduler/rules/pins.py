"""What the manager pinned is in the plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from scheduler.plan import Turn
from scheduler.problem import Problem
from scheduler.rules.base import Rule, Violation
from scheduler.text import N_, Message
from scheduler.wording import when, where, who

if TYPE_CHECKING:
    from scheduler.variables import Variables


class Pins(Rule):
    """For each pin the plan has a turn of its applicant, space, start and length, on its stand if given.

    A pin lifts no other rule: one that breaks another makes the case impossible.
    """

    code = "pins"
    title = N_("Tours fixés")
    formula = "∀ pin: ∃ turn with its applicant, space, start and length, its stand among the turn's if given"
    parameter = "pins"
    reach = "season"

    def applies(self, problem: Problem) -> bool:
        """Off when nothing is pinned."""
        return bool(problem.pins)

    def post(self, model: Variables) -> None:
        """∀ pin: Σ x_j of its applicant, space, start, length (and stand) ≥ 1."""
        for pin in model.problem.pins:
            asked = (pin.applicant, pin.space, pin.start, pin.length)
            found = [
                index
                for index in model.of_applicant(pin.applicant)
                if model.column(index).turn == asked and (pin.stand is None or pin.stand in model.stand_ids(index))
            ]
            model.demand(found)

    def check(self, problem: Problem, turns: Sequence[Turn]) -> Iterator[Violation]:
        """Yield one breach for each pin the plan leaves out."""
        placed: dict[tuple[str, str, int, int], set[str]] = {}
        for turn in turns:
            key = (turn.applicant, turn.space, turn.start, turn.length)
            placed.setdefault(key, set()).update(turn.stands)
        for pin in problem.pins:
            stands = placed.get((pin.applicant, pin.space, pin.start, pin.length))
            if not stands or (pin.stand is not None and pin.stand not in stands):
                yield self.breach(
                    N_("Le tour fixé de {applicant} dans la salle {space} {when} manque."),
                    applicant=who(pin.applicant),
                    space=where(pin.space),
                    when=when(problem, range(pin.start, pin.start + pin.length)),
                )

    def sentence(self, problem: Problem) -> Message:
        """Say the rule with the number of pins."""
        return Message(N_("{n} tours sont fixés d'avance et restent en place."), {"n": len(problem.pins)})
