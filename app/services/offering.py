"""Open an offer: to whom, of what, until when; in the caller's transaction.

The deadline is so many days after the offer, and never after the midnight (Morocco) at which the place begins.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from app.clock import at_wall
from app.extensions import db
from app.models import Call, Offer, OfferState, PublishedTurn, User
from app.planning.changes import Stay
from app.services import audit

LEAST = timedelta(hours=2)  # a place that begins sooner is offered to nobody: there is no time to answer


def deadline(call: Call, starts_on: date, at: datetime, days: int | None = None) -> datetime | None:
    """Until when an offer made now may be answered; None when the place begins too soon."""
    if not still_to_come(starts_on, at):
        return None
    answered = (at + timedelta(days=days or call.offer_days)).replace(second=0, microsecond=0)
    return min(at_wall(starts_on, time(0)), answered)


def still_to_come(starts_on: date, at: datetime) -> bool:
    """Whether a turn may still change hands: it begins late enough for somebody to answer."""
    return at_wall(starts_on, time(0)) - at >= LEAST


def offer_turns(
    call: Call, rows: Iterable[PublishedTurn], at: datetime, actor: User | None, days: int | None = None
) -> dict[int, Offer]:
    """Offer turns nobody has confirmed, by the id of the turn; one already offered or begun is left as it is."""
    made = {}
    for row in _unasked(rows):
        offer = draft(call, of_turn(row), at, days)
        if offer is not None:
            offer.turn_id = row.id
            made[row.id] = _open(call, offer, actor)
    return made


def drafts(call: Call, kept: Iterable[PublishedTurn], fresh: Iterable[Stay], at: datetime) -> list[Offer]:
    """What ``offer_turns`` would offer of turns that stay and of new ones, at an instant; nothing is written."""
    stays = [*(of_turn(row) for row in _unasked(kept)), *fresh]
    return [offer for stay in stays if (offer := draft(call, stay, at)) is not None]


def _unasked(rows: Iterable[PublishedTurn]) -> list[PublishedTurn]:
    waiting = [row for row in rows if row.confirmed_at is None]
    ids = [row.id for row in waiting]
    asked = set(db.session.scalars(select(Offer.turn_id).where(Offer.turn_id.in_(ids), Offer.state == OfferState.OPEN)))
    return [row for row in waiting if row.id not in asked]


def offer_place(call: Call, vacancy_id: int, stay: Stay, at: datetime, actor: User | None) -> Offer | None:
    """Offer a free place, or a part of it, to the person of the stay; None when it begins too soon."""
    offer = draft(call, stay, at)
    if offer is None:
        return None
    offer.vacancy_id = vacancy_id
    return _open(call, offer, actor)


def of_turn(row: PublishedTurn) -> Stay:
    """A published turn as a stay."""
    return Stay(
        row.exhibitor_id, row.space_id, row.stand_id, tuple(row.also), row.start, row.length, row.starts_on,
        row.ends_on,
    )  # fmt: skip


def draft(call: Call, stay: Stay, at: datetime, days: int | None = None) -> Offer | None:
    """An offer as it would be made at an instant, not kept yet; None when the place begins too soon."""
    until = deadline(call, stay.starts_on, at, days)
    return None if until is None else Offer(
        call_id=call.id, exhibitor_id=stay.exhibitor_id, space_id=stay.space_id, stand_id=stay.stand_id,
        also=list(stay.also), start=stay.start, length=stay.length, starts_on=stay.starts_on, ends_on=stay.ends_on,
        offered_at=at, deadline=until,
    )  # fmt: skip


def _open(call: Call, offer: Offer, actor: User | None) -> Offer:
    offer.offered_by_id = actor.id if actor else None
    db.session.add(offer)
    db.session.flush()
    audit.record(
        call.site, actor, "offer.open", f"offer:{offer.id}",
        after={
            "state": OfferState.OPEN.value, "exhibitor": offer.exhibitor_id, "turn": offer.turn_id,
            "vacancy": offer.vacancy_id, "space": offer.space_id, "stand": offer.stand_id, "start": offer.start,
            "length": offer.length, "deadline": offer.deadline.isoformat(),
        },
    )  # fmt: skip
    return offer
