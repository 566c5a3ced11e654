"""The reserve list: who has no turn, lowest level first, each with the first thing that stands in the way of one.

A short answer for a list of hundreds: where a stand that fits is free at a date she can come, the first few such
places are judged; ``why_not`` gives the whole answer on a page of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from app.planning.editing import Desk
from scheduler.blocks import fitting
from scheduler.problem import Applicant, Request
from scheduler.targets import OVERRIDABLE, Targets
from scheduler.text import Message

JUDGED = 4  # free places judged for one answer

Why = Literal["no_fit", "no_date", "taken", "free", "but"]
Place = tuple[str, str, int]
"""(space, stand, start)."""


@dataclass(frozen=True)
class Waiting:
    """Somebody without a turn, her level before this plan, and why.

    ``no_fit``: no stand of the spaces asked for is right. ``no_date``: no run of periods is long enough.
    ``taken``: those that are right are held or closed. ``free``: ``place`` (space, start, length) is there to be given.
    ``but``: some are free, and ``breach`` speaks against it.
    """

    who: Applicant
    level: int
    why: Why
    place: tuple[str, int, int] | None = None
    breach: Message | None = None


@lru_cache(maxsize=12)
def waiting_of(desk: Desk) -> tuple[Waiting, ...]:
    """Everybody who asked and has no turn."""
    problem = desk.problem
    people = (problem.applicant(one.applicant) for one in problem.requests if not desk.turns_of(one.applicant))
    free = _free(desk)
    found = (_waiting(desk, free, who) for who in people)
    return tuple(sorted(found, key=lambda one: (one.level, one.who.id)))


def _free(desk: Desk) -> dict[str, int]:
    """The free periods of each stand, as bits."""
    season = (1 << len(desk.problem.periods)) - 1
    free = {}
    for space in desk.problem.spaces:
        for stand in space.stands:
            bits = season
            for period in space.closed | stand.closed:
                bits &= ~(1 << period)
            for turn in desk.board.by_stand.get((space.id, stand.id), ()):
                bits &= ~(((1 << turn.length) - 1) << turn.start)
            free[stand.id] = bits
    return free


def _starts(bits: int, length: int) -> int:
    """The starts of runs of ``length`` periods within some periods, as bits."""
    found = bits
    for step in range(1, length):
        found &= bits >> step
    return found


def _waiting(desk: Desk, free: dict[str, int], who: Applicant) -> Waiting:
    level, request = who.received // who.share, desk.problem.request(who.id)
    come = (1 << len(desk.problem.periods)) - 1
    for period in request.unavailable:
        come &= ~(1 << period)
    if not _starts(come, request.min_length):
        return Waiting(who, level, "no_date")
    spaces = [desk.problem.space(wish.space) for wish in sorted(request.spaces, key=lambda wish: wish.rank)]
    stands = [(space.id, stand.id) for space in spaces for stand in fitting(space, request)]
    if not stands:
        return Waiting(who, level, "no_fit")
    return _judged(desk, who, level, request, list(_places(stands, free, come, request.min_length)))


def _places(stands: list[tuple[str, str]], free: dict[str, int], come: int, length: int) -> Iterator[Place]:
    """A few free places, no two of one space and start."""
    seen: set[tuple[str, int]] = set()
    for space, stand in stands:
        starts = _starts(free[stand] & come, length)
        while starts and len(seen) < JUDGED:
            start = (starts & -starts).bit_length() - 1
            starts &= starts - 1
            if (space, start) not in seen:
                seen.add((space, start))
                yield space, stand, start


def _judged(desk: Desk, who: Applicant, level: int, request: Request, places: list[Place]) -> Waiting:
    if not places:
        return Waiting(who, level, "taken")
    targets, first = Targets(desk.board, request.applicant), None
    for space, stand, start in places:
        target = targets.at(space, stand, start, request.min_length)
        if target.state == "allowed":
            return Waiting(who, level, "free", (space, start, request.min_length))
        hard = [one for one in target.violations if one.rule not in OVERRIDABLE]
        first = first or (hard or list(target.violations))[0].message
    return Waiting(who, level, "but", breach=first)
