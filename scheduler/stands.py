"""Numbered stands: each chosen column gets stands of its kinds, the same for the whole turn.

Inside a kind turns are intervals, and no period holds more turns than the kind has stands. Taken by start,
each turn finds a stand free since an earlier turn ended: interval colouring never needs more colours than
the largest overlap. Where the place on the floor matters every stand is a kind of its own (options.py), so
neighbours and rivals are settled by the columns themselves.
"""

from __future__ import annotations

from collections.abc import Iterable

from scheduler.options import Column, Options
from scheduler.plan import Turn


def numbered(options: Options, chosen: Iterable[Column]) -> tuple[Turn, ...]:
    """Give each column its stands, lowest id first; ValueError if a kind is held by too many at once."""
    free_from: dict[int, list[int]] = {kind: [0] * len(facts.stands) for kind, facts in enumerate(options.kinds)}
    turns = []
    for column in sorted(chosen, key=lambda column: (column.start, column)):
        held = sorted(_take(options, free_from[kind], kind, column) for kind in column.kinds)
        turns.append(Turn(column.applicant, column.space, held[0], column.start, column.length, tuple(held[1:])))
    return tuple(sorted(turns, key=lambda turn: turn.order))


def _take(options: Options, free_from: list[int], kind: int, column: Column) -> str:
    """Take the first stand of the kind that is free when the turn starts."""
    for number, free in enumerate(free_from):
        if free <= column.start:
            free_from[number] = column.start + column.length
            return options.kinds[kind].stands[number].id
    raise ValueError(f"more turns than stands in {column.space} at period {column.start}")
