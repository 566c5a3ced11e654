"""What no edit of a plan changes: turns that have begun stay, and a period that is over is given to nobody.

Known to whoever edits a plan, so that every edit is told the same before it is made: a move, an exchange, an undo, a
table brought back. A free place of the period under way may still be given by hand, from the next day on.

No rule of a charter, so the solver does not know it: a case to solve says the same by pins and bans.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from scheduler.board import Swap
from scheduler.plan import Turn
from scheduler.problem import Problem
from scheduler.rules.base import Violation
from scheduler.targets import Target
from scheduler.text import N_, Dates, Message, Name

BEGUN, OVER = "begun", "over"
"""Codes of what is broken; never to be decided against."""
DAY = timedelta(days=1)

_STAYS = N_("Le tour de {who} a commencé ({days}) : il reste ; seule une absence ou une fermeture l'arrête.")
_MISSING = N_("Le tour de {who} a commencé ({days}) et manque ici : reprenez les données d'aujourd'hui.")
_PAST = N_("Cette période est passée ({days}) : plus personne n'y est placé.")


@dataclass(frozen=True)
class Held:
    """A turn that has begun: the least of it that stays, and how long it was published."""

    turn: Turn
    length: int

    def is_kept_by(self, turn: Turn) -> bool:
        """Whether a turn of a plan is this one, whole or up to where it stays."""
        return _place(turn) == _place(self.turn) and self.turn.length <= turn.length <= self.length


@dataclass(frozen=True)
class Staying:
    """What holds on a day: the turns begun, and the day itself (None: no rotation is in force, anything may change)."""

    held: tuple[Held, ...] = ()
    day: date | None = None
    _by_place: dict[tuple[object, ...], Held] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_place", {_place(one.turn): one for one in self.held})

    def missing(self, turns: Iterable[Turn]) -> list[Turn]:
        """The turns begun, as far as they stay, that a plan of some turns lacks."""
        kept = {id(held) for turn in turns if (held := self.of(turn)) is not None}
        return [one.turn for one in self.held if id(one) not in kept]

    def of(self, turn: Turn) -> Held | None:
        """The begun turn that a turn is, or is a part of."""
        found = self._by_place.get(_place(turn))
        return found if found is not None and found.is_kept_by(turn) else None

    def since(self, problem: Problem, turn: Turn) -> date | None:
        """The first day a turn would really have, where its first period is under way and it is new; else None."""
        if self.day is None or self.of(turn) is not None or turn.start >= len(problem.periods):
            return None
        first = problem.periods[turn.start]
        return self.day + DAY if first.start <= self.day < first.end else None

    def judged(self, problem: Problem, target: Target) -> Target:
        """A change with what of it time forbids told first."""
        broken = tuple(self._broken(problem, target.swap))
        return replace(target, violations=(*broken, *target.violations)) if broken else target

    def _broken(self, problem: Problem, swap: Swap) -> Iterator[Violation]:
        if self.day is None:
            return
        for turn in swap.removed:
            held = self.of(turn)
            if held is not None and not any(held.is_kept_by(one) for one in swap.added):
                yield _breach(BEGUN, _STAYS, problem, held.turn, turn)
        for turn in swap.added:
            if self.of(turn) is None and (over := self._over(problem, turn)) is not None:
                yield _breach(OVER, _PAST, problem, replace(turn, start=over, length=1), turn)

    def faults(self, problem: Problem, turns: Iterable[Turn]) -> Iterator[Violation]:
        """What of a plan time forbids: turns begun that it lacks, turns where nothing is left."""
        if self.day is None:
            return
        turns = list(turns)
        for one in self.missing(turns):
            yield _breach(BEGUN, _MISSING, problem, one)
        for turn in turns:
            if self.of(turn) is None and (over := self._over(problem, turn)) is not None:
                yield _breach(OVER, _PAST, problem, replace(turn, start=over, length=1), turn)

    def put_back(self, problem: Problem, turns: Iterable[Turn]) -> Swap:
        """What a plan must give up, and take in, to hold what has begun; empty where it does."""
        turns = list(turns)
        missing = self.missing(turns)
        past = [turn for turn in turns if self.of(turn) is None and self._over(problem, turn) is not None]
        gone = dict.fromkeys(past)
        gone |= dict.fromkeys(
            turn for turn in turns if self.of(turn) is None and any(_meet(turn, one) for one in missing)
        )
        return Swap(tuple(gone), tuple(missing))

    def _over(self, problem: Problem, turn: Turn) -> int | None:
        """The first period of a turn of which no day is left."""
        end = min(turn.start + turn.length, len(problem.periods))
        return next((n for n in range(turn.start, end) if self.day and problem.periods[n].end <= self.day), None)


def _place(turn: Turn) -> tuple[object, ...]:
    return (turn.applicant, turn.space, turn.stands, turn.start)


def _meet(one: Turn, other: Turn) -> bool:
    """Whether two turns share a person or a stand in a period."""
    together = one.start < other.start + other.length and other.start < one.start + one.length
    shared = one.space == other.space and not set(one.stands).isdisjoint(other.stands)
    return together and (one.applicant == other.applicant or shared)


def _breach(rule: str, template: str, problem: Problem, about: Turn, *turns: Turn) -> Violation:
    last = min(about.start + about.length, len(problem.periods)) - 1
    days = Dates(problem.periods[about.start].start, problem.periods[last].end)
    return Violation(rule, Message(template, {"who": Name("applicant", about.applicant), "days": days}), turns)
