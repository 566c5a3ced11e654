"""What a rotation problem is made of, read in a fixed number of queries whatever the size of the call."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.clock import today
from app.extensions import db
from app.models import (
    Application,
    ApplicationState,
    Call,
    CallPeriod,
    CallSpace,
    Closure,
    Decision,
    Exhibitor,
    ExhibitorCraft,
    Offer,
    OfferState,
    Presence,
    Publication,
    PublishedTurn,
    Space,
    Vacancy,
    VacancyCause,
)
from app.queries.ledger import carried


@dataclass(frozen=True)
class CallFacts:
    """All rows behind one call's problem, each list in a fixed order."""

    call: Call
    charter: dict[str, Any]
    seed: str
    periods: list[CallPeriod]
    spaces: list[Space]
    applications: list[Application]
    closures: list[Closure]
    decisions: list[Decision]
    given_up: list[tuple[int, int, int, int]]
    published: list[PublishedTurn]
    elsewhere: list[PublishedTurn]
    away: list[tuple[int, date]]
    received: dict[int, int]


def facts(call: Call, charter: dict[str, Any] | None = None) -> CallFacts:
    """Everything ``to_problem`` needs to know about a call; ``charter``: another one than its own.

    ``published``: turns of this call's current publication. ``elsewhere``: turns of other calls' current
    publications that hold one of these spaces or were given to one of these exhibitors, whenever they were.
    ``given_up``: (exhibitor, space, start, length) of places declined or given back.
    ``away``: days when one of these exhibitors is promised to an event of another site. ``received``: what each
    brings along from her ledger, in the charter's measure.
    """
    spaces = spaces_offered(call)
    applications = eligible(call)
    decided = decisions(call.id)
    people = {application.exhibitor_id for application in applications}
    people |= {decision.exhibitor_id for decision in decided if decision.permanent}
    elsewhere = _turns_elsewhere(call, {space.id for space in spaces}, people)
    return CallFacts(
        call=call,
        charter=call.charter if charter is None else charter,
        seed=call.seed,
        periods=call.periods,
        spaces=spaces,
        applications=applications,
        closures=_closures(call),
        decisions=decided,
        given_up=_given_up(call.id),
        published=_published(call.id),
        elsewhere=elsewhere,
        away=_away(call, people),
        received=carried(call, people, today(), measure_of(charter)),
    )


def measure_of(charter: dict[str, Any] | None) -> str | None:
    """What a charter counts fairness in; None without one."""
    return None if charter is None else str(charter.get("measure") or "periods")


def spaces_offered(call: Call) -> list[Space]:
    """The spaces of a call with their stands, in order of id."""
    query = (
        select(Space)
        .join(CallSpace, CallSpace.space_id == Space.id)
        .where(CallSpace.call_id == call.id)
        .options(selectinload(Space.stands))
        .order_by(Space.id)
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(query))


def eligible(call: Call) -> list[Application]:
    """Retained files; who left the waiting list asks for nothing more, but keeps the turns she has."""
    placed = (
        select(PublishedTurn.exhibitor_id)
        .join(PublishedTurn.publication)
        .where(Publication.call_id == call.id, Publication.superseded_at.is_(None))
    )
    waits = or_(Application.left_list_at.is_(None), Application.exhibitor_id.in_(placed))
    person = joinedload(Application.exhibitor)
    query = (
        select(Application)
        .where(Application.call_id == call.id, Application.state == ApplicationState.ELIGIBLE, waits)
        .options(
            selectinload(Application.wishes),
            person.selectinload(Exhibitor.groups),
            person.selectinload(Exhibitor.crafts).joinedload(ExhibitorCraft.craft),
        )
        .order_by(Application.exhibitor_id)
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(query))


def _closures(call: Call) -> list[Closure]:
    query = select(Closure).where(
        Closure.site_id == call.site_id,
        Closure.starts_on <= call.season_end,
        Closure.ends_on >= call.season_start,
    )
    return list(db.session.scalars(query.order_by(Closure.id)))


def decisions(call_id: int) -> list[Decision]:
    """A call's pins and bans, oldest first."""
    query = select(Decision).where(Decision.call_id == call_id).order_by(Decision.id)
    options = joinedload(Decision.exhibitor), joinedload(Decision.space), joinedload(Decision.stand)
    return list(db.session.scalars(query.options(*options)))


def _given_up(call_id: int) -> list[tuple[int, int, int, int]]:
    declined = select(Offer.exhibitor_id, Offer.space_id, Offer.start, Offer.length).where(
        Offer.call_id == call_id, Offer.state == OfferState.DECLINED
    )
    returned = select(Vacancy.left_by_id, Vacancy.space_id, Vacancy.start, Vacancy.length).where(
        Vacancy.call_id == call_id, Vacancy.cause == VacancyCause.RETURNED, Vacancy.left_by_id.is_not(None)
    )
    rows = {tuple(row) for query in (declined, returned) for row in db.session.execute(query)}
    return sorted(rows)


def _published(call_id: int) -> list[PublishedTurn]:
    query = (
        select(PublishedTurn)
        .join(PublishedTurn.publication)
        .where(Publication.call_id == call_id, Publication.superseded_at.is_(None))
        .options(joinedload(PublishedTurn.stand))
        .order_by(PublishedTurn.id)
    )
    return list(db.session.scalars(query))


def _turns_elsewhere(call: Call, space_ids: Collection[int], exhibitor_ids: Collection[int]) -> list[PublishedTurn]:
    query = (
        select(PublishedTurn)
        .join(PublishedTurn.publication)
        .where(
            Publication.call_id != call.id,
            Publication.superseded_at.is_(None),
            or_(PublishedTurn.space_id.in_(space_ids), PublishedTurn.exhibitor_id.in_(exhibitor_ids)),
        )
        .options(joinedload(PublishedTurn.publication), joinedload(PublishedTurn.space))
        .order_by(PublishedTurn.id)
    )
    return list(db.session.scalars(query))


def _away(call: Call, exhibitor_ids: Collection[int]) -> list[tuple[int, date]]:
    query = select(Presence.exhibitor_id, Presence.day).where(
        Presence.turn_id.is_(None),
        Presence.site_id != call.site_id,
        Presence.exhibitor_id.in_(exhibitor_ids),
        Presence.day.between(call.season_start, call.season_end),
    )
    return [(who, day) for who, day in db.session.execute(query.order_by(Presence.exhibitor_id, Presence.day))]
