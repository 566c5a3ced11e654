"""Solve jobs, frozen cases, plans, and a manager's pins and bans."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, choice
from app.models.call import Call
from app.models.exhibitor import Exhibitor
from app.models.space import Space, Stand


class RunState(enum.StrEnum):
    """What became of a solve job; every end says which."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    IMPOSSIBLE = "impossible"
    CANCELLED = "cancelled"
    TIMED_OUT = "timed_out"
    OUT_OF_MEMORY = "out_of_memory"
    BAD_CASE = "bad_case"
    FAILED = "failed"

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return self not in (RunState.QUEUED, RunState.RUNNING)


class RunKind(enum.StrEnum):
    """What a job does: solve a season, try a draft call's charter, or seek places for turns that a closure touches."""

    SOLVE = "solve"
    TRIAL = "trial"
    REPAIR = "repair"


class DecisionKind(enum.StrEnum):
    """A turn that must be, or must not be."""

    PIN = "pin"
    FORBID = "forbid"


class FrozenCase(Base):
    """A problem frozen as canonical JSON; its SHA-256 is its name."""

    __tablename__ = "frozen_case"
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    frozen_at: Mapped[datetime]


class SolveRun(Base):
    """One job of a solver. ``attempt`` is the fencing token: a worker whose attempt is no longer the row's has lost it.

    ``scope`` is empty for a whole season; ``{"plan", "space"}`` or ``{"plan", "start"}``: what alone may change;
    ``{"since"}``: the first period to come of a season that runs (``app.planning.under_way``);
    ``{"relaxed", "change"}``: an impossible run with a change to try; ``{"scenario", …}``: how a draft differs
    from its call (``app.planning.variant``); for a trial its parameters (``app.planning.trial``); for a repair what
    closes and the turns in force (``app.planning.mending``).
    ``progress`` is the last progress line; ``seconds_limit`` bounds the solve, all included. ``message`` is the code
    of the sentence its end is told with (``app.planning.endings``), ``clashes`` what stands behind it: sentences by
    language, or lines of text.
    """

    __tablename__ = "solve_run"
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), index=True)
    case_sha256: Mapped[str] = mapped_column(ForeignKey("frozen_case.sha256"))
    state: Mapped[RunState] = mapped_column(choice(RunState, "state"), default=RunState.QUEUED)
    kind: Mapped[RunKind] = mapped_column(choice(RunKind, "kind"), default=RunKind.SOLVE, server_default="solve")
    attempt: Mapped[int] = mapped_column(default=0)
    worker: Mapped[str] = mapped_column(String(120), default="")
    lease_until: Mapped[datetime | None]
    cancel_requested: Mapped[bool] = mapped_column(default=False)
    progress: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    seconds_limit: Mapped[int]
    scope: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    message: Mapped[str] = mapped_column(Text, default="")
    clashes: Mapped[list[Any]] = mapped_column(JSON, default=list)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    call: Mapped[Call] = relationship()
    case: Mapped[FrozenCase] = relationship()

    __table_args__ = (
        Index("ix_solve_run_state_lease_until", "state", "lease_until"),
        CheckConstraint("state <> 'running' OR lease_until IS NOT NULL", "running_leased"),
    )


class Trial(Base):
    """What came of trying a charter before its call opened: a ``dawra-trial/1`` document, named by its SHA-256.

    It tells counts only, and nobody's name or key.
    """

    __tablename__ = "trial"
    run_id: Mapped[int] = mapped_column(ForeignKey("solve_run.id"), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    run: Mapped[SolveRun] = relationship()


class StoredPlan(Base):
    """A draft plan: as the solver wrote it and ``verify`` accepted it, then as managers edit it on the board.

    ``digest`` holds the figures shown in lists. ``version`` counts the edits (``PlanEdit``); ``proof`` keeps the
    solver's claims from the first edit on: ``{"case_sha256", "tiers"}``.
    """

    __tablename__ = "plan"
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), index=True)
    run_id: Mapped[int | None] = mapped_column(ForeignKey("solve_run.id"), unique=True)
    case_sha256: Mapped[str] = mapped_column(ForeignKey("frozen_case.sha256"))
    text: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(20))
    digest: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=0, server_default="0")
    proof: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    call: Mapped[Call] = relationship()
    case: Mapped[FrozenCase] = relationship()
    run: Mapped[SolveRun | None] = relationship()


class Decision(Base):
    """A manager's pin or ban, with its reason. ``start, length`` in periods of the call.

    A ``permanent`` pin holds somebody in place who need not have applied: her request is written from it.
    """

    __tablename__ = "decision"
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), index=True)
    exhibitor_id: Mapped[int] = mapped_column(ForeignKey("exhibitor.id"), index=True)
    kind: Mapped[DecisionKind] = mapped_column(choice(DecisionKind, "kind"))
    space_id: Mapped[int | None] = mapped_column(ForeignKey("space.id"))
    stand_id: Mapped[int | None] = mapped_column(ForeignKey("stand.id"))
    start: Mapped[int | None]
    length: Mapped[int | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    permanent: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime]
    call: Mapped[Call] = relationship()
    exhibitor: Mapped[Exhibitor] = relationship()
    space: Mapped[Space | None] = relationship()
    stand: Mapped[Stand | None] = relationship()

    __table_args__ = (
        CheckConstraint(
            "kind <> 'pin' OR (space_id IS NOT NULL AND start IS NOT NULL AND length IS NOT NULL)",
            "pin_complete",
        ),
        CheckConstraint("NOT permanent OR kind = 'pin'", "permanent_is_pin"),
        CheckConstraint("start IS NULL OR (start >= 0 AND length >= 1)", "periods_sensible"),
    )
