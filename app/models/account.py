"""Accounts and roles per site."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import ClassVar

from flask_security import RoleMixin, UserMixin
from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import PERSONAL, Base, choice
from app.models.site import Site


class SiteRole(enum.StrEnum):
    """What a person does at one site."""

    MANAGER = "manager"
    COMMITTEE = "committee"
    ANIMATOR = "animator"
    AGENT = "agent"


class Language(enum.StrEnum):
    """The interface's languages."""

    FR = "fr"
    AR = "ar"
    EN = "en"


class NoRole(RoleMixin):
    """Flask-Security's global roles are not used: roles are memberships of a site."""


class User(Base, UserMixin):
    """A person who signs in. ``email`` is kept in lower case."""

    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True, info=PERSONAL)
    name: Mapped[str] = mapped_column(String(120), info=PERSONAL)
    password: Mapped[str] = mapped_column(String(255))
    language: Mapped[Language] = mapped_column(choice(Language, "language"), default=Language.FR)
    active: Mapped[bool] = mapped_column(default=True)
    is_administrator: Mapped[bool] = mapped_column(default=False)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    memberships: Mapped[list[Membership]] = relationship(
        back_populates="user", cascade="all, delete-orphan", order_by="Membership.site_id"
    )
    roles: ClassVar[tuple[NoRole, ...]] = ()

    __table_args__ = (CheckConstraint("email = lower(email)", "email_lower"),)


class Membership(Base):
    """A role of a person at a site."""

    __tablename__ = "membership"
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), primary_key=True, index=True)
    role: Mapped[SiteRole] = mapped_column(choice(SiteRole, "role"), primary_key=True)
    user: Mapped[User] = relationship(back_populates="memberships")
    site: Mapped[Site] = relationship()
