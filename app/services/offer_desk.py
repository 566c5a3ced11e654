"""What managers do with offers: make them, give more time, take them back, offer a free place or leave it free."""

from __future__ import annotations

from sqlalchemy import select

from app.clock import now
from app.errors import Invalid, NotFound, Refused, Stale
from app.extensions import db
from app.i18n import _
from app.models import Offer, OfferState, User, Vacancy, VacancyState
from app.notices import offer as notices
from app.permissions import manages
from app.services import audit, vacancy
from app.services.amendment import holding, in_force
from app.services.offer import call_of, ended_sentence, reminder_times
from app.services.offering import deadline, offer_turns
from app.services.settling import end_offer, end_vacancy


def offer_all(actor: User, call_id: int, days: int) -> int:
    """Offer every turn of the rotation in force that nobody has confirmed; how many. Raises Invalid."""
    if not 1 <= days <= 60:
        raise Invalid({"days": [_("Donnez un délai de 1 à 60 jours.")]})
    with holding(call_id) as call:
        made = offer_turns(call, in_force(call).turns, now(), actor, days)
        for offer in made.values():
            notices.offered(offer)
    return len(made)


def offer_vacancy(actor: User, vacancy_id: int, exhibitor_id: int | None = None) -> Offer:
    """Offer a free place to the next in order, or to somebody among those who may take it. Raises Refused."""
    place = db.session.get(Vacancy, vacancy_id)
    if place is None:
        raise NotFound
    with holding(place.call_id) as call:
        db.session.refresh(place)
        if place.state is not VacancyState.OPEN:
            raise Stale(_("Cette place n'est plus libre."))
        made = vacancy.offer_next(call, place, now(), actor, exhibitor_id)
        if made is None:
            raise Refused(_("Personne sur la liste d'attente ne peut prendre cette place."))
    return made


def end_place(actor: User, vacancy_id: int) -> None:
    """Leave a place free: nobody more is asked. Raises Refused while somebody is still asked."""
    place = db.session.get(Vacancy, vacancy_id)
    if place is None:
        raise NotFound
    with holding(place.call_id):
        asked = select(Offer.id).where(Offer.vacancy_id == vacancy_id, Offer.state == OfferState.OPEN)
        if db.session.scalar(asked) is not None:
            raise Refused(_("Quelqu'un a encore le temps de répondre pour cette place."))
        end_vacancy(place, VacancyState.ENDED, now(), actor)


def take_back(actor: User, offer_id: int, reason: str) -> None:
    """Take back the offer of a free place, with a reason she is told. Raises Invalid, Refused."""
    if not reason.strip():
        raise Invalid({"reason": [_("Donnez une raison : elle est dite à l'exposant.")]})
    at = now()
    with holding(call_of(offer_id)):
        offer = db.session.get_one(Offer, offer_id, populate_existing=True)
        if not manages(actor, offer):
            raise NotFound
        if not end_offer(offer, OfferState.WITHDRAWN, at, actor, reason=reason.strip()[:500]):
            raise Refused(ended_sentence(offer))
        notices.withdrawn(offer)


def extend(actor: User, offer_id: int, days: int) -> None:
    """Give more time to answer: so many days from now, at most until the place begins. Raises Invalid, Refused."""
    if not 1 <= days <= 60:
        raise Invalid({"days": [_("Donnez un délai de 1 à 60 jours.")]})
    at = now()
    with holding(call_of(offer_id)) as call:
        offer = db.session.get_one(Offer, offer_id, populate_existing=True)
        if not manages(actor, offer):
            raise NotFound
        until = deadline(call, offer.starts_on, at, days)
        if offer.state is not OfferState.OPEN or offer.deadline <= at or until is None or until <= offer.deadline:
            raise Refused(_("Ce délai ne peut plus être prolongé jusque-là."))
        before, offer.deadline = offer.deadline, until
        times = reminder_times(offer.offered_at, until, call.reminder_days)
        offer.reminders = sum(moment <= at for moment in times)  # those before the new deadline are still to come
        audit.record(
            call.site, actor, "offer.extend", f"offer:{offer.id}", before={"deadline": before.isoformat()},
            after={"deadline": until.isoformat()},
        )  # fmt: skip
        notices.extended(offer)
