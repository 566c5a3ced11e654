"""Not too many turns of one applicant at one site."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from scheduler.plan import Turn
from scheduler.problem import Problem
from scheduler.rules.base import CharterRule, Violation
from scheduler.rules.parameters import turns_at
from scheduler.text import N_, Message, Name
from scheduler.wording import who

if TYPE_CHECKING:
    from scheduler.variables import Variables


class MaxTurnsPerSite(CharterRule):
    """An applicant has at most `max_turns_per_site` turns in the spaces of one site."""

    code = "max_turns_per_site"
    title = N_("Tours par site")
    formula = "∀ applicant, site: |{turns of the applicant in spaces of the site}| ≤ max_turns_per_site"
    parameter = "charter.max_turns_per_site"
    reach = "applicant"
    overridable = True

    def post(self, model: Variables) -> None:
        """∀ applicant, site: Σ x_j in spaces of the site ≤ max_turns_per_site."""
        for request in model.problem.requests:
            at_site: dict[str, list[int]] = {}
            for index in model.of_applicant(request.applicant):
                at_site.setdefault(model.problem.space(model.column(index).space).site, []).append(index)
            for site in sorted(at_site):
                limit = model.charters.at_site(site, "max_turns_per_site")
                if limit is not None:
                    model.at_most(at_site[site], limit)

    def check(self, problem: Problem, turns: Sequence[Turn]) -> Iterator[Violation]:
        """Yield one breach for each applicant and site over the limit."""
        held: dict[tuple[str, str], list[Turn]] = {}
        for turn in turns:
            held.setdefault((turn.applicant, problem.space(turn.space).site), []).append(turn)
        for (applicant, site), found in held.items():
            most = turns_at(problem, site)
            if most is not None and len(found) > most:
                yield self.breach(
                    N_("{applicant} aurait {given} tours sur le site {site} ; au plus {n}."),
                    *found,
                    applicant=who(applicant),
                    site=Name("site", site),
                    given=len(found),
                    n=most,
                )

    def sentence(self, problem: Problem) -> Message:
        """Say the rule with its limit."""
        return Message(
            N_("Une personne a au plus {n} tours sur un même site."),
            {"n": problem.charter.max_turns_per_site},
        )
