"""Roles at a site: given and taken back, in force at the next request."""

from __future__ import annotations

import uuid

from sqlalchemy import select

from app.errors import NotFound, Refused
from app.extensions import db
from app.i18n import _
from app.models import Invitation, Membership, Site, SiteRole, User
from app.notices import accounts as notices
from app.services import audit


def give(actor: User, site: Site, user: User, role: SiteRole) -> None:
    """Give a person a role (programme administrators do; managers invite by mail); she is told. Twice is once."""
    if db.session.get(Membership, (user.id, site.id, role)) is not None:
        return
    db.session.add(Membership(user_id=user.id, site_id=site.id, role=role))
    notices.role_given(user, site, role)
    audit.record(site, actor, "team.give", f"site:{site.id}", after={"user": user.id, "role": role})
    db.session.commit()


def remove(actor: User, site: Site, user_id: int, role: SiteRole) -> None:
    """Take a role back; raises Refused for a site's last manager, unless an administrator acts; NotFound."""
    held = select(Membership).where(Membership.site_id == site.id, Membership.role == role).with_for_update()
    rows = {row.user_id: row for row in db.session.scalars(held)}
    if user_id not in rows:
        raise NotFound
    if role is SiteRole.MANAGER and len(rows) == 1 and not actor.is_administrator:
        raise Refused(_("C'est le seul gestionnaire du site : donnez d'abord ce rôle à quelqu'un d'autre."))
    db.session.delete(rows[user_id])
    audit.record(site, actor, "team.remove", f"site:{site.id}", before={"user": user_id, "role": role})
    db.session.commit()


def cancel(actor: User, invitation: Invitation) -> None:
    """Take an invitation to a site back."""
    before = {"invitation": invitation.id, "role": invitation.role}
    audit.record(invitation.site, actor, "team.uninvite", f"site:{invitation.site_id}", before=before)
    db.session.delete(invitation)
    db.session.commit()


def block(actor: User, user: User, *, active: bool) -> None:
    """Close an account, or open it again; raises Refused for one's own."""
    if user.id == actor.id:
        raise Refused(_("Vous ne pouvez pas bloquer votre propre compte."))
    before, user.active = user.active, active
    user.fs_uniquifier = uuid.uuid4().hex  # every session ends, for good
    audit.record(None, actor, "account.block", f"user:{user.id}", before={"active": before}, after={"active": active})
    db.session.commit()


def administrator(user: User) -> None:
    """Make somebody programme administrator: from the command line, by who runs the machine."""
    user.is_administrator = True
    audit.record(None, None, "account.administrator", f"user:{user.id}")
    db.session.commit()
