"""Draws: a case promised by its hash before its seed can be known, and the seed once its public source has spoken."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base
from app.models.call import Call
from app.models.plan import FrozenCase


class Commitment(Base):
    """A promise about the draw of a call. ``case_sha256``: the hash of its case with an empty seed, kept as it was.

    ``document`` is the public ``dawra-commitment/1``. The one in force is the one not superseded; ``seed`` is empty
    until it is revealed, and never changes then. A case that changed needs another promise; the old one stays public.
    ``reason``: why this one follows another, for everybody to read; empty for the first.
    """

    __tablename__ = "commitment"
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), index=True)
    case_sha256: Mapped[str] = mapped_column(ForeignKey("frozen_case.sha256"))
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    source: Mapped[str] = mapped_column(String(300))
    drawn_on: Mapped[date]
    objections_until: Mapped[date]
    reason: Mapped[str] = mapped_column(Text, default="")
    committed_at: Mapped[datetime]
    committed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    seed: Mapped[str] = mapped_column(String(200), default="")
    revealed_at: Mapped[datetime | None]
    revealed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    superseded_at: Mapped[datetime | None]
    call: Mapped[Call] = relationship()
    case: Mapped[FrozenCase] = relationship()

    __table_args__ = (
        CheckConstraint("objections_until < drawn_on", "objections_before_draw"),
        CheckConstraint("(seed <> '') = (revealed_at IS NOT NULL)", "revealed_dated"),
        CheckConstraint("(revealed_at IS NULL) = (revealed_by_id IS NULL)", "revealed_by_somebody"),
        Index(
            "uq_commitment_in_force", "call_id", unique=True,
            sqlite_where=text("superseded_at IS NULL"), postgresql_where=text("superseded_at IS NULL"),
        ),
    )  # fmt: skip
