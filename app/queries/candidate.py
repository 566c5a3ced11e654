"""What an event's form offers: artisans on show on its days first, then others; and how busy each room is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.extensions import db
from app.fold import fold
from app.models import (
    DayUse,
    Event,
    EventState,
    Exhibitor,
    ExhibitorCraft,
    Membership,
    Presence,
    Site,
    SiteRole,
    Space,
    SpaceDay,
    User,
)
from app.queries.agenda import on_show

#: How many other artisans are offered at a time; a search narrows them.
OTHERS = 30


@dataclass(frozen=True)
class Candidate:
    """An artisan who may take part; ``elsewhere``: she is at another site on one of the days."""

    exhibitor: Exhibitor
    elsewhere: bool


@dataclass(frozen=True)
class Offer:
    """Artisans on show on every or some of the days; others; and who was chosen but is in neither."""

    here: tuple[Candidate, ...]
    others: tuple[Candidate, ...]
    more: bool


@dataclass(frozen=True)
class RoomUse:
    """A room on the days asked: its events there, and whether it is closed on one of them."""

    room: Space
    events: tuple[Event, ...]
    closed: bool


def offer(site: Site, days: tuple[date, date] | None, search: str, chosen: Collection[int]) -> Offer:
    """Whom to offer for these days (both included; None: not known yet). Chosen ones are always offered."""
    here = {one.id: one for shown in (on_show(site, *days).values() if days else ()) for one in shown}
    found = _others(site, search, set(here))
    others = {one.id: one for one in found[:OTHERS]}
    missing = set(chosen) - set(here) - set(others)
    others |= {one.id: one for one in _people(Exhibitor.id.in_(missing))} if missing else {}
    away = _elsewhere(site, days, {*here, *others})
    return Offer(
        tuple(Candidate(one, one.id in away) for one in _by_name(here.values())),
        tuple(Candidate(one, one.id in away) for one in _by_name(others.values())),
        len(found) > OTHERS,
    )


def _by_name(people: Collection[Exhibitor]) -> list[Exhibitor]:
    return sorted(people, key=lambda one: (one.name, one.id))


def _others(site: Site, search: str, known: set[int]) -> list[Exhibitor]:
    """Without a search, the artisans of the site's region; with one, of the whole country, by name or craft."""
    words = fold(search).split()
    people = _people(Exhibitor.region_code == site.region_code) if not words else _people()
    return [one for one in people if one.id not in known and all(word in _said(one) for word in words)]


def _said(exhibitor: Exhibitor) -> str:
    crafts = (one.craft for one in exhibitor.crafts)
    words = [exhibitor.name, exhibitor.name_ar, *(f"{c.fr} {c.ar} {c.en}" for c in crafts)]
    return fold(" ".join(words))


def _people(*where: object) -> list[Exhibitor]:
    query = (
        select(Exhibitor)
        .where(*where)  # type: ignore[arg-type]
        .options(selectinload(Exhibitor.crafts).joinedload(ExhibitorCraft.craft))
        .order_by(Exhibitor.name, Exhibitor.id)
    )
    return list(db.session.scalars(query))


def _elsewhere(site: Site, days: tuple[date, date] | None, ids: set[int]) -> set[int]:
    if days is None or not ids:
        return set()
    query = select(Presence.exhibitor_id).where(
        Presence.exhibitor_id.in_(ids), Presence.day.between(*days), Presence.site_id != site.id
    )
    return set(db.session.scalars(query))


def rooms_in_use(site: Site, days: tuple[date, date] | None, ignoring: int | None = None) -> list[RoomUse]:
    """Each room of the site with what it is used for on these days."""
    rooms = list(db.session.scalars(select(Space).where(Space.site_id == site.id).order_by(Space.code, Space.id)))
    if days is None:
        return [RoomUse(room, (), False) for room in rooms]
    query = (
        select(Event)
        .where(
            Event.site_id == site.id, Event.state == EventState.PLANNED, Event.starts_on <= days[1],
            Event.ends_on >= days[0], or_(ignoring is None, Event.id != (ignoring or 0)),
        )
        .options(joinedload(Event.space))
        .order_by(Event.starts_on, Event.from_time)
    )  # fmt: skip
    events = list(db.session.scalars(query))
    shut = set(
        db.session.scalars(
            select(SpaceDay.space_id).where(
                SpaceDay.space_id.in_([room.id for room in rooms]), SpaceDay.day.between(*days),
                SpaceDay.use == DayUse.CLOSED,
            )
        )
    )  # fmt: skip
    return [RoomUse(room, tuple(e for e in events if e.space_id == room.id), room.id in shut) for room in rooms]


def animators(site: Site) -> list[User]:
    """Who may animate at a site, by name."""
    query = (
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.site_id == site.id, Membership.role.in_((SiteRole.MANAGER, SiteRole.ANIMATOR)), User.active)
        .distinct()
        .order_by(User.name, User.id)
    )
    return list(db.session.scalars(query))
