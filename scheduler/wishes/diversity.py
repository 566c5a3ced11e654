"""Diversity: many activities to see at once."""

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


class Diversity(Objective):
    """The number of (space, period, activity) in which the activity is shown there and then."""

    name = "diversity"
    title = N_("Diversité")
    formula = "max |{(space, period, activity) : a turn shows it}|"

    def goals(self, model: Variables) -> list[Goal]:
        """Σ y of every (space, period, activity), y ≤ Σ x_j that show it."""
        terms = [
            (model.shows(space, period, activity), 1)
            for space, period, _ in model.meetings()
            for activity in sorted(model.by_activity(space, period))
        ]
        return [Goal(self.name, terms)]

    def measure(self, problem: Problem, turns: Sequence[Turn]) -> Tier:
        """Count the different activities shown, space by space and period by period."""
        shown = {
            (turn.space, period, problem.applicant(turn.applicant).activity)
            for turn in turns
            for period in turn.periods
        }
        return Tier(self.name, value=len(shown))

    def sentence(self, problem: Problem) -> Message:
        """Say what is aimed at."""
        return Message(N_("Ensuite, le plus d'activités différentes à voir en même temps."))
