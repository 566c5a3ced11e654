"""The edits of a plan, and what undo and redo would take."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import EditKind, PlanEdit, StoredPlan


def plan_for_update(plan_id: int) -> StoredPlan | None:
    """A plan with its row locked until the transaction ends."""
    query = select(StoredPlan).where(StoredPlan.id == plan_id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def log(plan_id: int, after: int = 0) -> list[PlanEdit]:
    """The edits of a plan since a version, oldest first."""
    query = select(PlanEdit).where(PlanEdit.plan_id == plan_id, PlanEdit.version > after).order_by(PlanEdit.version)
    return list(db.session.scalars(query.options(joinedload(PlanEdit.made_by))))


def stacks(edits: Iterable[PlanEdit]) -> tuple[list[PlanEdit], list[PlanEdit]]:
    """The edits in force and those taken back, each with the last on top. A refresh of the data is in neither."""
    done: list[PlanEdit] = []
    undone: list[PlanEdit] = []
    for edit in edits:
        if edit.kind is EditKind.UNDO:
            undone.append(done.pop())
        elif edit.kind is EditKind.REDO:
            done.append(undone.pop())
        elif edit.kind is not EditKind.REFRESH:
            done.append(edit)
            undone.clear()
    return done, undone


def reasons(plan_id: int) -> list[dict[str, Any]]:
    """The breaches decided for by the edits in force, each with its reason."""
    done, _undone = stacks(log(plan_id))
    return [{**one, "reason": edit.reason} for edit in done for one in edit.overrides]
