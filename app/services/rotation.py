"""Publish a plan: judged again, frozen, numbered, told; one transaction.

Locks are taken in one order (call, site, spaces by id, days of people, days of stands, audit chain), so that
publications wait for each other and do not deadlock. ``app.services.rotation_review`` judges the plan first;
``app.services.edition`` writes the publication and takes its days; ``app.services.rotation_letters`` words what is
told; ``app.services.proposals`` asks for a second person where the call does.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, OperationalError

from app.clock import now
from app.errors import NotFound, Refused, Stale
from app.extensions import db
from app.i18n import _
from app.models import Call, Proposal, Publication, PublicationCause, StoredPlan, User
from app.notices.outbox import send
from app.queries.edits import plan_for_update
from app.services import audit, proposals, vacancy
from app.services.edition import Edition, write
from app.services.offering import offer_turns
from app.services.rotation_letters import news
from app.services.rotation_review import Review, review


def publish(
    actor: User, plan_id: int, version: int | None = None, *, mark: str | None = None, proposal_id: int | None = None
) -> Publication:
    """Publish a plan; raises Stale with every reason, or Refused naming the stands and days already taken.

    ``version``: the plan's that was previewed; another one was edited meanwhile and is Stale. ``mark``: that of the
    review that was read (``Review.mark``); another change list is Stale. ``proposal_id``: what somebody else
    proposed, where the call asks for a second person; without it such a call is Refused.
    """
    try:
        plan = _locked_plan(plan_id)
        proposal = proposals.answered(actor, plan, proposal_id)
        found = _judged(plan, version, mark)
        publication = _write(actor, plan, found, proposal)
        db.session.commit()
    except (IntegrityError, OperationalError) as error:
        db.session.rollback()
        raise Refused(*_after_the_fact(plan_id, error)) from error
    except Refused:
        db.session.rollback()
        raise
    return publication


def _judged(plan: StoredPlan, version: int | None, mark: str | None) -> Review:
    if version is not None and plan.version != version:
        raise Stale(_("Ce planning a changé depuis que vous l'avez ouvert."))
    found = review(plan)
    if found.conflicts:
        raise Refused(*found.conflicts)
    if found.stops:
        raise Stale(*found.stops)
    if mark is not None and found.mark != mark:
        raise Stale(_("Ce qui serait publié a changé depuis que vous l'avez lu : relisez la page, puis publiez."))
    return found


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


def _write(actor: User, plan: StoredPlan, found: Review, proposal: Proposal | None) -> Publication:
    call, site = plan.call, plan.call.site
    edition = Edition(
        call, plan.case_sha256, plan.text, found.stays, found.changes, PublicationCause.PLAN, actor,
        overrides=[one.document for one in found.overridden],
        proposed_by_id=proposal.proposed_by_id if proposal else None,
    )  # fmt: skip
    vacancy.close_all(call, now(), actor)
    publication = write(edition, found.previous).publication
    if proposal is not None:
        proposals.publish(actor, proposal, publication)
    offers = offer_turns(call, publication.turns, now(), actor) if call.offers else {}
    told = news(plan, found, publication.number, list(offers.values()), f"rotation:{publication.id}")
    for letter in told:
        send(letter)
    audit.record(
        site, actor, "rotation.publish", f"publication:{publication.id}",
        before={"publication": found.previous.id} if found.previous else None,
        after={
            "call": call.id, "number": publication.number, "plan": plan.id, "case_sha256": plan.case_sha256,
            "plan_sha256": publication.plan_sha256, "placed": len(found.changes.placed),
            "moved": len(found.changes.moved), "dropped": len(found.changes.dropped), "messages": len(told),
            "offers": len(offers), "overrides": [[one.rule, one.reason] for one in found.overridden],
            **({"proposal": proposal.id, "proposed_by": proposal.proposed_by_id} if proposal else {}),
        },
    )  # fmt: skip
    return publication


def _after_the_fact(plan_id: int, error: Exception) -> list[str]:
    """Why the database refused: who was faster."""
    plan = db.session.get(StoredPlan, plan_id)
    found = review(plan).conflicts if plan is not None and isinstance(error, IntegrityError) else []
    db.session.rollback()
    return found or [_("Une autre décision a été prise au même moment. Rechargez la page et réessayez.")]
