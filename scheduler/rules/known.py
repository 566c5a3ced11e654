"""A plan may only name what the case knows. Checked first: the other rules trust names and periods."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from scheduler.plan import Turn
from scheduler.problem import Problem
from scheduler.rules.base import Rule, Violation
from scheduler.text import N_, Message
from scheduler.wording import stand_name, where, who

if TYPE_CHECKING:
    from scheduler.variables import Variables


class Known(Rule):
    """Applicants, spaces and stands are those of the case; turns lie within the season."""

    code = "known"
    title = N_("Noms et dates connus")
    formula = "applicant ∈ A, space ∈ S, stands ∈ stands(space) all different, 0 ≤ start < start + length ≤ |P|"
    parameter = "applicants, spaces, periods"
    reach = "turn"

    def post(self, model: Variables) -> None:
        """Every column names what the case knows, within its season (options.py)."""

    def check(self, problem: Problem, turns: Sequence[Turn]) -> Iterator[Violation]:
        """Yield one breach for each thing a turn names that does not exist."""
        season = len(problem.periods)
        for turn in turns:
            if not problem.has_applicant(turn.applicant):
                yield self.breach(N_("{applicant} n'est pas dans la liste."), turn, applicant=who(turn.applicant))
            if not problem.has_space(turn.space):
                yield self.breach(N_("La salle {space} n'existe pas."), turn, space=where(turn.space))
            elif turn.also or not problem.has_stand(turn.space, turn.stand):
                yield from self._stands(problem, turn)
            if turn.start < 0 or turn.length < 1 or turn.start + turn.length > season:
                yield self.breach(
                    N_("Le tour de {applicant} dans la salle {space} sort de la saison."),
                    turn,
                    applicant=who(turn.applicant),
                    space=where(turn.space),
                )

    def _stands(self, problem: Problem, turn: Turn) -> Iterator[Violation]:
        for stand in turn.stands:
            if not problem.has_stand(turn.space, stand):
                yield self.breach(
                    N_("La salle {space} n'a pas de stand {stand}."),
                    turn,
                    space=where(turn.space),
                    stand=stand_name(turn.space, stand),
                )
        if len(set(turn.stands)) < len(turn.stands):
            yield self.breach(
                N_("Le tour de {applicant} dans la salle {space} nomme deux fois le même stand."),
                turn,
                applicant=who(turn.applicant),
                space=where(turn.space),
            )

    def sentence(self, problem: Problem) -> Message:
        """Say the rule."""
        return Message(N_("Le planning ne nomme que des personnes, des salles, des stands et des dates de l'appel."))
