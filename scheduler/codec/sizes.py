"""Cases too large to be weighed, told before anything is built: ways to place neighbours, levels of fairness."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import accumulate

from scheduler.errors import Fault
from scheduler.problem import Problem, Request, Space, Stand

MOST_WAYS = 20_000
"""A request for neighbouring stands, and each smaller part of it, may be met in so many ways in a space."""
MOST_LEVELS = 5_000
"""Points may lift one applicant through so many fairness levels in a season."""


MOST_WORK = 300_000
"""Stands written down while the ways are counted: what a second or so can do."""


def oversized(problem: Problem) -> Iterator[Fault]:
    """Yield what no plan could be weighed for."""
    spaces = {space.id: space for space in problem.spaces}
    known: dict[tuple[frozenset[Stand], int], bool] = {}
    for number, request in enumerate(problem.requests):
        if request.stands == 1:
            continue
        for wish in request.spaces:
            space = spaces.get(wish.space)
            if space is not None and _too_many_ways(space, request, known):
                yield Fault(
                    f"requests[{number}].stands",
                    f'{request.stands} neighbouring stands of "{space.id}" can be chosen in too many ways',
                )
                break
    yield from _too_many_levels(problem)


def _too_many_ways(space: Space, request: Request, known: dict[tuple[frozenset[Stand], int], bool]) -> bool:
    """Tell whether the ways cannot be counted through; stands that do not fit play no part."""
    fitting = frozenset(s for s in space.stands if s.area_m2 >= request.area_m2 and request.features <= s.features)
    key = fitting, request.stands
    if key not in known:
        known[key] = _uncountable(fitting, request.stands)
    return known[key]


def _uncountable(stands: frozenset[Stand], size: int) -> bool:
    """Grow connected sets stand by stand; tell whether they become too many, or too long to write down."""
    beside = _neighbours(stands)
    found, written = {frozenset((name,)) for name in beside}, 0
    for _ in range(size - 1):
        larger: set[frozenset[str]] = set()
        for group in found:
            larger.update(group | {near} for name in group for near in beside[name] if near not in group)
            written += len(group)
            if len(larger) > MOST_WAYS or written > MOST_WORK:
                return True
        if not larger:
            return False
        found = larger
    return False


def _neighbours(stands: frozenset[Stand]) -> dict[str, list[str]]:
    """Return the stands that share a side with each stand on the floor plan."""
    cells: dict[tuple[int, int], list[str]] = {}
    for stand in stands:
        if stand.x is not None and stand.y is not None:
            cells.setdefault((stand.x, stand.y), []).append(stand.id)
    return {
        name: [near for cell in ((x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)) for near in cells.get(cell, ())]
        for (x, y), names in cells.items()
        for name in names
    }


def _too_many_levels(problem: Problem) -> Iterator[Fault]:
    """Tell of ladders too long: as high as the turns of a request reach, a step for each unit or each share."""
    weights = sorted((period.weight for period in problem.periods), reverse=True)
    places = [space.weight for space in problem.spaces]
    unit = math.gcd(*weights) * math.gcd(*places)
    if problem.charter.measure != "points" or not unit:
        return
    best = [0, *accumulate(weights)]
    shares = {applicant.id: applicant.share for applicant in problem.applicants}
    levels = max(
        (
            best[min(request.max_turns * request.max_length, len(weights))]
            * max(places)
            // max(unit, shares[request.applicant])
            for request in problem.requests
        ),
        default=0,
    )
    if levels > MOST_LEVELS:
        yield Fault(
            "charter.measure",
            f"points from weights so far apart make {levels} fairness levels, more than {MOST_LEVELS}; "
            "use smaller weights of periods and spaces",
        )
