"""Calendar feeds (RFC 5545) of a site and of an exhibitor, in the reader's language.

A turn is an all-day event (its end is the day after, as the standard wants); the number of the publication that
made it so is its sequence; one that no longer takes place stays, as cancelled. An event keeps Moroccan wall hours with
the zone's definition beside them, so that a change of the zone by decree moves no opening; one of several days repeats
daily; one called off stays, as cancelled. Stamps come from the data: the same data give the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import icalendar

from app.clock import CASABLANCA
from app.i18n import _, interruption, language, localized
from app.models import Event, EventState, Exhibitor, PublishedTurn, Site
from app.phrases import phrase
from app.queries import feed
from app.queries.event import cards
from app.queries.programme import showing, stand_codes
from app.queries.public import card

#: Characters that some readers take for the end of a line, and other controls.
_BREAKS = re.compile("\r\n|\r|\u0085|\u2028|\u2029|\x0b|\x0c")
_CONTROLS = re.compile("[\x00-\x09\x0e-\x1f\x7f]")


@dataclass(frozen=True)
class Feed:
    """The file and when its data last changed."""

    body: bytes
    changed_at: datetime
    name: str


def site_feed(site: Site, base_url: str, today: date) -> Feed:
    """The feed of a site: who is on show (by consented name, else by craft) and its events."""
    turns = feed.turns_at(site, today)
    codes = stand_codes(turns)
    entries = [_turn(turn, codes, card(turn.exhibitor).line, base_url) for turn in turns]
    entries += _ended(feed.ended_at(site, today), base_url)
    entries += [_event(event, base_url) for event in feed.events_at(site, today)]
    return _feed(localized(site), entries)


def exhibitor_feed(exhibitor: Exhibitor, base_url: str, today: date) -> Feed:
    """The feed of an exhibitor: her turns and her events, at every site."""
    turns = feed.turns_of(exhibitor, today)
    codes = stand_codes(turns)
    entries = [
        _turn(turn, codes, _("Exposition : %(site)s", site=localized(turn.publication.site)), base_url)
        for turn in turns
    ]
    entries += _ended(feed.ended_of(exhibitor, today), base_url)
    entries += [_event(event, base_url) for event in feed.events_with(exhibitor, today)]
    return _feed(card(exhibitor).line, entries)


def _feed(name: str, entries: Iterable[icalendar.Event]) -> Feed:
    entries = list(entries)
    calendar = icalendar.Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", f"-//Dawra//Programme//{language().upper()}")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _text(name).replace("\n", " "))
    calendar.add("x-wr-timezone", CASABLANCA.key)
    calendar.add("refresh-interval", timedelta(hours=12), {"VALUE": "DURATION"})
    for entry in entries:
        calendar.add_component(entry)
    days = [_day(entry["dtstart"].dt) for entry in entries]
    if days:
        calendar.add_missing_timezones(
            first_date=min(days) - timedelta(days=1), last_date=max(days) + timedelta(days=400)
        )
    changed = max((entry["dtstamp"].dt for entry in entries), default=datetime(2026, 1, 1, tzinfo=UTC))
    return Feed(calendar.to_ical(), changed, name)


def _day(moment: date | datetime) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _turn(turn: PublishedTurn, codes: dict[int, str], summary: str, base_url: str) -> icalendar.Event:
    told = showing(turn, codes)
    site = turn.publication.site
    publication = turn.publication
    entry = _entry(turn.uid, turn.sequence or publication.number, turn.since or publication.published_at, summary)
    entry.add("dtstart", turn.starts_on)
    entry.add("dtend", turn.ends_on + timedelta(days=1))
    place = _("%(room)s, emplacement %(stand)s", room=localized(turn.space), stand=", ".join(told.stands))
    entry.add("location", _text(f"{place}, {localized(site)}"))
    entry.add("url", f"{base_url}/sites/{site.slug}/?on={turn.starts_on.isoformat()}")
    entry.add("categories", [_("Exposition")])
    entry.add("transp", "TRANSPARENT")
    if turn.pauses:
        entry.add("description", interruption(turn.paused_on))
    return entry


def _ended(ended: Iterable[tuple[PublishedTurn, feed.Ending]], base_url: str) -> list[icalendar.Event]:
    """Turns that no longer take place, as cancelled: with the sequence of what ended them, without a name."""
    pairs = list(ended)
    codes = stand_codes(turn for turn, _after in pairs)
    entries = []
    for turn, after in pairs:
        entry = _turn(turn, codes, _("Tour annulé"), base_url)
        stamp = after.at.replace(microsecond=0)
        for name, value in (("sequence", after.sequence), ("dtstamp", stamp), ("last-modified", stamp)):
            del entry[name]
            entry.add(name, value)
        entry.add("status", "CANCELLED")
        entries.append(entry)
    return entries


def _event(event: Event, base_url: str) -> icalendar.Event:
    entry = _entry(event.uid, event.sequence, event.updated_at, localized(event, "title"))
    entry.add("dtstart", datetime.combine(event.starts_on, event.from_time, CASABLANCA))
    entry.add("dtend", datetime.combine(event.starts_on, event.to_time, CASABLANCA))
    if (count := (event.ends_on - event.starts_on).days + 1) > 1:
        entry.add("rrule", {"freq": "daily", "count": count})
    entry.add("status", "CANCELLED" if event.state is EventState.CANCELLED else "CONFIRMED")
    entry.add("location", _text(f"{localized(event.space)}, {localized(event.site)}"))
    lines = [localized(event, "about"), *(f"• {one.line}" for one in cards(event))]
    if told := _text("\n".join(line for line in lines if line)):
        entry.add("description", told)
    entry.add("url", f"{base_url}/events/{event.id}")
    entry.add("categories", [phrase(event.kind)])
    return entry


def _entry(uid: str, sequence: int, stamp: datetime, summary: str) -> icalendar.Event:
    entry = icalendar.Event()
    entry.add("uid", _text(uid))
    entry.add("sequence", sequence)
    entry.add("dtstamp", stamp.replace(microsecond=0))
    entry.add("last-modified", stamp.replace(microsecond=0))
    entry.add("summary", _text(summary).replace("\n", " "))
    return entry


def _text(text: str) -> str:
    """Text that stays one value in every reader: plain line ends only, no control characters."""
    return _CONTROLS.sub(" ", _BREAKS.sub("\n", text))
