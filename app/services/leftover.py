"""Free places around a closure: those it takes away or cuts short, those a repair leaves, those that open again.

In the caller's transaction; the calls are held.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime

from sqlalchemy import select

from app.extensions import db
from app.models import (
    Call,
    Closure,
    Offer,
    OfferState,
    Publication,
    PublishedTurn,
    User,
    Vacancy,
    VacancyCause,
    VacancyState,
)
from app.notices import offer as notices
from app.queries import closing as queries
from app.services import vacancy
from app.services.openings import Part, open_parts, open_runs
from app.services.settling import SHUT, TAKEN, end_offer, end_vacancy


def shut(call: Call, closures: Collection[Closure], at: datetime, actor: User | None) -> None:
    """End the free places that closures touch, tell whoever was asked, and offer the periods that stay open.

    Where somebody is asked about days that stay open, she keeps her time to answer.
    """
    left: list[Vacancy | None] = []
    for place in queries.free_places_in(call.id):
        if any(queries.meets(one, _asked(place) or place) for one in closures):
            _end(place, at, actor, SHUT)
            left += [
                vacancy.vacate(call, part, place.cause, at, actor, place.left_by_id)
                for part in open_parts(call, _whole(place))
            ]
    _fill(call, left, at)


def _asked(place: Vacancy) -> Offer | None:
    """The open offer of a place: one at most, by constraint."""
    query = select(Offer).where(Offer.vacancy_id == place.id, Offer.state == OfferState.OPEN)
    return db.session.scalars(query).one_or_none()


def _whole(place: Vacancy) -> Part:
    return Part(place.space_id, (place.stand_id, *place.also), place.start, place.length, place.starts_on)


def end_taken(call: Call, publication: Publication, at: datetime, actor: User | None) -> None:
    """End the free places that turns hold now; whoever was asked about one is told."""
    for place in queries.free_places_in(call.id):
        if any(_meets(row, (place.stand_id, *place.also), place) for row in publication.turns):
            _end(place, at, actor, TAKEN)


def _meets(row: PublishedTurn, stands: Collection[int], place: Vacancy) -> bool:
    together = row.starts_on <= place.ends_on and place.starts_on <= row.ends_on
    return together and not {row.stand_id, *row.also}.isdisjoint(stands)


def _end(place: Vacancy, at: datetime, actor: User | None, why: str) -> None:
    offer = _asked(place)
    if offer is not None:
        end_offer(offer, OfferState.WITHDRAWN, at, actor, reason=why)
        notices.withdrawn(offer)
    end_vacancy(place, VacancyState.ENDED, at, actor)


def offer_free(call: Call, gone: Iterable[PublishedTurn], at: datetime, actor: User | None) -> None:
    """Offer what the turns of a repair left free and open, in the charter's order."""
    stands = {(row.space_id, stand, row.start, row.length) for row in gone for stand in (row.stand_id, *row.also)}
    parts = [
        part
        for space_id, stand, start, length in sorted(stands)
        for part in open_runs(call, space_id, stand, range(start, start + length))
    ]
    _offer(call, parts, VacancyCause.CLOSED, at, actor)


def reopen(
    call: Call, space_ids: Collection[int], stand_id: int | None, days: Collection[date], at: datetime, actor: User
) -> None:  # fmt: skip
    """Offer the places of some spaces (or one stand) that open again with these days."""
    periods = [
        n for n, period in enumerate(call.periods) if any(period.starts_on <= day <= period.ends_on for day in days)
    ]  # fmt: skip
    parts = [
        part
        for place in call.places
        if place.space_id in space_ids
        for stand in place.space.stands
        if stand_id in (None, stand.id)
        for part in open_runs(call, place.space_id, stand.id, periods)
    ]
    _offer(call, parts, VacancyCause.OPENED, at, actor)


def _offer(call: Call, parts: Iterable[Part], cause: VacancyCause, at: datetime, actor: User | None) -> None:
    _fill(call, [vacancy.vacate(call, part, cause, at, actor) for part in parts], at)


def _fill(call: Call, opened: Iterable[Vacancy | None], at: datetime) -> None:
    fresh = [one for one in opened if one is not None]
    if fresh:
        vacancy.fill(call, fresh, at)
