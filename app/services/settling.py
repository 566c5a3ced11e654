"""End offers, swaps and vacancies, each exactly once; in the caller's transaction.

Whoever ends one does it by an UPDATE on the condition that it is still open: two who try at once are told apart by
the number of rows changed, whatever they had read before. The database's checks hold the rest: a state that is open
has no end, any other has one.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from app.extensions import db
from app.models import Offer, OfferState, PublishedTurn, Swap, SwapState, User, Vacancy, VacancyState
from app.notices import swap as notices
from app.queries.offer import OPEN_SWAPS, open_swaps_about
from app.services import audit

#: Reasons of the house, kept as codes and worded for their reader: the turn changed, the place was taken, it closes.
CHANGED, TAKEN, SHUT = "changed", "taken", "shut"


def end_offer(
    offer: Offer, state: OfferState, at: datetime, actor: User | None, *, reason: str = "", **conditions: Any
) -> bool:
    """End an open offer and audit it; False when it had ended before, or a condition on its deadline fails.

    ``before``: only if the deadline is still to come; ``due``: only if it has passed. The instant of the deadline
    itself has passed: an answer counts iff the server's clock, read once when it arrives, is before the deadline.
    """
    where = [Offer.id == offer.id, Offer.state == OfferState.OPEN]
    where += [Offer.deadline > at] if conditions.get("before") else []
    where += [Offer.deadline <= at] if conditions.get("due") else []
    values = {"state": state, "ended_at": at, "ended_by_id": actor.id if actor else None, "reason": reason}
    if not _changed(update(Offer).where(*where).values(**values)):
        return False
    db.session.refresh(offer)
    audit.record(
        offer.call.site, actor, f"offer.{state.value}", f"offer:{offer.id}",
        before={"state": OfferState.OPEN.value},
        after={"state": state.value, "exhibitor": offer.exhibitor_id, "turn": offer.turn_id, "reason": reason},
    )  # fmt: skip
    return True


def end_swap(
    swap: Swap, state: SwapState, at: datetime, actor: User | None, *, reason: str = "",
    held: Collection[SwapState] = OPEN_SWAPS, due: bool = False,
) -> bool:  # fmt: skip
    """End a swap that is in one of the states ``held``; False when it was not."""
    where = [Swap.id == swap.id, Swap.state.in_(held)] + ([Swap.deadline <= at] if due else [])
    values = {"state": state, "ended_at": at, "ended_by_id": actor.id if actor else None, "reason": reason}
    before = swap.state.value
    if not _changed(update(Swap).where(*where).values(**values)):
        return False
    db.session.refresh(swap)
    audit.record(
        swap.call.site, actor, f"swap.{state.value}", f"swap:{swap.id}", before={"state": before},
        after={"state": state.value, "turn": swap.turn_id, "other_turn": swap.other_turn_id, "reason": reason},
    )  # fmt: skip
    return True


def end_vacancy(vacancy: Vacancy, state: VacancyState, at: datetime, actor: User | None) -> bool:
    """End an open vacancy; False when it had ended before."""
    where = Vacancy.id == vacancy.id, Vacancy.state == VacancyState.OPEN
    if not _changed(update(Vacancy).where(*where).values(state=state, ended_at=at)):
        return False
    db.session.refresh(vacancy)
    after = {"state": state.value, "stand": vacancy.stand_id, "start": vacancy.start, "length": vacancy.length}
    audit.record(vacancy.call.site, actor, f"vacancy.{state.value}", f"vacancy:{vacancy.id}", after=after)
    return True


def _changed(statement: Any) -> bool:
    done: Any = db.session.execute(statement.execution_options(synchronize_session=False))
    return bool(done.rowcount == 1)


def settle(gone: Sequence[PublishedTurn], at: datetime) -> None:
    """Take back the open offers of turns that are gone, and end the swaps that were about them."""
    ids = [row.id for row in gone]
    if not ids:
        return
    offers = db.session.scalars(
        select(Offer).where(Offer.turn_id.in_(ids), Offer.state == OfferState.OPEN).order_by(Offer.id)
    )
    for offer in offers.all():
        end_offer(offer, OfferState.WITHDRAWN, at, None, reason=CHANGED)
    for swap in open_swaps_about(ids):
        end_swap(swap, SwapState.STALE, at, None, reason=CHANGED)
        notices.ended(swap)
