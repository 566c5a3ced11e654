"""Answer an offer, or let it lapse; each offer ends exactly once.

The rule of time: an answer counts iff the server's clock, read once when it arrives, is *before* the deadline. At the
deadline itself, to the microsecond, the offer has lapsed. The worker ends lapsed offers (``expire_due``): the turn is
released, the next in order is asked. Answer and clock both hold the call's row and end the offer by a conditional
update, so that whichever comes first counts, and any number of workers, or one that died half way, change nothing.

Accepting twice is accepting once. A declined place is not offered to her again for the same periods.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from app.clock import now
from app.errors import NotFound, Refused, Stale
from app.extensions import db
from app.i18n import _, instant, language
from app.models import Call, Offer, OfferState, PublicationCause, User, VacancyCause, VacancyState
from app.notices import offer as notices
from app.permissions import answers
from app.planning.judge import namer
from app.planning.keys import directory, exhibitor_key
from app.planning.living import Ground, ground
from app.queries import rotation as queries
from app.services import swap, vacancy
from app.services.amendment import Change, amend, holding, in_force, stay_at
from app.services.settling import TAKEN, end_offer, end_vacancy

Act = Callable[[User | None, Call, Offer, datetime], list[str]]


def accept(actor: User, offer_id: int) -> Offer:
    """Say yes. Her turn is confirmed; a free place becomes her turn, in a new publication.

    Raises NotFound for whom it does not concern, Refused when it ended otherwise, Stale (with the reasons) when the
    place can no longer be given: then the offer is taken back and the place goes on to the next.
    """
    try:
        offer, gone = _answer(actor, offer_id, OfferState.ACCEPTED, _accepted)
    except Stale:
        _take_back_if_gone(offer_id)
        raise
    if gone:
        raise Stale(*gone)
    return offer


def decline(actor: User, offer_id: int) -> Offer:
    """Say no: the place is free, and the next in order is asked. Raises NotFound, Refused when it ended otherwise."""
    return _answer(actor, offer_id, OfferState.DECLINED, _declined)[0]


def _answer(actor: User, offer_id: int, state: OfferState, then: Act) -> tuple[Offer, list[str]]:
    """Answer an offer that is still open; what speaks against the answer, if anything: then it was taken back."""
    at = now()
    with holding(call_of(offer_id)) as call:
        offer = db.session.get_one(Offer, offer_id, populate_existing=True)
        if not answers(actor, offer):
            raise NotFound
        if offer.state is state:
            return offer, []
        if offer.state is not OfferState.OPEN:
            raise Refused(ended_sentence(offer))
        return offer, then(actor, call, offer, at)


def _end(offer: Offer, state: OfferState, at: datetime, actor: User | None) -> None:
    """End it by an answer, if that came before the deadline."""
    if not end_offer(offer, state, at, actor, before=True):
        raise Refused(ended_sentence(offer))


def call_of(offer_id: int) -> int:
    """The call of an offer; NotFound when there is none."""
    call_id = db.session.scalar(select(Offer.call_id).where(Offer.id == offer_id))
    if call_id is None:
        raise NotFound
    return call_id


def _accepted(actor: User | None, call: Call, offer: Offer, at: datetime) -> list[str]:
    if offer.turn is not None:
        _end(offer, OfferState.ACCEPTED, at, actor)
        offer.turn.confirmed_at = at
    else:
        base = ground(call, in_force(call))
        gone = obstacles(call, offer, base) if at < offer.deadline else []
        if gone:
            _take_back(call, offer, at)
            return gone
        _end(offer, OfferState.ACCEPTED, at, actor)
        stay = stay_at(call, offer.exhibitor_id, offer, offer.starts_on)
        written = amend(actor, call, Change(PublicationCause.FILLED, added=[stay], confirmed=[stay]), base)
        offer.turn_id = written.new[stay].id
        db.session.flush()
        vacancy.fill(call, vacancy.fill_with(call, offer, at, actor), at)
    notices.accepted(offer)
    return []


def _declined(actor: User | None, call: Call, offer: Offer, at: datetime) -> list[str]:
    _end(offer, OfferState.DECLINED, at, actor)
    _let_go(actor, call, [offer], at, VacancyCause.DECLINED)
    notices.declined(offer)
    return []


def _let_go(actor: User | None, call: Call, ended: list[Offer], at: datetime, cause: VacancyCause) -> None:
    """The places of offers that ended without a yes: released where they were turns; then on to the next."""
    rows = [offer.turn for offer in ended if offer.turn is not None]
    fresh = [offer.vacancy for offer in ended if offer.vacancy is not None]
    if rows:
        fresh += vacancy.release(call, rows, cause, at, actor)
    vacancy.fill(call, fresh, at)


def obstacles(call: Call, offer: Offer, base: Ground) -> list[str]:
    """Why a free place can no longer be given to her, in sentences; empty when it can."""
    own = exhibitor_key(offer.exhibitor_id)
    known = directory(queries.spaces_of(call), [offer.exhibitor])
    names = namer(known, only=own, other=_("un autre exposant"))
    return base.refusals([], [base.turn(offer.exhibitor_id, offer)], language(), names)


def _take_back(call: Call, offer: Offer, at: datetime) -> None:
    """End an offer whose place can no longer be given, and go on to the next."""
    if offer.vacancy is None or not end_offer(offer, OfferState.WITHDRAWN, at, None, reason=TAKEN):
        return
    notices.withdrawn(offer)
    if queries.occupied((offer.stand_id, *offer.also), offer.starts_on, offer.ends_on):
        end_vacancy(offer.vacancy, VacancyState.ENDED, at, None)
    vacancy.fill(call, [offer.vacancy], at)


def _take_back_if_gone(offer_id: int) -> None:
    """What the database refused is judged anew: an offer that only lost a moment's race for a lock stays open."""
    at = now()
    with holding(call_of(offer_id)) as call:
        offer = db.session.get_one(Offer, offer_id, populate_existing=True)
        if offer.vacancy is None or offer.state is not OfferState.OPEN:
            return
        if obstacles(call, offer, ground(call, in_force(call))):
            _take_back(call, offer, at)


def expire_due(call_id: int) -> int:
    """End the offers and swaps of a call whose deadline has passed, release places, ask the next; how many ended."""
    at = now()
    with holding(call_id) as call:
        due = Offer.call_id == call.id, Offer.state == OfferState.OPEN, Offer.deadline <= at
        found = db.session.scalars(select(Offer).where(*due).order_by(Offer.deadline, Offer.id)).all()
        ended = [offer for offer in found if end_offer(offer, OfferState.EXPIRED, at, None, due=True)]
        for offer in ended:
            notices.expired(offer)
        _let_go(None, call, ended, at, VacancyCause.EXPIRED)
        vacancy.end_past(call, at)
        swaps = swap.expire_due(call, at)
    return len(ended) + swaps


def remind_due(call_id: int) -> int:
    """Send the reminders of a call that are due, one an offer however long the worker slept; how many."""
    at = now()
    sent = 0
    with holding(call_id) as call:
        still = Offer.call_id == call.id, Offer.state == OfferState.OPEN, Offer.deadline > at
        for offer in db.session.scalars(select(Offer).where(*still).order_by(Offer.id)).all():
            due = sum(moment <= at for moment in reminder_times(offer.offered_at, offer.deadline, call.reminder_days))
            if due > offer.reminders:
                offer.reminders = due
                notices.reminder(offer)
                sent += 1
    return sent


def reminder_times(offered_at: datetime, deadline: datetime, days: Sequence[int]) -> list[datetime]:
    """When an offer's reminders are due, the first first: so many days before the deadline, after the offer itself."""
    moments = {deadline - timedelta(days=count) for count in days}
    return sorted(moment for moment in moments if offered_at < moment < deadline)


def ended_sentence(offer: Offer) -> str:
    """Why an offer can no longer be answered."""
    told = {
        OfferState.ACCEPTED: _("Ce tour est déjà accepté. Vous pouvez le rendre depuis votre espace."),
        OfferState.DECLINED: _("Cette place a déjà été refusée : elle est proposée à quelqu'un d'autre."),
        OfferState.WITHDRAWN: _("Cette proposition a été retirée."),
    }
    return told.get(offer.state) or _(
        "Le délai pour répondre est passé (%(time)s, heure du Maroc) : la place est rendue.",
        time=instant(offer.deadline, "d MMMM yyyy, HH:mm:ss"),
    )
