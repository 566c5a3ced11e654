"""Fill: as few empty stands as possible."""

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


class Fill(Objective):
    """The number of occupied stand-periods, all alike: a turn of length ℓ on k stands counts ℓ × k."""

    name = "fill"
    title = N_("Remplissage")
    formula = "max Σ over turns of length × number of stands"

    def goals(self, model: Variables) -> list[Goal]:
        """Σ length_j · stands_j · x_j."""
        columns = enumerate(model.options.columns)
        return [Goal(self.name, [(index, column.length * len(column.kinds)) for index, column in columns])]

    def measure(self, problem: Problem, turns: Sequence[Turn]) -> Tier:
        """Count occupied stand-periods."""
        return Tier(self.name, value=sum(turn.length * (1 + len(turn.also)) for turn in turns))

    def sentence(self, problem: Problem) -> Message:
        """Say what is aimed at."""
        return Message(N_("Ensuite, le moins de stands vides possible."))
