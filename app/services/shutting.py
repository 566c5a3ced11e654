"""Shut the days that a closure claims as soon as nothing uses them any more; in the caller's transaction."""

from __future__ import annotations

from sqlalchemy import select

from app.clock import today
from app.extensions import db
from app.models import Closure, Site
from app.services import days
from app.services.closure import spaces_of


def shut(site: Site) -> None:
    """Close what has fallen free of every closure of whole spaces that is not over. Closed days stay as they are."""
    whole = Closure.site_id == site.id, Closure.stand_id.is_(None), Closure.ends_on >= today()
    for closure in db.session.scalars(select(Closure).where(*whole).order_by(Closure.id)).all():
        for space in spaces_of(site, closure.space):
            days.shut_free(space.id, days.span(closure.starts_on, closure.ends_on))
