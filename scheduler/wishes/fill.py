"""Fill: as few empty stands as possible."""

from __future__ import annotations

from collections.abc import Sequence

from scheduler.plan import Tier, Turn
from scheduler.problem import Problem
from scheduler.text import N_, Message
from scheduler.wishes.base import Objective


class Fill(Objective):
    """The number of occupied stand-periods, all alike: a turn of length ℓ on k stands counts ℓ × k."""

    name = "fill"
    title = N_("Remplissage")
    formula = "max Σ over turns of length × number of stands"

    def measure(self, problem: Problem, turns: Sequence[Turn]) -> Tier:
        """Count occupied stand-periods."""
        return Tier(self.name, value=sum(turn.length * (1 + len(turn.also)) for turn in turns))

    def sentence(self, problem: Problem) -> Message:
        """Say what is aimed at."""
        return Message(N_("Ensuite, le moins de stands vides possible."))
