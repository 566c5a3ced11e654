"""Write a publication: the next number, its change list, its turns and their days; in the caller's transaction.

Every publication of a call comes through here: a plan (``app.services.rotation``) and each change to the rotation in
force (``app.services.amendment``), so that the public page, the feeds and the journal tell one story. A publication
is a frozen, numbered copy (case, plan, change list, counts); the *turns* live on: a turn that stays as it was keeps
its row, with its days, its offers and its calendar identity, and the row passes to the new publication. So a change
costs what it touches, and nothing else moves.

The caller holds the call's lock; here the site, the days and the journal follow, in the one order of locks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from app.clock import now
from app.extensions import db
from app.models import Call, Publication, PublicationCause, PublishedTurn, Site, User
from app.planning.changes import ChangeList, Stay, stays_of_rows
from app.queries import rotation as queries
from app.services import occupancy, settling, shutting


@dataclass(frozen=True)
class Edition:
    """What is to be published; ``confirmed``: new stays whose exhibitors have already said yes."""

    call: Call
    case_sha256: str
    plan_text: str
    stays: list[Stay]
    changes: ChangeList
    cause: PublicationCause
    actor: User | None
    confirmed: Collection[Stay] = ()
    overrides: Sequence[Any] = ()
    proposed_by_id: int | None = None


@dataclass(frozen=True)
class Written:
    """A publication, the rows of its new stays, and the rows that ended with the one before."""

    publication: Publication
    new: dict[Stay, PublishedTurn] = field(default_factory=dict)
    gone: list[PublishedTurn] = field(default_factory=list)


def write(edition: Edition, previous: Publication | None) -> Written:
    """Publish: number, rows, days; ends the offers and swaps of turns that are gone. The caller audits and commits."""
    call, at = edition.call, now()
    site = call.site
    db.session.scalars(select(Site).where(Site.id == site.id).with_for_update(key_share=True)).one()
    old = dict(zip(stays_of_rows(previous.turns), previous.turns, strict=True)) if previous else {}
    kept = _kept(edition.changes, old)
    gone = [row for row in old.values() if row not in kept.values()]
    uids = {new: old[before].uid for before, new in edition.changes.moved}
    publication = _publication(edition, site, at)
    if previous is not None:
        previous.superseded_at = at
    db.session.add(publication)
    db.session.flush()
    _pass_on(kept, publication, previous)
    settling.settle(gone, at)
    occupancy.free([row.id for row in gone])
    fresh = [stay for stay in edition.stays if stay not in kept]
    rows = [_turn(publication, stay, uids, at if stay in edition.confirmed else None) for stay in fresh]
    db.session.add_all(rows)
    db.session.flush()
    occupancy.take(site, fresh, rows)
    shutting.shut(site)
    db.session.expire(publication, ["turns"])
    return Written(publication, dict(zip(fresh, rows, strict=True)), gone)


def _publication(edition: Edition, site: Site, at: datetime) -> Publication:
    return Publication(
        site_id=site.id, call_id=edition.call.id, number=queries.next_number(site.id),
        case_sha256=edition.case_sha256, plan_text=edition.plan_text,
        plan_sha256=hashlib.sha256(edition.plan_text.encode()).hexdigest(), changes=edition.changes.document(),
        cause=edition.cause, overrides=list(edition.overrides), turn_count=len(edition.stays),
        exhibitor_count=len({stay.exhibitor_id for stay in edition.stays}), published_at=at,
        published_by_id=edition.actor.id if edition.actor else None, four_eyes=edition.call.four_eyes,
        proposed_by_id=edition.proposed_by_id,
    )  # fmt: skip


def _kept(changes: ChangeList, old: dict[Stay, PublishedTurn]) -> dict[Stay, PublishedTurn]:
    """The row of each stay that goes on, found by person, stands and days."""
    by_days = {stay.mark: row for stay, row in old.items()}
    return {stay: by_days[stay.mark] for stay in changes.kept}


def _pass_on(kept: dict[Stay, PublishedTurn], publication: Publication, previous: Publication | None) -> None:
    """Hand the rows that stay as they were on to the new publication."""
    for stay, row in kept.items():
        row.publication_id, row.start, row.length = publication.id, stay.start, stay.length
        if previous is not None:  # what a turn took from its publication stays when it passes on
            row.since, row.sequence = row.since or previous.published_at, row.sequence or previous.number
    db.session.flush()
    for row in kept.values():
        db.session.expire(row, ["publication"])
    if previous is not None:
        db.session.expire(previous, ["turns"])


def _turn(publication: Publication, stay: Stay, uids: dict[Stay, str], confirmed: datetime | None) -> PublishedTurn:
    return PublishedTurn(
        publication_id=publication.id, exhibitor_id=stay.exhibitor_id, space_id=stay.space_id,
        stand_id=stay.stand_id, also=list(stay.also), start=stay.start, length=stay.length,
        starts_on=stay.starts_on, ends_on=stay.ends_on,
        pauses=[day.isoformat() for day in stay.pauses], uid=uids.get(stay) or f"{uuid4().hex}@dawra",
        sequence=publication.number, since=publication.published_at, confirmed_at=confirmed,
    )  # fmt: skip
