"""Applications as the people who entered them see them."""

from __future__ import annotations

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.extensions import db
from app.models import (
    Application,
    ApplicationSpace,
    Assistance,
    Call,
    Exhibitor,
    ExhibitorAccount,
    Membership,
    SiteRole,
    User,
)


def application_by_id(application_id: int) -> Application | None:
    """An application with its call, site, exhibitor and wishes, or None."""
    query = (
        select(Application)
        .where(Application.id == application_id)
        .options(
            joinedload(Application.call).joinedload(Call.site),
            joinedload(Application.exhibitor),
            selectinload(Application.wishes).joinedload(ApplicationSpace.space),
        )
    )
    return db.session.execute(query).scalar_one_or_none()


def application_in(call: Call, exhibitor_id: int) -> Application | None:
    """The one application of an exhibitor in a call, or None."""
    query = select(Application).where(Application.call_id == call.id, Application.exhibitor_id == exhibitor_id)
    return db.session.execute(query).scalar_one_or_none()


def applications_of(user: User) -> list[Application]:
    """The applications of the exhibitors this account acts for, last touched first."""
    mine = select(ExhibitorAccount.exhibitor_id).where(ExhibitorAccount.user_id == user.id)
    query = (
        select(Application)
        .where(Application.exhibitor_id.in_(mine))
        .options(joinedload(Application.call).joinedload(Call.site), joinedload(Application.exhibitor))
        .order_by(Application.updated_at.desc(), Application.id.desc())
    )
    return list(db.session.scalars(query))


def applications_by(exhibitor: Exhibitor) -> list[Application]:
    """The applications of an exhibitor, last touched first."""
    query = (
        select(Application)
        .where(Application.exhibitor_id == exhibitor.id)
        .options(joinedload(Application.call).joinedload(Call.site))
        .order_by(Application.updated_at.desc(), Application.id.desc())
    )
    return list(db.session.scalars(query))


def exhibitors_for(user: User, call: Call) -> list[Exhibitor]:
    """The exhibitors a person may apply for: her own, and those who accepted the help of her site's desk.

    Those without an application in the call come first: a desk's next one is not taken for the one before.
    """
    applied = select(Application.exhibitor_id).where(Application.call_id == call.id)
    mine = select(ExhibitorAccount.exhibitor_id).where(ExhibitorAccount.user_id == user.id)
    desk = (SiteRole.MANAGER, SiteRole.AGENT)
    sites = select(Membership.site_id).where(Membership.user_id == user.id, Membership.role.in_(desk))
    helped = select(Assistance.exhibitor_id).where(Assistance.site_id.in_(sites))
    query = select(Exhibitor).where(or_(Exhibitor.id.in_(mine), Exhibitor.id.in_(helped)))
    return list(db.session.scalars(query.order_by(Exhibitor.id.in_(applied), Exhibitor.name)))


def others_in(user: User, call: Call) -> int:
    """How many of this account's exhibitors have not applied in a call."""
    applied = select(Application.exhibitor_id).where(Application.call_id == call.id)
    query = select(func.count()).select_from(ExhibitorAccount).where(
        ExhibitorAccount.user_id == user.id, ExhibitorAccount.exhibitor_id.not_in(applied)
    )  # fmt: skip
    return db.session.scalar(query) or 0


def mine_in(user: User, call: Call) -> list[Application]:
    """This account's applications in a call."""
    mine = select(ExhibitorAccount.exhibitor_id).where(ExhibitorAccount.user_id == user.id)
    query = (
        select(Application)
        .where(Application.call_id == call.id, Application.exhibitor_id.in_(mine))
        .options(joinedload(Application.call), joinedload(Application.exhibitor))
        .order_by(Application.id)
    )
    return list(db.session.scalars(query))
