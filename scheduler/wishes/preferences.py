"""Preferences: the spaces and periods people like best."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from scheduler.plan import Tier, Turn
from scheduler.problem import Problem, Request, Wish
from scheduler.text import N_, Message
from scheduler.variables import Goal
from scheduler.wishes.base import Objective

if TYPE_CHECKING:
    from scheduler.variables import Variables

BEST_RANK = 4
"""A space of this rank or beyond earns nothing; rank 1 earns one less than this for each period."""


class Preferences(Objective):
    """Each period held earns its preference (0–3) plus the credit of the space's rank: 3, 2, 1, then 0.

    Several stands in one turn count once. The credit is earned for each period, so that a long turn is worth
    as much as the short ones that would take its place.
    """

    name = "preferences"
    title = N_("Préférences")
    formula = "max Σ over turns, periods p of preferred(p) + max(0, 4 − rank(space))"

    def goals(self, model: Variables) -> list[Goal]:
        """Σ e_j · x_j, e_j = Σ_p preferred(p) + length_j · max(0, 4 − rank)."""
        terms = []
        for index, column in enumerate(model.options.columns):
            wish = model.problem.wish(column.applicant, column.space)
            liked = model.problem.request(column.applicant).preferred
            worth = credit(wish.rank) if wish else 0
            terms.append((index, column.length * worth + sum(liked.get(p, 0) for p in column.periods)))
        return [Goal(self.name, terms)]

    def measure(self, problem: Problem, turns: Sequence[Turn]) -> Tier:
        """Add up what the turns earn; a turn without a wish earns nothing."""
        return Tier(self.name, value=sum(earned(problem, turn) for turn in turns))

    def sentence(self, problem: Problem) -> Message:
        """Say what is aimed at."""
        return Message(N_("Ensuite, les salles et les périodes que chacun préfère."))


def credit(rank: int) -> int:
    """Return what each period in a space of this rank earns."""
    return max(0, BEST_RANK - rank)


def earned(problem: Problem, turn: Turn) -> int:
    """Return what one turn earns."""
    wish = problem.wish(turn.applicant, turn.space)
    return 0 if wish is None else earning(problem.request(turn.applicant), wish, turn.start, turn.length)


def earning(request: Request, wish: Wish, start: int, length: int) -> int:
    """Return what a turn in a wished space earns: its periods by the wish's rank, and the periods preferred."""
    liked = request.preferred
    return length * credit(wish.rank) + sum([liked.get(p, 0) for p in range(start, start + length)])
