"""Publications: the current one of a call, the numbered ones of a site, what stands in the way of one."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload, undefer

from app.extensions import db
from app.models import (
    Application,
    ApplicationState,
    Call,
    Exhibitor,
    ExhibitorAccount,
    ExhibitorCraft,
    Membership,
    Occupancy,
    Presence,
    Publication,
    PublishedTurn,
    Site,
    SiteRole,
    Space,
    Stand,
    StoredPlan,
    User,
)


def by_number(slug: str, number: int) -> Publication | None:
    """The publication of an address, with its turns and whom and what they name."""
    turns = selectinload(Publication.turns)
    query = (
        select(Publication)
        .join(Publication.site)
        .where(Site.slug == slug, Publication.number == number)
        .options(
            joinedload(Publication.site),
            joinedload(Publication.case),
            joinedload(Publication.call),
            undefer(Publication.plan_text),
            undefer(Publication.changes),
            turns.joinedload(PublishedTurn.stand),
            turns.joinedload(PublishedTurn.space),
            turns.joinedload(PublishedTurn.exhibitor).selectinload(Exhibitor.crafts).joinedload(ExhibitorCraft.craft),
        )
    )
    return db.session.scalars(query).first()


def by_id(publication_id: int) -> Publication | None:
    """The publication of a manager's address, with its call."""
    options = [joinedload(Publication.site), joinedload(Publication.call)]
    return db.session.get(Publication, publication_id, options=options)


def of_site(site: Site) -> list[Publication]:
    """Every publication of a site, newest first, without their texts."""
    query = (
        select(Publication)
        .where(Publication.site_id == site.id)
        .options(joinedload(Publication.call))
        .order_by(Publication.number.desc())
    )
    return list(db.session.scalars(query))


def current(call_id: int) -> Publication | None:
    """The publication of a call in force, with its turns."""
    query = (
        select(Publication)
        .where(Publication.call_id == call_id, Publication.superseded_at.is_(None))
        .options(selectinload(Publication.turns), joinedload(Publication.case), undefer(Publication.plan_text))
        .order_by(Publication.number.desc())
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(query).first()


def begun_turns(call_id: int, today: date) -> list[tuple[int, int, tuple[str, ...], int, int]] | None:
    """(exhibitor, space, codes of stands, start, length) of the turns in force that have begun; None without any
    publication in force.
    """  # fmt: skip
    in_force = select(Publication.id).where(Publication.call_id == call_id, Publication.superseded_at.is_(None))
    publication_id = db.session.scalar(in_force.order_by(Publication.number.desc()).limit(1))
    if publication_id is None:
        return None
    turn = PublishedTurn
    query = (
        select(turn.exhibitor_id, turn.space_id, Stand.code, turn.also, turn.start, turn.length)
        .join(Stand, Stand.id == turn.stand_id)
        .where(turn.publication_id == publication_id, turn.starts_on <= today)
        .order_by(turn.id)
    )
    rows = db.session.execute(query).all()
    further = {stand for row in rows for stand in row.also}
    codes: dict[int, str] = {}
    if further:
        codes = {one.id: one.code for one in db.session.scalars(select(Stand).where(Stand.id.in_(further)))}
    return [
        (row.exhibitor_id, row.space_id, (row.code, *(codes[one] for one in row.also if one in codes)), row.start,
         row.length)
        for row in rows
    ]  # fmt: skip


def publication_of(plan: StoredPlan) -> Publication | None:
    """The publication in force that shows just this plan."""
    found = current(plan.call_id)
    same = found is not None and (found.case_sha256, found.plan_text) == (plan.case_sha256, plan.text)
    return found if same else None


def next_number(site_id: int) -> int:
    """The number of the site's next publication."""
    return 1 + (db.session.scalar(select(func.max(Publication.number)).where(Publication.site_id == site_id)) or 0)


def spaces_of(call: Call) -> list[Space]:
    """The spaces of a call, with their stands, in order of id."""
    ids = [place.space_id for place in call.places]
    query = select(Space).where(Space.id.in_(ids)).options(selectinload(Space.stands)).order_by(Space.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def people(ids: Collection[int]) -> list[Exhibitor]:
    """Exhibitors with their crafts and the accounts that act for them."""
    query = (
        select(Exhibitor)
        .where(Exhibitor.id.in_(ids))
        .options(
            selectinload(Exhibitor.accounts).joinedload(ExhibitorAccount.user),
            selectinload(Exhibitor.crafts).joinedload(ExhibitorCraft.craft),
        )
        .order_by(Exhibitor.id)
    )
    return list(db.session.scalars(query))


def eligible(call_id: int) -> set[int]:
    """The exhibitors whose application is retained."""
    query = select(Application.exhibitor_id).where(
        Application.call_id == call_id, Application.state == ApplicationState.ELIGIBLE
    )
    return set(db.session.scalars(query))


def stands_taken(call_id: int, stand_ids: Collection[int], start: date, end: date) -> list[tuple[int, date]]:
    """(stand, day) taken by the current publications of *other* calls."""
    query = (
        select(Occupancy.stand_id, Occupancy.day)
        .join(PublishedTurn, PublishedTurn.id == Occupancy.turn_id)
        .join(Publication, Publication.id == PublishedTurn.publication_id)
        .where(Publication.call_id != call_id, Occupancy.stand_id.in_(stand_ids), Occupancy.day.between(start, end))
        .order_by(Occupancy.stand_id, Occupancy.day)
    )
    return [(stand, day) for stand, day in db.session.execute(query)]


def people_taken(call: Call, exhibitor_ids: Collection[int], start: date, end: date) -> list[tuple[int, date]]:
    """(exhibitor, day) promised to another call's turn, or to an event of another site."""
    query = (
        select(Presence.exhibitor_id, Presence.day)
        .outerjoin(PublishedTurn, PublishedTurn.id == Presence.turn_id)
        .outerjoin(Publication, Publication.id == PublishedTurn.publication_id)
        .where(
            Presence.exhibitor_id.in_(exhibitor_ids),
            Presence.day.between(start, end),
            (Publication.call_id != call.id) | (Presence.turn_id.is_(None) & (Presence.site_id != call.site_id)),
        )
        .order_by(Presence.exhibitor_id, Presence.day)
    )
    return [(who, day) for who, day in db.session.execute(query)]


def managers(site_id: int) -> list[User]:
    """The managers of a site, in order of id."""
    query = (
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.site_id == site_id, Membership.role == SiteRole.MANAGER, User.active)
        .order_by(User.id)
    )
    return list(db.session.scalars(query))


def occupied(stand_ids: Collection[int], start: date, end: date) -> bool:
    """Whether any of these stands is held on any of these days."""
    query = select(Occupancy.stand_id).where(Occupancy.stand_id.in_(stand_ids), Occupancy.day.between(start, end))
    return db.session.scalars(query.limit(1)).first() is not None
