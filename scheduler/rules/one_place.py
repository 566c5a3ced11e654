"""An applicant is in one place at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from scheduler.plan import Turn
from scheduler.problem import Problem
from scheduler.rules.base import Rule, Violation
from scheduler.rules.grouping import by_applicant, followers
from scheduler.text import N_, Message
from scheduler.wording import when, where, who

if TYPE_CHECKING:
    from scheduler.variables import Variables


class OnePlace(Rule):
    """No two turns of one applicant share a period, anywhere."""

    code = "one_place"
    title = N_("Une personne, un seul lieu à la fois")
    formula = "∀ applicant, period: |{turns of the applicant in the period}| ≤ 1"
    parameter = "applicants"
    reach = "applicant"

    def post(self, model: Variables) -> None:
        """∀ applicant, period: Σ x_j of the applicant covering the period ≤ 1."""
        for request in model.problem.requests:
            covering: dict[int, list[int]] = {}
            for index in model.of_applicant(request.applicant):
                for period in model.column(index).periods:
                    covering.setdefault(period, []).append(index)
            for period in sorted(covering):
                model.at_most(covering[period], 1)

    def check(self, problem: Problem, turns: Sequence[Turn]) -> Iterator[Violation]:
        """Yield one breach for each turn that starts while another one of the same applicant goes on."""
        for applicant, held in by_applicant(turns).items():
            if len(held) == 1:
                continue
            for first, second in followers(held):
                end = first.start + first.length
                if second.start < end:
                    shared = range(second.start, min(end, second.start + second.length))
                    yield self.breach(
                        N_("{applicant} serait à deux endroits {when} : salles {first} et {second}."),
                        first,
                        second,
                        applicant=who(applicant),
                        when=when(problem, shared),
                        first=where(first.space),
                        second=where(second.space),
                    )

    def sentence(self, problem: Problem) -> Message:
        """Say the rule."""
        return Message(N_("Une personne n'expose qu'à un endroit à la fois."))
