"""Publications (rotations), their turns, and the days they occupy.

A publication is frozen: its number, case, plan, change list and counts never change. Its turns live on: when the
next publication of the call keeps a turn, the turn's row passes to it, with its days, its offers and its calendar
identity. So the rows of the publication in force are its turns, and the rows left with a publication that is out of
force are the turns that ended with it (its own list stands in ``plan_text``).
"""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, ForeignKeyConstraint, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, choice
from app.models.call import Call
from app.models.exhibitor import Exhibitor
from app.models.plan import FrozenCase
from app.models.site import Site
from app.models.space import DayUse, Space, Stand


class PublicationCause(enum.StrEnum):
    """Why a publication was made: a plan, or one change to the rotation in force."""

    PLAN = "plan"
    RELEASED = "released"
    FILLED = "filled"
    SWAPPED = "swapped"
    ABSENT = "absent"
    CLOSED = "closed"
    MOVED = "moved"


class Publication(Base):
    """A published, frozen plan: numbered per site, with the list of changes against the one before of its call.

    ``overrides``: the rules it was decided against, each with its public reason (``planning.overrides``).
    ``published_by_id``: None when the call's own rules made it (a deadline passed, a place taken up).
    ``proposed_by_id``: who proposed the plan, where the call asks for a second person; the database refuses that the
    same one publishes it. ``superseded_at``: since when it is out of force; ``withdrawn_at``: because it was
    withdrawn, for a public reason, and not replaced. ``plan_text`` and ``changes`` are long, and a publication is read
    with each of its turns: they come when they are asked for.
    """

    __tablename__ = "publication"
    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    call_id: Mapped[int] = mapped_column(index=True)
    number: Mapped[int]
    case_sha256: Mapped[str] = mapped_column(ForeignKey("frozen_case.sha256"))
    plan_text: Mapped[str] = mapped_column(Text, deferred=True)
    plan_sha256: Mapped[str] = mapped_column(String(64))
    changes: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    overrides: Mapped[list[Any]] = mapped_column(JSON, default=list, server_default="[]")
    cause: Mapped[PublicationCause] = mapped_column(choice(PublicationCause, "cause"), default=PublicationCause.PLAN)
    turn_count: Mapped[int | None]
    exhibitor_count: Mapped[int | None]
    published_at: Mapped[datetime]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    four_eyes: Mapped[bool] = mapped_column(default=False, server_default=false())
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    superseded_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    withdrawn_reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    site: Mapped[Site] = relationship()
    call: Mapped[Call] = relationship(primaryjoin="foreign(Publication.call_id) == Call.id", viewonly=True)
    case: Mapped[FrozenCase] = relationship()
    turns: Mapped[list[PublishedTurn]] = relationship(
        back_populates="publication", order_by="PublishedTurn.starts_on, PublishedTurn.stand_id"
    )

    __table_args__ = (
        UniqueConstraint("site_id", "number"),
        ForeignKeyConstraint(["call_id", "site_id"], ["call.id", "call.site_id"]),
        ForeignKeyConstraint(["call_id", "four_eyes"], ["call.id", "call.four_eyes"]),
        CheckConstraint(
            "NOT four_eyes OR cause <> 'plan' OR (proposed_by_id IS NOT NULL AND published_by_id IS NOT NULL "
            "AND proposed_by_id <> published_by_id)",
            "two_people",
        ),
        CheckConstraint("withdrawn_at IS NULL OR superseded_at IS NOT NULL", "withdrawn_out_of_force"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_reason = '')", "withdrawn_reasoned"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL)", "withdrawn_by_somebody"),
    )


class PublishedTurn(Base):
    """A turn of a publication: ``length`` periods from period ``start``; days included. ``also``: further stands.

    ``pauses``: the days between its first and its last on which its place is closed (ISO dates): it goes on after.

    ``uid``, ``sequence`` (the number of the publication that made it so) and ``since`` are the calendar feed's; None:
    those of its publication. ``confirmed_at``: when its exhibitor accepted it.
    """

    __tablename__ = "turn"
    id: Mapped[int] = mapped_column(primary_key=True)
    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id"), index=True)
    exhibitor_id: Mapped[int] = mapped_column(ForeignKey("exhibitor.id"), index=True)
    space_id: Mapped[int] = mapped_column(ForeignKey("space.id"), index=True)
    stand_id: Mapped[int] = mapped_column(ForeignKey("stand.id"))
    also: Mapped[list[int]] = mapped_column(JSON, default=list)
    start: Mapped[int]
    length: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    pauses: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    uid: Mapped[str] = mapped_column(String(80))
    sequence: Mapped[int | None]
    since: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    publication: Mapped[Publication] = relationship(back_populates="turns")
    exhibitor: Mapped[Exhibitor] = relationship()
    space: Mapped[Space] = relationship()
    stand: Mapped[Stand] = relationship()

    __table_args__ = (
        CheckConstraint("start >= 0 AND length >= 1", "periods_sensible"),
        CheckConstraint("starts_on <= ends_on", "days_in_order"),
    )

    @property
    def paused_on(self) -> tuple[date, ...]:
        """The days on which it is interrupted, in order."""
        return tuple(date.fromisoformat(day) for day in self.pauses)

    def holds(self, day: date) -> bool:
        """Whether the day is one of its days, and it is not interrupted then."""
        return self.starts_on <= day <= self.ends_on and day.isoformat() not in self.pauses

    @property
    def site(self) -> Site:
        """The site of the turn's publication."""
        return self.publication.site


class Presence(Base):
    """Where an exhibitor is committed on a day: one site a day, and one turn at most, by primary key.

    Occupied stands refer to ``(exhibitor_id, day, turn_id)``, event hours to ``(exhibitor_id, day, site_id)``.
    """

    __tablename__ = "presence"
    exhibitor_id: Mapped[int] = mapped_column(ForeignKey("exhibitor.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    turn_id: Mapped[int | None] = mapped_column(ForeignKey("turn.id"), index=True)

    __table_args__ = (
        UniqueConstraint("exhibitor_id", "day", "site_id"),
        UniqueConstraint("exhibitor_id", "day", "turn_id"),
    )


class Occupancy(Base):
    """A stand taken on a day by a turn of a *current* publication.

    The period of this table is the day, so that calls that cut their seasons differently cannot overlap either.
    The primary key is the guard against double booking, on both engines.
    """

    __tablename__ = "occupancy"
    stand_id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    space_id: Mapped[int]
    use: Mapped[DayUse] = mapped_column(choice(DayUse, "use"), default=DayUse.OPEN)
    exhibitor_id: Mapped[int]
    turn_id: Mapped[int] = mapped_column(ForeignKey("turn.id"), index=True)

    __table_args__ = (
        ForeignKeyConstraint(["stand_id", "space_id"], ["stand.id", "stand.space_id"]),
        ForeignKeyConstraint(["space_id", "day", "use"], ["space_day.space_id", "space_day.day", "space_day.use"]),
        ForeignKeyConstraint(
            ["exhibitor_id", "day", "turn_id"], ["presence.exhibitor_id", "presence.day", "presence.turn_id"]
        ),
        CheckConstraint("use = 'open'", "only_open_days"),
    )
