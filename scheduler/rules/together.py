"""Who asked for several stands holds them side by side."""

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


class Together(Rule):
    """A turn has exactly the number of stands asked for, connected by shared sides on the floor plan."""

    code = "together"
    title = N_("Stands voisins")
    formula = "∀ turn: |stands(turn)| = stands asked, and they are connected by grid distance 1"
    parameter = "requests[].stands"
    reach = "turn"
    overridable = True

    def post(self, model: Variables) -> None:
        """A column holds a connected set of as many stands as asked (options.py)."""

    def check(self, problem: Problem, turns: Sequence[Turn]) -> Iterator[Violation]:
        """Yield one breach for each turn with a wrong number of stands or with stands apart."""
        for turn in turns:
            if not problem.has_request(turn.applicant):
                continue
            asked = problem.request(turn.applicant).stands
            if len(turn.also) + 1 != asked:
                yield self.breach(
                    N_("{applicant} a demandé {n} stands, le tour dans la salle {space} en compte {given}."),
                    turn,
                    applicant=who(turn.applicant),
                    space=where(turn.space),
                    n=asked,
                    given=len(turn.also) + 1,
                )
            elif turn.also and not _connected(problem, turn):
                yield self.breach(
                    N_("Les stands de {applicant} dans la salle {space} ne se touchent pas."),
                    turn,
                    applicant=who(turn.applicant),
                    space=where(turn.space),
                )

    def sentence(self, problem: Problem) -> Message:
        """Say the rule."""
        return Message(N_("Qui demande plusieurs stands les reçoit ensemble, côte à côte."))


def _connected(problem: Problem, turn: Turn) -> bool:
    """Tell whether one can walk from the first stand to all others over shared sides."""
    first, *apart = (problem.stand(turn.space, stand) for stand in turn.stands)
    reached = [first]
    for stand in reached:
        reached += [other for other in apart if other.beside(stand)]
        apart = [other for other in apart if not other.beside(stand)]
    return not apart
