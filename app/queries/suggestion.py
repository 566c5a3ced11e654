"""What an animator might plan: holidays ahead with nothing on, artisans on show who never gave a demonstration.

Both are plain facts that anybody can check in the calendar: nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from app.extensions import db
from app.models import Event, EventArtisan, EventKind, EventState, Exhibitor, Site
from app.queries import holiday
from app.queries.agenda import on_show, upcoming
from app.queries.clash import runs
from app.queries.holiday import Holiday

#: How many days ahead holidays and artisans are looked for, and how many artisans are told.
HOLIDAYS_AHEAD, SHOWS_AHEAD, MOST = 75, 30, 6


@dataclass(frozen=True)
class Free:
    """An artisan on show who never gave a demonstration here or elsewhere, and her next days on show."""

    exhibitor: Exhibitor
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class Suggestions:
    """Holidays with no event on any of their days, and artisans without a demonstration, soonest first."""

    holidays: tuple[Holiday, ...]
    artisans: tuple[Free, ...]


def suggestions(site: Site, today: date) -> Suggestions:
    """What could be planned from a day on."""
    until = today + timedelta(days=HOLIDAYS_AHEAD)
    planned = upcoming(site, today, until)
    quiet = [
        one
        for one in holiday.between(today, until)
        if not any(event.starts_on <= one.ends_on and event.ends_on >= one.starts_on for event in planned)
    ]
    return Suggestions(tuple(quiet), tuple(_without_demonstration(site, today)[:MOST]))


def _without_demonstration(site: Site, today: date) -> list[Free]:
    days: dict[int, list[date]] = {}
    people: dict[int, Exhibitor] = {}
    for day, shown in on_show(site, today, today + timedelta(days=SHOWS_AHEAD)).items():
        for one in shown:
            people[one.id] = one
            days.setdefault(one.id, []).append(day)
    seen = _have_demonstrated(people)
    found = [Free(people[who], *runs(days[who])[0]) for who in people if who not in seen]
    return sorted(found, key=lambda one: (one.starts_on, one.exhibitor.name, one.exhibitor.id))


def _have_demonstrated(ids: Iterable[int]) -> set[int]:
    query = (
        select(EventArtisan.exhibitor_id)
        .join(Event, Event.id == EventArtisan.event_id)
        .where(
            EventArtisan.exhibitor_id.in_(list(ids)), Event.kind == EventKind.DEMONSTRATION,
            Event.state == EventState.PLANNED,
        )
    )  # fmt: skip
    return set(db.session.scalars(query))
