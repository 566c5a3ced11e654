"""A plan: turns, and what was claimed about them when it was made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Status = Literal["proven", "bounded", "feasible", "impossible", "cancelled"]
STATUSES: tuple[Status, ...] = ("proven", "bounded", "feasible", "impossible", "cancelled")


@dataclass(frozen=True, slots=True)
class Turn:
    """One applicant on one stand for `length` consecutive periods from `start`.

    `also` holds the further stands of the same space she keeps next to it, sorted.
    """

    applicant: str
    space: str
    stand: str
    start: int
    length: int
    also: tuple[str, ...] = ()

    @property
    def periods(self) -> range:
        """The periods held."""
        return range(self.start, self.start + self.length)

    @property
    def stands(self) -> tuple[str, ...]:
        """Every stand held, the first one first."""
        return (self.stand, *self.also)

    @property
    def order(self) -> tuple[str, int, str, str, int, tuple[str, ...]]:
        """The sorting key of plan files: space, start, stand, then whatever tells twins apart."""
        return (self.space, self.start, self.stand, self.applicant, self.length, self.also)


@dataclass(frozen=True, slots=True)
class Level:
    """`count` applicants reach level `at_least`; no plan can have more than `bound` (None: unknown)."""

    at_least: int
    count: int
    bound: int | None = None


@dataclass(frozen=True, slots=True)
class Tier:
    """What a plan reaches on one objective: levels for fairness, else one integer `value` to maximise.

    `bound` is a proven upper bound given the values of the tiers before.
    """

    name: str
    value: int | None = None
    bound: int | None = None
    levels: tuple[Level, ...] = ()


class Move(NamedTuple):
    """A turn that became another turn of the same applicant."""

    before: Turn
    after: Turn


@dataclass(frozen=True, slots=True)
class Changes:
    """What separates two plans, each list in plan order."""

    placed: tuple[Turn, ...]
    moved: tuple[Move, ...]
    dropped: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Turns in plan order with the claims of their maker. `seconds` is the wall time it took."""

    case_sha256: str
    status: Status
    turns: tuple[Turn, ...]
    tiers: tuple[Tier, ...] = ()
    seconds: float = 0.0
    deterministic: bool = False
    solver: Mapping[str, object] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "turns", tuple(sorted(self.turns, key=_order)))

    def diff(self, other: Plan) -> Changes:
        """Tell what changes from this plan to `other`: placed, moved and dropped turns."""
        return changes(self.turns, other.turns)


def changes(before: Iterable[Turn], after: Iterable[Turn]) -> Changes:
    """Compare two sets of turns; a dropped and a placed turn of one applicant are paired as one move.

    Pairs are made in date order, those in the same space first.
    """
    old, new = set(before), set(after)
    gone = sorted(old - new, key=_date_order)
    come = sorted(new - old, key=_date_order)
    moved = _pairs(gone, come, same_space=True)
    moved += _pairs(gone, come, same_space=False)
    return Changes(
        placed=tuple(sorted(come, key=_order)),
        moved=tuple(sorted(moved, key=lambda move: move.after.order)),
        dropped=tuple(sorted(gone, key=_order)),
    )


def _pairs(gone: list[Turn], come: list[Turn], *, same_space: bool) -> list[Move]:
    """Take the pairs of one applicant out of the two lists."""
    waiting: dict[tuple[str, str], list[Turn]] = {}
    for turn in come:
        waiting.setdefault((turn.applicant, turn.space if same_space else ""), []).append(turn)
    pairs = []
    for turn in gone:
        choices = waiting.get((turn.applicant, turn.space if same_space else ""))
        if choices:
            pairs.append(Move(turn, choices.pop(0)))
    used = {move.before for move in pairs}, {move.after for move in pairs}
    gone[:] = [turn for turn in gone if turn not in used[0]]
    come[:] = [turn for turn in come if turn not in used[1]]
    return pairs


def _order(turn: Turn) -> tuple[str, int, str, str, int, tuple[str, ...]]:
    return turn.order


def _date_order(turn: Turn) -> tuple[int, str, str]:
    return (turn.start, turn.space, turn.stand)
