"""Facts of a problem made ready for sentences: names that can be swapped for real ones, dates for periods."""

from __future__ import annotations

from collections.abc import Iterable

from scheduler.problem import Problem
from scheduler.text import Dates, Name


def who(applicant: str) -> Name:
    """Name an applicant."""
    return Name("applicant", applicant)


def where(space: str) -> Name:
    """Name a space."""
    return Name("space", space)


def stand_name(space: str, stand: str) -> Name:
    """Name a stand; its id alone may occur in several spaces."""
    return Name("stand", stand, space)


def when(problem: Problem, periods: Iterable[int]) -> tuple[Dates, ...]:
    """Return the dates of some periods, consecutive ones as one stretch; unknown indices are left out."""
    stretches: list[tuple[int, int]] = []
    for period in sorted(set(periods)):
        if not 0 <= period < len(problem.periods):
            continue
        if stretches and stretches[-1][1] == period - 1:
            stretches[-1] = (stretches[-1][0], period)
        else:
            stretches.append((period, period))
    return tuple(Dates(problem.periods[a].start, problem.periods[b].end) for a, b in stretches)
