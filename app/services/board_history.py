"""Undo and redo on the board: read from the log of edits, so that they outlive a reload and another manager's visit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.errors import Refused
from app.extensions import db
from app.i18n import _
from app.models import Call, EditKind, PlanEdit, User
from app.planning.editing import Change
from app.queries import edits
from app.services import board, board_decisions
from app.services.board import Draft


def undo(actor: User, plan_id: int, version: int) -> PlanEdit:
    """Take the last edit in force back; raises Stale, or Refused when it cannot be."""
    return _turn_back(actor, plan_id, version, EditKind.UNDO)


def redo(actor: User, plan_id: int, version: int) -> PlanEdit:
    """Make the last edit taken back again; raises like ``undo``."""
    return _turn_back(actor, plan_id, version, EditKind.REDO)


def _turn_back(actor: User, plan_id: int, version: int, kind: EditKind) -> PlanEdit:
    with board_decisions.holding_plan(plan_id) as calls:
        return _turned(actor, calls, board.open_draft(plan_id, version), kind)


def _turned(actor: User, calls: Sequence[Call], draft: Draft, kind: EditKind) -> PlanEdit:
    done, undone = edits.stacks(edits.log(draft.plan.id))
    stack = done if kind is EditKind.UNDO else undone
    if not stack:
        raise Refused(_("Rien à annuler.") if kind is EditKind.UNDO else _("Rien à rétablir."))
    edit = stack[-1]
    before, after = (edit.added, edit.removed) if kind is EditKind.UNDO else (edit.removed, edit.added)
    draft, dropped = board_decisions.turn_back(actor, calls, draft, edit.kind, edit.about, undo=kind is EditKind.UNDO)
    change = _still_possible(draft, board.change_of(before, after), dropped)
    return board.write(actor, draft, kind, change, of_version=edit.version, about=_about(edit))


def _about(edit: PlanEdit) -> dict[str, Any]:
    return {"kind": edit.kind.value, **edit.about}


def _still_possible(draft: Draft, wanted: Change, dropped: Change) -> Change:
    """The change with what fresh data drop; raises Refused when its turns are gone, or a rule nobody may decide
    against would be broken.
    """
    gone = tuple(turn for turn in wanted.removed if turn not in dropped.removed)
    if not draft.desk.has(gone):
        db.session.rollback()
        raise Refused(_("Les tours ont changé depuis : cette modification ne peut plus être reprise."))
    target = draft.desk.judged(Change(gone, wanted.added))
    if target.state == "impossible":
        said = draft.sentences(target)
        db.session.rollback()
        raise Refused(*said)
    return Change((*dropped.removed, *gone), wanted.added)
