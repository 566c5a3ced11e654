"""Swaps: an exhibitor proposes her turn for another's; the other answers; the manager approves if the call says so."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import PERSONAL, Base, choice
from app.models.call import Call
from app.models.rotation import PublishedTurn


class SwapState(enum.StrEnum):
    """Asked of the other, agreed between the two and waiting for the manager, or how it ended."""

    ASKED = "asked"
    AGREED = "agreed"
    DONE = "done"
    DECLINED = "declined"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    STALE = "stale"

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return self not in (SwapState.ASKED, SwapState.AGREED)


class Swap(Base):
    """``turn`` proposed for ``other_turn``, both as they were then. One open swap a turn on each side, by constraint.

    ``deadline``: until when the other may answer and the manager decide. ``reason``: why it was refused or lapsed.
    """

    __tablename__ = "swap"
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), index=True)
    turn_id: Mapped[int] = mapped_column(ForeignKey("turn.id"), index=True)
    other_turn_id: Mapped[int] = mapped_column(ForeignKey("turn.id"), index=True)
    state: Mapped[SwapState] = mapped_column(choice(SwapState, "state"), default=SwapState.ASKED)
    proposed_at: Mapped[datetime]
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    deadline: Mapped[datetime]
    agreed_at: Mapped[datetime | None]
    agreed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    reason: Mapped[str] = mapped_column(Text, default="", info=PERSONAL)
    call: Mapped[Call] = relationship()
    turn: Mapped[PublishedTurn] = relationship(foreign_keys=[turn_id])
    other_turn: Mapped[PublishedTurn] = relationship(foreign_keys=[other_turn_id])

    __table_args__ = (
        Index("uq_swap_open_turn", "turn_id", unique=True, sqlite_where=text("state IN ('asked', 'agreed')"),
              postgresql_where=text("state IN ('asked', 'agreed')")),
        Index("uq_swap_open_other_turn", "other_turn_id", unique=True,
              sqlite_where=text("state IN ('asked', 'agreed')"), postgresql_where=text("state IN ('asked', 'agreed')")),
        CheckConstraint("turn_id <> other_turn_id", "two_turns"),
        CheckConstraint("(state IN ('asked', 'agreed')) = (ended_at IS NULL)", "ended_dated"),
        CheckConstraint("state <> 'refused' OR reason <> ''", "refusal_reasoned"),
    )  # fmt: skip
