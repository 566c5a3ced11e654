"""Applications: an exhibitor's request in a call."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, ForeignKeyConstraint, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.clock import local
from app.models.account import User
from app.models.base import PERSONAL, Base, choice
from app.models.call import Call
from app.models.exhibitor import Exhibitor
from app.models.space import Space


class ApplicationState(enum.StrEnum):
    """Where an application stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"
    ELIGIBLE = "eligible"
    REFUSED = "refused"


class RefusalReason(enum.StrEnum):
    """Why a file is refused (law 55-19: a refusal carries a reason)."""

    OUT_OF_SCOPE = "out_of_scope"
    REGISTER_UNKNOWN = "register_unknown"
    INCOMPLETE = "incomplete"
    DUPLICATE = "duplicate"
    NEEDS_NOT_MET = "needs_not_met"
    OTHER = "other"


class Application(Base):
    """One exhibitor's request in one call: at most one by constraint, and one per ``client_key``.

    ``unavailable``: period positions; ``preferred``: position (as text) to 1–3; lengths in periods; ``area_m2`` in
    m²; ``stands``: neighbouring stands wanted in each turn. ``number`` and ``submitted_at`` are the receipt's and
    never change; ``step``: the last step saved (1 spaces, 2 periods, 3 needs), where a draft is taken up again.
    """

    __tablename__ = "application"
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), index=True)
    exhibitor_id: Mapped[int] = mapped_column(ForeignKey("exhibitor.id"), index=True)
    client_key: Mapped[str] = mapped_column(String(64), unique=True)
    state: Mapped[ApplicationState] = mapped_column(choice(ApplicationState, "state"), default=ApplicationState.DRAFT)
    step: Mapped[int] = mapped_column(default=1)
    number: Mapped[int | None]
    submitted_at: Mapped[datetime | None]
    updated_at: Mapped[datetime]
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    min_length: Mapped[int] = mapped_column(default=1)
    max_length: Mapped[int] = mapped_column(default=1)
    max_turns: Mapped[int] = mapped_column(default=1)
    area_m2: Mapped[int] = mapped_column(default=0)
    stands: Mapped[int] = mapped_column(default=1)
    features: Mapped[list[str]] = mapped_column(JSON, default=list)
    unavailable: Mapped[list[int]] = mapped_column(JSON, default=list)
    preferred: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    note: Mapped[str] = mapped_column(Text, default="", info=PERSONAL)
    reason: Mapped[RefusalReason | None] = mapped_column(choice(RefusalReason, "reason"))
    reason_text: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    left_list_at: Mapped[datetime | None]
    call: Mapped[Call] = relationship()
    exhibitor: Mapped[Exhibitor] = relationship()
    entered_by: Mapped[User] = relationship(foreign_keys=[entered_by_id])
    wishes: Mapped[list[ApplicationSpace]] = relationship(
        cascade="all, delete-orphan",
        order_by="ApplicationSpace.rank",
        primaryjoin="Application.id == foreign(ApplicationSpace.application_id)",
    )

    __table_args__ = (
        UniqueConstraint("call_id", "exhibitor_id"),
        UniqueConstraint("call_id", "number"),
        UniqueConstraint("id", "call_id"),
        CheckConstraint("step BETWEEN 1 AND 3", "step_known"),
        CheckConstraint("min_length >= 1 AND min_length <= max_length", "lengths_in_order"),
        CheckConstraint("max_turns >= 1 AND stands >= 1 AND area_m2 >= 0", "needs_positive"),
        CheckConstraint(
            "state IN ('draft', 'withdrawn') OR (number IS NOT NULL AND submitted_at IS NOT NULL)",
            "receipt_kept",
        ),
        CheckConstraint("state <> 'refused' OR (reason IS NOT NULL AND reason_text <> '')", "refusal_reasoned"),
    )

    @property
    def receipt(self) -> str:
        """The receipt's number, ``2026-007-0012``: year the call was published, call, serial; empty before deposit."""
        if self.number is None or self.call.published_at is None:
            return ""
        return f"{local(self.call.published_at):%Y}-{self.call_id:03d}-{self.number:04d}"


class ApplicationSpace(Base):
    """A wished space and its rank (1 first); only spaces of the call."""

    __tablename__ = "application_space"
    application_id: Mapped[int] = mapped_column(primary_key=True)
    space_id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int]
    rank: Mapped[int]
    space: Mapped[Space] = relationship(primaryjoin="foreign(ApplicationSpace.space_id) == Space.id", viewonly=True)

    __table_args__ = (
        ForeignKeyConstraint(["application_id", "call_id"], ["application.id", "application.call_id"]),
        ForeignKeyConstraint(["call_id", "space_id"], ["call_space.call_id", "call_space.space_id"]),
        UniqueConstraint("application_id", "rank"),
        CheckConstraint("rank >= 1", "rank_positive"),
    )
