"""A draft plan laid out for reading: halls, their stands as rows, periods as columns, one card a turn."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from urllib.parse import quote

from app.i18n import _, localized
from app.i18n import days as in_words
from app.models import Decision, DecisionKind, Exhibitor
from app.planning import reserve
from app.planning.editing import Desk
from app.planning.figures import levels_of
from app.planning.judge import Namer, word
from app.planning.keys import Directory, exhibitor_id, space_id
from scheduler.plan import Turn
from scheduler.problem import Problem, Space


@dataclass(frozen=True)
class Card:
    """One turn: whose, where, when. ``pin`` holds it in place; ``notes``: what it breaks, in words; ``decided``:
    whether each of them has its reason; ``state``: new, moved or kept since the publication in force ("": none).
    """

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
    name: str
    craft: str
    notes: tuple[str, ...] = ()
    decided: bool = False
    state: str = ""

    @property
    def exhibitor_id(self) -> int:
        """The exhibitor's row."""
        return exhibitor_id(self.key)

    @property
    def space_id(self) -> int:
        """The space's row."""
        return space_id(self.space)

    @property
    def at(self) -> str:
        """The card's place, as addresses and scripts name it."""
        return f"{self.stand}|{self.start}"

    @property
    def flagged(self) -> bool:
        """Whether the card carries a sign: held in place, breaking a rule, or changed since the publication."""
        return bool(self.pin or self.notes or self.state in ("new", "moved"))

    @cached_property
    def query(self) -> str:
        """The card in an address, after the question mark."""
        return f"exhibitor={self.exhibitor_id}&at={quote(self.at)}"


@dataclass(frozen=True)
class Slot:
    """A stretch of one stand's row: a card, free, or closed; ``span`` periods wide. ``also``: her further stand."""

    start: int
    span: int
    card: Card | None = None
    closed: bool = False
    also: bool = False


@dataclass(frozen=True)
class Row:
    """One stand."""

    key: str
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
    """Somebody without a turn: her level, and the first thing that stands in the way of one."""

    exhibitor: Exhibitor | None
    key: str
    family: str
    activity: str
    name: str
    craft: str
    received: int
    level: int
    reason: str

    @property
    def exhibitor_id(self) -> int:
        """The exhibitor's row."""
        return exhibitor_id(self.key)


@dataclass(frozen=True)
class Board:
    """The whole plan. ``by_period[n]`` lists the cards on show then, hall by hall."""

    periods: tuple[tuple[date, date], ...]
    halls: tuple[Hall, ...]
    by_period: tuple[tuple[Card, ...], ...]
    reserve: tuple[Waiting, ...] = field(default=())

    @property
    def families(self) -> set[str]:
        """The craft families of everybody on the board or waiting."""
        return {card.family for cards in self.by_period for card in cards} | {one.family for one in self.reserve}

    @property
    def cards(self) -> list[Card]:
        """Every card once, in plan order."""
        seen = {id(card): card for cards in self.by_period for card in cards}
        return sorted(seen.values(), key=lambda card: (card.space, card.start, card.stand))


@dataclass(frozen=True)
class Telling:
    """How the board speaks: language, names, and what each turn is since the publication in force."""

    lang: str
    names: Namer
    crafts: Mapping[str, str]
    state: Callable[[Turn], str] = lambda _turn: ""
    decided: Collection[Turn] = ()


def board(desk: Desk, known: Directory, decisions: Iterable[Decision], telling: Telling) -> Board:
    """Lay a draft plan out."""
    problem = desk.problem
    maker = _Maker(desk, known, decisions, telling)
    cards = {turn: maker.card(turn) for turn in desk.turns}
    days = tuple((period.start, period.end) for period in problem.periods)
    on_show: list[list[Card]] = [[] for _ in days]
    for turn, card in cards.items():
        for period in turn.periods:
            on_show[period].append(card)
    return Board(
        periods=days,
        halls=tuple(_hall(space, cards, known, len(days)) for space in problem.spaces),
        by_period=tuple(tuple(found) for found in on_show),
        reserve=_reserve(desk, known, telling),
    )


def code_of(key: str) -> str:
    """A stand's number in its space, from its id."""
    return key.partition("-")[2]


class _Maker:
    """Makes the cards of one board."""

    def __init__(self, desk: Desk, known: Directory, decisions: Iterable[Decision], telling: Telling) -> None:
        self.problem: Problem = desk.problem
        self.known, self.telling = known, telling
        self.levels = levels_of(desk.problem, desk.turns)
        self.pins = {
            (one.exhibitor_id, one.space_id, one.start, one.length): one
            for one in decisions
            if one.kind is DecisionKind.PIN and not one.permanent
        }
        self.settled = {one.exhibitor_id: one for one in decisions if one.permanent}
        self.notes: dict[Turn, list[str]] = defaultdict(list)
        for violation in desk.violations:
            said = word([violation.message], telling.lang, telling.names)
            for turn in violation.turns:
                self.notes[turn] += said

    def names(self, key: str) -> str:
        """What somebody is called in the reader's language."""
        person = self.known.exhibitors.get(key)
        return localized(person) if person else key

    def card(self, turn: Turn) -> Card:
        """The card of a turn."""
        who = self.problem.applicant(turn.applicant)
        person = exhibitor_id(turn.applicant)
        pin = self.pins.get((person, space_id(turn.space), turn.start, turn.length)) or self.settled.get(person)
        first, last = self.problem.periods[turn.start], self.problem.periods[turn.start + turn.length - 1]
        return Card(
            exhibitor=self.known.exhibitors.get(turn.applicant), key=turn.applicant, space=turn.space,
            stand=turn.stand, codes=", ".join(code_of(key) for key in turn.stands), start=turn.start,
            length=turn.length, starts_on=first.start, ends_on=last.end, family=who.family, activity=who.activity,
            level=self.levels.get(turn.applicant, 0), pin=pin, name=self.names(turn.applicant),
            craft=self.telling.crafts.get(who.activity, who.activity), notes=tuple(self.notes.get(turn, ())),
            decided=turn in self.telling.decided, state=self.telling.state(turn),
        )  # fmt: skip


def _hall(space: Space, cards: dict[Turn, Card], known: Directory, count: int) -> Hall:
    held: dict[str, dict[int, Turn]] = defaultdict(dict)
    for turn in cards:
        if turn.space == space.id:
            for stand in turn.stands:
                held[stand][turn.start] = turn
    rows = []
    for stand in space.stands:
        shut = space.closed | stand.closed
        slots, period = [], 0
        while period < count:
            turn = held[stand.id].get(period)
            if turn is not None:
                slots.append(Slot(period, turn.length, cards[turn], also=stand.id != turn.stand))
            else:
                slots.append(Slot(period, 1, closed=period in shut))
            period += slots[-1].span
        rows.append(Row(stand.id, code_of(stand.id), stand.area_m2, tuple(slots)))
    return Hall(space.id, known.spaces.get(space.id), tuple(rows))


def _reserve(desk: Desk, known: Directory, telling: Telling) -> tuple[Waiting, ...]:
    return tuple(
        Waiting(
            known.exhibitors.get(one.who.id), one.who.id, one.who.family, one.who.activity,
            localized(known.exhibitors[one.who.id]) if one.who.id in known.exhibitors else one.who.id,
            telling.crafts.get(one.who.activity, one.who.activity), one.who.received, one.level,
            _reason(one, desk.problem, known, telling),
        )
        for one in reserve.waiting_of(desk)
    )  # fmt: skip


def _reason(one: reserve.Waiting, problem: Problem, known: Directory, telling: Telling) -> str:
    if one.why == "free" and one.place:
        space, start, length = one.place
        name = localized(known.spaces[space]) if space in known.spaces else space
        days = in_words(problem.periods[start].start, problem.periods[start + length - 1].end)
        return _("Une place est libre : %(space)s, %(days)s.", space=name, days=days)
    if one.why == "but" and one.breach:
        return _("Des places sont libres, mais : %(breach)s", breach=word([one.breach], telling.lang, telling.names)[0])
    return {
        "no_fit": _("Aucun emplacement demandé ne convient (surface, équipements)."),
        "no_date": _("Aucune suite de périodes assez longue où venir."),
    }.get(one.why, _("Les emplacements qui conviennent sont pris ou fermés."))
