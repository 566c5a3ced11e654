"""What waits for a site's manager beside calls and files: who has not come, places set free, offers and swaps that end,
plans finished, stale or impossible, publications that need a second person, closures over published turns. Soonest
first; a fixed number of queries.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import (
    Attendance,
    Call,
    Closure,
    Occupancy,
    Offer,
    OfferState,
    Proposal,
    Publication,
    RunKind,
    RunState,
    SecondLook,
    Site,
    SolveRun,
    Space,
    StoredPlan,
    Swap,
    SwapState,
    Vacancy,
    VacancyState,
)
from app.queries import closing, proposal, second_look, space

SOON = timedelta(days=3)  # an offer or a swap that ends within so long
RECENT = timedelta(days=14)  # a calculation that ended so long ago still waits to be looked at


@dataclass(frozen=True)
class Deadline:
    """How many offers or swaps of a call end soon, and the first of them."""

    call: Call
    count: int
    first: datetime


@dataclass(frozen=True)
class WorkList:
    """What waits today."""

    not_noted: int = 0
    offers: list[Deadline] = field(default_factory=list)
    swaps: list[Deadline] = field(default_factory=list)
    places: list[tuple[Call, int]] = field(default_factory=list)
    ended: list[SolveRun] = field(default_factory=list)
    fresh: list[StoredPlan] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)
    closures: list[tuple[Closure, int]] = field(default_factory=list)
    looks: list[SecondLook] = field(default_factory=list)


def of(site: Site, at: datetime, today: date) -> WorkList:
    """What waits at a site."""
    calls = {call.id: call for call in db.session.scalars(select(Call).where(Call.site_id == site.id))}
    runs, proposed = _last_runs(calls, at), proposal.waiting([site.id])
    plans = _unpublished(runs)
    gave = {plan.run_id for plan in plans}
    return WorkList(
        not_noted=_not_noted(site, today),
        offers=_deadlines(calls, Offer, Offer.state == OfferState.OPEN, at),
        swaps=_deadlines(calls, Swap, Swap.state == SwapState.AGREED, at),
        places=_idle(calls),
        ended=[run for run in runs if run.state not in (RunState.DONE, RunState.CANCELLED) and run.id not in gave],
        fresh=[plan for plan in plans if plan.call_id not in {one.call_id for one in proposed}],
        proposals=proposed,
        closures=_in_the_way(site, today),
        looks=second_look.waiting([site.id]),
    )


def _in_the_way(site: Site, today: date) -> list[tuple[Closure, int]]:
    """The closures that published turns still stand in the way of, and how many each."""
    coming = space.closures(site, today)
    counts = closing.waiting(coming, today)
    return [(one, counts[one.id]) for one in coming if one.id in counts]


def _not_noted(site: Site, today: date) -> int:
    """How many are expected today of whom nobody said anything."""
    noted = select(Attendance.exhibitor_id).where(Attendance.day == today, Attendance.site_id == site.id)
    query = (
        select(func.count(func.distinct(Occupancy.exhibitor_id)))
        .join(Space, Space.id == Occupancy.space_id)
        .where(Space.site_id == site.id, Occupancy.day == today, Occupancy.exhibitor_id.not_in(noted))
    )
    return db.session.scalar(query) or 0


def _deadlines(
    calls: dict[int, Call], table: type[Offer] | type[Swap], waiting: object, at: datetime
) -> list[Deadline]:
    query = (
        select(table.call_id, func.count(), func.min(table.deadline))
        .where(table.call_id.in_(calls), waiting, table.deadline <= at + SOON)  # type: ignore[arg-type]
        .group_by(table.call_id)
        .order_by(func.min(table.deadline), table.call_id)
    )
    return [Deadline(calls[call_id], count, first) for call_id, count, first in db.session.execute(query)]


def _idle(calls: dict[int, Call]) -> list[tuple[Call, int]]:
    """Places set free that nobody is being asked about."""
    asked = select(Offer.id).where(Offer.vacancy_id == Vacancy.id, Offer.state == OfferState.OPEN)
    query = (
        select(Vacancy.call_id, func.count())
        .where(Vacancy.call_id.in_(calls), Vacancy.state == VacancyState.OPEN, ~asked.exists())
        .group_by(Vacancy.call_id)
        .order_by(func.min(Vacancy.starts_on), Vacancy.call_id)
    )
    return [(calls[call_id], count) for call_id, count in db.session.execute(query)]


def _last_runs(calls: dict[int, Call], at: datetime) -> Sequence[SolveRun]:
    """The last calculation of each call, if it ended lately."""
    mine = SolveRun.call_id.in_(calls), SolveRun.kind != RunKind.REPAIR  # the closures tell of those
    last = select(func.max(SolveRun.id)).where(*mine).group_by(SolveRun.call_id)
    query = select(SolveRun).where(SolveRun.id.in_(last), SolveRun.ended_at >= at - RECENT)
    return db.session.scalars(query.options(joinedload(SolveRun.call)).order_by(SolveRun.ended_at, SolveRun.id)).all()


def _unpublished(runs: Sequence[SolveRun]) -> list[StoredPlan]:
    """The plans of these calculations that no publication made since holds."""
    since = select(Publication.id).where(
        Publication.call_id == StoredPlan.call_id, Publication.published_at >= StoredPlan.created_at
    )
    ended = [run.id for run in runs]  # one that ran out of time, or broke, may have kept a sound plan
    query = select(StoredPlan).where(StoredPlan.run_id.in_(ended), ~since.exists()).options(joinedload(StoredPlan.call))
    return list(db.session.scalars(query.order_by(StoredPlan.id)))
