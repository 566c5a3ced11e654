"""A stand is large enough and has what was asked."""

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


class Fit(Rule):
    """Every stand of a turn, each by itself, has the area and the features asked."""

    code = "fit"
    title = N_("Un stand qui convient")
    formula = "∀ turn, stand ∈ stands(turn): area(stand) ≥ area asked and features asked ⊆ features(stand)"
    parameter = "requests[].area_m2, requests[].features"
    reach = "turn"
    overridable = True

    def post(self, model: Variables) -> None:
        """Columns are on stand kinds that fit (options.py)."""

    def check(self, problem: Problem, turns: Sequence[Turn]) -> Iterator[Violation]:
        """Yield one breach for each stand too small, and one for each that lacks something."""
        for turn in turns:
            if not problem.has_request(turn.applicant):
                continue
            request = problem.request(turn.applicant)
            for stand_id in turn.stands:
                stand = problem.stand(turn.space, stand_id)
                facts = {
                    "stand": stand_name(turn.space, stand_id),
                    "space": where(turn.space),
                    "applicant": who(turn.applicant),
                }
                if stand.area_m2 < request.area_m2:
                    yield self.breach(
                        N_("Le stand {stand} (salle {space}) a {area} m², {applicant} en demande {asked}."),
                        turn,
                        area=stand.area_m2,
                        asked=request.area_m2,
                        **facts,
                    )
                if not request.features <= stand.features:
                    yield self.breach(
                        N_("Le stand {stand} (salle {space}) n'a pas ce que {applicant} demande : {missing}."),
                        turn,
                        missing=tuple(sorted(request.features - stand.features)),
                        **facts,
                    )

    def sentence(self, problem: Problem) -> Message:
        """Say the rule."""
        return Message(N_("Chaque stand donné a la surface et les équipements demandés."))
