"""Where somebody may go on the board: every place judged before anything is moved, without a solver.

The same judgement as `Board.judge`, with what does not depend on the stand asked once for all stands of a space
and start. The first thing that forbids a place outright is enough: nothing further is asked of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
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
    codes = {violation.rule for violation in violations}
    return "allowed" if not codes else "breach" if codes <= OVERRIDABLE else "impossible"


class Targets:
    """The places for one applicant: those her `turn` could move to, or (None) a further turn could take."""

    def __init__(self, board: Board, applicant: str, turn: Turn | None = None) -> None:
        self.board, self.problem, self.applicant, self.turn = board, board.problem, applicant, turn
        self._removed = () if turn is None else (turn,)
        self._alone = [rule for rule in board.alone if rule.code not in ALIKE]
        self._standwise = [rule for rule in board.local if rule.code not in ALIKE]
        self._never = [rule for rule in board.local if not rule.overridable]
        self._shared: dict[tuple[str, int, int, int], tuple[Violation, ...]] = {}

    def moves(self) -> Iterator[tuple[str, str, int, Target]]:
        """Yield (space, stand, start, target) for every stand and period of the season where the turn could start."""
        lengths = self._lengths()
        for space in self.problem.spaces:
            places = self._places(space)
            for start in range(len(self.problem.periods) - lengths[-1] + 1):
                for stand, choices in places.items():
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
                yield other, self._judged_shortly(self.exchange(other))

    def _judged_shortly(self, swap: Swap) -> Target:
        """Judge a change until its state is known."""
        if self.board.strange(swap):
            return Target(swap, self.board.strange(swap))
        found = self.board.personal(swap)
        state = state_of(found)
        if state == "allowed":
            found = self.board.shared(swap)
        elif state == "breach" and len({turn.length for turn in (*swap.removed, *swap.added)}) > 1:
            found += self.board.newly(self._never, swap)
        return Target(swap, tuple(found))

    def exchange(self, other: Turn) -> Swap:
        """Return the swap by which two turns change places, each keeping its length."""
        if self.turn is None:
            return Swap((other,), (replace(other, applicant=self.applicant),))
        mine, hers = self.turn, other
        return Swap(
            (mine, hers),
            (
                replace(mine, space=hers.space, stand=hers.stand, also=hers.also, start=hers.start),
                replace(hers, space=mine.space, stand=mine.stand, also=mine.also, start=mine.start),
            ),
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
        found = self._of_the_stand(turn, swap)
        if state_of(found) != "impossible":
            found += self._of_the_place(turn, swap)
        return Target(swap, tuple(found))

    def _of_the_stand(self, turn: Turn, swap: Swap) -> list[Violation]:
        """Return what depends on this very stand; where somebody holds it, that alone is told."""
        others = [held for held in self.board.holders(turn.space, turn.stands, turn.periods) if held != self.turn]
        if others:
            return list(_SINGLE.check(self.problem, (*others, turn)))
        found = [violation for rule in self._alone for violation in rule.check(self.problem, swap.added)]
        rules = [rule for rule in self._standwise if rule.code != "stand_single"]
        return found + self.board.newly(rules, swap)

    def _of_the_place(self, turn: Turn, swap: Swap) -> tuple[Violation, ...]:
        """Return what does not depend on the stand, asked once for a space, start and length."""
        key = (turn.space, turn.start, turn.length, len(turn.stands))
        if key not in self._shared:
            alone = (rule for rule in self.board.alone if rule.code in ALIKE)
            found = [violation for rule in alone for violation in rule.check(self.problem, swap.added)]
            found += self.board.of_people(swap)
            if state_of(found) != "impossible":
                alike = [rule for rule in self.board.local if rule.code in ALIKE]
                found += self.board.newly(alike, swap) + self.board.of_quotas(swap)
            self._shared[key] = tuple(found)
        return self._shared[key]
