"""Calls as their readers need them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from app.extensions import db
from app.models import Application, ApplicationState, Call, CallSpace, CallState, Region, Site, Space


def call_by_id(call_id: int) -> Call | None:
    """A call with its site, or None."""
    query = select(Call).where(Call.id == call_id).options(joinedload(Call.site).joinedload(Site.region))
    return db.session.execute(query).scalar_one_or_none()


def window(call: Call, at: datetime) -> str:
    """Where a call stands at an instant: ``draft``, ``cancelled``, ``upcoming``, ``open`` or ``past``."""
    if call.state is not CallState.PUBLISHED:
        return call.state.value
    if at < call.opens_at:
        return "upcoming"
    return "open" if at < call.closes_at else "past"


@dataclass(frozen=True, slots=True)
class Shelf:
    """Public calls by where they stand."""

    open: list[Call]
    upcoming: list[Call]
    past: list[Call]


def public_calls(at: datetime, region: str = "", text: str = "") -> Shelf:
    """Published and cancelled calls, filtered by region and by words of title, site or city; soonest first."""
    query = (
        select(Call)
        .join(Call.site)
        .where(Call.published_at.is_not(None))
        .options(joinedload(Call.site).joinedload(Site.region), selectinload(Call.places).joinedload(CallSpace.space))
        .order_by(Call.closes_at, Call.id)
    )
    if region:
        query = query.where(Site.region_code == region)
    if text:
        names = (Call.title, Call.title_ar, Site.name, Site.name_ar, Site.city, Site.city_ar)
        query = query.where(func.lower(_joined(*names)).contains(text.lower(), autoescape=True))
    shelf = Shelf([], [], [])
    for call in db.session.scalars(query):
        {"open": shelf.open, "upcoming": shelf.upcoming}.get(window(call, at), shelf.past).append(call)
    shelf.past.reverse()
    return shelf


def _joined(*columns: object) -> object:
    first, *rest = columns
    for column in rest:
        first = first + " " + column  # type: ignore[operator]
    return first


def calls_of_site(site: Site) -> list[Call]:
    """Every call of a site, newest first, with its spaces."""
    query = (
        select(Call)
        .where(Call.site_id == site.id)
        .options(selectinload(Call.places).joinedload(CallSpace.space))
        .order_by(Call.number.desc())
    )
    return list(db.session.scalars(query))


def received(call_ids: list[int]) -> dict[int, int]:
    """How many applications each call received (drafts and withdrawn ones are none)."""
    query = (
        select(Application.call_id, func.count())
        .where(
            Application.call_id.in_(call_ids),
            Application.state.not_in((ApplicationState.DRAFT, ApplicationState.WITHDRAWN)),
        )
        .group_by(Application.call_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def to_review(call_id: int) -> int:
    """How many applications of a call nobody has decided on."""
    waiting = Application.call_id == call_id, Application.state == ApplicationState.SUBMITTED
    return db.session.scalar(select(func.count()).where(*waiting)) or 0


def spaces_of(call: Call) -> list[Space]:
    """The spaces offered, with their stands, by code."""
    query = (
        select(Space)
        .join(CallSpace, CallSpace.space_id == Space.id)
        .where(CallSpace.call_id == call.id)
        .options(selectinload(Space.stands))
        .order_by(Space.code)
    )
    return list(db.session.scalars(query))


def overlapping(call: Call) -> list[Call]:
    """Published calls that offer one of the same spaces on some of the same days."""
    shared = select(CallSpace.space_id).where(CallSpace.call_id == call.id)
    query = (
        select(Call)
        .where(
            Call.id != call.id,
            Call.state == CallState.PUBLISHED,
            Call.season_start <= call.season_end,
            Call.season_end >= call.season_start,
            Call.id.in_(select(CallSpace.call_id).where(CallSpace.space_id.in_(shared))),
        )
        .order_by(Call.id)
    )
    return list(db.session.scalars(query))


def regions() -> list[Region]:
    """The regions, for a filter."""
    return list(db.session.scalars(select(Region).order_by(Region.code)))
