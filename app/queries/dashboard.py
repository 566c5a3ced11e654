"""What waits at a site today: calls, files, runs, gaps of the next period, closures, events."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import (
    Application,
    ApplicationState,
    Call,
    CallPeriod,
    CallSpace,
    CallState,
    Closure,
    DayUse,
    Event,
    EventState,
    Occupancy,
    Publication,
    RunState,
    Site,
    SolveRun,
    Space,
    SpaceDay,
    Stand,
    StoredPlan,
)
from app.queries.call import window
from app.queries.space import closures

SOON = timedelta(days=7)


@dataclass(frozen=True)
class CallCard:
    """A call and what waits on it. ``window``: draft, upcoming, open or past; ``closing``: it ends within a week."""

    call: Call
    window: str
    closing: bool
    states: Counter[ApplicationState]
    run: SolveRun | None
    plans: int
    published: bool

    @property
    def to_review(self) -> int:
        """Files that nobody has judged."""
        return self.states[ApplicationState.SUBMITTED]

    @property
    def eligible(self) -> int:
        """Files kept for the plan."""
        return self.states[ApplicationState.ELIGIBLE]

    @property
    def received(self) -> int:
        """Files received and not withdrawn."""
        return self.to_review + self.eligible + self.states[ApplicationState.REFUSED]


@dataclass(frozen=True)
class Gap:
    """Places that nobody holds in the next period of a published call."""

    call: Call
    starts_on: date
    ends_on: date
    free: int
    places: int


@dataclass(frozen=True)
class Dashboard:
    """Everything that waits, soonest first."""

    calls: list[CallCard]
    gaps: list[Gap]
    closures: list[Closure]
    events: list[Event]
    on_show: int
    spaces: int


def of(site: Site, at: datetime, today: date) -> Dashboard:
    """What waits at a site at an instant."""
    return Dashboard(
        calls=_cards(site, at),
        gaps=_gaps(site, today),
        closures=closures(site, today)[:8],
        events=_events(site, today),
        on_show=_on_show(site, today),
        spaces=len(site.spaces),
    )


def _cards(site: Site, at: datetime) -> list[CallCard]:
    query = select(Call).where(Call.site_id == site.id, Call.state != CallState.CANCELLED).order_by(Call.closes_at)
    calls = list(db.session.scalars(query))
    ids = [call.id for call in calls]
    states: dict[int, Counter[ApplicationState]] = {number: Counter() for number in ids}
    counted = select(Application.call_id, Application.state, func.count()).where(Application.call_id.in_(ids))
    for call_id, state, count in db.session.execute(counted.group_by(Application.call_id, Application.state)):
        states[call_id][state] = count
    runs = select(SolveRun).where(
        SolveRun.call_id.in_(ids), SolveRun.state.in_((RunState.QUEUED, RunState.RUNNING))
    ).order_by(SolveRun.id)  # fmt: skip
    running = {run.call_id: run for run in db.session.scalars(runs)}
    plans = _counts(StoredPlan.call_id, ids)
    published = _counts(Publication.call_id, ids)
    return [
        CallCard(
            call, window(call, at), at < call.closes_at <= at + SOON, states[call.id], running.get(call.id),
            plans.get(call.id, 0), call.id in published,
        )
        for call in calls
        if call.season_end >= at.date()
    ]  # fmt: skip


def _counts(column: Any, ids: list[int]) -> dict[int, int]:
    query = select(column, func.count()).where(column.in_(ids)).group_by(column)
    return {row[0]: row[1] for row in db.session.execute(query)}


def _gaps(site: Site, today: date) -> list[Gap]:
    """The next period of each call with a rotation in force."""
    current = select(Publication.call_id).where(Publication.site_id == site.id, Publication.superseded_at.is_(None))
    periods = (
        select(CallPeriod, Call)
        .join(Call, Call.id == CallPeriod.call_id)
        .where(CallPeriod.call_id.in_(current), CallPeriod.starts_on > today, Call.state == CallState.PUBLISHED)
        .order_by(CallPeriod.starts_on, CallPeriod.call_id)
    )
    soonest: dict[int, tuple[CallPeriod, Call]] = {}
    for period, call in db.session.execute(periods):
        soonest.setdefault(call.id, (period, call))
    gaps = [_gap(period, call) for period, call in soonest.values()]
    return [gap for gap in gaps if gap.free]


def _gap(period: CallPeriod, call: Call) -> Gap:
    """Stands closed for part of the period, and those of a room closed for part of it, are not counted as free."""
    offered = select(CallSpace.space_id).where(CallSpace.call_id == call.id)
    stands = db.session.execute(select(Stand.id, Stand.space_id).where(Stand.space_id.in_(offered))).all()
    inside = period.starts_on, period.ends_on
    taken = _set(select(Occupancy.stand_id).where(Occupancy.space_id.in_(offered), Occupancy.day.between(*inside)))
    touching = Closure.starts_on <= period.ends_on, Closure.ends_on >= period.starts_on
    shut_stands = _set(select(Closure.stand_id).where(Closure.space_id.in_(offered), *touching))
    shut = SpaceDay.use == DayUse.CLOSED, SpaceDay.day.between(*inside)
    shut_spaces = _set(select(SpaceDay.space_id).where(SpaceDay.space_id.in_(offered), *shut))
    usable = {stand for stand, space_id in stands if space_id not in shut_spaces} - shut_stands
    return Gap(call, period.starts_on, period.ends_on, len(usable - taken), len(usable))


def _set(query: Any) -> set[int]:
    return set(db.session.scalars(query))


def _events(site: Site, today: date) -> list[Event]:
    query = select(Event).where(
        Event.site_id == site.id, Event.state == EventState.PLANNED, Event.ends_on >= today,
        Event.starts_on <= today + 2 * SOON,
    ).options(joinedload(Event.space)).order_by(Event.starts_on, Event.from_time, Event.id)  # fmt: skip
    return list(db.session.scalars(query))


def _on_show(site: Site, today: date) -> int:
    query = (
        select(func.count(func.distinct(Occupancy.exhibitor_id)))
        .join(Space, Space.id == Occupancy.space_id)
        .where(Space.site_id == site.id, Occupancy.day == today)
    )
    return db.session.scalar(query) or 0
