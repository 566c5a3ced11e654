"""Exhibitors: who may hold a stand."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.account import User
from app.models.base import PERSONAL, Base, choice
from app.models.reference import Craft, Province, Region


class ExhibitorKind(enum.StrEnum):
    """The kinds of law 50-17, and associations."""

    ARTISAN = "artisan"
    MAALEM = "maalem"
    COOPERATIVE = "cooperative"
    ENTERPRISE = "enterprise"
    ASSOCIATION = "association"


class Group(enum.StrEnum):
    """Groups that quotas may name and an exhibitor declares.

    ``local`` and ``outside_region`` are not declared: they follow from the exhibitor's province and region.
    """

    WOMEN = "women"
    RURAL = "rural"
    YOUTH = "youth"
    DISABILITY = "disability"
    NEWCOMER = "newcomer"


class Exhibitor(Base):
    """An artisan, maâlem, cooperative, enterprise or association.

    ``register_number`` is the key of the national register (law 50-17): free text, unique. No national identity
    number is kept anywhere (law 09-08). Consent to publish is given separately for name, photo and phone.
    """

    __tablename__ = "exhibitor"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ExhibitorKind] = mapped_column(choice(ExhibitorKind, "kind"))
    name: Mapped[str] = mapped_column(String(160), info=PERSONAL)
    name_ar: Mapped[str] = mapped_column(String(160), default="", info=PERSONAL)
    register_number: Mapped[str] = mapped_column(String(40), unique=True, info=PERSONAL)
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"), index=True)
    province_code: Mapped[str] = mapped_column(ForeignKey("province.code"), index=True)
    phone: Mapped[str] = mapped_column(String(40), default="", info=PERSONAL)
    about: Mapped[str] = mapped_column(Text, default="", info=PERSONAL)
    about_ar: Mapped[str] = mapped_column(Text, default="", info=PERSONAL)
    photo: Mapped[str] = mapped_column(String(80), default="", info=PERSONAL)
    publish_name: Mapped[bool] = mapped_column(default=False)
    publish_photo: Mapped[bool] = mapped_column(default=False)
    publish_phone: Mapped[bool] = mapped_column(default=False)
    invented: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    region: Mapped[Region] = relationship()
    province: Mapped[Province] = relationship()
    crafts: Mapped[list[ExhibitorCraft]] = relationship(
        cascade="all, delete-orphan", order_by="ExhibitorCraft.position"
    )
    groups: Mapped[list[ExhibitorGroup]] = relationship(cascade="all, delete-orphan", order_by="ExhibitorGroup.group")
    members: Mapped[list[ExhibitorMember]] = relationship(cascade="all, delete-orphan", order_by="ExhibitorMember.id")
    accounts: Mapped[list[ExhibitorAccount]] = relationship(back_populates="exhibitor", cascade="all, delete-orphan")

    __table_args__ = (
        CheckConstraint("register_number <> ''", "register_number_given"),
        CheckConstraint("name <> ''", "name_given"),
    )

    @property
    def main_craft(self) -> Craft:
        """The first craft: the one the diversity rules count."""
        return self.crafts[0].craft


class ExhibitorCraft(Base):
    """A craft of an exhibitor; ``position`` 0 is the main one."""

    __tablename__ = "exhibitor_craft"
    exhibitor_id: Mapped[int] = mapped_column(ForeignKey("exhibitor.id"), primary_key=True)
    craft_code: Mapped[str] = mapped_column(ForeignKey("craft.code"), primary_key=True, index=True)
    position: Mapped[int]
    craft: Mapped[Craft] = relationship()

    __table_args__ = (UniqueConstraint("exhibitor_id", "position"),)


class ExhibitorGroup(Base):
    """A group an exhibitor belongs to."""

    __tablename__ = "exhibitor_group"
    exhibitor_id: Mapped[int] = mapped_column(ForeignKey("exhibitor.id"), primary_key=True)
    group: Mapped[Group] = mapped_column(choice(Group, "group"), primary_key=True)


class ExhibitorMember(Base):
    """A member of a cooperative or association, who may be an exhibitor of her own too."""

    __tablename__ = "exhibitor_member"
    id: Mapped[int] = mapped_column(primary_key=True)
    exhibitor_id: Mapped[int] = mapped_column(ForeignKey("exhibitor.id"), index=True)
    name: Mapped[str] = mapped_column(String(160), info=PERSONAL)
    register_number: Mapped[str | None] = mapped_column(String(40), info=PERSONAL)
    craft_code: Mapped[str | None] = mapped_column(ForeignKey("craft.code"))

    __table_args__ = (UniqueConstraint("exhibitor_id", "register_number"),)


class ExhibitorAccount(Base):
    """An account that may act for an exhibitor."""

    __tablename__ = "exhibitor_account"
    exhibitor_id: Mapped[int] = mapped_column(ForeignKey("exhibitor.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True, index=True)
    since: Mapped[datetime]
    exhibitor: Mapped[Exhibitor] = relationship(back_populates="accounts")
    user: Mapped[User] = relationship()


class ExhibitorInvitation(Base):
    """An invitation by mail to act for an exhibitor; only the token's SHA-256 is kept, usable once."""

    __tablename__ = "exhibitor_invitation"
    id: Mapped[int] = mapped_column(primary_key=True)
    exhibitor_id: Mapped[int] = mapped_column(ForeignKey("exhibitor.id"), index=True)
    email: Mapped[str] = mapped_column(String(254), info=PERSONAL)
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))

    __table_args__ = (Index("ix_exhibitor_invitation_email", "email"),)
