"""Give a published turn back before it begins; leave the waiting list of a call, and come back to it."""

from __future__ import annotations

from sqlalchemy import select

from app.clock import now
from app.errors import NotFound, Refused
from app.extensions import db
from app.i18n import _
from app.models import Application, ApplicationState, Offer, OfferState, User, Vacancy, VacancyCause
from app.notices import offer as notices
from app.notices import turn as told
from app.permissions import answers, may_act_for
from app.queries import offer as queries
from app.services import audit, vacancy
from app.services.amendment import holding, locked_turn
from app.services.offering import deadline
from app.services.settling import end_offer


def give_back(actor: User, turn_id: int) -> None:
    """Give a turn back: its days are free at once, and the next in order is asked.

    Raises NotFound for whom it does not concern, Refused once it has begun, Stale when it is no longer in force.
    A turn still to be accepted is declined by that.
    """
    at = now()
    row = queries.turn_in_force(turn_id)
    if row is None:
        raise NotFound
    with holding(row.publication.call_id) as call:
        turn = locked_turn(call, turn_id)
        if not answers(actor, turn):
            raise NotFound
        if deadline(call, turn.starts_on, at) is None:
            raise Refused(_("Ce tour a commencé ou commence dans un instant : appelez le site."))
        mine = select(Offer).where(Offer.turn_id == turn.id, Offer.state == OfferState.OPEN)
        offer = db.session.scalars(mine).one_or_none()
        declined = offer is not None and end_offer(offer, OfferState.DECLINED, at, actor, before=True)
        cause = VacancyCause.DECLINED if declined else VacancyCause.RETURNED
        fresh = vacancy.release(call, [turn], cause, at, actor)
        asked = {one.vacancy_id for one in vacancy.fill(call, fresh, at)}
        if declined and offer is not None:
            notices.declined(offer)
        else:
            told.returned(turn, passed_on=any(one.id in asked for one in fresh))


def leave_list(actor: User, application: Application) -> None:
    """Leave the waiting list of a call; turns already hers stay hers. Doing it again changes nothing."""
    _list(actor, application, leaving=True)


def rejoin_list(actor: User, application: Application) -> None:
    """Come back to the waiting list; the order is the charter's, so nothing was lost by leaving."""
    _list(actor, application, leaving=False)


def _list(actor: User, application: Application, *, leaving: bool) -> None:
    at = now()
    with holding(application.call_id) as call:
        held = db.session.get_one(Application, application.id, populate_existing=True)
        if not may_act_for(actor, held) or held.state is not ApplicationState.ELIGIBLE:
            raise NotFound
        if (held.left_list_at is not None) == leaving:
            return
        held.left_list_at = at if leaving else None
        action = "application.leave_list" if leaving else "application.rejoin_list"
        audit.record(
            call.site, actor, action, f"application:{held.id}", before={"left": not leaving}, after={"left": leaving}
        )
        db.session.flush()
        vacancy.fill(call, _decline_places(actor, held) if leaving else [], at)


def _decline_places(actor: User, application: Application) -> list[Vacancy]:
    """Who leaves the list has said no to the free places she was asked about: those."""
    asked = select(Offer).where(
        Offer.call_id == application.call_id, Offer.exhibitor_id == application.exhibitor_id,
        Offer.state == OfferState.OPEN, Offer.vacancy_id.is_not(None),
    )  # fmt: skip
    ended = [
        offer for offer in db.session.scalars(asked).all()
        if end_offer(offer, OfferState.DECLINED, now(), actor, before=True)
    ]  # fmt: skip
    for offer in ended:
        notices.declined(offer)
    return [offer.vacancy for offer in ended if offer.vacancy is not None]
