"""Four eyes: one person proposes a plan for publication, another one publishes it.

What is proposed is frozen by the plan's version and the SHA-256 of its text: a plan edited since must be proposed
anew. That the second is not the first is asked here and held by the database (``ck_proposal_two_people``,
``ck_publication_two_people``).
"""

from __future__ import annotations

from sqlalchemy import select

from app.clock import now
from app.errors import Invalid, NotFound, Refused, Stale
from app.extensions import db
from app.i18n import _
from app.models import Proposal, ProposalState, Publication, StoredPlan, User
from app.notices import proposal as notices
from app.queries import proposal as queries
from app.queries.edits import plan_for_update
from app.services import audit
from app.services.amendment import holding
from app.services.rotation_review import proposed_hash, review

LONGEST_REASON = 500


def propose(actor: User, plan_id: int, version: int | None = None, *, mark: str | None = None) -> Proposal:
    """Propose a plan for publication, in one commit; one proposed before is replaced. The others who may are told.

    Raises Refused when the call asks for nobody, Stale when the plan cannot be published or was edited meanwhile.
    """
    call_id = db.session.scalar(select(StoredPlan.call_id).where(StoredPlan.id == plan_id))
    if call_id is None:
        raise NotFound
    with holding(call_id) as call:
        plan = plan_for_update(plan_id)
        if plan is None:
            raise NotFound
        if not call.four_eyes:
            raise Refused(_("Cet appel ne demande pas de seconde personne : publiez vous-même ce planning."))
        if version is not None and plan.version != version:
            raise Stale(_("Ce planning a changé depuis que vous l'avez ouvert."))
        found = review(plan)
        if found.conflicts or found.stops:
            raise Stale(*found.conflicts, *found.stops)
        if mark is not None and found.mark != mark:
            raise Stale(_("Ce qui serait publié a changé depuis que vous l'avez lu : relisez la page."))
        before = queries.waiting_of(call_id)
        if before is not None:
            _end(actor, before, ProposalState.REPLACED)
        made = _made(actor, plan)
        after = {"call": call_id, "plan": plan_id, "version": plan.version, "plan_sha256": made.plan_sha256}
        audit.record(
            call.site, actor, "rotation.propose", f"proposal:{made.id}",
            before={"proposal": before.id} if before else None, after=after,
        )  # fmt: skip
        notices.proposed(made, queries.seconds(made))
    return made


def _made(actor: User, plan: StoredPlan) -> Proposal:
    made = Proposal(
        call_id=plan.call_id, plan_id=plan.id, plan_version=plan.version, plan_sha256=proposed_hash(plan),
        proposed_by_id=actor.id, proposed_at=now(),
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    return made


def answered(actor: User, plan: StoredPlan, proposal_id: int | None) -> Proposal | None:
    """The proposal that a publication answers; the call is held. None where the call asks for nobody.

    Raises Refused without one where it does, or for the person who proposed; Stale when it is answered already or
    the plan is not the proposed one any more.
    """
    if not plan.call.four_eyes:
        return None
    proposal = None if proposal_id is None else db.session.get(Proposal, proposal_id, populate_existing=True)
    if proposal is None or proposal.plan_id != plan.id:
        raise Refused(_("Cet appel demande une seconde personne : proposez ce planning, une autre le publiera."))
    if proposal.state is not ProposalState.OPEN:
        raise Stale(_("Cette proposition a déjà reçu sa réponse, ou une autre l'a remplacée."))
    if proposal.proposed_by_id == actor.id:
        raise Refused(_("Vous avez proposé ce planning : une autre personne doit le publier."))
    if not unchanged(proposal, plan):
        raise Stale(_("Le planning a changé depuis la proposition : il doit être proposé à nouveau."))
    return proposal


def unchanged(proposal: Proposal, plan: StoredPlan) -> bool:
    """Whether a plan is still the one that was proposed."""
    return (proposal.plan_version, proposal.plan_sha256) == (plan.version, proposed_hash(plan))


def publish(actor: User, proposal: Proposal, publication: Publication) -> None:
    """Note that a proposal is published, in the caller's transaction."""
    proposal.publication_id = publication.id
    _end(actor, proposal, ProposalState.PUBLISHED)


def end(actor: User, proposal_id: int, reason: str = "") -> Proposal:
    """Take back one's own proposal, or decline another's with a reason the proposer reads; one commit.

    Raises Invalid without the reason, Stale when it has ended.
    """
    call_id = db.session.scalar(select(Proposal.call_id).where(Proposal.id == proposal_id))
    if call_id is None:
        raise NotFound
    with holding(call_id):
        proposal = db.session.get_one(Proposal, proposal_id, populate_existing=True)
        if proposal.state is not ProposalState.OPEN:
            raise Stale(_("Cette proposition a déjà reçu sa réponse, ou une autre l'a remplacée."))
        own = proposal.proposed_by_id == actor.id
        if not own and not reason.strip():
            raise Invalid({"reason": [_("Dites pourquoi : qui a proposé ce planning le lira.")]})
        proposal.reason = "" if own else reason.strip()[:LONGEST_REASON]
        _end(actor, proposal, ProposalState.RETRACTED if own else ProposalState.DECLINED)
        audit.record(
            proposal.call.site, actor, f"rotation.{proposal.state.value}", f"proposal:{proposal.id}",
            before={"state": "open"}, after={"state": proposal.state.value, "reason": proposal.reason},
        )  # fmt: skip
        if not own:
            notices.declined(proposal)
    return proposal


def _end(actor: User, proposal: Proposal, state: ProposalState) -> None:
    proposal.state, proposal.ended_at, proposal.ended_by_id = state, now(), actor.id
    db.session.flush()
