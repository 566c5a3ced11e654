"""Reading spaces, stands and closures."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.extensions import db
from app.models import Closure, Site, Space, Stand


def by_id(space_id: int) -> Space | None:
    """A space."""
    return db.session.get(Space, space_id)


def stand_by_id(stand_id: int) -> Stand | None:
    """A stand."""
    return db.session.get(Stand, stand_id)


def closure_by_id(closure_id: int) -> Closure | None:
    """A closure."""
    return db.session.get(Closure, closure_id)


def of_site(site: Site) -> list[Space]:
    """A site's spaces with their stands, by code."""
    query = select(Space).where(Space.site_id == site.id).options(selectinload(Space.stands)).order_by(Space.code)
    return list(db.session.scalars(query))


def closures(site: Site, since: date) -> list[Closure]:
    """The closures of a site that are not over on a day, soonest first."""
    query = select(Closure).where(Closure.site_id == site.id, Closure.ends_on >= since)
    named = joinedload(Closure.space), joinedload(Closure.stand)
    return list(db.session.scalars(query.options(*named).order_by(Closure.starts_on, Closure.id)))


def past_closures(site: Site, before: date) -> list[Closure]:
    """The closures of a site that were over before a day, latest first."""
    query = select(Closure).where(Closure.site_id == site.id, Closure.ends_on < before)
    named = joinedload(Closure.space), joinedload(Closure.stand)
    return list(db.session.scalars(query.options(*named).order_by(Closure.ends_on.desc(), Closure.id)))
