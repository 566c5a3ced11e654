"""The animator's calendar: events by room and day, who is on show beneath, closures and holidays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.extensions import db
from app.models import (
    Closure,
    Event,
    EventState,
    Exhibitor,
    ExhibitorCraft,
    Publication,
    PublishedTurn,
    Site,
    Space,
    SpaceKind,
)
from app.queries import holiday
from app.queries.holiday import Holiday
from app.queries.programme import current_turns

#: Rooms that are offered even when nothing happens in them; workshops and units show up when they are used.
ROOMS = (SpaceKind.HALL, SpaceKind.SHOWROOM, SpaceKind.TRAINING_ROOM)


@dataclass(frozen=True)
class Day:
    """One day of the calendar. ``shut``: closures of the whole site; ``shut_rooms``: of single rooms, by id."""

    day: date
    inside: bool
    today: bool
    holidays: tuple[Holiday, ...]
    shut: tuple[Closure, ...]
    shut_rooms: dict[int, Closure]
    events: tuple[Event, ...]
    on_show: tuple[Exhibitor, ...]

    def at(self, space_id: int) -> list[Event]:
        """The events of one room, by hour."""
        return [event for event in self.events if event.space_id == space_id]

    def closed(self, space_id: int) -> Closure | None:
        """What closes a room on this day."""
        return self.shut[0] if self.shut else self.shut_rooms.get(space_id)


@dataclass(frozen=True)
class Agenda:
    """A week or a month of a site; weeks start on Monday."""

    site: Site
    view: str
    first: date
    last: date
    weeks: tuple[tuple[Day, ...], ...]
    rooms: tuple[Space, ...]
    earlier: date
    later: date

    @property
    def days(self) -> list[Day]:
        """The days the calendar is about, in order."""
        return [day for week in self.weeks for day in week if day.inside]


def agenda(site: Site, view: str, around: date, today: date) -> Agenda:
    """The week or month (``view``) of a site that holds a day."""
    first, last = week_of(around) if view == "week" else month_of(around)
    start, end = week_of(first)[0], week_of(last)[1]
    found = _events(site, start, end)
    rooms = _rooms(site, {event.space_id for event in found})
    shows, closures = on_show(site, start, end), _closures(site, start, end)
    holidays = holiday.between(start, end)
    days = [
        _day(day, first <= day <= last, day == today, found, closures, holidays, shows)
        for day in _span(start, end)
    ]  # fmt: skip
    return Agenda(
        site, view, first, last, tuple(tuple(days[n : n + 7]) for n in range(0, len(days), 7)), rooms,
        first - timedelta(days=1), last + timedelta(days=1),
    )  # fmt: skip


def week_of(day: date) -> tuple[date, date]:
    """Monday and Sunday of the week of a day."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def month_of(day: date) -> tuple[date, date]:
    """First and last day of the month of a day."""
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _span(start: date, end: date) -> Iterable[date]:
    return (start + timedelta(days=n) for n in range((end - start).days + 1))


def _day(
    day: date, inside: bool, today: bool, found: list[Event], closures: list[Closure], holidays: list[Holiday],
    shows: dict[date, list[Exhibitor]],
) -> Day:  # fmt: skip
    here = [one for one in closures if one.starts_on <= day <= one.ends_on]
    return Day(
        day, inside, today, tuple(one for one in holidays if one.starts_on <= day <= one.ends_on),
        tuple(one for one in here if one.space_id is None),
        {one.space_id: one for one in here if one.space_id is not None},
        tuple(one for one in found if one.starts_on <= day <= one.ends_on), tuple(shows.get(day, ())),
    )  # fmt: skip


def _events(site: Site, start: date, end: date) -> list[Event]:
    query = (
        select(Event)
        .where(Event.site_id == site.id, Event.starts_on <= end, Event.ends_on >= start)
        .options(joinedload(Event.space))
        .order_by(Event.from_time, Event.id)
    )
    return list(db.session.scalars(query))


def _rooms(site: Site, used: set[int]) -> tuple[Space, ...]:
    query = select(Space).where(Space.site_id == site.id).order_by(Space.code, Space.id)
    rooms = list(db.session.scalars(query))
    chosen = [room for room in rooms if room.kind in ROOMS or room.id in used]
    return tuple(chosen or rooms)


def _closures(site: Site, start: date, end: date) -> list[Closure]:
    query = select(Closure).where(
        Closure.site_id == site.id, Closure.stand_id.is_(None), Closure.starts_on <= end, Closure.ends_on >= start
    )
    return list(db.session.scalars(query.order_by(Closure.starts_on, Closure.id)))


def on_show(site: Site, start: date, end: date) -> dict[date, list[Exhibitor]]:
    """Who is on show at a site on each day, by name, in current publications."""
    query = (
        current_turns()
        .where(Publication.site_id == site.id, PublishedTurn.starts_on <= end, PublishedTurn.ends_on >= start)
        .options(
            joinedload(PublishedTurn.exhibitor)
            .selectinload(Exhibitor.crafts)
            .joinedload(ExhibitorCraft.craft)
        )
    )  # fmt: skip
    shows: dict[date, dict[int, Exhibitor]] = defaultdict(dict)
    for turn in db.session.scalars(query).unique():
        for day in filter(turn.holds, _span(max(start, turn.starts_on), min(end, turn.ends_on))):
            shows[day][turn.exhibitor_id] = turn.exhibitor
    return {day: sorted(people.values(), key=lambda one: (one.name, one.id)) for day, people in shows.items()}


def upcoming(site: Site, start: date, end: date) -> list[Event]:
    """The planned events that touch these days, with their artisans."""
    query = (
        select(Event)
        .where(
            Event.site_id == site.id, Event.state == EventState.PLANNED, Event.starts_on <= end, Event.ends_on >= start
        )
        .options(selectinload(Event.artisans), joinedload(Event.space))
        .order_by(Event.starts_on, Event.from_time, Event.id)
    )
    return list(db.session.scalars(query))
