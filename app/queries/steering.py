"""What waits for a programme administrator: days to confirm, sites without manager or rotation, calls that close."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import (
    Application,
    ApplicationState,
    Call,
    CallState,
    Invitation,
    Membership,
    Publication,
    Site,
    SiteRole,
    SiteState,
)
from app.queries import holiday
from app.queries.holiday import Holiday

#: How far ahead a holiday's day is asked for, and a closing told.
HOLIDAYS, CLOSING = timedelta(days=30), timedelta(days=7)


@dataclass(frozen=True)
class Waiting:
    """What waits, by its remedy. ``bare``, ``idle``: open sites without manager; with nothing published."""

    holidays: list[Holiday]
    bare: int
    idle: int
    closing: list[Call]
    unread: dict[Call, int]
    invitations: list[Invitation]


def waiting(at: datetime, today: date) -> Waiting:
    """Everything that waits at an instant, in a fixed number of queries."""
    managed = select(Membership.site_id).where(Membership.role == SiteRole.MANAGER)
    opened = select(func.count()).select_from(Site).where(Site.state == SiteState.OPEN)
    asked = select(Invitation).where(
        Invitation.role == SiteRole.MANAGER, Invitation.accepted_at.is_(None), Invitation.expires_at > at
    ).options(joinedload(Invitation.site)).order_by(Invitation.id)  # fmt: skip
    return Waiting(
        holidays=[one for one in holiday.between(today, today + HOLIDAYS) if one.estimate],
        bare=db.session.scalar(opened.where(Site.id.not_in(managed))) or 0,
        idle=db.session.scalar(opened.where(Site.id.not_in(published(today)))) or 0,
        closing=_closing(at),
        unread=_unread(at),
        invitations=list(db.session.scalars(asked)),
    )


def published(today: date) -> Select[tuple[int]]:
    """The ids of the sites with a rotation in force whose season is not over, as a query."""
    return (
        select(Publication.site_id)
        .join(Call, Call.id == Publication.call_id)
        .where(Publication.superseded_at.is_(None), Call.season_end >= today)
    )


def idle(today: date) -> set[int]:
    """The ids of the sites with nothing published for today or later."""
    return set(db.session.scalars(select(Site.id).where(Site.id.not_in(published(today)))))


def _closing(at: datetime) -> list[Call]:
    query = select(Call).where(Call.state == CallState.PUBLISHED, Call.opens_at <= at).options(joinedload(Call.site))
    soon = query.where(Call.closes_at > at, Call.closes_at <= at + CLOSING).order_by(Call.closes_at, Call.id)
    return list(db.session.scalars(soon))


def _unread(at: datetime) -> dict[Call, int]:
    """Closed calls with files that nobody has decided on, the longest closed first."""
    counted = (
        select(Application.call_id, func.count())
        .join(Call, Call.id == Application.call_id)
        .where(Application.state == ApplicationState.SUBMITTED, Call.state == CallState.PUBLISHED, Call.closes_at <= at)
        .group_by(Application.call_id)
    )
    counts = {row[0]: row[1] for row in db.session.execute(counted)}
    query = select(Call).where(Call.id.in_(counts)).options(joinedload(Call.site)).order_by(Call.closes_at, Call.id)
    return {call: counts[call.id] for call in db.session.scalars(query)}
