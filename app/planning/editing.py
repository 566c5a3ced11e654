"""A draft plan under edit: the case with today's pins and bans, the turns, one change judged, the plan rewritten.

The case stays the frozen one; only the manager's decisions are those of now, so that a pin set a minute ago binds
the next move, and the pins of a partial solve bind nobody afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from app.models import Decision, DecisionKind
from app.planning.judge import plan_of, problem_of
from app.planning.keys import exhibitor_key, space_key, stand_key
from app.planning.proof import retold
from scheduler.board import Board, Swap
from scheduler.codec import canonical_bytes, encode_plan, encode_turn
from scheduler.plan import Plan, Turn
from scheduler.problem import Forbidden, Pin, Problem
from scheduler.rules.base import Violation
from scheduler.staying import Staying
from scheduler.targets import Target, Targets
from scheduler.verify import verify

__all__ = ["Change", "Desk", "Spot", "Target", "Turn", "desk", "rewrite", "spoken_turn", "written_turn"]

Change = Swap


@dataclass(frozen=True)
class Decided:
    """The decisions of now; ``settled``: the permanent exhibitors, whose pins are those of the case."""

    pins: tuple[Pin, ...]
    bans: tuple[Forbidden, ...]
    settled: frozenset[str]


@dataclass(frozen=True)
class Spot:
    """A place on the board, by the keys of the case: a stand and the period a turn starts in."""

    space: str
    stand: str
    start: int


@dataclass(frozen=True, eq=False)
class Desk:
    """A plan laid out for edits. Shared between requests: nothing here changes after it is made."""

    problem: Problem
    board: Board
    violations: tuple[Violation, ...] = field(repr=False)
    staying: Staying

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The turns, in plan order."""
        return self.board.turns

    def held(self, spot: Spot, who: str | None = None) -> Turn | None:
        """The turn that starts at a spot (and is that person's), if there is one."""
        found = self.board.by_stand.get((spot.space, spot.stand), ())
        return next((turn for turn in found if turn.start == spot.start and who in (None, turn.applicant)), None)

    def knows(self, who: str) -> bool:
        """Whether somebody is in the case."""
        return self.problem.has_applicant(who)

    def to(self, who: str, turn: Turn | None, spot: Spot, length: int | None = None) -> Target:
        """What moving a turn to a spot, or placing somebody there, would do; ``length`` None: hers, or the best."""
        targets = Targets(self.board, who, turn)
        return self.in_time(targets.at(spot.space, spot.stand, spot.start, length))

    def exchanged(self, who: str, turn: Turn | None, other: Turn) -> Target:
        """What changing places with another turn (or taking its place) would do."""
        targets = Targets(self.board, who, turn)
        return self.in_time(targets.judged(targets.exchange(other)))

    def pinned_turns(self, who: str) -> tuple[Turn, ...]:
        """The turns somebody's pins with a stand ask for."""
        pins = [pin for pin in self.problem.pins if pin.applicant == who and pin.stand is not None]
        return tuple(Turn(who, pin.space, pin.stand or "", pin.start, pin.length) for pin in pins)

    def in_the_way(self, turn: Turn) -> list[Turn]:
        """The turns that hold a turn's stands in its periods."""
        return self.board.holders(turn.space, turn.stands, turn.periods)

    def turns_of(self, who: str) -> list[Turn]:
        """Somebody's turns."""
        return self.board.by_applicant.get(who, [])

    def judged(self, change: Change) -> Target:
        """What a change would newly break."""
        return self.in_time(Targets(self.board, "").judged(change))

    def late(self, change: Change) -> Target:
        """A change with nothing but what time forbids."""
        return self.in_time(Target(change))

    def in_time(self, target: Target) -> Target:
        """A change with what of it time forbids: turns that have begun stay, a period over is nobody's."""
        return self.staying.judged(self.problem, target)

    def after(self, change: Change) -> tuple[Turn, ...]:
        """The turns with a change made."""
        gone = list(change.removed)
        kept = []
        for turn in self.turns:
            if turn in gone:
                gone.remove(turn)
            else:
                kept.append(turn)
        return (*kept, *change.added)

    def has(self, turns: Iterable[Turn]) -> bool:
        """Whether every one of these turns is in the plan."""
        return set(turns) <= set(self.turns)


def desk(case_text: str, plan_text: str, decisions: Iterable[Decision], staying: Staying) -> Desk:
    """Lay a draft plan out under the decisions of now, around what has begun."""
    return _desk(case_text, plan_text, _decided(tuple(decisions)), staying)


@lru_cache(maxsize=12)
def _desk(case_text: str, plan_text: str, decided: Decided, staying: Staying) -> Desk:
    problem = _problem(case_text, decided)
    known, strange = [], []
    for turn in plan_of(plan_text).turns:
        (known if _is_known(problem, turn) else strange).append(turn)
    board = Board(problem, known)
    late = tuple(staying.faults(problem, known))
    return Desk(problem, board, (*late, *verify(problem, (*known, *strange)).violations), staying)


def _is_known(problem: Problem, turn: Turn) -> bool:
    there = all(problem.has_stand(turn.space, stand) for stand in turn.stands)
    return there and problem.has_applicant(turn.applicant) and turn.start + turn.length <= len(problem.periods)


@lru_cache(maxsize=12)
def _problem(case_text: str, decided: Decided) -> Problem:
    problem = problem_of(case_text)
    standing = tuple(pin for pin in problem.pins if pin.applicant in decided.settled)
    pins = tuple(pin for pin in decided.pins if problem.has_applicant(pin.applicant) and problem.has_space(pin.space))
    bans = tuple(ban for ban in decided.bans if problem.has_applicant(ban.applicant))
    return replace(problem, pins=standing + pins, forbidden=bans)


def _decided(decisions: tuple[Decision, ...]) -> Decided:
    pins = tuple(_pin(one) for one in decisions if one.kind is DecisionKind.PIN and not one.permanent)
    bans = tuple(_ban(one) for one in decisions if one.kind is DecisionKind.FORBID)
    return Decided(pins, bans, frozenset(exhibitor_key(one.exhibitor_id) for one in decisions if one.permanent))


def _pin(one: Decision) -> Pin:
    stand = stand_key(one.stand.space_id, one.stand.code) if one.stand else None
    return Pin(exhibitor_key(one.exhibitor_id), space_key(one.space_id or 0), one.start or 0, one.length or 1, stand)


def _ban(one: Decision) -> Forbidden:
    first = one.start or 0
    when = None if one.start is None else frozenset(range(first, first + (one.length or 1)))
    space = None if one.space_id is None else space_key(one.space_id)
    return Forbidden(exhibitor_key(one.exhibitor_id), space, when, one.reason)


def rewrite(case_text: str, plan_text: str, turns: Iterable[Turn], proof: dict[str, Any]) -> tuple[str, Plan]:
    """The plan file of other turns for a case, its figures recounted; bounds only where they are still proven."""
    problem, before = problem_of(case_text), plan_of(plan_text)
    bare = Plan(problem.sha256, "feasible", tuple(turns), solver={"edited": True, **_maker(before)})
    verdict = verify(problem, bare.turns)
    tiers = retold(problem, bare, verdict, proof)
    bounded = any(tier.bound is not None or any(level.bound is not None for level in tier.levels) for tier in tiers)
    plan = replace(bare, tiers=tiers, status="bounded" if bounded else "feasible")
    return canonical_bytes(encode_plan(plan)).decode(), plan


def _maker(before: Plan) -> dict[str, Any]:
    return {key: value for key, value in before.solver.items() if key in ("ortools", "seed", "edited")}


def written_turn(turn: Turn) -> dict[str, Any]:
    """A turn as plan files and the log of edits write it."""
    return encode_turn(turn)


def spoken_turn(document: dict[str, Any]) -> Turn:
    """The turn of a document of the log."""
    also = tuple(document.get("also", ()))
    who, space, stand = document["applicant"], document["space"], document["stand"]
    return Turn(who, space, stand, document["start"], document["length"], also)
