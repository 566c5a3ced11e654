"""Ways out of clashes: parts of which every clash holds one at least, and none of them more than needed.

The clashes found are all there are exactly if every way out of them leaves the case possible: a clash not found holds
none of the others whole, so some part of each lies outside it, and a way out made of those would leave it standing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

MANY = 200
"""More ways out than this are not told."""


def ways_out(clashes: Iterable[Collection[int]]) -> list[frozenset[int]] | None:
    """Return every way out of clashes, each a set of numbers of parts, in no order; None if they are too many."""
    ways: set[frozenset[int]] = {frozenset()}
    for clash in clashes:
        longer = {way | {part} for way in ways if way.isdisjoint(clash) for part in clash}
        ways = {way for way in ways if not way.isdisjoint(clash)}
        ways |= {way for way in longer if not any(short < way for short in ways)}
        if len(ways) > MANY:
            return None
    return [way for way in ways if not any(short < way for short in ways)]
