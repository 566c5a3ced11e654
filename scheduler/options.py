"""The admissible columns: every turn a request may be given, before any rule weighs it against others.

A *column* is (applicant, space, stand kinds, start, length). It is admissible if the applicant wants the
space, the stands fit her needs, are open, and she is available for all of start … start + length − 1.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from scheduler.charters import Charters
from scheduler.problem import Problem, Request, Space, Stand


class Column(NamedTuple):
    """One possible turn. `kinds` indexes `Options.kinds`, one entry for each stand held."""

    applicant: str
    space: str
    kinds: tuple[int, ...]
    start: int
    length: int

    @property
    def periods(self) -> range:
        """The periods held."""
        return range(self.start, self.start + self.length)

    @property
    def turn(self) -> tuple[str, str, int, int]:
        """Applicant, space, start and length: what tells turns apart, whatever the stand."""
        return (self.applicant, self.space, self.start, self.length)


@dataclass(frozen=True, slots=True)
class Kind:
    """Stands of one space that nobody can tell apart: the same requests fit, the same periods are open."""

    space: str
    stands: tuple[Stand, ...]
    open: frozenset[int]


@dataclass(frozen=True, slots=True)
class Options:
    """All columns of a problem, sorted, with the stand kinds they name."""

    problem: Problem
    kinds: tuple[Kind, ...]
    columns: tuple[Column, ...]


def options(problem: Problem, people: Collection[str] | None = None) -> Options:
    """List the admissible columns, the same order for the same case however its lists are ordered.

    With `people`, only theirs; the stand kinds are those of the whole case all the same.
    """
    kinds: list[Kind] = []
    columns: list[Column] = []
    wishes, charters = _wishes(problem), Charters(problem)
    for space in sorted(problem.spaces, key=lambda space: space.id):
        wishing = wishes.get(space.id, [])
        first = len(kinds)
        kinds += _kinds(problem, charters, space, wishing)
        own = range(first, len(kinds))
        for request in wishing:
            if people is not None and request.applicant not in people:
                continue
            for group in _groups(kinds, own, request):
                opened = frozenset.intersection(*(kinds[kind].open for kind in group))
                columns += _turns(request, space.id, group, opened - request.unavailable)
    return Options(problem, tuple(kinds), tuple(sorted(columns)))


def estimate(problem: Problem) -> int:
    """Bound the number of columns from above without building one (closures and absences are left out)."""
    wishes, total, season = _wishes(problem), 0, len(problem.periods)
    charters = Charters(problem)
    for space in problem.spaces:
        wishing = wishes.get(space.id, [])
        kinds = _kinds(problem, charters, space, wishing)
        for request in wishing:
            lengths = range(request.min_length, min(request.max_length, season) + 1)
            groups = sum(1 for _ in _groups(kinds, range(len(kinds)), request))
            total += groups * sum(season - length + 1 for length in lengths)
    return total


def fits(stand: Stand, request: Request) -> bool:
    """area ≥ the area asked, and every feature asked is there."""
    return stand.area_m2 >= request.area_m2 and request.features <= stand.features


def _wishes(problem: Problem) -> dict[str, list[Request]]:
    """Return the requests that want each space, by applicant id."""
    wishing: dict[str, list[Request]] = {}
    for request in sorted(problem.requests, key=lambda request: request.applicant):
        for wish in request.spaces:
            wishing.setdefault(wish.space, []).append(request)
    return wishing


def _kinds(problem: Problem, charters: Charters, space: Space, wishing: list[Request]) -> list[Kind]:
    """Group the stands of a space; each is alone where its place on the floor matters.

    The place matters when rivals are kept apart, when a request holds several neighbours, and for a stand
    named by a pin.
    """
    apart = charters.at(space.id, "rivals_apart") or any(request.stands > 1 for request in wishing)
    named = {pin.stand for pin in problem.pins if pin.space == space.id}
    season = frozenset(range(len(problem.periods)))
    groups: dict[tuple[object, ...], list[Stand]] = {}
    needs = sorted({(request.area_m2, tuple(sorted(request.features))) for request in wishing})
    examples = [next(r for r in wishing if (r.area_m2, tuple(sorted(r.features))) == need) for need in needs]
    for stand in sorted(space.stands, key=lambda stand: stand.id):
        alone = stand.id if apart or stand.id in named else None
        welcome = tuple(fits(stand, request) for request in examples)
        groups.setdefault((alone, welcome, season - space.closed - stand.closed), []).append(stand)
    return [Kind(space.id, tuple(stands), season - space.closed - stands[0].closed) for stands in groups.values()]


def _groups(kinds: list[Kind], own: Iterable[int], request: Request) -> Iterator[tuple[int, ...]]:
    """Yield the kinds a turn of the request may hold: one kind, or a connected set of single stands."""
    fitting = [kind for kind in own if fits(kinds[kind].stands[0], request)]
    if request.stands == 1:
        yield from ((kind,) for kind in fitting)
        return
    cells: dict[tuple[int | None, int | None], list[int]] = {}
    for kind in fitting:
        cells.setdefault((kinds[kind].stands[0].x, kinds[kind].stands[0].y), []).append(kind)
    beside = {kind: _touching(kinds[kind].stands[0], cells) for kind in fitting}
    found = {frozenset((kind,)) for kind in fitting}
    for _ in range(min(request.stands, len(fitting) + 1) - 1):
        found = {group | {other} for group in found for kind in group for other in beside[kind] if other not in group}
    yield from sorted(tuple(sorted(group)) for group in found)


def _touching(stand: Stand, cells: dict[tuple[int | None, int | None], list[int]]) -> list[int]:
    """Return the kinds on the four cells around a stand; one that is not on the floor plan has none."""
    if stand.x is None or stand.y is None:
        return []
    around = ((stand.x - 1, stand.y), (stand.x + 1, stand.y), (stand.x, stand.y - 1), (stand.x, stand.y + 1))
    return [kind for cell in around for kind in cells.get(cell, ())]


def _turns(request: Request, space: str, group: tuple[int, ...], free: frozenset[int]) -> Iterator[Column]:
    """Yield the columns that lie within the free periods."""
    for start in sorted(free):
        end = start
        while end in free and end - start < request.max_length:
            end += 1
            if end - start >= request.min_length:
                yield Column(request.applicant, space, group, start, end - start)
