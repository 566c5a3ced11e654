"""Exhibitors and what their forms offer."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.extensions import db
from app.models import (
    Application,
    Assistance,
    Call,
    Craft,
    CraftFamily,
    Exhibitor,
    ExhibitorAccount,
    ExhibitorMember,
    Province,
    Region,
    Site,
    User,
)


def by_id(exhibitor_id: int) -> Exhibitor | None:
    """The exhibitor, or None."""
    return db.session.get(Exhibitor, exhibitor_id)


def of_member(exhibitor_id: int, member_id: int) -> Exhibitor | None:
    """The exhibitor, when the member is hers."""
    member = db.session.get(ExhibitorMember, member_id)
    return by_id(exhibitor_id) if member and member.exhibitor_id == exhibitor_id else None


def of_account(exhibitor_id: int, user_id: int) -> Exhibitor | None:
    """The exhibitor, when the account acts for her."""
    return by_id(exhibitor_id) if db.session.get(ExhibitorAccount, (exhibitor_id, user_id)) else None


def of_helper(exhibitor_id: int, slug: str) -> Exhibitor | None:
    """The exhibitor, when the site helps her."""
    found = by_id(exhibitor_id)
    return found if found and any(desk.site.slug == slug for desk in found.assistances) else None


def by_photo(filename: str) -> Exhibitor | None:
    """The exhibitor whose photo has this file name."""
    return db.session.scalar(select(Exhibitor).where(Exhibitor.photo == filename)) if filename else None


def of_user(user: User) -> list[Exhibitor]:
    """The exhibitors an account acts for, by name."""
    query = (
        select(Exhibitor)
        .join(ExhibitorAccount)
        .where(ExhibitorAccount.user_id == user.id)
        .options(selectinload(Exhibitor.crafts))
        .order_by(Exhibitor.name, Exhibitor.id)
    )
    return list(db.session.scalars(query))


def helped_at(site: Site) -> list[Exhibitor]:
    """The exhibitors a site helps, by name."""
    query = (
        select(Exhibitor)
        .join(Assistance)
        .where(Assistance.site_id == site.id)
        .options(selectinload(Exhibitor.crafts))
        .order_by(Exhibitor.name, Exhibitor.id)
    )
    return list(db.session.scalars(query))


def families() -> list[CraftFamily]:
    """The craft families with their crafts."""
    return list(db.session.scalars(select(CraftFamily).options(selectinload(CraftFamily.crafts))))


def regions() -> list[Region]:
    """The regions with their provinces."""
    return list(db.session.scalars(select(Region).options(selectinload(Region.provinces)).order_by(Region.code)))


def province(code: str) -> Province | None:
    """The province, or None."""
    return db.session.get(Province, code)


def crafts(codes: list[str]) -> set[str]:
    """Which of these crafts exist."""
    return set(db.session.scalars(select(Craft.code).where(Craft.code.in_(codes))))


def known_here(site: Site) -> set[int]:
    """The exhibitors who applied to a call of a site, or accepted its help."""
    applied = select(Application.exhibitor_id).join(Application.call).where(Call.site_id == site.id)
    helped = select(Assistance.exhibitor_id).where(Assistance.site_id == site.id)
    return set(db.session.scalars(applied.union(helped)))
