"""What every objective tier is: `measure` recounts a finished plan in plain Python."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from scheduler.plan import Tier, Turn
from scheduler.problem import Problem, TierName
from scheduler.text import Message

if TYPE_CHECKING:
    from scheduler.variables import Goal, Variables


class Objective:
    """One objective, maximised in the charter's order after all tiers before it.

    `name` is its key in the charter's `tiers`, `title` heads it (French), `formula` states it.
    """

    name: ClassVar[TierName]
    title: ClassVar[str]
    formula: ClassVar[str]

    def goals(self, model: Variables) -> list[Goal]:
        """Return what the model maximises for this tier, from first to last; makes the booleans it needs."""
        raise NotImplementedError

    def measure(self, problem: Problem, turns: Sequence[Turn]) -> Tier:
        """Recount what these turns reach; the tier's bounds are None."""
        raise NotImplementedError

    def sentence(self, problem: Problem) -> Message:
        """Say what is aimed at to the people it concerns."""
        raise NotImplementedError
