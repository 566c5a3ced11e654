"""What may be done about the turns that a closure touches: options worked out, one of them carried out."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, choice
from app.models.call import Call
from app.models.plan import SolveRun
from app.models.rotation import Publication
from app.models.space import Closure


class RepairState(enum.StrEnum):
    """Waiting for a decision, or carried out."""

    OPEN = "open"
    DONE = "done"


class Repair(Base):
    """The options for one call whose turns a closure touches, against the publication in force when it was asked.

    ``case_sha256``: the call's case then; when today's is another, the options are too old. ``options``: as
    ``planning.mending`` writes them; the one that places nobody is there from the start. ``run``: the job that
    seeks the others, None where there is nothing to seek. ``chosen``: the name of the one carried out.
    """

    __tablename__ = "repair"
    id: Mapped[int] = mapped_column(primary_key=True)
    closure_id: Mapped[int] = mapped_column(ForeignKey("closure.id", ondelete="CASCADE"))
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), index=True)
    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id"))
    case_sha256: Mapped[str] = mapped_column(String(64))
    options: Mapped[list[Any]] = mapped_column(JSON, default=list)
    state: Mapped[RepairState] = mapped_column(choice(RepairState, "state"), default=RepairState.OPEN)
    chosen: Mapped[str] = mapped_column(String(20), default="")
    run_id: Mapped[int | None] = mapped_column(ForeignKey("solve_run.id"))
    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    closure: Mapped[Closure] = relationship()
    call: Mapped[Call] = relationship()
    publication: Mapped[Publication] = relationship()
    run: Mapped[SolveRun | None] = relationship()

    __table_args__ = (
        UniqueConstraint("closure_id", "call_id"),
        CheckConstraint("(state = 'done') = (chosen <> '')", "done_says_which"),
    )
