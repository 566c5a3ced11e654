"""Travel: as few journeys out of one's own region as possible."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from scheduler.plan import Tier, Turn
from scheduler.problem import Problem
from scheduler.text import N_, Message
from scheduler.variables import Goal
from scheduler.wishes.base import Objective

if TYPE_CHECKING:
    from scheduler.variables import Variables


class Travel(Objective):
    """Each turn in a space outside its applicant's region costs one journey; the value is minus their number.

    A turn is one journey however long it lasts and however many stands it holds. Where the region of the
    applicant or of the space is unknown (empty) nothing is counted.
    """

    name = "travel"
    title = N_("Déplacements")
    formula = "max −|{turns : region(applicant) ≠ region(space), both known}|"

    def goals(self, model: Variables) -> list[Goal]:
        """Σ −x_j of the columns in another region than their applicant's."""
        homes = {applicant.id: applicant.region for applicant in model.problem.applicants if applicant.region}
        places = {space.id: space.region for space in model.problem.spaces if space.region}
        terms = []
        for index, column in enumerate(model.options.columns):
            home, place = homes.get(column.applicant), places.get(column.space)
            if home is not None and place is not None and home != place:
                terms.append((index, -1))
        return [Goal(self.name, terms)]

    def measure(self, problem: Problem, turns: Sequence[Turn]) -> Tier:
        """Count the turns outside the region of their applicant, as a loss."""
        return Tier(self.name, value=-sum(far(problem, turn) for turn in turns))

    def sentence(self, problem: Problem) -> Message:
        """Say what is aimed at."""
        return Message(N_("Ensuite, le moins possible de tours hors de la région de chacun."))


def far(problem: Problem, turn: Turn) -> bool:
    """Tell whether a turn takes its applicant out of her region."""
    regions = {problem.applicant(turn.applicant).region, problem.space(turn.space).region}
    return "" not in regions and len(regions) == 2
