"""The outbox: messages written in the transaction of the decision they tell, sent by the worker."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import PERSONAL, Base, choice


class NoticeState(enum.StrEnum):
    """Waiting, sent, or given up after several tries."""

    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"


class Notice(Base):
    """A message to one person, worded in her language; ``key`` makes a repeated decision one message."""

    __tablename__ = "notice"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    recipient: Mapped[str] = mapped_column(String(254), info=PERSONAL)
    language: Mapped[str] = mapped_column(String(2))
    subject: Mapped[str] = mapped_column(String(200), info=PERSONAL)
    body: Mapped[str] = mapped_column(Text, info=PERSONAL)
    state: Mapped[NoticeState] = mapped_column(choice(NoticeState, "state"), default=NoticeState.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(String(300), default="")

    __table_args__ = (Index("ix_notice_state_due_at", "state", "due_at"),)
