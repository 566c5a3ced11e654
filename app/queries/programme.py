"""The public programme of a site on a day: who is on show, who comes next, events, closures.

Reads current publications only (``superseded_at`` is None).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from app.extensions import db
from app.models import (
    Call,
    CallPeriod,
    Closure,
    Event,
    EventArtisan,
    PeriodUnit,
    Publication,
    PublishedTurn,
    Site,
    Space,
    Stand,
)
from app.queries.public import Card, card, with_card

#: How far the page looks back and ahead for periods, and how far ahead events are announced, in days.
BACK, AHEAD, EVENTS_AHEAD = 100, 400, 45
#: How many periods the strip shows, one of them before the day; and how many are told in full.
STRIP, NEXT_PERIODS = 10, 2


@dataclass(frozen=True)
class Period:
    """A published period of the site: its days, both included, and how many turns it has."""

    starts_on: date
    ends_on: date
    unit: PeriodUnit
    turns: int = 0

    @property
    def days(self) -> int:
        """How many days it lasts."""
        return (self.ends_on - self.starts_on).days + 1

    @property
    def word(self) -> str:
        """What such a length is called: ``day``, ``week``, ``fortnight``, ``month``, else ``period``."""
        if self.unit is PeriodUnit.MONTH:
            return "month"
        return {1: "day", 7: "week", 14: "fortnight", 15: "fortnight"}.get(self.days, "period")

    def holds(self, day: date) -> bool:
        """Whether a day is one of its days."""
        return self.starts_on <= day <= self.ends_on


@dataclass(frozen=True)
class Showing:
    """One exhibitor's turn as the public sees it; ``stands``: the stands' numbers, the first one first."""

    card: Card
    space: Space
    stands: tuple[str, ...]
    stand_ids: tuple[int, ...]
    position: int
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class Hall:
    """A hall and who is in it."""

    space: Space
    showings: tuple[Showing, ...]

    @property
    def crafts(self) -> int:
        """How many different crafts are to be seen."""
        return len({showing.card.craft for showing in self.showings})


@dataclass(frozen=True)
class Coming:
    """A later period and who *arrives* in it."""

    period: Period
    showings: tuple[Showing, ...]


@dataclass(frozen=True)
class Programme:
    """All the programme page tells. ``period`` is None on a day outside every published season."""

    site: Site
    day: date
    today: date
    period: Period | None
    periods: tuple[Period, ...]
    halls: tuple[Hall, ...]
    coming: tuple[Coming, ...]
    events: tuple[Event, ...]
    closures: tuple[Closure, ...]
    rotation: Publication | None
    first_day: date | None
    last_day: date | None

    @property
    def exhibitors(self) -> int:
        """How many exhibitors are on show."""
        return len({showing.card.id for hall in self.halls for showing in hall.showings})

    @property
    def strip(self) -> tuple[Period, ...]:
        """The periods to choose from: the one before the day, the day's own, and the next ones."""
        past = sum(1 for one in self.periods if one.ends_on < self.day)
        return self.periods[max(past - 1, 0) :][:STRIP]

    @property
    def crafts(self) -> int:
        """How many different crafts are to be seen."""
        return len({showing.card.craft for hall in self.halls for showing in hall.showings})

    @property
    def closed_today(self) -> tuple[Closure, ...]:
        """Closures of the whole site on the day."""
        return tuple(one for one in self.closures if one.space_id is None and one.starts_on <= self.day <= one.ends_on)

    @property
    def is_now(self) -> bool:
        """Whether the period shown is the one we are in."""
        return self.period.holds(self.today) if self.period else self.day == self.today

    @property
    def phase(self) -> str:
        """``on``, ``never`` (nothing published), ``before`` the first season, ``after`` the last, or ``between``."""
        if self.period is not None:
            return "on"
        if self.first_day is None or self.last_day is None:
            return "never"
        if self.day < self.first_day:
            return "before"
        return "after" if self.day > self.last_day else "between"


def programme(site: Site, day: date, today: date) -> Programme:
    """The programme of a site on a day."""
    periods = _periods(site, day)
    period = next((one for one in periods if one.holds(day)), None)
    later = tuple(one for one in periods if one.starts_on > (period.ends_on if period else day))[:NEXT_PERIODS]
    until = max((one.ends_on for one in later), default=period.ends_on if period else day)
    turns = _turns(site, day, until)
    showings = [(turn, showing) for turn, showing in zip(turns, _showings(turns), strict=True)]
    first_day, last_day = _season(site)
    events_until = max(day + timedelta(days=EVENTS_AHEAD), period.ends_on if period else day)
    return Programme(
        site=site, day=day, today=today, period=period, periods=periods,
        halls=_halls(showing for turn, showing in showings if turn.holds(day)),
        coming=tuple(
            Coming(one, tuple(showing for _turn, showing in showings if one.holds(showing.starts_on))) for one in later
        ),
        events=events(site, day, events_until),
        closures=_closures(site, day, events_until),
        rotation=next((turn.publication for turn in turns if turn.starts_on <= day <= turn.ends_on), None),
        first_day=first_day, last_day=last_day,
    )  # fmt: skip


def current_turns() -> Select[tuple[PublishedTurn]]:
    """The turns of current publications."""
    return select(PublishedTurn).join(PublishedTurn.publication).where(Publication.superseded_at.is_(None))


def with_showing(query: Select[tuple[PublishedTurn]]) -> Select[tuple[PublishedTurn]]:
    """Load all a showing needs along with the turns."""
    return query.options(
        *with_card(PublishedTurn.exhibitor),
        joinedload(PublishedTurn.space),
        joinedload(PublishedTurn.stand),
        joinedload(PublishedTurn.publication),
    )


def _turns(site: Site, start: date, end: date) -> list[PublishedTurn]:
    query = (
        current_turns()
        .where(Publication.site_id == site.id, PublishedTurn.starts_on <= end, PublishedTurn.ends_on >= start)
        .join(PublishedTurn.space)
        .join(PublishedTurn.stand)
        .order_by(PublishedTurn.starts_on, Space.code, Stand.position, PublishedTurn.id)
    )
    query = with_showing(query).options(joinedload(PublishedTurn.space).selectinload(Space.stands))
    return list(db.session.scalars(query).unique())


def _showings(turns: Iterable[PublishedTurn]) -> list[Showing]:
    turns = list(turns)
    codes = stand_codes(turns)
    return [showing(turn, codes) for turn in turns]


def showing(turn: PublishedTurn, codes: dict[int, str]) -> Showing:
    """A turn as the public sees it; ``codes``: the numbers of its further stands."""
    return Showing(
        card(turn.exhibitor), turn.space, (turn.stand.code, *(codes[one] for one in turn.also if one in codes)),
        (turn.stand_id, *turn.also), turn.stand.position, turn.starts_on, turn.ends_on,
    )  # fmt: skip


def stand_codes(turns: Iterable[PublishedTurn]) -> dict[int, str]:
    """The numbers of the further stands of these turns."""
    ids = {stand_id for turn in turns for stand_id in turn.also}
    return {row.id: row.code for row in db.session.execute(select(Stand.id, Stand.code).where(Stand.id.in_(ids)))}


def _halls(showings: Iterable[Showing]) -> tuple[Hall, ...]:
    by_space: dict[int, list[Showing]] = {}
    for one in showings:
        by_space.setdefault(one.space.id, []).append(one)
    halls = (Hall(group[0].space, tuple(sorted(group, key=lambda one: one.position))) for group in by_space.values())
    return tuple(sorted(halls, key=lambda hall: (hall.space.code, hall.space.id)))


def _periods(site: Site, day: date) -> tuple[Period, ...]:
    """The published periods around a day; two calls cut alike give one, with the turns of both."""
    query = (
        select(CallPeriod.starts_on, CallPeriod.ends_on, Call.period_unit, func.count(PublishedTurn.id))
        .join(Call, Call.id == CallPeriod.call_id)
        .join(Publication, Publication.call_id == Call.id)
        .outerjoin(
            PublishedTurn,
            (PublishedTurn.publication_id == Publication.id)
            & (PublishedTurn.starts_on <= CallPeriod.starts_on)
            & (PublishedTurn.ends_on >= CallPeriod.starts_on),
        )
        .where(
            Call.site_id == site.id, Publication.superseded_at.is_(None),
            CallPeriod.ends_on >= day - timedelta(days=BACK), CallPeriod.starts_on <= day + timedelta(days=AHEAD),
        )
        .group_by(CallPeriod.starts_on, CallPeriod.ends_on, Call.period_unit)
        .order_by(CallPeriod.starts_on, CallPeriod.ends_on)
    )  # fmt: skip
    return tuple(Period(start, end, unit, turns) for start, end, unit, turns in db.session.execute(query))


def _season(site: Site) -> tuple[date | None, date | None]:
    query = (
        select(func.min(CallPeriod.starts_on), func.max(CallPeriod.ends_on))
        .join(Publication, Publication.call_id == CallPeriod.call_id)
        .where(Publication.site_id == site.id, Publication.superseded_at.is_(None))
    )
    row = db.session.execute(query).one()
    return row[0], row[1]


def events(site: Site, start: date, end: date) -> tuple[Event, ...]:
    """The events of a site that touch these days, in order of time; cancelled ones too, they are told as such."""
    query = (
        select(Event)
        .where(Event.site_id == site.id, Event.starts_on <= end, Event.ends_on >= start)
        .options(*with_event())
        .order_by(Event.starts_on, Event.from_time, Event.id)
    )
    return tuple(db.session.scalars(query).unique())


def with_event() -> tuple[object, ...]:
    """Loader options for all an event's public page needs."""
    return (
        joinedload(Event.space),
        joinedload(Event.site),
        selectinload(Event.artisans).options(*with_card(EventArtisan.exhibitor)),
    )


def _closures(site: Site, start: date, end: date) -> tuple[Closure, ...]:
    """Closures of the whole site or of a hall; a single stand's closure is no visitor's concern."""
    query = (
        select(Closure)
        .where(
            Closure.site_id == site.id, Closure.stand_id.is_(None), Closure.starts_on <= end, Closure.ends_on >= start,
        )
        .options(joinedload(Closure.space))
        .order_by(Closure.starts_on, Closure.id)
    )  # fmt: skip
    return tuple(db.session.scalars(query))
