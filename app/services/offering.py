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
    last = at_wall(starts_on, time(0))
    if last - at < LEAST:
        return None
    return min(last, (at + timedelta(days=days or call.offer_days)).replace(second=0, microsecond=0))


def offer_turns(
    call: Call, rows: Iterable[PublishedTurn], at: datetime, actor: User | None, days: int | None = None
) -> dict[int, Offer]:
    """Offer turns nobody has confirmed, by the id of the turn; one already offered or begun is left as it is."""
    waiting = [row for row in rows if row.confirmed_at is None]
    ids = [row.id for row in waiting]
    asked = set(db.session.scalars(select(Offer.turn_id).where(Offer.turn_id.in_(ids), Offer.state == OfferState.OPEN)))
    made = {}
    for row in waiting:
        until = deadline(call, row.starts_on, at, days)
        if row.id not in asked and until is not None:
            made[row.id] = _open(call, _of_turn(row), at, until, actor, turn_id=row.id)
    return made


def offer_place(call: Call, vacancy_id: int, stay: Stay, at: datetime, actor: User | None) -> Offer | None:
    """Offer a free place, or a part of it, to the person of the stay; None when it begins too soon."""
    until = deadline(call, stay.starts_on, at)
    return None if until is None else _open(call, stay, at, until, actor, vacancy_id=vacancy_id)


def _of_turn(row: PublishedTurn) -> Stay:
    return Stay(
        row.exhibitor_id, row.space_id, row.stand_id, tuple(row.also), row.start, row.length, row.starts_on,
        row.ends_on,
    )  # fmt: skip


def _open(call: Call, stay: Stay, at: datetime, until: datetime, actor: User | None, **what: int) -> Offer:
    offer = Offer(
        call_id=call.id, exhibitor_id=stay.exhibitor_id, space_id=stay.space_id, stand_id=stay.stand_id,
        also=list(stay.also), start=stay.start, length=stay.length, starts_on=stay.starts_on, ends_on=stay.ends_on,
        offered_at=at, deadline=until, offered_by_id=actor.id if actor else None, **what,
    )  # fmt: skip
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
