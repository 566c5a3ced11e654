"""The published turns that a closure touches, and the repairs worked out for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from typing import Protocol

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from app.extensions import db
from app.models import (
    Call,
    Closure,
    Occupancy,
    Offer,
    OfferState,
    Publication,
    PublishedTurn,
    Repair,
    RunState,
    SolveRun,
    Space,
    Vacancy,
    VacancyState,
)


class Shut(Protocol):
    """What a closure and its facts have in common."""

    @property
    def starts_on(self) -> date:
        """The first day."""

    @property
    def ends_on(self) -> date:
        """The last day, included."""

    @property
    def space_id(self) -> int | None:
        """The space; None: the whole site."""

    @property
    def stand_id(self) -> int | None:
        """The stand; None: the whole space."""


def touched(site_id: int, shut: Shut, today: date) -> list[PublishedTurn]:
    """The turns in force that hold a place on a closed day from today on, in order of day and place."""
    where = [Space.site_id == site_id, Occupancy.day.between(max(shut.starts_on, today), shut.ends_on)]
    if shut.space_id is not None:
        where.append(Occupancy.space_id == shut.space_id)
    if shut.stand_id is not None:
        where.append(Occupancy.stand_id == shut.stand_id)
    ids = select(Occupancy.turn_id).join(Space, Space.id == Occupancy.space_id).where(*where).distinct()
    query = (
        select(PublishedTurn)
        .join(PublishedTurn.publication)
        .where(PublishedTurn.id.in_(ids))
        .options(
            contains_eager(PublishedTurn.publication).joinedload(Publication.call).joinedload(Call.site),
            joinedload(PublishedTurn.space), joinedload(PublishedTurn.stand), joinedload(PublishedTurn.exhibitor),
        )
        .order_by(PublishedTurn.starts_on, PublishedTurn.space_id, PublishedTurn.stand_id)
    )  # fmt: skip
    return list(db.session.scalars(query))


def by_call(turns: Iterable[PublishedTurn]) -> dict[int, list[PublishedTurn]]:
    """Turns by the id of their call, in order of id."""
    found: dict[int, list[PublishedTurn]] = defaultdict(list)
    for turn in turns:
        found[turn.publication.call_id].append(turn)
    return dict(sorted(found.items()))


def waiting(closures: Collection[Closure], today: date) -> dict[int, int]:
    """How many turns each of these closures still touches, by its id; those that touch none are left out."""
    here = and_(
        Occupancy.space_id == Space.id, Occupancy.day.between(Closure.starts_on, Closure.ends_on),
        Occupancy.day >= today, or_(Closure.space_id.is_(None), Closure.space_id == Space.id),
        or_(Closure.stand_id.is_(None), Closure.stand_id == Occupancy.stand_id),
    )  # fmt: skip
    query = (
        select(Closure.id, func.count(Occupancy.turn_id.distinct()))
        .join(Space, Space.site_id == Closure.site_id)
        .join(Occupancy, here)
        .where(Closure.id.in_([one.id for one in closures]))
        .group_by(Closure.id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def ahead(call: Call, today: date) -> list[Closure]:
    """The closures of a call's site that are not over."""
    query = select(Closure).where(Closure.site_id == call.site_id, Closure.ends_on >= today)
    return list(db.session.scalars(query.order_by(Closure.id)))


def pending(call: Call, today: date) -> list[Closure]:
    """The closures of a call's site that turns in force still stand in the way of."""
    return [one for one in ahead(call, today) if call.id in by_call(touched(call.site_id, one, today))]


def repairs(closure: Closure) -> dict[int, Repair]:
    """What was worked out for a closure, by the id of the call."""
    query = (
        select(Repair).where(Repair.closure_id == closure.id).options(joinedload(Repair.call), joinedload(Repair.run))
    )
    return {one.call_id: one for one in db.session.scalars(query.order_by(Repair.call_id))}


def repair_by_id(repair_id: int) -> Repair | None:
    """A repair."""
    return db.session.get(Repair, repair_id)


def repair_of_run(run_id: int) -> Repair | None:
    """The repair whose options a job seeks, its row locked; None when another one took its place."""
    query = select(Repair).where(Repair.run_id == run_id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def open_searches(closure_id: int) -> list[SolveRun]:
    """The jobs that still seek places for a closure."""
    query = select(SolveRun).join(Repair, Repair.run_id == SolveRun.id).where(
        Repair.closure_id == closure_id, SolveRun.state.in_([RunState.QUEUED, RunState.RUNNING])
    ).options(joinedload(SolveRun.call).joinedload(Call.site))  # fmt: skip
    return list(db.session.scalars(query.order_by(SolveRun.id)))


def covers(shut: Shut, space_id: int, stand_ids: Iterable[int]) -> bool:
    """Whether a closure of the site is about one of these stands."""
    if shut.space_id is None:
        return True
    return shut.space_id == space_id and (shut.stand_id is None or shut.stand_id in set(stand_ids))


def asked_places(call_id: int) -> list[Offer]:
    """The open offers of free places of a call: a repair leaves these places to those who are asked."""
    query = select(Offer).where(
        Offer.call_id == call_id, Offer.state == OfferState.OPEN, Offer.vacancy_id.is_not(None)
    ).options(joinedload(Offer.stand))  # fmt: skip
    return list(db.session.scalars(query.order_by(Offer.id)))


def meets(shut: Shut, place: Vacancy | Offer) -> bool:
    """Whether a closure of the site takes days of a free place, or of what is offered of it."""
    same_days = shut.starts_on <= place.ends_on and place.starts_on <= shut.ends_on
    return same_days and covers(shut, place.space_id, (place.stand_id, *place.also))


def asked_about(site_id: int, *shut: Shut) -> list[Offer]:
    """The open offers of free places of a site that some closures take."""
    query = (
        select(Offer).join(Space, Space.id == Offer.space_id)
        .where(Space.site_id == site_id, Offer.state == OfferState.OPEN, Offer.vacancy_id.is_not(None))
    )  # fmt: skip
    return [one for one in db.session.scalars(query) if any(meets(closed, one) for closed in shut)]


def free_places_in(call_id: int) -> list[Vacancy]:
    """The open vacancies of a call."""
    query = select(Vacancy).where(Vacancy.call_id == call_id, Vacancy.state == VacancyState.OPEN)
    return list(db.session.scalars(query.order_by(Vacancy.id)))
