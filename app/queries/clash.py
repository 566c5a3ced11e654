"""What stands in the way of an event: closed days, and a room, an animator or an artisan taken by what and when.

The same questions are asked before an event is written (to offer a way out) and after the database refused it
(somebody was faster): the sentences are the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from sqlalchemy import Select, or_, select

from app.extensions import db
from app.i18n import _, hour, localized
from app.i18n import days as in_words
from app.models import (
    AnimatorSlot,
    Closure,
    DayUse,
    Event,
    Exhibitor,
    ExhibitorSlot,
    Presence,
    RoomSlot,
    Site,
    Space,
    SpaceDay,
    User,
)
from app.phrases import phrase

QUARTER = 15  # minutes


@dataclass(frozen=True)
class Wanted:
    """The time an event asks for: a room, days (sorted), quarter-hours of each day, an animator, exhibitors."""

    site_id: int
    space_id: int
    days: tuple[date, ...]
    quarters: range
    animator_id: int
    exhibitor_ids: tuple[int, ...]


def quarters(start: time, end: time) -> range:
    """The quarter-hours from ``start`` to ``end`` (not included), counted from midnight."""
    return range((start.hour * 60 + start.minute) // QUARTER, (end.hour * 60 + end.minute) // QUARTER)


def clashes(wanted: Wanted, ignoring: int | None = None) -> list[str]:
    """A sentence for each thing in the way, rooms first; empty when free. ``ignoring``: the event being changed."""
    return [
        *_closed(wanted),
        *_room_taken(wanted, ignoring),
        *_animator_taken(wanted, ignoring),
        *_artisans_taken(wanted, ignoring),
        *_artisans_elsewhere(wanted),
    ]


def _closed(wanted: Wanted) -> list[str]:
    query = select(SpaceDay.day).where(
        SpaceDay.space_id == wanted.space_id, SpaceDay.day.in_(wanted.days), SpaceDay.use == DayUse.CLOSED
    )
    shut = sorted(db.session.scalars(query))
    if not shut:
        return []
    room = db.session.get_one(Space, wanted.space_id)
    reasons = _closure_reasons(room, shut)
    return [
        _("La salle « %(room)s » est fermée : %(days)s (%(reason)s).", room=localized(room), days=days, reason=reason)
        for reason, days in reasons
    ]


def _closure_reasons(room: Space, shut: Sequence[date]) -> list[tuple[str, str]]:
    of_room = or_(Closure.space_id == room.id, Closure.space_id.is_(None))
    query = select(Closure).where(
        Closure.site_id == room.site_id, of_room, Closure.stand_id.is_(None),
        Closure.starts_on <= shut[-1], Closure.ends_on >= shut[0],
    ).order_by(Closure.starts_on, Closure.id)  # fmt: skip
    told: list[tuple[str, str]] = []
    left = set(shut)
    for closure in db.session.scalars(query):
        mine = sorted(day for day in left if closure.starts_on <= day <= closure.ends_on)
        if mine:
            told.append((closure.note or phrase(closure.reason), runs_in_words(mine)))
            left -= set(mine)
    return told + ([(_("sans motif indiqué"), runs_in_words(left))] if left else [])


def _events_on(slot: Any, wanted: Wanted, ignoring: int | None, *where: Any) -> Select[Any]:
    query = select(slot.event_id, slot.day).where(
        *where, slot.day.in_(wanted.days), slot.quarter.between(wanted.quarters.start, wanted.quarters.stop - 1)
    )
    return query.where(slot.event_id != ignoring) if ignoring is not None else query


def _by_event(query: Select[Any]) -> list[tuple[Event, str]]:
    """Each event found with its days in words, earliest first."""
    found: dict[int, set[date]] = {}
    for event_id, day in db.session.execute(query.distinct()):
        found.setdefault(event_id, set()).add(day)
    events = db.session.scalars(select(Event).where(Event.id.in_(found)).order_by(Event.starts_on, Event.from_time))
    return [(event, runs_in_words(found[event.id])) for event in events]


def _room_taken(wanted: Wanted, ignoring: int | None) -> list[str]:
    query = _events_on(RoomSlot, wanted, ignoring, RoomSlot.space_id == wanted.space_id)
    return [
        _(
            "La salle « %(room)s » est prise par « %(event)s » : %(days)s, %(hours)s.",
            room=localized(event.space), event=localized(event, "title"), days=days, hours=hours_of(event),
        )
        for event, days in _by_event(query)
    ]  # fmt: skip


def _animator_taken(wanted: Wanted, ignoring: int | None) -> list[str]:
    query = _events_on(AnimatorSlot, wanted, ignoring, AnimatorSlot.user_id == wanted.animator_id)
    taken = _by_event(query)
    person = db.session.get_one(User, wanted.animator_id) if taken else None
    return [
        _(
            "%(person)s anime déjà « %(event)s » : %(days)s, %(hours)s (%(site)s).",
            person=person.name if person else "", event=localized(event, "title"), days=days,
            hours=hours_of(event), site=localized(event.site),
        )
        for event, days in taken
    ]  # fmt: skip


def _artisans_taken(wanted: Wanted, ignoring: int | None) -> list[str]:
    sentences = []
    for exhibitor in _exhibitors(wanted):
        query = _events_on(ExhibitorSlot, wanted, ignoring, ExhibitorSlot.exhibitor_id == exhibitor.id)
        sentences += [
            _(
                "%(person)s participe déjà à « %(event)s » : %(days)s, %(hours)s (%(site)s).",
                person=localized(exhibitor), event=localized(event, "title"), days=days,
                hours=hours_of(event), site=localized(event.site),
            )
            for event, days in _by_event(query)
        ]  # fmt: skip
    return sentences


def _artisans_elsewhere(wanted: Wanted) -> list[str]:
    """Artisans on show at another site: an event there at other hours counts too, she cannot be at two sites a day."""
    query = select(Presence.exhibitor_id, Presence.site_id, Presence.turn_id, Presence.day).where(
        Presence.exhibitor_id.in_(wanted.exhibitor_ids), Presence.day.in_(wanted.days),
        Presence.site_id != wanted.site_id,
    )  # fmt: skip
    found: dict[tuple[int, int, bool], set[date]] = {}
    for exhibitor_id, site_id, turn_id, day in db.session.execute(query):
        found.setdefault((exhibitor_id, site_id, turn_id is not None), set()).add(day)
    sentences = []
    for (exhibitor_id, site_id, showing), days in sorted(found.items()):
        told = {
            "person": localized(db.session.get_one(Exhibitor, exhibitor_id)),
            "days": runs_in_words(days),
            "site": localized(db.session.get_one(Site, site_id)),
        }
        sentences.append(
            _("%(person)s expose sur un autre site : %(days)s (%(site)s).", **told)
            if showing
            else _("%(person)s participe ce jour-là à une animation sur un autre site : %(days)s (%(site)s).", **told)
        )
    return sentences


def _exhibitors(wanted: Wanted) -> list[Exhibitor]:
    query = select(Exhibitor).where(Exhibitor.id.in_(wanted.exhibitor_ids)).order_by(Exhibitor.name, Exhibitor.id)
    return list(db.session.scalars(query))


def hours_of(event: Event) -> str:
    """``10:00–12:00``, kept left to right in every language."""
    return f"\u2066{hour(event.from_time)}–{hour(event.to_time)}\u2069"


def runs(days: Iterable[date]) -> list[tuple[date, date]]:
    """Days as ranges of consecutive days, both ends included, in order."""
    ranges: list[tuple[date, date]] = []
    for day in sorted(days):
        if ranges and day - ranges[-1][1] == timedelta(days=1):
            ranges[-1] = (ranges[-1][0], day)
        else:
            ranges.append((day, day))
    return ranges


def runs_in_words(days: Iterable[date]) -> str:
    """``4 – 6 janvier 2027, 9 janvier 2027``."""
    return _(", ").join(in_words(start, end) for start, end in runs(days))
