"""Where a request fits: the stands, or the sets of neighbouring stands, of a space that have what was asked."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.problem import Request, Space, Stand

MOST = 2_000
"""Sets of neighbouring stands looked at in one space; a very large hall has more, all much alike."""


def fitting(space: Space, request: Request) -> list[Stand]:
    """Return the stands with the area and the features asked, closed or not."""
    return [stand for stand in space.stands if stand.area_m2 >= request.area_m2 and request.features <= stand.features]


def blocks(space: Space, request: Request) -> list[tuple[str, ...]]:
    """Return the sets of stands a turn of this request could hold, each sorted, at most MOST."""
    stands = fitting(space, request)
    if request.stands == 1:
        return [(stand.id,) for stand in stands]
    columns: dict[int | None, list[Stand]] = {}
    for stand in stands:
        columns.setdefault(stand.x, []).append(stand)
    beside = {stand.id: [other.id for other in _close(stand, columns) if other.beside(stand)] for stand in stands}
    found: dict[tuple[str, ...], None] = {}
    for block in _grow(beside, request.stands):
        found[block] = None
        if len(found) == MOST:
            break
    return list(found)


def _close(stand: Stand, columns: dict[int | None, list[Stand]]) -> list[Stand]:
    """Return the stands of the same and the next columns of the floor plan, in which neighbours are."""
    if stand.x is None:
        return []
    return [other for x in (stand.x - 1, stand.x, stand.x + 1) for other in columns.get(x, ())]


def _grow(beside: dict[str, list[str]], size: int) -> Iterator[tuple[str, ...]]:
    """Yield every connected set of that size once, by adding neighbours to smaller connected sets."""
    seen: set[tuple[str, ...]] = set()
    waiting: list[tuple[str, ...]] = [(stand,) for stand in sorted(beside, reverse=True)]
    while waiting and len(seen) < MOST * size:
        block = waiting.pop()
        if len(block) == size:
            yield block
            continue
        around = {near for stand in block for near in beside[stand]}.difference(block)
        for near in sorted(around, reverse=True):
            larger = tuple(sorted((*block, near)))
            if larger not in seen:
                seen.add(larger)
                waiting.append(larger)
