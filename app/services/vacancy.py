"""Places set free: released turns, offered in the charter's order to those who wait; in the caller's transaction.

Who is asked is ``scheduler.reserve``'s to say: of those whose turn here breaks no rule, the lowest level first, and
so on down the charter's tiers to the draw. Passed over are those who declined or let lapse an offer of the same
space in the same periods, those who left the waiting list, and those who still have another free place to answer.
With ``call.refill`` the next is asked at once; without, the managers are told and decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select

from app.clock import local
from app.extensions import db
from app.models import (
    Call,
    Decision,
    DecisionKind,
    Offer,
    OfferState,
    PublicationCause,
    PublishedTurn,
    User,
    Vacancy,
    VacancyCause,
    VacancyState,
)
from app.notices import offer as notices
from app.planning.changes import Stay
from app.planning.keys import exhibitor_id
from app.planning.living import Candidate, Ground, ground
from app.queries import rotation as queries
from app.queries.offer import passed_over
from app.services import audit
from app.services.amendment import Change, amend, in_force, stay_at
from app.services.offering import deadline, offer_place
from app.services.openings import Part, open_parts
from app.services.settling import TAKEN, end_offer, end_vacancy

DAY = timedelta(days=1)


def release(
    call: Call, rows: Sequence[PublishedTurn], cause: VacancyCause, at: datetime, actor: User | None
) -> list[Vacancy]:
    """Take turns out of the rotation: their days are free, and each leaves a vacancy for what is still to come."""
    parts = [
        (Part(row.space_id, (row.stand_id, *row.also), row.start, row.length, row.starts_on), row.exhibitor_id)
        for row in rows
    ]  # fmt: skip
    for row in rows:
        unpin(call, row, actor)
    why = {VacancyCause.ABSENT: PublicationCause.ABSENT, VacancyCause.CLOSED: PublicationCause.CLOSED}
    amend(actor, call, Change(why.get(cause, PublicationCause.RELEASED), removed=rows))
    opened = (vacate(call, part, cause, at, actor, left_by) for part, left_by in parts)
    return [one for one in opened if one is not None]


def vacate(
    call: Call, part: Part, cause: VacancyCause, at: datetime, actor: User | None, left_by: int | None = None
) -> Vacancy | None:
    """Open a vacancy for the periods of a free place that can still be offered; None when there are none."""
    left = _still_open(call, part, at, cause)
    if left is None:
        return None
    start, length = left.start, left.length
    vacancy = Vacancy(
        call_id=call.id, space_id=part.space_id, stand_id=part.stand_id, also=list(part.also), start=start,
        length=length, starts_on=_begins(call, start, at, cause, part.starts_on),
        ends_on=call.periods[start + length - 1].ends_on, cause=cause, left_by_id=left_by, opened_at=at,
    )  # fmt: skip
    db.session.add(vacancy)
    db.session.flush()
    after = {
        "state": VacancyState.OPEN.value, "cause": cause.value, "stand": part.stand_id, "start": start,
        "length": length, "left_by": left_by,
    }  # fmt: skip
    audit.record(call.site, actor, "vacancy.open", f"vacancy:{vacancy.id}", after=after)
    return vacancy


def _in_time(call: Call, period: int, at: datetime, cause: VacancyCause, since: date) -> bool:
    begins = _begins(call, period, at, cause, since)
    return begins <= call.periods[period].ends_on and deadline(call, begins, at) is not None


def _begins(call: Call, period: int, at: datetime, cause: VacancyCause, since: date) -> date:
    """The first day on offer: a no-show's place at once, from the day after tomorrow (there must be time to answer).

    ``since``: the first day of the place, which may lie inside a period (a rest that others had taken up).
    """
    first = max(call.periods[period].starts_on, since)
    return max(first, local(at).date() + 2 * DAY) if cause is VacancyCause.ABSENT else first


def unpin(call: Call, row: PublishedTurn, actor: User | None, *, permanent: bool = True) -> None:
    """A turn given up is not held in place by a pin any more, nor by a ``permanent`` one."""
    same = (
        Decision.call_id == call.id, Decision.kind == DecisionKind.PIN, Decision.exhibitor_id == row.exhibitor_id,
        Decision.space_id == row.space_id, Decision.start == row.start, Decision.length == row.length,
        Decision.permanent.in_((False, permanent)),
    )  # fmt: skip
    for decision in db.session.scalars(select(Decision).where(*same)).all():
        before = {"exhibitor": row.exhibitor_id, "space": row.space_id, "start": row.start, "length": row.length}
        audit.record(call.site, actor, "decision.undo", f"decision:{decision.id}", before=before)
        db.session.delete(decision)
    db.session.flush()


def fill(call: Call, fresh: Iterable[Vacancy], at: datetime) -> list[Offer]:
    """Offer places to the next in order, where the call says so; tell the managers of those that nobody is asked for.

    ``fresh``: those just set free, or just answered. Others that found nobody before are tried again, untold.
    """
    known = [one for one in fresh if one.state is VacancyState.OPEN]
    made: list[Offer] = []
    if call.refill:
        ids = {one.id for one in known}
        places = [*known, *(one for one in _idle(call) if one.id not in ids)]
        base = ground(call, in_force(call)) if places else None
        offers = (offer_next(call, vacancy, at, None, base=base) for vacancy in places)
        made = [offer for offer in offers if offer is not None]
    asked = {offer.vacancy_id for offer in made}
    left = [one for one in known if one.id not in asked]
    if left:
        notices.vacant(call, left, queries.managers(call.site_id))
    return made


def offer_next(
    call: Call, vacancy: Vacancy, at: datetime, actor: User | None, who: int | None = None, base: Ground | None = None
) -> Offer | None:
    """Offer a place to the first in order (or to ``who``, if she is among those who may); None when there is nobody."""
    base = base or ground(call, in_force(call))
    for candidate in successors(call, vacancy, base, at):
        person = exhibitor_id(candidate.turn.applicant)
        if who is not None and person != who:
            continue
        since = _begins(call, candidate.turn.start, at, vacancy.cause, vacancy.starts_on)
        offer = offer_place(call, vacancy.id, _stay(call, base, candidate, person, since), at, actor)
        if offer is not None:
            notices.offered(offer)
            return offer
    return None


def successors(call: Call, vacancy: Vacancy, base: Ground, at: datetime) -> list[Candidate]:
    """Who may be asked to take what can still be offered of a place, the first first."""
    part = _still_open(call, vacancy, at)
    return [] if part is None else base.successors(base.turn(vacancy.left_by_id, part), passed_over(vacancy))


def _still_open(call: Call, place: Vacancy | Part, at: datetime, cause: VacancyCause | None = None) -> Part | None:
    """The place from its first period that somebody has time to answer for; None when there is none."""
    why = place.cause if isinstance(place, Vacancy) else cause or VacancyCause.RETURNED
    end = place.start + place.length
    start = next((n for n in range(place.start, end) if _in_time(call, n, at, why, place.starts_on)), None)
    return None if start is None else Part(place.space_id, (place.stand_id, *place.also), start, end - start)


def _stay(call: Call, base: Ground, candidate: Candidate, person: int, since: date) -> Stay:
    keys = {key: stand_id for stand_id in base.stands for key in (base.key(stand_id),)}
    turn = candidate.turn
    stands = tuple(keys[key] for key in turn.stands)
    space_id = base.stands[stands[0]].space_id
    return stay_at(call, person, Part(space_id, stands, turn.start, turn.length), since)


def _idle(call: Call) -> list[Vacancy]:
    """Open vacancies that nobody is being asked about."""
    asked = select(Offer.id).where(Offer.vacancy_id == Vacancy.id, Offer.state == OfferState.OPEN)
    query = select(Vacancy).where(Vacancy.call_id == call.id, Vacancy.state == VacancyState.OPEN, ~asked.exists())
    return list(db.session.scalars(query.order_by(Vacancy.starts_on, Vacancy.id)))


def fill_with(call: Call, offer: Offer, at: datetime, actor: User | None) -> list[Vacancy]:
    """The place of an accepted offer is taken: its vacancy ends, and what is left of it stays open as others."""
    vacancy = offer.vacancy
    if vacancy is None or not end_vacancy(vacancy, VacancyState.FILLED, at, actor):
        return []
    left = (
        vacate(call, part, vacancy.cause, at, actor, vacancy.left_by_id)
        for rest in rests(vacancy, offer)
        for part in open_parts(call, rest)
    )
    return [one for one in left if one is not None]


def rests(vacancy: Vacancy, offer: Offer) -> Iterator[Part]:
    """What an offer leaves of its vacancy: periods before, periods after, and other stands meanwhile."""
    stands, since = (vacancy.stand_id, *vacancy.also), vacancy.starts_on
    end, offered_end = vacancy.start + vacancy.length, offer.start + offer.length
    if offer.start > vacancy.start:
        yield Part(vacancy.space_id, stands, vacancy.start, offer.start - vacancy.start, since)
    if offered_end < end:
        yield Part(vacancy.space_id, stands, offered_end, end - offered_end)
    others = tuple(stand for stand in stands if stand not in (offer.stand_id, *offer.also))
    if others:
        yield Part(vacancy.space_id, others, offer.start, offer.length, offer.starts_on)


def offered_places(call: Call) -> list[Offer]:
    """The open offers of free places."""
    query = select(Offer).where(Offer.call_id == call.id, Offer.state == OfferState.OPEN, Offer.vacancy_id.is_not(None))
    return list(db.session.scalars(query.order_by(Offer.id)))


def close_all(call: Call, at: datetime, actor: User | None) -> None:
    """A new plan deals every place anew: free places are no longer offered, and who was asked is told."""
    for offer in offered_places(call):
        end_offer(offer, OfferState.WITHDRAWN, at, actor, reason=TAKEN)
        notices.withdrawn(offer)
    places = select(Vacancy).where(Vacancy.call_id == call.id, Vacancy.state == VacancyState.OPEN)
    for vacancy in db.session.scalars(places.order_by(Vacancy.id)).all():
        end_vacancy(vacancy, VacancyState.ENDED, at, actor)


def end_past(call: Call, at: datetime) -> None:
    """Free places whose last day has begun are no longer to be filled."""
    today = local(at).date()
    past = Vacancy.call_id == call.id, Vacancy.state == VacancyState.OPEN, Vacancy.ends_on <= today
    for vacancy in db.session.scalars(select(Vacancy).where(*past).order_by(Vacancy.id)).all():
        end_vacancy(vacancy, VacancyState.ENDED, at, None)
