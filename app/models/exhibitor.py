"""Exhibitors: who may hold a stand."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from app.fold import same_code
from app.models.account import User
from app.models.base import PERSONAL, Base, choice
from app.models.reference import Craft, Province, Region
from app.models.site import Site


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


def register_key(number: str) -> str:
    """The form in which two register numbers are the same; at most twice as long as the number."""
    return same_code(number)


class Exhibitor(Base):
    """An artisan, maâlem, cooperative, enterprise or association.

    ``register_number`` is the key of the national register (law 50-17): free text as typed, unique by
    ``register_key``, which follows it. No national identity number is kept anywhere (law 09-08). Consent to publish
    is given separately for name, photo and phone.
    """

    __tablename__ = "exhibitor"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ExhibitorKind] = mapped_column(choice(ExhibitorKind, "kind"))
    name: Mapped[str] = mapped_column(String(160), info=PERSONAL)
    name_ar: Mapped[str] = mapped_column(String(160), default="", info=PERSONAL)
    register_number: Mapped[str] = mapped_column(String(40), info=PERSONAL)
    register_key: Mapped[str] = mapped_column(String(80), unique=True, info=PERSONAL)
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"), index=True)
    province_code: Mapped[str] = mapped_column(String(8), index=True)
    phone: Mapped[str] = mapped_column(String(40), default="", info=PERSONAL)
    about: Mapped[str] = mapped_column(Text, default="", info=PERSONAL)
    about_ar: Mapped[str] = mapped_column(Text, default="", info=PERSONAL)
    photo: Mapped[str] = mapped_column(String(80), default="", info=PERSONAL)
    publish_name: Mapped[bool] = mapped_column(default=False)
    publish_photo: Mapped[bool] = mapped_column(default=False)
    publish_phone: Mapped[bool] = mapped_column(default=False)
    invented: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    region: Mapped[Region] = relationship(viewonly=True)
    province: Mapped[Province] = relationship()
    crafts: Mapped[list[ExhibitorCraft]] = relationship(
        cascade="all, delete-orphan", order_by="ExhibitorCraft.position"
    )
    groups: Mapped[list[ExhibitorGroup]] = relationship(cascade="all, delete-orphan", order_by="ExhibitorGroup.group")
    members: Mapped[list[ExhibitorMember]] = relationship(cascade="all, delete-orphan", order_by="ExhibitorMember.id")
    accounts: Mapped[list[ExhibitorAccount]] = relationship(back_populates="exhibitor", cascade="all, delete-orphan")
    assistances: Mapped[list[Assistance]] = relationship(cascade="all, delete-orphan", order_by="Assistance.site_id")

    __table_args__ = (
        ForeignKeyConstraint(["province_code", "region_code"], ["province.code", "province.region_code"]),
        CheckConstraint("register_number <> ''", "register_number_given"),
        CheckConstraint("name <> ''", "name_given"),
    )

    @validates("register_number")
    def _follow(self, _name: str, number: str) -> str:
        self.register_key = register_key(number)
        return number

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


class Assistance(Base):
    """A site whose agents and managers may act for an exhibitor, with her consent and how she gave it."""

    __tablename__ = "assistance"
    exhibitor_id: Mapped[int] = mapped_column(ForeignKey("exhibitor.id"), primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), primary_key=True, index=True)
    consent: Mapped[str] = mapped_column(String(200), info=PERSONAL)
    since: Mapped[datetime]
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    site: Mapped[Site] = relationship()

    __table_args__ = (CheckConstraint("consent <> ''", "consent_recorded"),)
