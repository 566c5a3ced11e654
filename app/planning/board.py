"""A plan laid out for reading: halls, their stands as rows, periods as columns, one card a turn."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from app.models import Decision, DecisionKind, Exhibitor
from app.planning.figures import levels_of
from app.planning.judge import plan_of, problem_of
from app.planning.keys import Directory, exhibitor_id, space_id
from scheduler.plan import Turn
from scheduler.problem import Problem, Space


@dataclass(frozen=True)
class Card:
    """One turn: whose, where, when; ``pin`` is the decision that holds it in place."""

    exhibitor: Exhibitor | None
    key: str
    space: str
    stand: str
    codes: str
    start: int
    length: int
    starts_on: date
    ends_on: date
    family: str
    activity: str
    level: int
    pin: Decision | None

    @property
    def exhibitor_id(self) -> int:
        """The exhibitor's row."""
        return exhibitor_id(self.key)

    @property
    def space_id(self) -> int:
        """The space's row."""
        return space_id(self.space)


@dataclass(frozen=True)
class Slot:
    """A stretch of one stand's row: a card, free, or closed; ``span`` periods wide. ``also``: her further stand."""

    span: int
    card: Card | None = None
    closed: bool = False
    also: bool = False


@dataclass(frozen=True)
class Row:
    """One stand."""

    code: str
    area_m2: float
    slots: tuple[Slot, ...]


@dataclass(frozen=True)
class Hall:
    """One space."""

    key: str
    space: object
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Waiting:
    """Somebody without a turn, and the units she received before."""

    exhibitor: Exhibitor | None
    key: str
    family: str
    activity: str
    received: int


@dataclass(frozen=True)
class Board:
    """The whole plan. ``by_period[n]`` lists the cards on show then, hall by hall."""

    periods: tuple[tuple[date, date], ...]
    halls: tuple[Hall, ...]
    by_period: tuple[tuple[Card, ...], ...]
    reserve: tuple[Waiting, ...] = field(default=())


def board(case_text: str, plan_text: str, known: Directory, decisions: Iterable[Decision]) -> Board:
    """Lay a stored or published plan out."""
    problem, plan = problem_of(case_text), plan_of(plan_text)
    levels = levels_of(problem, plan)
    pins = {
        (one.exhibitor_id, one.space_id, one.start, one.length): one
        for one in decisions
        if one.kind is DecisionKind.PIN
    }
    cards = {turn: _card(problem, turn, known, levels, pins) for turn in plan.turns}
    days = tuple((period.start, period.end) for period in problem.periods)
    return Board(
        periods=days,
        halls=tuple(_hall(space, cards, known, len(days)) for space in problem.spaces),
        by_period=tuple(tuple(card for turn, card in cards.items() if n in turn.periods) for n in range(len(days))),
        reserve=_reserve(problem, {turn.applicant for turn in plan.turns}, known),
    )


def code_of(key: str) -> str:
    """A stand's number in its space, from its id."""
    return key.partition("-")[2]


def _card(
    problem: Problem, turn: Turn, known: Directory, levels: dict[str, int],
    pins: dict[tuple[int, int | None, int | None, int | None], Decision],
) -> Card:  # fmt: skip
    who = problem.applicant(turn.applicant)
    pin = pins.get((exhibitor_id(turn.applicant), space_id(turn.space), turn.start, turn.length))
    first, last = problem.periods[turn.start], problem.periods[turn.start + turn.length - 1]
    return Card(
        exhibitor=known.exhibitors.get(turn.applicant), key=turn.applicant, space=turn.space, stand=turn.stand,
        codes=", ".join(code_of(key) for key in turn.stands), start=turn.start, length=turn.length,
        starts_on=first.start, ends_on=last.end, family=who.family, activity=who.activity,
        level=levels.get(turn.applicant, 0), pin=pin,
    )  # fmt: skip


def _hall(space: Space, cards: dict[Turn, Card], known: Directory, count: int) -> Hall:
    rows = []
    for stand in space.stands:
        held = {turn.start: turn for turn in cards if turn.space == space.id and stand.id in turn.stands}
        shut = space.closed | stand.closed
        slots, period = [], 0
        while period < count:
            turn = held.get(period)
            if turn is not None:
                slots.append(Slot(turn.length, cards[turn], also=stand.id != turn.stand))
            else:
                slots.append(Slot(1, closed=period in shut))
            period += slots[-1].span
        rows.append(Row(code_of(stand.id), stand.area_m2, tuple(slots)))
    return Hall(space.id, known.spaces.get(space.id), tuple(rows))


def _reserve(problem: Problem, placed: set[str], known: Directory) -> tuple[Waiting, ...]:
    people = [problem.applicant(one.applicant) for one in problem.requests if one.applicant not in placed]
    return tuple(
        Waiting(known.exhibitors.get(one.id), one.id, one.family, one.activity, one.received)
        for one in sorted(people, key=lambda one: (one.received // one.share, one.id))
    )
