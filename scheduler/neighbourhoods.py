"""Parts of a plan that are freed and solved anew: a space, a pair of spaces, a window of periods."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import combinations

from scheduler.variables import Variables

WINDOW = 5
"""Periods in a window; the next one starts half a window later."""


def neighbourhoods(model: Variables, order: random.Random) -> Iterator[list[int]]:
    """Yield the columns of each part, all parts once, in a random order of the given source."""
    problem = model.problem
    ids = sorted(space.id for space in problem.spaces)
    parts: list[tuple[frozenset[str], range]] = []
    season = len(problem.periods)
    for start in range(0, season, max(1, WINDOW // 2)):
        parts += [(frozenset(group), range(start, start + WINDOW)) for group in _near(ids, order)]
    parts += [(frozenset((space,)), range(season)) for space in ids]
    order.shuffle(parts)
    for spaces, window in parts:
        yield [
            index
            for index, column in enumerate(model.options.columns)
            if column.space in spaces and column.start >= window.start and column.start + column.length <= window.stop
        ]


def _near(ids: list[str], order: random.Random) -> list[tuple[str, ...]]:
    """Return groups of spaces: all together where they are few, else some pairs."""
    if len(ids) <= 6:
        return [tuple(ids)]
    pairs = list(combinations(ids, 2))
    return order.sample(pairs, min(len(pairs), len(ids)))
