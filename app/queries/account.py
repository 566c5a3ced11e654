"""Accounts, teams of sites, people."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from app.clock import now
from app.extensions import db
from app.models import Invitation, Membership, Site, SiteRole, User

#: People shown by a search at most.
PAGE = 50


@dataclass(frozen=True)
class Member:
    """A role of a person at a site, as loaded for a policy."""

    site: Site
    user: User
    role: SiteRole


def team(site: Site) -> list[Membership]:
    """The roles held at a site: managers first, then by name."""
    query = (
        select(Membership).join(User).where(Membership.site_id == site.id).options(joinedload(Membership.user))
    ).order_by(User.name, User.id)
    order = list(SiteRole)
    return sorted(db.session.scalars(query), key=lambda row: order.index(row.role))


def invited(site: Site) -> list[Invitation]:
    """The invitations to a site that still stand."""
    query = select(Invitation).where(
        Invitation.site_id == site.id, Invitation.accepted_at.is_(None), Invitation.expires_at > now()
    )
    return list(db.session.scalars(query.order_by(Invitation.id)))


def role_at(slug: str, user_id: int, role: str) -> Member | None:
    """A role that somebody holds at a site, or None."""
    site = db.session.scalar(select(Site).where(Site.slug == slug))
    if site is None or role not in set(SiteRole):
        return None
    row = db.session.get(Membership, (user_id, site.id, SiteRole(role)))
    return Member(site, row.user, row.role) if row else None


def invitation_at(slug: str, invitation_id: int) -> Invitation | None:
    """An invitation to a site that still stands, or None."""
    found = db.session.get(Invitation, invitation_id)
    if found is None or found.site is None or found.site.slug != slug or found.accepted_at is not None:
        return None
    return found


def by_id(user_id: int) -> User | None:
    """The account, or None."""
    return db.session.get(User, user_id)


def people(text: str) -> list[User]:
    """The first accounts whose name or address holds the text, by name."""
    said = text.strip().lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    query = select(User).options(selectinload(User.memberships).joinedload(Membership.site))
    if said:
        like = f"%{said}%"
        query = query.where(User.email.like(like, escape="\\") | func.lower(User.name).like(like, escape="\\"))
    return list(db.session.scalars(query.order_by(User.name, User.id).limit(PAGE)))


def managers() -> dict[int, int]:
    """How many managers each site has, by site id; a site without any is absent."""
    query = select(Membership.site_id, func.count()).where(Membership.role == SiteRole.MANAGER)
    return {row[0]: row[1] for row in db.session.execute(query.group_by(Membership.site_id))}
