"""Stability: what was published stays."""

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


class Stability(Objective):
    """Published turns kept: same applicant, space, start and length; another stand is no move."""

    name = "stability"
    title = N_("Stabilité")
    formula = "max |{published turns whose applicant, space, start and length are in the plan}|"

    def goals(self, model: Variables) -> list[Goal]:
        """Σ x_j of the columns with applicant, space, start and length of a published turn."""
        kept = {(turn.applicant, turn.space, turn.start, turn.length) for turn in model.problem.published}
        columns = enumerate(model.options.columns)
        return [Goal(self.name, [(index, 1) for index, column in columns if column.turn in kept])]

    def measure(self, problem: Problem, turns: Sequence[Turn]) -> Tier:
        """Count the published turns that stay."""
        placed = {(turn.applicant, turn.space, turn.start, turn.length) for turn in turns}
        kept = {(turn.applicant, turn.space, turn.start, turn.length) for turn in problem.published}
        return Tier(self.name, value=len(placed & kept))

    def sentence(self, problem: Problem) -> Message:
        """Say what is aimed at."""
        return Message(N_("Ensuite, le moins de changements possible à ce qui est déjà publié."))
