"""Every message that a publication, or its withdrawal, sends: worded here once, shown before, sent after.

``letters`` words what publishing a plan now would put in the outbox; the same functions word what it does put there.
Only the link by which an exhibitor answers is hers alone: it is made when her offer is, and shown to nobody before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime

from sqlalchemy import select

from app.clock import today
from app.extensions import db
from app.i18n import _
from app.models import Call, Exhibitor, Offer, Publication, PublishedTurn, Space, Stand, StoredPlan, SwapState, User
from app.notices import offer as offer_notices
from app.notices import rotation as notices
from app.notices import swap as swap_notices
from app.notices.outbox import Letter
from app.notices.rotation import News, Where
from app.planning.changes import Stay, stays_of_rows
from app.planning.judge import explain, namer
from app.planning.keys import Directory, exhibitor_key
from app.queries import rotation as queries
from app.queries.offer import open_swaps_about
from app.services.offering import drafts
from app.services.rotation_review import Review
from app.services.settling import CHANGED, TAKEN
from app.services.vacancy import offered_places


def letters(plan: StoredPlan, found: Review, at: datetime) -> list[Letter]:
    """What publishing a reviewed plan at an instant would send, in the order of the outbox."""
    call = plan.call
    rows = found.previous.turns if found.previous else []
    by_stay = dict(zip(stays_of_rows(rows), rows, strict=True))
    marks = {stay.mark for stay in found.changes.kept}
    kept = [row for stay, row in by_stay.items() if stay.mark in marks]
    fresh = [stay for stay in found.stays if stay.mark not in marks]
    offers = drafts(call, kept, fresh, at) if call.offers else []
    sent = ended(call, [row for row in rows if row not in kept])
    return sent + news(plan, found, queries.next_number(call.site_id), sorted(offers, key=_when))


def _when(offer: Offer) -> tuple[object, ...]:
    """The order of a publication's turns."""
    return (offer.starts_on, offer.stand_id)


def ended(call: Call, gone: Iterable[PublishedTurn]) -> list[Letter]:
    """What is told when turns end: to whom a free place was offered, and who asked for a swap."""
    found = [one for offer in offered_places(call) for one in offer_notices.withdrawal(offer, TAKEN)]
    ids = [row.id for row in gone]
    swaps = open_swaps_about(ids) if ids else []
    return found + [one for swap in swaps for one in swap_notices.ending(swap, SwapState.STALE, CHANGED)]


def news(plan: StoredPlan, found: Review, number: int, offers: list[Offer], key: str = "") -> list[Letter]:
    """What each exhibitor concerned is told of the rotation of that number."""
    told = _news(plan, found, offers)
    people: dict[str, Exhibitor] = found.known.exhibitors
    site = plan.call.site
    return [
        one for who in sorted(told) for one in notices.letters(number, site, people[exhibitor_key(who)], told[who], key)
    ]


def _news(plan: StoredPlan, found: Review, offers: list[Offer]) -> dict[int, News]:
    told: dict[int, News] = defaultdict(News)
    for stay in found.changes.placed:
        told[stay.exhibitor_id].placed.append(where(stay))
    for before, after in found.changes.moved:
        told[after.exhibitor_id].moved.append((where(before), where(after)))
    for stay in found.changes.dropped:
        told[stay.exhibitor_id].dropped.append(where(stay))
    for who in found.waiting:
        told[who].why = _reasons(plan, who, found.known)
    for who in {offer.exhibitor_id for offer in offers}:
        told[who].ask = _asked([offer for offer in offers if offer.exhibitor_id == who])
    return told


def _asked(offers: list[Offer]) -> Callable[[User], list[str]]:
    """What she is asked: one answer a turn, each with its own link."""
    several = len(offers) > 1

    def ask(user: User) -> list[str]:
        return [
            line for offer in offers
            for line in ([offer_notices.where(offer).words()] if several else []) + offer_notices.ask_lines(offer, user)
        ]  # fmt: skip

    return ask


def where(stay: Stay) -> Where:
    """A stay in words."""
    codes = [db.session.get_one(Stand, stand_id).code for stand_id in stay.stand_ids]
    return Where(db.session.get_one(Space, stay.space_id), ", ".join(codes), stay.starts_on, stay.ends_on, stay.pauses)


def _reasons(plan: StoredPlan, who: int, known: Directory) -> Callable[[str], list[str]]:
    key, text, case = exhibitor_key(who), plan.text, plan.case.text

    def reasons(lang: str) -> list[str]:
        others = namer(known, only=key, other=_("un autre exposant"))
        return explain(case, text, key, lang, others)[1:]

    return reasons


def concerned(found: Review) -> set[int]:
    """Who learns something of a publication: placed, moved, dropped, or left waiting."""
    c = found.changes
    stays = [*c.placed, *c.dropped, *(after for _before, after in c.moved)]
    return {stay.exhibitor_id for stay in stays} | set(found.waiting)


def withdrawal(publication: Publication, reason: str) -> list[Letter]:
    """What whoever has a turn that is not over is told when the publication in force is withdrawn for a reason."""
    coming = coming_of(publication)
    people = db.session.scalars(select(Exhibitor).where(Exhibitor.id.in_(coming)).order_by(Exhibitor.id))
    return [
        one for who in people
        for one in notices.withdrawn(publication, who, [where(stay) for stay in coming[who.id]], reason)
    ]  # fmt: skip


def coming_of(publication: Publication) -> dict[int, list[Stay]]:
    """The turns of a publication that are not over, by exhibitor."""
    coming: dict[int, list[Stay]] = defaultdict(list)
    for stay in stays_of_rows(publication.turns):
        if stay.ends_on >= today():
            coming[stay.exhibitor_id].append(stay)
    return coming
