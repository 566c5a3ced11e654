"""Events: workshops, demonstrations, festivals, talks, training sessions; and the quarter-hours they take."""

from __future__ import annotations

import enum
from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.account import User
from app.models.base import Base, choice
from app.models.exhibitor import Exhibitor
from app.models.site import Site
from app.models.space import DayUse, Space


class EventKind(enum.StrEnum):
    """What is offered."""

    WORKSHOP = "workshop"
    DEMONSTRATION = "demonstration"
    FESTIVAL = "festival"
    TALK = "talk"
    TRAINING = "training"


class EventState(enum.StrEnum):
    """Planned, or called off."""

    PLANNED = "planned"
    CANCELLED = "cancelled"


class Event(Base):
    """An event in a room, on each day from ``starts_on`` to ``ends_on``, between two wall hours of Casablanca.

    ``uid`` and ``sequence`` are the calendar feed's; hours are multiples of a quarter.
    """

    __tablename__ = "event"
    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    space_id: Mapped[int]
    kind: Mapped[EventKind] = mapped_column(choice(EventKind, "kind"))
    title: Mapped[str] = mapped_column(String(160))
    title_ar: Mapped[str] = mapped_column(String(160), default="")
    about: Mapped[str] = mapped_column(Text, default="")
    about_ar: Mapped[str] = mapped_column(Text, default="")
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    from_time: Mapped[time]
    to_time: Mapped[time]
    animator_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    places: Mapped[int | None]
    state: Mapped[EventState] = mapped_column(choice(EventState, "state"), default=EventState.PLANNED)
    uid: Mapped[str] = mapped_column(String(80), unique=True)
    sequence: Mapped[int] = mapped_column(default=0)
    updated_at: Mapped[datetime]
    site: Mapped[Site] = relationship()
    space: Mapped[Space] = relationship(primaryjoin="foreign(Event.space_id) == Space.id", viewonly=True)
    animator: Mapped[User] = relationship()
    artisans: Mapped[list[EventArtisan]] = relationship(cascade="all, delete-orphan")

    __table_args__ = (
        ForeignKeyConstraint(["space_id", "site_id"], ["space.id", "space.site_id"]),
        Index("ix_event_site_id_starts_on", "site_id", "starts_on"),
        CheckConstraint("starts_on <= ends_on", "days_in_order"),
        CheckConstraint("from_time < to_time", "hours_in_order"),
        CheckConstraint("places IS NULL OR places >= 1", "places_positive"),
    )


class EventArtisan(Base):
    """An exhibitor who takes part in an event."""

    __tablename__ = "event_artisan"
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    exhibitor_id: Mapped[int] = mapped_column(ForeignKey("exhibitor.id"), primary_key=True, index=True)
    exhibitor: Mapped[Exhibitor] = relationship()


class RoomSlot(Base):
    """A quarter-hour of a room: ``quarter`` counts from midnight (0–95). Refers to an open day of the room."""

    __tablename__ = "room_slot"
    space_id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    quarter: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    use: Mapped[DayUse] = mapped_column(choice(DayUse, "use"), default=DayUse.OPEN)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)

    __table_args__ = (
        ForeignKeyConstraint(["space_id", "day", "use"], ["space_day.space_id", "space_day.day", "space_day.use"]),
        CheckConstraint("use = 'open'", "only_open_days"),
        CheckConstraint("quarter BETWEEN 0 AND 95", "quarter_of_day"),
    )


class AnimatorSlot(Base):
    """A quarter-hour of an animator."""

    __tablename__ = "animator_slot"
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    quarter: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)

    __table_args__ = (CheckConstraint("quarter BETWEEN 0 AND 95", "quarter_of_day"),)


class ExhibitorSlot(Base):
    """A quarter-hour of an exhibitor, at the one site where she is that day (see ``Presence``)."""

    __tablename__ = "exhibitor_slot"
    exhibitor_id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    quarter: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    site_id: Mapped[int]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)

    __table_args__ = (
        ForeignKeyConstraint(
            ["exhibitor_id", "day", "site_id"], ["presence.exhibitor_id", "presence.day", "presence.site_id"]
        ),
        CheckConstraint("quarter BETWEEN 0 AND 95", "quarter_of_day"),
    )
