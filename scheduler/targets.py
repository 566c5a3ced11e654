"""Where somebody may go on the board: every place judged before anything is moved, without a solver.

The same judgement as `Board.judge`, with what does not depend on the stand asked once for all stands of a space
and start. The first thing that forbids a place outright is enough: nothing further is asked of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from scheduler.blocks import blocks
from scheduler.board import Board, Swap
from scheduler.plan import Turn
from scheduler.problem import Space
from scheduler.rulebook import RULES
from scheduler.rules.base import Violation
from scheduler.rules.stand_single import StandSingle

State = Literal["allowed", "breach", "impossible"]

OVERRIDABLE = frozenset(rule.code for rule in RULES if rule.overridable)
"""Codes of the rules a person may decide against, with a reason."""
ALIKE = frozenset(
    {"known", "wanted_spaces", "availability", "forbidden", "turn_length"}
    | {"max_same_activity", "max_same_family", "min_activities"}
)
"""Rules that say the same whichever stand of a space is taken; any other is asked stand by stand."""

_SINGLE = StandSingle()
Place = tuple[str, int, int, int]
"""What places of a hall have in common: space, start, length, number of stands."""


@dataclass(frozen=True, slots=True)
class Target:
    """A change to the plan, and what it would newly break."""

    swap: Swap
    violations: tuple[Violation, ...] = ()

    @property
    def state(self) -> State:
        """Whether the change may be made, made with a reason, or not at all."""
        return state_of(self.violations)


def state_of(violations: Iterable[Violation]) -> State:
    """Tell what some violations make of a change."""
    state: State = "allowed"
    for violation in violations:
        if violation.rule not in OVERRIDABLE:
            return "impossible"
        state = "breach"
    return state


class Targets:
    """The places for one applicant: those her `turn` could move to, or (None) a further turn could take.

    What many places share is asked once: what her other turns say of a start and length, what a hall says of it;
    and of every other turn only what changing places with hers would change for its own holder.
    """

    def __init__(self, board: Board, applicant: str, turn: Turn | None = None) -> None:
        self.board, self.problem, self.applicant, self.turn = board, board.problem, applicant, turn
        self._removed = () if turn is None else (turn,)
        self._everywhere = [rule for rule in board.alone if rule.code in ALIKE]
        self._alone = [rule for rule in board.alone if rule.code not in ALIKE]
        self._standwise = [rule for rule in board.local if rule.code not in ALIKE and rule.code != _SINGLE.code]
        self._alike = [rule for rule in board.local if rule.code in ALIKE]
        self._hard = [rule for rule in board.alone if not rule.overridable and rule.code != "known"]
        self._local = [rule for rule in board.local if rule.code != _SINGLE.code]
        self._own: dict[Place, tuple[Violation, ...]] = {}
        self._shared: dict[Place, tuple[Violation, ...]] = {}

    def taken(self) -> Iterator[tuple[str, str, int, Turn]]:
        """Yield (space, stand, period, turn) wherever somebody else holds a stand: no turn of hers can start there."""
        for held in self.board.turns:
            if held != self.turn:
                for stand in held.stands:
                    for period in held.periods:
                        yield held.space, stand, period, held

    def moves(self) -> Iterator[tuple[str, str, int, Target]]:
        """Yield (space, stand, start, target) for every stand and period that is not `taken`."""
        lengths = self._lengths()
        held = {(space, stand, period) for space, stand, period, _turn in self.taken()}
        for space in self.problem.spaces:
            places = self._places(space)
            for start in range(len(self.problem.periods) - lengths[-1] + 1):
                for stand, choices in places.items():
                    if (space.id, stand, start) not in held:
                        yield space.id, stand, start, self._best(space.id, choices, start, lengths)

    def at(self, space: str, stand: str, start: int, length: int | None = None) -> Target:
        """Return what starting on one stand in one period would do; `length` None: as in `moves`."""
        season = len(self.problem.periods)
        if not self.problem.has_stand(space, stand) or not 0 <= start < season or (length is not None and length < 1):
            return self.judged(Swap(self._removed, (Turn(self.applicant, space, stand, start, length or 1),)))
        lengths = self._lengths() if length is None else range(length, length - 1, -1)
        return self._best(space, self._places(self.problem.space(space))[stand], start, lengths)

    def exchanges(self) -> Iterator[tuple[Turn, Target]]:
        """Yield what changing places with each other turn would do; without a turn: what taking its place would.

        The state is right; of a breach only the first is told (`judged` tells them all).
        """
        for other in self.board.turns:
            if other.applicant != self.applicant:
                yield other, self._judged_shortly(other, self.exchange(other))

    def _judged_shortly(self, other: Turn, swap: Swap) -> Target:
        """Judge an exchange until its state is known: hers first, then the other's, then what they share."""
        mine, *theirs = swap.added
        if any(turn.start + turn.length > len(self.problem.periods) for turn in swap.added):
            return Target(swap, self.board.strange(swap))
        if met := self._met(swap):
            return Target(swap, tuple(_SINGLE.check(self.problem, met)))
        found = self._of_hers(mine)
        if state_of(found) != "impossible":
            found += self._of_theirs(Swap((other,), tuple(theirs)), only_hard=bool(found))
        if not found:
            found += self.board.newly(self._local, swap) + self.board.of_quotas(swap)
        return Target(swap, tuple(found))

    def _of_theirs(self, swap: Swap, *, only_hard: bool) -> list[Violation]:
        """Return what the other half of an exchange breaks for the other person alone."""
        if not only_hard:
            return self.board.personal(swap)
        found = [one for rule in self._hard for one in rule.check(self.problem, swap.added)]
        return found + self.board.of_people(swap, only_hard=True)

    def _met(self, swap: Swap) -> list[Turn]:
        """Return a turn put in with those it would meet on one of its stands; empty if none meets any."""
        if self._alone_everywhere and len({turn.length for turn in (*swap.removed, *swap.added)}) == 1:
            return []
        for number, turn in enumerate(swap.added):
            there = self.board.holders(turn.space, turn.stands, turn.periods)
            met = [held for held in there if held not in swap.removed]
            met += [one for one in swap.added[:number] if _meet(turn, one)]
            if met:
                return [*met, turn]
        return []

    @cached_property
    def _alone_everywhere(self) -> bool:
        """Whether nobody shares a stand now: then turns of one length that change places meet nobody."""
        seats = [
            (turn.space, stand, period) for turn in self.board.turns for stand in turn.stands for period in turn.periods
        ]
        return len(seats) == len(set(seats))

    def exchange(self, other: Turn) -> Swap:
        """Return the swap by which two turns change places, each keeping its length."""
        if self.turn is None:
            return Swap((other,), (_put(self.applicant, other, other.length),))
        return Swap(
            (self.turn, other),
            (_put(self.applicant, other, self.turn.length), _put(other.applicant, self.turn, other.length)),
        )

    def leaving(self) -> Target:
        """Return what taking the turn away would do."""
        return self.judged(Swap(self._removed))

    def judged(self, swap: Swap) -> Target:
        """Judge a change, until the first thing that forbids it outright."""
        if self.board.strange(swap):
            return Target(swap, self.board.strange(swap))
        found = self.board.personal(swap)
        if state_of(found) != "impossible":
            found += self.board.shared(swap)
        return Target(swap, tuple(found))

    def _lengths(self) -> range:
        """Return the lengths tried, the longest first."""
        if self.turn is not None:
            return range(self.turn.length, self.turn.length - 1, -1)
        if not self.problem.has_request(self.applicant):
            return range(1, 0, -1)
        request = self.problem.request(self.applicant)
        return range(min(request.max_length, len(self.problem.periods)), request.min_length - 1, -1)

    def _places(self, space: Space) -> dict[str, list[tuple[str, ...]]]:
        """Return, for each stand, the sets of stands that hold it and could be taken; itself alone if there is none."""
        count = 1 if self.turn is None else len(self.turn.stands)
        if self.problem.has_request(self.applicant):
            request = self.problem.request(self.applicant)
            count = request.stands if self.turn is None else count
            if count > 1:
                sets = blocks(space, replace(request, stands=count))
                with_it = {stand.id: [block for block in sets if stand.id in block] for stand in space.stands}
                return {stand: found or [(stand,)] for stand, found in with_it.items()}
        return {stand.id: [(stand.id,)] for stand in space.stands}

    def _best(self, space: str, choices: list[tuple[str, ...]], start: int, lengths: range) -> Target:
        """Return the best of the ways to start on a stand: allowed, else with a breach, the longest first."""
        best: Target | None = None
        for length in lengths:
            for block in choices:
                target = self._judge(Turn(self.applicant, space, block[0], start, length, block[1:]))
                state = target.state
                if state == "allowed":
                    return target
                if best is None or (state == "breach" and best.state == "impossible"):
                    best = target
        assert best is not None  # noqa: S101 (there is a length and a set of stands)
        return best

    def _judge(self, turn: Turn) -> Target:
        swap = Swap(self._removed, (turn,))
        if turn.start + turn.length > len(self.problem.periods):
            return Target(swap, self.board.strange(swap))
        others = [held for held in self.board.holders(turn.space, turn.stands, turn.periods) if held != self.turn]
        if others:
            return Target(swap, tuple(_SINGLE.check(self.problem, (*others, turn))))
        found = self._of_hers(turn)
        if state_of(found) != "impossible":
            found += self.board.newly(self._standwise, swap)
            found += self._of_the_hall(turn, swap)
        return Target(swap, tuple(found))

    def _of_hers(self, turn: Turn) -> list[Violation]:
        """Return what a place breaks for her alone: its stand looked at, the rest asked once for a start and length."""
        key = (turn.space, turn.start, turn.length, len(turn.stands))
        if key not in self._own:
            found = [one for rule in self._everywhere for one in rule.check(self.problem, (turn,))]
            self._own[key] = (*found, *self.board.of_people(Swap(self._removed, (turn,))))
        return [*(one for rule in self._alone for one in rule.check(self.problem, (turn,))), *self._own[key]]

    def _of_the_hall(self, turn: Turn, swap: Swap) -> tuple[Violation, ...]:
        """Return what whoever else is in the hall, and the quotas, say of a start and length on any stand."""
        key = (turn.space, turn.start, turn.length, len(turn.stands))
        if key not in self._shared:
            self._shared[key] = (*self.board.newly(self._alike, swap), *self.board.of_quotas(swap))
        return self._shared[key]


def _put(applicant: str, place: Turn, length: int) -> Turn:
    """Return a turn that starts where another one does."""
    return Turn(applicant, place.space, place.stand, place.start, length, place.also)


def _meet(one: Turn, other: Turn) -> bool:
    """Tell whether two turns share a stand and a period."""
    apart = one.start >= other.start + other.length or other.start >= one.start + one.length
    return one.space == other.space and not apart and not set(one.stands).isdisjoint(other.stands)
