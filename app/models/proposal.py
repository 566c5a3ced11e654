"""Plans proposed for publication to a second person, where their call asks for one."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.account import User
from app.models.base import Base, choice
from app.models.call import Call
from app.models.plan import StoredPlan


class ProposalState(enum.StrEnum):
    """Waiting for the second person, or what became of it."""

    OPEN = "open"
    PUBLISHED = "published"
    DECLINED = "declined"
    RETRACTED = "retracted"
    REPLACED = "replaced"


class Proposal(Base):
    """A plan somebody proposes for publication, frozen by its version and the SHA-256 of its text.

    One is open a call. Who ends it as published is not who proposed it: the database refuses the same person.
    """

    __tablename__ = "proposal"
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), index=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    plan_version: Mapped[int]
    plan_sha256: Mapped[str] = mapped_column(String(64))
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    proposed_at: Mapped[datetime]
    state: Mapped[ProposalState] = mapped_column(choice(ProposalState, "state"), default=ProposalState.OPEN)
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    publication_id: Mapped[int | None] = mapped_column(ForeignKey("publication.id"))
    call: Mapped[Call] = relationship()
    plan: Mapped[StoredPlan] = relationship()
    proposed_by: Mapped[User] = relationship(foreign_keys=[proposed_by_id])

    __table_args__ = (
        CheckConstraint("(state = 'open') = (ended_at IS NULL)", "ended_dated"),
        CheckConstraint(
            "state <> 'published' OR (ended_by_id IS NOT NULL AND ended_by_id <> proposed_by_id)", "two_people"
        ),
        CheckConstraint("(state = 'published') = (publication_id IS NOT NULL)", "published_as_something"),
        CheckConstraint("state <> 'declined' OR reason <> ''", "declined_reasoned"),
        Index(
            "uq_proposal_open", "call_id", unique=True,
            sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'"),
        ),
    )  # fmt: skip
