"""A board cut into leaves of paper: each hall apart, and no more periods on a leaf than can be read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from app.planning.board import Board, Hall, Slot

WIDEST = 13  # columns of an A3 sheet on which a name is still read


@dataclass(frozen=True)
class Leaf:
    """A hall in some of the periods; ``number`` of ``count`` leaves of that hall."""

    hall: Hall
    number: int
    count: int
    periods: tuple[tuple[date, date], ...]


def leaves(board: Board) -> Iterator[Leaf]:
    """Hall by hall, leaves of about the same width; a turn over the edge is on both."""
    season = len(board.periods)
    count = -(-season // WIDEST)
    for hall in board.halls:
        for number in range(count):
            first, end = season * number // count, season * (number + 1) // count
            rows = tuple(replace(row, slots=tuple(_within(row.slots, first, end))) for row in hall.rows)
            yield Leaf(replace(hall, rows=rows), number + 1, count, board.periods[first:end])


def _within(slots: tuple[Slot, ...], first: int, end: int) -> Iterator[Slot]:
    for slot in slots:
        start, last = max(slot.start, first), min(slot.start + slot.span, end)
        if start < last:
            yield replace(slot, start=start, span=last - start)
