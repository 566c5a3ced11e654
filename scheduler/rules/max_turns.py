"""Nobody has more turns than asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from scheduler.plan import Turn
from scheduler.problem import Problem
from scheduler.rules.base import Rule, Violation
from scheduler.rules.grouping import by_applicant
from scheduler.text import N_, Message
from scheduler.wording import who

if TYPE_CHECKING:
    from scheduler.variables import Variables


class MaxTurns(Rule):
    """An applicant has at most the number of turns of the request; a request that names none has no limit."""

    code = "max_turns"
    title = N_("Nombre de tours demandé")
    formula = "∀ applicant: |turns(applicant)| ≤ max_turns(applicant)"
    parameter = "requests[].max_turns"
    reach = "applicant"
    overridable = True

    def post(self, model: Variables) -> None:
        """∀ applicant: Σ x_j ≤ max_turns."""
        for request in model.problem.requests:
            model.at_most(model.of_applicant(request.applicant), model.problem.most_turns(request.applicant))

    def check(self, problem: Problem, turns: Sequence[Turn]) -> Iterator[Violation]:
        """Yield one breach for each applicant with too many turns."""
        for applicant, held in by_applicant(turns).items():
            if problem.has_request(applicant) and len(held) > problem.request(applicant).max_turns:
                yield self.breach(
                    N_("{applicant} aurait {given} tours et en a demandé au plus {n}."),
                    *held,
                    applicant=who(applicant),
                    given=len(held),
                    n=problem.request(applicant).max_turns,
                )

    def sentence(self, problem: Problem) -> Message:
        """Say the rule."""
        return Message(N_("Personne n'a plus de tours qu'il n'en a demandé."))
