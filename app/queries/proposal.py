"""Plans that wait for a second person to publish them, and who that may be."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import Call, Proposal, ProposalState, SiteRole, StoredPlan, User
from app.queries.rotation import managers


def by_id(proposal_id: int) -> Proposal | None:
    """The proposal of an address, with its plan and its call."""
    options = [
        joinedload(Proposal.call).joinedload(Call.site), joinedload(Proposal.plan).joinedload(StoredPlan.case),
        joinedload(Proposal.proposed_by),
    ]  # fmt: skip
    return db.session.get(Proposal, proposal_id, options=options)


def waiting_of(call_id: int) -> Proposal | None:
    """The open proposal of a call, if there is one."""
    query = select(Proposal).where(Proposal.call_id == call_id, Proposal.state == ProposalState.OPEN)
    return db.session.scalars(query.execution_options(populate_existing=True)).first()


def waiting(site_ids: Collection[int] | None = None) -> list[Proposal]:
    """The open proposals of some sites (None: of every site), the oldest first."""
    query = (
        select(Proposal)
        .join(Proposal.call)
        .where(Proposal.state == ProposalState.OPEN)
        .options(joinedload(Proposal.call).joinedload(Call.site), joinedload(Proposal.proposed_by))
        .order_by(Proposal.proposed_at, Proposal.id)
    )
    if site_ids is not None:
        query = query.where(Call.site_id.in_(site_ids))
    return list(db.session.scalars(query))


def awaiting(user: User) -> list[Proposal]:
    """The open proposals that a person may publish: of her sites (of every site for an administrator), not her own."""
    sites = None if user.is_administrator else [m.site_id for m in user.memberships if m.role is SiteRole.MANAGER]
    return [one for one in waiting(sites) if one.proposed_by_id != user.id]


def seconds(proposal: Proposal) -> list[User]:
    """Who may publish a proposal and is told: the other managers of its site; programme administrators if none."""
    others = [user for user in managers(proposal.call.site_id) if user.id != proposal.proposed_by_id]
    if others:
        return others
    query = select(User).where(User.is_administrator, User.active, User.id != proposal.proposed_by_id)
    return list(db.session.scalars(query.order_by(User.id)))
