"""Turns only on open stands of open spaces."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from scheduler.plan import Turn
from scheduler.problem import Problem
from scheduler.rules.base import Rule, Violation
from scheduler.text import N_, Message
from scheduler.wording import stand_name, when, where

if TYPE_CHECKING:
    from scheduler.variables import Variables


class OpenStands(Rule):
    """No turn covers a closure of its space or of one of its stands."""

    code = "open_stands"
    title = N_("Fermetures respectées")
    formula = "∀ turn, stand ∈ stands(turn): periods(turn) ∩ (closed(space) ∪ closed(stand)) = ∅"
    parameter = "spaces[].closed, spaces[].stands[].closed"
    reach = "turn"

    def post(self, model: Variables) -> None:
        """No column covers a closure of its stands (options.py)."""

    def check(self, problem: Problem, turns: Sequence[Turn]) -> Iterator[Violation]:
        """Yield one breach for each closed space and each closed stand a turn is on."""
        for turn in turns:
            closed = problem.space(turn.space).closed
            if closed and not closed.isdisjoint(turn.periods):
                yield self.breach(
                    N_("La salle {space} est fermée {when}."),
                    turn,
                    space=where(turn.space),
                    when=when(problem, closed.intersection(turn.periods)),
                )
            for stand in turn.stands:
                shut = problem.stand(turn.space, stand).closed
                if shut and not shut.isdisjoint(turn.periods):
                    yield self.breach(
                        N_("Le stand {stand} de la salle {space} est fermé {when}."),
                        turn,
                        stand=stand_name(turn.space, stand),
                        space=where(turn.space),
                        when=when(problem, shut.intersection(turn.periods)),
                    )

    def sentence(self, problem: Problem) -> Message:
        """Say the rule."""
        return Message(N_("Personne n'est placé dans une salle ou sur un stand fermé."))
