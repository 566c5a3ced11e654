"""What somebody asks for beside publishing a plan, and a second person must do: a repair, a withdrawal."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.account import User
from app.models.base import Base, choice
from app.models.call import Call
from app.models.repair import Repair
from app.models.rotation import Publication


class LookKind(enum.StrEnum):
    """What is asked for."""

    REPAIR = "repair"
    WITHDRAWAL = "withdrawal"


class LookState(enum.StrEnum):
    """Waiting for the second person, or what became of it; what is done is kept as ``published``, whatever it was."""

    OPEN = "open"
    DONE = "published"
    DECLINED = "declined"
    RETRACTED = "retracted"
    REPLACED = "replaced"


class SecondLook(Base):
    """An option of a repair to publish, or the publication in force to withdraw (``reason``: what all will read).

    One is open a call. Who carries it out is not who asked: the database refuses the same person. ``answer``: why it
    was declined. A repair sought again takes what was asked about the one before with it.
    """

    __tablename__ = "second_look"
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), index=True)
    kind: Mapped[LookKind] = mapped_column(choice(LookKind, "kind"))
    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id"))
    repair_id: Mapped[int | None] = mapped_column(ForeignKey("repair.id", ondelete="CASCADE"))
    option: Mapped[str] = mapped_column(String(20), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    asked_at: Mapped[datetime]
    state: Mapped[LookState] = mapped_column(choice(LookState, "state"), default=LookState.OPEN)
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    answer: Mapped[str] = mapped_column(Text, default="")
    call: Mapped[Call] = relationship()
    publication: Mapped[Publication] = relationship()
    repair: Mapped[Repair | None] = relationship()
    asked_by: Mapped[User] = relationship(foreign_keys=[asked_by_id])

    __table_args__ = (
        CheckConstraint("(kind = 'repair') = (repair_id IS NOT NULL AND option <> '')", "repair_named"),
        CheckConstraint("(kind = 'withdrawal') = (reason <> '')", "withdrawal_reasoned"),
        CheckConstraint("(state = 'open') = (ended_at IS NULL)", "ended_dated"),
        CheckConstraint(
            "state <> 'published' OR (ended_by_id IS NOT NULL AND ended_by_id <> asked_by_id)", "two_people"
        ),
        CheckConstraint("state <> 'declined' OR answer <> ''", "declined_reasoned"),
        Index(
            "uq_second_look_open", "call_id", unique=True,
            sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'"),
        ),
    )  # fmt: skip
