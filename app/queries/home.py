"""What the front page and a person's own page show; a fixed number of queries, however much there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import ColumnElement, String, case, cast, func, select
from sqlalchemy.orm import joinedload, selectinload

from app.extensions import db
from app.models import (
    Application,
    ApplicationState,
    Call,
    CallState,
    Craft,
    Exhibitor,
    ExhibitorAccount,
    ExhibitorCraft,
    Publication,
    PublishedTurn,
    Site,
    SiteState,
)


@dataclass
class Show:
    """What is on at a site: how many exhibitors, until which day, of which craft families (code to number)."""

    site: Site
    exhibitors: int = 0
    until: date | None = None
    families: dict[str, int] = field(default_factory=dict)
    next_start: date | None = None


def shows(today: date) -> list[Show]:
    """Open sites with a current publication: those with exhibitors today first, then by their next turn."""
    here = _here(today)
    rows = db.session.execute(
        select(
            Publication.site_id,
            func.count(func.distinct(case((here, PublishedTurn.exhibitor_id)))),
            func.min(case((here, PublishedTurn.ends_on))),
            func.min(case((PublishedTurn.starts_on > today, PublishedTurn.starts_on))),
        )
        .join(PublishedTurn, PublishedTurn.publication_id == Publication.id)
        .where(Publication.superseded_at.is_(None), PublishedTurn.ends_on >= today)
        .group_by(Publication.site_id)
    ).all()
    facts = {site_id: facts for site_id, *facts in rows}
    sites = db.session.scalars(
        select(Site).where(Site.id.in_(facts), Site.state == SiteState.OPEN).options(joinedload(Site.region))
    )
    found = {s.id: Show(s, facts[s.id][0], facts[s.id][1], {}, facts[s.id][2]) for s in sites}
    for site_id, family, number in _families(today):
        if site_id in found:
            found[site_id].families[family] = number
    return sorted(found.values(), key=lambda show: (-show.exhibitors, show.next_start or date.max, show.site.name))


def _here(today: date) -> ColumnElement[bool]:
    """Tell whether a turn holds its stand on a day; one that is interrupted then does not."""
    interrupted = cast(PublishedTurn.pauses, String).contains(today.isoformat())
    return (PublishedTurn.starts_on <= today) & (PublishedTurn.ends_on >= today) & ~interrupted


def _families(today: date) -> list[tuple[int, str, int]]:
    number = func.count(func.distinct(PublishedTurn.exhibitor_id))
    rows = db.session.execute(
        select(Publication.site_id, Craft.family_code, number)
        .join(PublishedTurn, PublishedTurn.publication_id == Publication.id)
        .join(ExhibitorCraft, ExhibitorCraft.exhibitor_id == PublishedTurn.exhibitor_id)
        .join(Craft, Craft.code == ExhibitorCraft.craft_code)
        .where(
            Publication.superseded_at.is_(None),
            ExhibitorCraft.position == 0,
            _here(today),
        )
        .group_by(Publication.site_id, Craft.family_code)
        .order_by(Publication.site_id, number.desc(), Craft.family_code)
    )
    return [(site_id, family, number) for site_id, family, number in rows]


def open_calls(now: datetime, limit: int = 3) -> list[Call]:
    """Calls one may apply to at this instant, those that close first first."""
    return list(
        db.session.scalars(
            select(Call)
            .where(Call.state == CallState.PUBLISHED, Call.opens_at <= now, Call.closes_at > now)
            .order_by(Call.closes_at, Call.id)
            .options(joinedload(Call.site))
            .limit(limit)
        )
    )


@dataclass
class OwnExhibitor:
    """An exhibitor a person acts for: her applications (newest first), her turns from today on, those that are over
    (newest first), and the current publication of each call she applied to. ``waits``: the application she was
    retained with, where the rotation of a season that is not over is published without a turn for her.
    """

    exhibitor: Exhibitor
    applications: list[Application] = field(default_factory=list)
    turns: list[PublishedTurn] = field(default_factory=list)
    past: list[PublishedTurn] = field(default_factory=list)
    publications: dict[int, Publication] = field(default_factory=dict)
    waits: Application | None = None


def own_exhibitors(user_id: int, today: date) -> list[OwnExhibitor]:
    """The exhibitors an account acts for, by name."""
    exhibitors = db.session.scalars(
        select(Exhibitor)
        .join(ExhibitorAccount)
        .where(ExhibitorAccount.user_id == user_id)
        .options(selectinload(Exhibitor.crafts).joinedload(ExhibitorCraft.craft), selectinload(Exhibitor.accounts))
        .order_by(Exhibitor.name)
    )
    found = {exhibitor.id: OwnExhibitor(exhibitor) for exhibitor in exhibitors}
    applications = db.session.scalars(
        select(Application)
        .where(Application.exhibitor_id.in_(found))
        .options(joinedload(Application.call).joinedload(Call.site))
        .order_by(Application.updated_at.desc(), Application.id.desc())
    )
    for application in applications:
        found[application.exhibitor_id].applications.append(application)
    called = [application.call_id for item in found.values() for application in item.applications]
    current = {
        publication.call_id: publication
        for publication in db.session.scalars(
            select(Publication)
            .where(Publication.call_id.in_(called), Publication.superseded_at.is_(None))
            .options(joinedload(Publication.site))
        )
    }
    turns = db.session.scalars(
        select(PublishedTurn)
        .join(Publication)
        .where(PublishedTurn.exhibitor_id.in_(found), Publication.superseded_at.is_(None))
        .options(
            joinedload(PublishedTurn.publication).joinedload(Publication.site),
            joinedload(PublishedTurn.space),
            joinedload(PublishedTurn.stand),
        )
        .order_by(PublishedTurn.starts_on, PublishedTurn.id)
    )
    for turn in turns:
        item = found[turn.exhibitor_id]
        (item.turns if turn.ends_on >= today else item.past).append(turn)
    for item in found.values():
        item.publications = current
        item.past.reverse()
        item.waits = None if item.turns or item.past else _waiting(item, today)
    return list(found.values())


def _waiting(item: OwnExhibitor, today: date) -> Application | None:
    return next(
        (
            one for one in item.applications
            if one.state is ApplicationState.ELIGIBLE and one.call_id in item.publications
            and one.call.season_end >= today
        ),
        None,
    )  # fmt: skip


@dataclass(frozen=True)
class CallWork:
    """A call that waits for its site's people: files in each state, and whether a rotation is published."""

    call: Call
    submitted: int
    eligible: int
    published: bool


def work(site_ids: Sequence[int]) -> list[CallWork]:
    """The calls of these sites that are not cancelled, newest season first."""
    counts = {
        call_id: (submitted, eligible)
        for call_id, submitted, eligible in db.session.execute(
            select(
                Application.call_id,
                func.count(case((Application.state == ApplicationState.SUBMITTED, Application.id))),
                func.count(case((Application.state == ApplicationState.ELIGIBLE, Application.id))),
            )
            .join(Call, Call.id == Application.call_id)
            .where(Call.site_id.in_(site_ids))
            .group_by(Application.call_id)
        )
    }
    published = set(db.session.scalars(select(Publication.call_id).where(Publication.site_id.in_(site_ids))))
    calls = db.session.scalars(
        select(Call)
        .where(Call.site_id.in_(site_ids), Call.state != CallState.CANCELLED)
        .options(joinedload(Call.site))
        .order_by(Call.season_start.desc(), Call.id.desc())
    )
    return [CallWork(call, *counts.get(call.id, (0, 0)), call.id in published) for call in calls]
