"""Publish a plan: judged again, frozen, numbered, told; one transaction.

Locks are taken in one order (call, site, spaces by id, days of people, days of stands, audit chain), so that
publications wait for each other and do not deadlock. ``app.services.rotation_review`` judges the plan first;
``app.services.edition`` writes the publication and takes its days.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, OperationalError

from app.clock import now
from app.errors import NotFound, Refused, Stale
from app.extensions import db
from app.i18n import _
from app.models import Call, Exhibitor, Offer, Publication, PublicationCause, Site, Space, Stand, StoredPlan, User
from app.notices import rotation as notices
from app.notices.offer import ask_lines, where
from app.notices.rotation import News, Where
from app.planning.changes import Stay
from app.planning.judge import explain, namer
from app.planning.keys import Directory, exhibitor_key
from app.queries.edits import plan_for_update
from app.services import audit, vacancy
from app.services.edition import Edition, write
from app.services.offering import offer_turns
from app.services.rotation_review import Review, review


def publish(actor: User, plan_id: int, version: int | None = None) -> Publication:
    """Publish a plan; raises Stale with every reason, or Refused naming the stands and days already taken.

    ``version``: the plan's that was previewed; another one was edited meanwhile and is Stale.
    """
    try:
        plan = _locked_plan(plan_id)
        if version is not None and plan.version != version:
            raise Stale(_("Ce planning a changé depuis que vous l'avez ouvert."))
        found = review(plan)
        if found.conflicts:
            raise Refused(*found.conflicts)
        if found.stops:
            raise Stale(*found.stops)
        publication = _write(actor, plan, found)
        db.session.commit()
    except (IntegrityError, OperationalError) as error:
        db.session.rollback()
        raise Refused(*_after_the_fact(plan_id, error)) from error
    except Refused:
        db.session.rollback()
        raise
    return publication


def _locked_plan(plan_id: int) -> StoredPlan:
    call_id = db.session.scalar(select(StoredPlan.call_id).where(StoredPlan.id == plan_id))
    if call_id is None:
        raise NotFound
    db.session.scalars(
        select(Call).where(Call.id == call_id).with_for_update(key_share=True).execution_options(populate_existing=True)
    ).one()
    plan = plan_for_update(plan_id)
    if plan is None:
        raise NotFound
    return plan


def _write(actor: User, plan: StoredPlan, found: Review) -> Publication:
    call, site = plan.call, plan.call.site
    edition = Edition(
        call, plan.case_sha256, plan.text, found.stays, found.changes, PublicationCause.PLAN, actor,
        overrides=[one.document for one in found.overridden],
    )  # fmt: skip
    vacancy.close_all(call, now(), actor)
    publication = write(edition, found.previous).publication
    offers = offer_turns(call, publication.turns, now(), actor) if call.offers else {}
    sent = _tell(publication, site, plan, found, list(offers.values()))
    audit.record(
        site, actor, "rotation.publish", f"publication:{publication.id}",
        before={"publication": found.previous.id} if found.previous else None,
        after={
            "call": call.id, "number": publication.number, "plan": plan.id, "case_sha256": plan.case_sha256,
            "plan_sha256": publication.plan_sha256, "placed": len(found.changes.placed),
            "moved": len(found.changes.moved), "dropped": len(found.changes.dropped), "messages": sent,
            "offers": len(offers), "overrides": [[one.rule, one.reason] for one in found.overridden],
        },
    )  # fmt: skip
    return publication


def _tell(publication: Publication, site: Site, plan: StoredPlan, found: Review, offers: list[Offer]) -> int:
    news: dict[int, News] = defaultdict(News)
    for stay in found.changes.placed:
        news[stay.exhibitor_id].placed.append(_where(stay))
    for before, after in found.changes.moved:
        news[after.exhibitor_id].moved.append((_where(before), _where(after)))
    for stay in found.changes.dropped:
        news[stay.exhibitor_id].dropped.append(_where(stay))
    for who in found.waiting:
        news[who].why = _reasons(plan, who, found.known)
    for who in {offer.exhibitor_id for offer in offers}:
        news[who].ask = _asked([offer for offer in offers if offer.exhibitor_id == who])
    people: dict[str, Exhibitor] = found.known.exhibitors
    return sum(notices.published(publication, site, people[exhibitor_key(who)], news[who]) for who in sorted(news))


def _asked(offers: list[Offer]) -> Callable[[User], list[str]]:
    """What she is asked: one answer a turn, each with its own link."""
    several = len(offers) > 1

    def ask(user: User) -> list[str]:
        return [
            line for offer in offers
            for line in ([where(offer).words()] if several else []) + ask_lines(offer, user)
        ]  # fmt: skip

    return ask


def _where(stay: Stay) -> Where:
    codes = [db.session.get_one(Stand, stand_id).code for stand_id in stay.stand_ids]
    return Where(db.session.get_one(Space, stay.space_id), ", ".join(codes), stay.starts_on, stay.ends_on)


def _reasons(plan: StoredPlan, who: int, known: Directory) -> Callable[[str], list[str]]:
    key, text, case = exhibitor_key(who), plan.text, plan.case.text

    def reasons(lang: str) -> list[str]:
        others = namer(known, only=key, other=_("un autre exposant"))
        return explain(case, text, key, lang, others)[1:]

    return reasons


def _after_the_fact(plan_id: int, error: Exception) -> list[str]:
    """Why the database refused: who was faster."""
    plan = db.session.get(StoredPlan, plan_id)
    found = review(plan).conflicts if plan is not None and isinstance(error, IntegrityError) else []
    db.session.rollback()
    return found or [_("Une autre décision a été prise au même moment. Rechargez la page et réessayez.")]
