"""What waits for a second person beside plans: repairs and withdrawals."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import Call, LookState, SecondLook, SiteRole, User
from app.queries.rotation import managers


def by_id(look_id: int) -> SecondLook | None:
    """What an address asks about."""
    options = joinedload(SecondLook.call).joinedload(Call.site), joinedload(SecondLook.asked_by)
    return db.session.get(SecondLook, look_id, options=options)


def waiting_of(call_id: int) -> SecondLook | None:
    """The open one of a call."""
    query = select(SecondLook).where(SecondLook.call_id == call_id, SecondLook.state == LookState.OPEN)
    return db.session.scalars(query.execution_options(populate_existing=True)).first()


def waiting(site_ids: Collection[int] | None = None) -> list[SecondLook]:
    """The open ones of some sites (None: of every site), the oldest first."""
    query = (
        select(SecondLook)
        .join(SecondLook.call)
        .where(SecondLook.state == LookState.OPEN)
        .options(joinedload(SecondLook.call).joinedload(Call.site), joinedload(SecondLook.asked_by))
        .order_by(SecondLook.asked_at, SecondLook.id)
    )
    if site_ids is not None:
        query = query.where(Call.site_id.in_(site_ids))
    return list(db.session.scalars(query))


def seconds(look: SecondLook) -> list[User]:
    """Who may carry it out and is told: the other managers of its site; programme administrators if none."""
    others = [user for user in managers(look.call.site_id) if user.id != look.asked_by_id]
    if others:
        return others
    query = select(User).where(User.is_administrator, User.active, User.id != look.asked_by_id)
    return list(db.session.scalars(query.order_by(User.id)))


def awaiting(user: User) -> list[SecondLook]:
    """The open ones that a person may carry out: of her sites (of every site for an administrator), not her own."""
    sites = None if user.is_administrator else [m.site_id for m in user.memberships if m.role is SiteRole.MANAGER]
    return [one for one in waiting(sites) if one.asked_by_id != user.id]
