"""Spaces of a site, their numbered stands, and closures."""

from __future__ import annotations

import enum
from datetime import date

from sqlalchemy import JSON, CheckConstraint, ForeignKey, ForeignKeyConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, choice
from app.models.site import Site


class SpaceKind(enum.StrEnum):
    """What a space is for."""

    SHOWROOM = "showroom"
    HALL = "hall"
    WORKSHOP = "workshop"
    UNIT = "unit"
    TRAINING_ROOM = "training_room"


class ClosureReason(enum.StrEnum):
    """Why a place is closed."""

    WORKS = "works"
    HOLIDAY = "holiday"
    EVENT = "event"


class DayUse(enum.StrEnum):
    """What a day of a space is: open to turns and events, or closed."""

    OPEN = "open"
    CLOSED = "closed"


#: Stand features offered in forms; free words are kept as given.
FEATURES = ("power", "water", "wall", "light", "storage", "street_front")


class Space(Base):
    """A hall, showroom, workshop, unit or training room. ``weight``: integer value of the place (default 1)."""

    __tablename__ = "space"
    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    code: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(120))
    name_ar: Mapped[str] = mapped_column(String(120), default="")
    kind: Mapped[SpaceKind] = mapped_column(choice(SpaceKind, "kind"))
    area_m2: Mapped[int | None]
    capacity: Mapped[int | None]
    weight: Mapped[int] = mapped_column(default=1)
    site: Mapped[Site] = relationship(back_populates="spaces")
    stands: Mapped[list[Stand]] = relationship(
        back_populates="space", order_by="Stand.position", cascade="all, delete-orphan"
    )

    __table_args__ = (
        UniqueConstraint("site_id", "code"),
        UniqueConstraint("id", "site_id"),
        CheckConstraint("weight >= 1", "weight_positive"),
        CheckConstraint("area_m2 IS NULL OR area_m2 > 0", "area_positive"),
        CheckConstraint("capacity IS NULL OR capacity >= 1", "capacity_positive"),
    )


class Stand(Base):
    """One numbered place. ``x, y``: its square on the floor plan's grid; ``position``: its order in the space."""

    __tablename__ = "stand"
    id: Mapped[int] = mapped_column(primary_key=True)
    space_id: Mapped[int] = mapped_column(ForeignKey("space.id"), index=True)
    code: Mapped[str] = mapped_column(String(20))
    position: Mapped[int]
    area_m2: Mapped[int]
    features: Mapped[list[str]] = mapped_column(JSON, default=list)
    x: Mapped[int]
    y: Mapped[int]
    space: Mapped[Space] = relationship(back_populates="stands")

    __table_args__ = (
        UniqueConstraint("space_id", "code"),
        UniqueConstraint("space_id", "x", "y"),
        UniqueConstraint("id", "space_id"),
        CheckConstraint("area_m2 > 0", "area_positive"),
        CheckConstraint("x >= 0 AND y >= 0 AND x < 200 AND y < 200", "on_the_grid"),
    )

    @property
    def site(self) -> Site:
        """The site of the stand's space."""
        return self.space.site


class Closure(Base):
    """Days (both included) when a whole site, a space or one stand is closed."""

    __tablename__ = "closure"
    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    space_id: Mapped[int | None] = mapped_column()
    stand_id: Mapped[int | None] = mapped_column()
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    reason: Mapped[ClosureReason] = mapped_column(choice(ClosureReason, "reason"))
    note: Mapped[str] = mapped_column(String(200), default="")
    site: Mapped[Site] = relationship()
    space: Mapped[Space | None] = relationship(primaryjoin="foreign(Closure.space_id) == Space.id", viewonly=True)
    stand: Mapped[Stand | None] = relationship(primaryjoin="foreign(Closure.stand_id) == Stand.id", viewonly=True)

    __table_args__ = (
        ForeignKeyConstraint(["space_id", "site_id"], ["space.id", "space.site_id"]),
        ForeignKeyConstraint(["stand_id", "space_id"], ["stand.id", "stand.space_id"]),
        CheckConstraint("starts_on <= ends_on", "days_in_order"),
        CheckConstraint("stand_id IS NULL OR space_id IS NOT NULL", "stand_has_space"),
    )


class SpaceDay(Base):
    """What one day of a space is used for: written by the first who uses the day.

    Turns and event hours refer to ``(space_id, day, 'open')``; a closed day holds ``(space_id, day, 'closed')``:
    so the database itself refuses a turn or an event in a closed room, and closing a day in use.
    """

    __tablename__ = "space_day"
    space_id: Mapped[int] = mapped_column(ForeignKey("space.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    use: Mapped[DayUse] = mapped_column(choice(DayUse, "use"))

    __table_args__ = (UniqueConstraint("space_id", "day", "use"),)
