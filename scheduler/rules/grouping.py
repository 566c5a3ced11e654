"""Ways to look at turns that several checks share. The postings to the solver must not use them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter

from scheduler.plan import Turn

_by_start = attrgetter("start")


def by_applicant(turns: Iterable[Turn]) -> dict[str, list[Turn]]:
    """Return each applicant's turns in date order."""
    groups: dict[str, list[Turn]] = {}
    for turn in sorted(turns, key=_by_start):
        groups.setdefault(turn.applicant, []).append(turn)
    return groups


def by_stand(turns: Iterable[Turn]) -> dict[tuple[str, str], list[Turn]]:
    """Return the turns on each (space, stand) in date order; a turn on three stands is in three lists."""
    groups: dict[tuple[str, str], list[Turn]] = {}
    for turn in sorted(turns, key=_by_start):
        groups.setdefault((turn.space, turn.stand), []).append(turn)
        for stand in turn.also:
            groups.setdefault((turn.space, stand), []).append(turn)
    return groups


def followers(turns: list[Turn]) -> Iterator[tuple[Turn, Turn]]:
    """Yield each turn of a list in date order after the one before it that ends last."""
    last = turns[0]
    for turn in turns[1:]:
        yield last, turn
        if turn.start + turn.length >= last.start + last.length:
            last = turn


def too_soon(turns: list[Turn], pause: Callable[[Turn], int]) -> Iterator[tuple[Turn, Turn]]:
    """Yield each turn of a list in date order that starts in the pause after one that had ended, with that one.

    Of several pauses the last to be over counts.
    """
    ended = deque(sorted(turns, key=lambda turn: turn.start + turn.length))
    last, ready = turns[0], 0
    for turn in turns:
        while ended[0].start + ended[0].length <= turn.start:
            first = ended.popleft()
            until = first.start + first.length + pause(first)
            if until >= ready:
                last, ready = first, until
        if turn.start < ready:
            yield last, turn
