"""Reading publications (rotations) of a site."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload, undefer

from app.extensions import db
from app.models import Exhibitor, ExhibitorAccount, Publication, PublishedTurn, Site, Space, Stand, User
from app.queries.public import Card, card, card_options


@dataclass(frozen=True)
class Line:
    """A publication in the list: its season and how many turns and exhibitors it has."""

    publication: Publication
    starts_on: date
    ends_on: date
    turns: int
    exhibitors: int


def lines(site: Site) -> list[Line]:
    """The publications of a site, newest first, without their texts."""
    counts = (
        select(
            PublishedTurn.publication_id.label("publication_id"), func.count(PublishedTurn.id).label("turns"),
            func.count(PublishedTurn.exhibitor_id.distinct()).label("exhibitors"),
        ).group_by(PublishedTurn.publication_id).subquery()
    )  # fmt: skip
    query = (
        select(
            Publication, func.coalesce(Publication.turn_count, counts.c.turns, 0),
            func.coalesce(Publication.exhibitor_count, counts.c.exhibitors, 0),
        )
        .outerjoin(counts, counts.c.publication_id == Publication.id)
        .where(Publication.site_id == site.id)
        .options(joinedload(Publication.call))
        .order_by(Publication.number.desc())
    )  # fmt: skip
    return [
        Line(one, one.call.season_start, one.call.season_end, turns, exhibitors)
        for one, turns, exhibitors in db.session.execute(query)
    ]


def of_call(call_id: int) -> list[Publication]:
    """Every publication of a call with its change list, the oldest first, without the plans."""
    query = select(Publication).where(Publication.call_id == call_id).options(undefer(Publication.changes))
    return list(db.session.scalars(query.order_by(Publication.number)))


def neighbour(publication: Publication, after: bool) -> Publication | None:
    """The publication of the same call just before, or just after."""
    query = select(Publication).where(Publication.call_id == publication.call_id)
    if after:
        query = query.where(Publication.number > publication.number).order_by(Publication.number)
    else:
        query = query.where(Publication.number < publication.number).order_by(Publication.number.desc())
    return db.session.scalars(query).first()


def spaces_of(space_ids: set[int]) -> list[Space]:
    """Halls with their stands, by code."""
    query = select(Space).where(Space.id.in_(space_ids)).options(selectinload(Space.stands))
    return list(db.session.scalars(query.order_by(Space.code, Space.id)))


def cards_of(exhibitor_ids: set[int]) -> dict[int, Card]:
    """The public cards of exhibitors."""
    query = select(Exhibitor).where(Exhibitor.id.in_(exhibitor_ids)).options(*card_options())
    return {one.id: card(one) for one in db.session.scalars(query).unique()}


def places_of(stand_ids: set[int]) -> dict[int, Stand]:
    """Stands with their halls, by id."""
    query = select(Stand).where(Stand.id.in_(stand_ids)).options(joinedload(Stand.space))
    return {stand.id: stand for stand in db.session.scalars(query)}


def any_of(call_id: int) -> bool:
    """Whether a rotation of a call was ever published."""
    return db.session.scalar(select(Publication.id).where(Publication.call_id == call_id).limit(1)) is not None


def unreached(exhibitor_ids: Collection[int]) -> list[Exhibitor]:
    """Those of these exhibitors for whom no active account acts: no message reaches them."""
    reached = select(ExhibitorAccount.exhibitor_id).join(User, User.id == ExhibitorAccount.user_id).where(User.active)
    query = select(Exhibitor).where(Exhibitor.id.in_(exhibitor_ids), Exhibitor.id.not_in(reached))
    return list(db.session.scalars(query.order_by(Exhibitor.name, Exhibitor.id)))
