"""The edits of a draft plan: an append-only log, from which undo and redo are read."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.account import User
from app.models.base import Base, choice
from app.models.plan import StoredPlan


class EditKind(enum.StrEnum):
    """What a manager did to a plan on the board."""

    PLACE = "place"
    MOVE = "move"
    REMOVE = "remove"
    SWAP = "swap"
    PIN = "pin"
    UNPIN = "unpin"
    FORBID = "forbid"
    ALLOW = "allow"
    CLOSE = "close"
    PERMANENT = "permanent"
    REFRESH = "refresh"
    IMPORT = "import"
    UNDO = "undo"
    REDO = "redo"


class PlanEdit(Base):
    """One edit; ``version`` is the plan's after it, unique a plan: of two that started from one version, one loses.

    ``removed, added``: turns as plan files write them. ``about``: ids of what else was made or taken away (a decision,
    a closure). ``overrides``: the rules decided against, ``{"rule", "mark", "turns"}`` (``planning.overrides``), for
    the ``reason``, which is published. ``of_version``: the edit an undo took back, or a redo made again.
    """

    __tablename__ = "plan_edit"
    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    version: Mapped[int]
    kind: Mapped[EditKind] = mapped_column(choice(EditKind, "kind"))
    of_version: Mapped[int | None]
    removed: Mapped[list[Any]] = mapped_column(JSON, default=list)
    added: Mapped[list[Any]] = mapped_column(JSON, default=list)
    about: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    overrides: Mapped[list[Any]] = mapped_column(JSON, default=list)
    reason: Mapped[str] = mapped_column(Text, default="")
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    made_at: Mapped[datetime]
    plan: Mapped[StoredPlan] = relationship()
    made_by: Mapped[User] = relationship()

    __table_args__ = (
        UniqueConstraint("plan_id", "version"),
        CheckConstraint("version >= 1", "version_positive"),
        CheckConstraint("(kind IN ('undo', 'redo')) = (of_version IS NOT NULL)", "undo_of_something"),
    )
