"""Invitations by mail: to act for an exhibitor, or to a role at a site; each link serves once."""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import select, update

from app.clock import now
from app.errors import Invalid, NotFound, Refused
from app.extensions import db
from app.i18n import _, language
from app.models import Exhibitor, ExhibitorAccount, Invitation, Membership, Site, SiteRole, User
from app.notices import accounts as notices
from app.permissions import manages_or_administers, may_act_for
from app.services import account, audit

VALID = timedelta(days=14)


def _invite(actor: User, email: str, **purpose: object) -> tuple[Invitation, str]:
    try:
        known = account.address(email)
    except ValueError as error:
        told = _("Cette adresse n'est pas complète : elle s'écrit comme nom@exemple.ma.")
        raise Invalid({"email": [told]}) from error
    token = secrets.token_urlsafe(32)
    invitation = Invitation(
        email=known, token_sha256=account.digest(token), expires_at=now() + VALID, invited_by_id=actor.id, **purpose
    )
    db.session.add(invitation)
    db.session.flush()
    return invitation, token


def to_exhibitor(actor: User, exhibitor: Exhibitor, email: str) -> Invitation:
    """Invite a mailbox to act for an exhibitor; raises Invalid."""
    invitation, token = _invite(actor, email, exhibitor_id=exhibitor.id)
    notices.invited_to_exhibitor(invitation.email, exhibitor, actor, token, language())
    audit.record(None, actor, "exhibitor.invite", f"exhibitor:{exhibitor.id}", after={"invitation": invitation.id})
    db.session.commit()
    return invitation


def to_site(actor: User, site: Site, role: SiteRole, email: str) -> Invitation:
    """Invite a mailbox to a role at a site; raises Invalid."""
    invitation, token = _invite(actor, email, site_id=site.id, role=role)
    notices.invited_to_site(invitation.email, site, role, actor, token, language())
    after = {"invitation": invitation.id, "role": role}
    audit.record(site, actor, "team.invite", f"site:{site.id}", after=after)
    db.session.commit()
    return invitation


def by_token(token: str) -> Invitation | None:
    """The invitation a link opens; None when it is used, wrong, too old, or its sender may not invite any more."""
    query = select(Invitation).where(
        Invitation.token_sha256 == account.digest(token),
        Invitation.expires_at > now(),
        Invitation.accepted_at.is_(None),
    )
    found = db.session.scalar(query)
    return found if found and _still_stands(found) else None


def _still_stands(invitation: Invitation) -> bool:
    if invitation.exhibitor is not None:
        return may_act_for(invitation.invited_by, invitation.exhibitor)
    return manages_or_administers(invitation.invited_by, invitation.site)


def accept(actor: User, token: str) -> Invitation:
    """Take up an invitation, once; raises NotFound, or Refused when somebody was quicker."""
    invitation = by_token(token)
    if invitation is None:
        raise NotFound
    taken = db.session.execute(
        update(Invitation)
        .where(Invitation.id == invitation.id, Invitation.accepted_at.is_(None))
        .values(accepted_at=now())
        .execution_options(synchronize_session=False)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        db.session.rollback()
        raise Refused(_("Cette invitation vient de servir."))
    _join(actor, invitation)
    subject = f"exhibitor:{invitation.exhibitor_id}" if invitation.exhibitor_id else f"site:{invitation.site_id}"
    action = "exhibitor.accept" if invitation.exhibitor_id else "team.accept"
    after = {"user": actor.id, "role": invitation.role, "invitation": invitation.id}
    audit.record(invitation.site, actor, action, subject, after=after)
    db.session.commit()
    return invitation


def _join(actor: User, invitation: Invitation) -> None:
    if invitation.exhibitor_id is not None:
        if db.session.get(ExhibitorAccount, (invitation.exhibitor_id, actor.id)) is None:
            db.session.add(ExhibitorAccount(exhibitor_id=invitation.exhibitor_id, user_id=actor.id, since=now()))
    elif db.session.get(Membership, (actor.id, invitation.site_id, invitation.role)) is None:
        db.session.add(Membership(user_id=actor.id, site_id=invitation.site_id, role=invitation.role))


def leave_exhibitor(actor: User, exhibitor: Exhibitor, user_id: int) -> None:
    """End an account's right to act for an exhibitor; raises Refused for the last one who can."""
    if len(exhibitor.accounts) == 1 and not exhibitor.assistances:
        raise Refused(_("C'est le seul compte de ce profil : invitez d'abord quelqu'un d'autre."))
    ended = next(row for row in exhibitor.accounts if row.user_id == user_id)
    exhibitor.accounts.remove(ended)
    audit.record(None, actor, "exhibitor.remove_account", f"exhibitor:{exhibitor.id}", before={"user": user_id})
    db.session.commit()
