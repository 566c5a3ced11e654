"""Fairness: lift as many as possible to each level, the lowest first (leximin)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from scheduler.plan import Level, Tier, Turn
from scheduler.problem import Problem
from scheduler.text import N_, Message
from scheduler.wishes.base import Objective
from scheduler.wishes.levels import level_goals

if TYPE_CHECKING:
    from scheduler.variables import Goal, Variables

EVERY_LEVEL = 200
"""Up to here each level is told; above (points, long ledgers) only those after which the count changes."""


class Fairness(Objective):
    """An applicant reaches level ℓ when `received` plus what the plan gives her is at least ℓ × `share`.

    The plan is better when more applicants with a request reach level 1; if equal, level 2; and so on.
    What a turn gives, by the charter's measure: its periods, one turn, or points (the sum over its periods
    of period weight × space weight). Several stands in one turn count once.
    """

    name = "fairness"
    title = N_("Équité")
    formula = "lexicographic max over ℓ = 1, 2, … of |{r : received + Σ given(turn) ≥ ℓ × share}|"

    def goals(self, model: Variables) -> list[Goal]:
        """One goal a level ℓ: Σ over requests of u_{r,ℓ}, u_{r,ℓ} = 1 only if r reaches level ℓ.

        See wishes/levels.py for the rows that tie u to the columns.
        """
        return level_goals(model)

    def measure(self, problem: Problem, turns: Sequence[Turn]) -> Tier:
        """Count who reaches each level, from 1 to the highest anyone reaches."""
        given = amounts(problem, turns)
        reached: Counter[int] = Counter()
        for request in problem.requests:
            applicant = problem.applicant(request.applicant)
            total = applicant.received + given.get(applicant.id, 0)
            reached[total // applicant.share] += 1
        steps: list[Level] = []
        count = 0
        for level in sorted(filter(None, reached), reverse=True):
            count += reached[level]
            steps.append(Level(level, count))
        return Tier(self.name, levels=_fill_gaps(steps))

    def sentence(self, problem: Problem) -> Message:
        """Say what is counted."""
        return Message(_SENTENCES[problem.charter.measure])


def _fill_gaps(falling: list[Level]) -> tuple[Level, ...]:
    """Return the levels from 1 up, given those at which the count changes, highest first."""
    rising: list[Level] = []
    level = 1
    for step in reversed(falling):
        last = min(step.at_least, EVERY_LEVEL + 1)
        rising += [Level(at, step.count) for at in range(level, last)]
        rising.append(step)
        level = step.at_least + 1
    return tuple(rising)


def worth(problem: Problem, turn: Turn) -> int:
    """Return what a turn gives its applicant in the charter's measure."""
    if problem.charter.measure == "turns":
        return 1
    if problem.charter.measure == "periods":
        return turn.length
    weight = problem.space(turn.space).weight
    return weight * sum(problem.periods[period].weight for period in turn.periods)


def amounts(problem: Problem, turns: Iterable[Turn]) -> dict[str, int]:
    """Return what these turns give each applicant who has one."""
    given: dict[str, int] = {}
    for turn in turns:
        given[turn.applicant] = given.get(turn.applicant, 0) + worth(problem, turn)
    return given


_SENTENCES = {
    "periods": N_("D'abord, que chacun ait une période, puis deux, et ainsi de suite ; le passé compte."),
    "turns": N_("D'abord, que chacun ait un tour, puis deux, et ainsi de suite ; le passé compte."),
    "points": N_("D'abord, que chacun ait un point, puis deux, et ainsi de suite ; le passé compte."),
}
