"""Calls: an open call for a season of one or more spaces, with its charter."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, ForeignKeyConstraint, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, choice
from app.models.site import Site
from app.models.space import Space


class CallState(enum.StrEnum):
    """A call is prepared, published (open or closed by its dates), or cancelled."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


class PeriodUnit(enum.StrEnum):
    """How the season is cut: every so many days, or by calendar months."""

    DAYS = "days"
    MONTH = "month"


class MissedPeriods(enum.StrEnum):
    """Whether a period missed for most of its days still counts in the ledger: always, unless excused, or never."""

    COUNT = "count"
    UNLESS_EXCUSED = "unless_excused"
    NEVER = "never"


class NewcomerPolicy(enum.StrEnum):
    """Where somebody without a past starts in the ledger: at zero, or at a level of those who have one."""

    ZERO = "zero"
    LOWEST = "lowest"
    MEDIAN = "median"
    AVERAGE = "average"


class SwapPolicy(enum.StrEnum):
    """Whether exhibitors may swap turns: no, with the manager's approval, or freely within the rules."""

    NONE = "none"
    APPROVED = "approved"
    FREE = "free"


class Call(Base):
    """A call of a site. Its window is ``opens_at <= t < closes_at``, by the server's clock.

    ``charter`` holds the case format's charter object; ``seed`` feeds the draw among equals;
    ``fee_centimes`` is the fee of a period, in centimes of dirham. ``keep_partial``: periods cut short by the
    season's edges are kept, else dropped. ``high_seasons``: ``{"from", "to", "weight"}``, days included, the weight
    of periods at least half of whose days lie inside. ``duties``: what exhibitors owe each other (a duty rota).
    ``absences_running``, ``absences_yearly``: how many unexcused absences in a row, or in twelve months, let the
    manager offer the rest of the turns to the waiting list; None where the charter has no such rule.
    ``offers``: turns are offered when published, to be accepted within ``offer_days``; ``reminder_days``: so many days
    before the deadline she is reminded. ``refill``: a place set free is offered to the waiting list without asking
    the manager. ``four_eyes``: a plan is published by a second person, not by the one who proposes it.
    """

    __tablename__ = "call"
    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(160))
    title_ar: Mapped[str] = mapped_column(String(160), default="")
    intro: Mapped[str] = mapped_column(Text, default="")
    intro_ar: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[CallState] = mapped_column(choice(CallState, "state"), default=CallState.DRAFT)
    season_start: Mapped[date]
    season_end: Mapped[date]
    period_unit: Mapped[PeriodUnit] = mapped_column(choice(PeriodUnit, "period_unit"), default=PeriodUnit.DAYS)
    period_days: Mapped[int] = mapped_column(default=14)
    keep_partial: Mapped[bool] = mapped_column(default=True)
    high_seasons: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    charter: Mapped[dict[str, Any]] = mapped_column(JSON)
    charter_template: Mapped[str] = mapped_column(String(40), default="equal_turns")
    max_turn_length: Mapped[int] = mapped_column(default=2)
    max_turns: Mapped[int] = mapped_column(default=2)
    fee_centimes: Mapped[int] = mapped_column(default=0)
    seed: Mapped[str] = mapped_column(String(120))
    duties: Mapped[str] = mapped_column(Text, default="")
    duties_ar: Mapped[str] = mapped_column(Text, default="")
    contact: Mapped[str] = mapped_column(String(200), default="")
    absences_running: Mapped[int | None]
    absences_yearly: Mapped[int | None]
    missed_periods: Mapped[MissedPeriods] = mapped_column(
        choice(MissedPeriods, "missed_periods"), default=MissedPeriods.COUNT
    )
    newcomers: Mapped[NewcomerPolicy] = mapped_column(choice(NewcomerPolicy, "newcomers"), default=NewcomerPolicy.ZERO)
    offers: Mapped[bool] = mapped_column(default=False)
    offer_days: Mapped[int] = mapped_column(default=7)
    reminder_days: Mapped[list[int]] = mapped_column(JSON, default=lambda: [2])
    refill: Mapped[bool] = mapped_column(default=False)
    swaps: Mapped[SwapPolicy] = mapped_column(choice(SwapPolicy, "swaps"), default=SwapPolicy.APPROVED)
    four_eyes: Mapped[bool] = mapped_column(default=False, server_default=false())
    cancel_reason: Mapped[str] = mapped_column(Text, default="")
    published_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    site: Mapped[Site] = relationship()
    places: Mapped[list[CallSpace]] = relationship(cascade="all, delete-orphan", order_by="CallSpace.space_id")
    periods: Mapped[list[CallPeriod]] = relationship(cascade="all, delete-orphan", order_by="CallPeriod.position")

    __table_args__ = (
        UniqueConstraint("site_id", "number"),
        UniqueConstraint("id", "site_id"),
        UniqueConstraint("id", "four_eyes"),
        CheckConstraint("season_start <= season_end", "season_in_order"),
        CheckConstraint("opens_at < closes_at", "window_in_order"),
        CheckConstraint("period_days BETWEEN 1 AND 366", "period_days_sensible"),
        CheckConstraint("max_turn_length >= 1 AND max_turns >= 1", "turns_positive"),
        CheckConstraint("fee_centimes >= 0", "fee_positive"),
        CheckConstraint(
            "(absences_running IS NULL OR absences_running >= 1) AND (absences_yearly IS NULL OR absences_yearly >= 1)",
            "absences_positive",
        ),
        CheckConstraint("offer_days BETWEEN 1 AND 60", "offer_days_sensible"),
        CheckConstraint("state = 'draft' OR published_at IS NOT NULL", "published_dated"),
        CheckConstraint("state <> 'cancelled' OR cancel_reason <> ''", "cancel_reasoned"),
    )


class CallSpace(Base):
    """A space offered in a call; it belongs to the call's site."""

    __tablename__ = "call_space"
    call_id: Mapped[int] = mapped_column(primary_key=True)
    space_id: Mapped[int] = mapped_column(primary_key=True, index=True)
    site_id: Mapped[int]
    space: Mapped[Space] = relationship(primaryjoin="foreign(CallSpace.space_id) == Space.id", viewonly=True)

    __table_args__ = (
        ForeignKeyConstraint(["call_id", "site_id"], ["call.id", "call.site_id"]),
        ForeignKeyConstraint(["space_id", "site_id"], ["space.id", "space.site_id"]),
    )


class CallPeriod(Base):
    """One period of the season, days included; ``weight``: integer value of showing then."""

    __tablename__ = "call_period"
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    weight: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        CheckConstraint("starts_on <= ends_on", "days_in_order"),
        CheckConstraint("weight >= 1", "weight_positive"),
        CheckConstraint("position >= 0", "position_positive"),
    )
