"""The columns of a repair: what stays, what may be given up, and the new turns the free places allow.

Every stand is a kind of its own, so that who is not moved keeps her very stand.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from scheduler.aftermath import Aftermath, Cell
from scheduler.blocks import blocks
from scheduler.options import Column, Kind, Options
from scheduler.plan import Turn
from scheduler.problem import Problem, Request, Space

Key = tuple[str, str, int, int]
"""What tells turns apart, whatever the stand: applicant, space, start, length."""


def key(turn: Turn) -> Key:
    """Return the key of a turn."""
    return (turn.applicant, turn.space, turn.start, turn.length)


MOST = 30_000
"""So many new turns are weighed at once; a wider choice is not built."""


@dataclass(slots=True)
class Openings:
    """`turns[i]` is the turn of column i: first those that `stay`, then the `movable`, then the new ones.

    `elsewhere`: the new columns that touch no place set free, by somebody who did not lose hers.
    """

    options: Options
    turns: list[Turn]
    stay: range
    movable: range
    new: range
    elsewhere: list[int] = field(default_factory=list)


def openings(
    before: Problem, state: Aftermath, movable: Collection[Turn], *, anywhere: bool, only: Collection[str] | None = None
) -> Openings | None:
    """Return the columns when these kept turns may be given up.

    `anywhere`: new turns may take every free place, else only places that fall free (all places for those who
    lost theirs, and for pins). `before`: the case before the order, for the lengths asked. `only`: new turns for
    these applicants alone. None: more than MOST new turns.
    """
    free = set(movable)
    stay = [*state.past, *(turn for turn in state.kept if turn not in free)]
    moving = [turn for turn in state.kept if turn in free]
    finder = _Finder(before, state, stay, moving)
    new: list[Turn] = []
    elsewhere = []
    for turn, touching in finder.turns(anywhere=anywhere, only=only):
        if not touching:
            elsewhere.append(len(stay) + len(moving) + len(new))
        new.append(turn)
        if len(new) > MOST:
            return None
    turns = [*stay, *moving, *new]
    kinds, number = _kinds(state.problem)
    columns = tuple(
        Column(t.applicant, t.space, tuple(sorted(number[t.space, stand] for stand in t.stands)), t.start, t.length)
        for t in turns
    )
    first, second = len(stay), len(stay) + len(moving)
    return Openings(
        Options(state.problem, kinds, columns),
        turns,
        range(first),
        range(first, second),
        range(second, len(turns)),
        elsewhere,
    )


def _kinds(problem: Problem) -> tuple[tuple[Kind, ...], dict[tuple[str, str], int]]:
    """Return a kind for each stand, and its number."""
    season = frozenset(range(len(problem.periods)))
    pairs = [(space, stand) for space in problem.spaces for stand in space.stands]
    kinds = tuple(Kind(space.id, (stand,), season - space.closed - stand.closed) for space, stand in pairs)
    return kinds, {(space.id, stand.id): number for number, (space, stand) in enumerate(pairs)}


class _Finder:
    """Looks for the new turns the free places allow."""

    def __init__(self, before: Problem, state: Aftermath, stay: Sequence[Turn], moving: Sequence[Turn]) -> None:
        self.before, self.state, self.problem = before, state, state.problem
        self.moving = set(moving)
        self.touched: set[Cell] = state.freed | {cell for turn in moving for cell in _cells(turn)}
        self.free = _free(state, stay)
        self.busy: dict[str, set[int]] = {}
        self.count: dict[str, int] = {}
        for turn in stay:
            self.busy.setdefault(turn.applicant, set()).update(turn.periods)
            self.count[turn.applicant] = self.count.get(turn.applicant, 0) + 1
        self.pinned = {(pin.applicant, pin.space, pin.start, pin.length) for pin in self.problem.pins}
        self.roaming = state.looking | {turn.applicant for turn in moving}

    def turns(self, *, anywhere: bool, only: Collection[str] | None) -> Iterator[tuple[Turn, bool]]:
        """Yield new turns, and whether each touches a place set free (or is of one who lost hers)."""
        for request in self.before.requests:
            applicant = request.applicant
            if applicant in self.state.withdrawn or (only is not None and applicant not in only):
                continue
            if self.count.get(applicant, 0) >= request.max_turns:
                continue
            for wish in request.spaces:
                for turn in self._in_space(request, self.problem.space(wish.space)):
                    touching = applicant in self.roaming or not self.touched.isdisjoint(_cells(turn))
                    touching = touching or key(turn) in self.pinned
                    if (touching or anywhere) and turn not in self.moving:
                        yield turn, touching

    def _in_space(self, request: Request, space: Space) -> Iterator[Turn]:
        """Yield every turn of a request on free stands of a space."""
        if not any(self.free[space.id, stand.id] for stand in space.stands):
            return
        mine = request.unavailable | self.busy.get(request.applicant, set())
        for group in blocks(space, request):
            free = set.intersection(*(self.free[space.id, stand] for stand in group)) - mine
            for start in sorted(free):
                end = start
                while end in free and end - start < request.max_length:
                    end += 1
                    if end - start >= request.min_length:
                        yield Turn(request.applicant, space.id, group[0], start, end - start, group[1:])


def _free(state: Aftermath, stay: Sequence[Turn]) -> dict[tuple[str, str], set[int]]:
    """Return the periods still to come in which each stand is open and held by nobody who stays."""
    season = range(state.since, len(state.problem.periods))
    free = {
        (space.id, stand.id): set(season) - space.closed - stand.closed
        for space in state.problem.spaces
        for stand in space.stands
    }
    for turn in stay:
        for stand in turn.stands:
            free[turn.space, stand].difference_update(turn.periods)
    return free


def _cells(turn: Turn) -> Iterator[Cell]:
    """Yield the places a turn occupies."""
    return ((turn.space, stand, period) for stand in turn.stands for period in turn.periods)
