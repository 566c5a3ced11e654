"""Offers, free places and swaps: what waits, for whom, and what the clock must do."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import aliased, joinedload

from app.clock import local
from app.extensions import db
from app.models import (
    Application,
    Call,
    Exhibitor,
    ExhibitorAccount,
    Offer,
    OfferState,
    Publication,
    PublishedTurn,
    Stand,
    Swap,
    SwapState,
    User,
    Vacancy,
    VacancyState,
)
from app.tickets import read

OPEN_SWAPS = (SwapState.ASKED, SwapState.AGREED)
#: How long after it ended the link of an offer or swap still says how it ended.
REMEMBERED = timedelta(days=60)


def with_place(query: Select[tuple[Offer]]) -> Select[tuple[Offer]]:
    """An offer with all that its page names."""
    return query.options(
        joinedload(Offer.call).joinedload(Call.site), joinedload(Offer.exhibitor), joinedload(Offer.space),
        joinedload(Offer.stand),
    )  # fmt: skip


def by_id(offer_id: int) -> Offer | None:
    """An offer, or None."""
    return db.session.scalars(with_place(select(Offer).where(Offer.id == offer_id))).one_or_none()


def of_ticket(ticket: str) -> tuple[Offer, User] | None:
    """The offer a signed link answers, and whose link it is; None when it serves no more."""
    found = read("offer", ticket)
    offer = by_id(found[0]) if found else None
    if offer is None or found is None:
        return None
    user = _still_acts(offer.exhibitor_id, found[1])
    return (offer, user) if user else None


def _still_acts(exhibitor_id: int, user_id: int) -> User | None:
    query = (
        select(User)
        .join(ExhibitorAccount, ExhibitorAccount.user_id == User.id)
        .where(ExhibitorAccount.exhibitor_id == exhibitor_id, User.id == user_id, User.active)
    )
    return db.session.scalars(query).one_or_none()


def open_for(exhibitor_ids: Collection[int]) -> list[Offer]:
    """The open offers of some exhibitors, the soonest deadline first."""
    query = select(Offer).where(Offer.exhibitor_id.in_(exhibitor_ids), Offer.state == OfferState.OPEN)
    return list(db.session.scalars(with_place(query).order_by(Offer.deadline, Offer.id)))


def open_for_turns(turn_ids: Collection[int]) -> list[Offer]:
    """The open offers of some turns."""
    query = select(Offer).where(Offer.turn_id.in_(turn_ids), Offer.state == OfferState.OPEN)
    return list(db.session.scalars(query))


def open_swaps_about(turn_ids: Collection[int]) -> list[Swap]:
    """The open swaps about some turns, oldest first."""
    about = or_(Swap.turn_id.in_(turn_ids), Swap.other_turn_id.in_(turn_ids))
    return list(db.session.scalars(select(Swap).where(about, Swap.state.in_(OPEN_SWAPS)).order_by(Swap.id)))


def of_call(call_id: int, states: Collection[OfferState] = tuple(OfferState)) -> list[Offer]:
    """The offers of a call in some states, the soonest deadline first."""
    query = select(Offer).where(Offer.call_id == call_id, Offer.state.in_(states))
    accounts = joinedload(Offer.exhibitor).selectinload(Exhibitor.accounts).joinedload(ExhibitorAccount.user)
    return list(db.session.scalars(with_place(query).options(accounts).order_by(Offer.deadline, Offer.id)))


def of_turns(turn_ids: Collection[int]) -> dict[int, Offer]:
    """The last offer of each turn."""
    query = select(Offer).where(Offer.turn_id.in_(turn_ids)).order_by(Offer.id)
    return {offer.turn_id: offer for offer in db.session.scalars(query) if offer.turn_id is not None}


def vacancies(call_id: int) -> list[Vacancy]:
    """The open vacancies of a call, the soonest first."""
    query = (
        select(Vacancy)
        .where(Vacancy.call_id == call_id, Vacancy.state == VacancyState.OPEN)
        .options(joinedload(Vacancy.space), joinedload(Vacancy.stand), joinedload(Vacancy.left_by))
        .order_by(Vacancy.starts_on, Vacancy.id)
    )
    return list(db.session.scalars(query))


def unasked(call_id: int) -> list[Vacancy]:
    """The open vacancies of a call that nobody is being asked about."""
    query = select(Offer.vacancy_id).where(Offer.call_id == call_id, Offer.state == OfferState.OPEN)
    asked = set(db.session.scalars(query))
    return [one for one in vacancies(call_id) if one.id not in asked]


def stands_of(place: Offer | Vacancy | PublishedTurn) -> str:
    """The numbers of every stand of a place."""
    codes = db.session.scalars(select(Stand.code).where(Stand.id.in_((place.stand_id, *place.also))))
    return ", ".join(sorted(codes))


def turns_of_call(call_id: int) -> list[PublishedTurn]:
    """The turns of the publication in force, in order of date."""
    query = (
        select(PublishedTurn)
        .join(PublishedTurn.publication)
        .where(Publication.call_id == call_id, Publication.superseded_at.is_(None))
        .options(
            joinedload(PublishedTurn.space), joinedload(PublishedTurn.stand),
            joinedload(PublishedTurn.exhibitor).selectinload(Exhibitor.accounts),
        )
        .order_by(PublishedTurn.starts_on, PublishedTurn.space_id, PublishedTurn.stand_id)
    )  # fmt: skip
    return list(db.session.scalars(query))


def vacancy_by_id(vacancy_id: int) -> Vacancy | None:
    """A vacancy with its call and site, or None."""
    query = select(Vacancy).where(Vacancy.id == vacancy_id).options(joinedload(Vacancy.call).joinedload(Call.site))
    return db.session.scalars(query).one_or_none()


def passed_over(vacancy: Vacancy) -> set[int]:
    """Who is not asked (again) for a place: who declined one like it or let it lapse, who left, who has another."""
    past = select(Offer).where(
        Offer.call_id == vacancy.call_id, Offer.state.in_((OfferState.DECLINED, OfferState.EXPIRED)),
        Offer.space_id == vacancy.space_id, Offer.start < vacancy.start + vacancy.length,
    )  # fmt: skip
    out = {one.exhibitor_id for one in db.session.scalars(past) if vacancy.start < one.start + one.length}
    left = select(Application.exhibitor_id).where(
        Application.call_id == vacancy.call_id, Application.left_list_at.is_not(None)
    )
    busy = select(Offer.exhibitor_id).where(
        Offer.call_id == vacancy.call_id, Offer.state == OfferState.OPEN, Offer.vacancy_id.is_not(None)
    )
    return out | set(db.session.scalars(left)) | set(db.session.scalars(busy))


def calls_due(at: datetime) -> list[int]:
    """The calls where a deadline has passed or the last day of a free place has come."""
    offers = select(Offer.call_id).where(Offer.state == OfferState.OPEN, Offer.deadline <= at)
    swaps = select(Swap.call_id).where(Swap.state.in_(OPEN_SWAPS), Swap.deadline <= at)
    places = select(Vacancy.call_id).where(Vacancy.state == VacancyState.OPEN, Vacancy.ends_on <= local(at).date())
    return sorted(db.session.scalars(offers.union(swaps, places)))


def open_deadlines() -> list[tuple[int, datetime, datetime, int, list[int]]]:
    """(call, offered, deadline, reminders sent, the call's reminder days) of every open offer."""
    query = (
        select(Offer.call_id, Offer.offered_at, Offer.deadline, Offer.reminders, Call.reminder_days)
        .join(Call, Call.id == Offer.call_id)
        .where(Offer.state == OfferState.OPEN)
    )
    return [tuple(row) for row in db.session.execute(query)]  # type: ignore[misc]


def with_turns(query: Select[tuple[Swap]]) -> Select[tuple[Swap]]:
    """A swap with all that its page names."""
    return query.options(
        joinedload(Swap.call).joinedload(Call.site),
        *(
            joinedload(side).options(
                joinedload(PublishedTurn.exhibitor), joinedload(PublishedTurn.space), joinedload(PublishedTurn.stand)
            )
            for side in (Swap.turn, Swap.other_turn)
        ),
    )


def swap_by_id(swap_id: int) -> Swap | None:
    """A swap, or None."""
    return db.session.scalars(with_turns(select(Swap).where(Swap.id == swap_id))).one_or_none()


def swap_of_ticket(swap_ticket: str) -> tuple[Swap, User] | None:
    """The swap a signed link answers, and whose link it is; None when it serves no more."""
    found = read("swap", swap_ticket)
    swap = swap_by_id(found[0]) if found else None
    if swap is None or found is None:
        return None
    user = _still_acts(swap.other_turn.exhibitor_id, found[1])
    return (swap, user) if user else None


_mine, _theirs = aliased(PublishedTurn), aliased(PublishedTurn)  # once: see app.queries.held


def swaps_of(exhibitor_ids: Collection[int]) -> list[Swap]:
    """The open swaps that some exhibitors proposed or were asked, the soonest deadline first."""
    query = (
        select(Swap)
        .join(_mine, _mine.id == Swap.turn_id)
        .join(_theirs, _theirs.id == Swap.other_turn_id)
        .where(
            Swap.state.in_(OPEN_SWAPS),
            or_(_mine.exhibitor_id.in_(exhibitor_ids), _theirs.exhibitor_id.in_(exhibitor_ids)),
        )
    )
    return list(db.session.scalars(with_turns(query).order_by(Swap.deadline, Swap.id)))


def swaps_in(call_id: int, states: Collection[SwapState] = OPEN_SWAPS) -> Sequence[Swap]:
    """The swaps of a call in some states, the oldest first."""
    query = select(Swap).where(Swap.call_id == call_id, Swap.state.in_(states))
    return db.session.scalars(with_turns(query).order_by(Swap.id)).all()


def turn_in_force(turn_id: int) -> PublishedTurn | None:
    """A turn of a publication in force, with all that its page names; else None."""
    query = (
        select(PublishedTurn)
        .join(PublishedTurn.publication)
        .where(PublishedTurn.id == turn_id, Publication.superseded_at.is_(None))
        .options(
            joinedload(PublishedTurn.publication), joinedload(PublishedTurn.exhibitor),
            joinedload(PublishedTurn.space), joinedload(PublishedTurn.stand),
        )
    )  # fmt: skip
    return db.session.scalars(query).one_or_none()
