"""Take a board back from a table: the draft becomes what the table says, as one edit that can be undone."""

from __future__ import annotations

from app.errors import Refused
from app.extensions import db
from app.models import EditKind, PlanEdit, User
from app.services import board
from app.services.imports import BadFile
from app.services.imports import board as table


def bring_in(actor: User, plan_id: int, version: int, data: bytes) -> PlanEdit | None:
    """Make a draft say what a table says; None when it does already.

    Raises Stale, BadFile with every fault, or Refused where it undoes what has begun or fills what is over.
    """
    draft = board.open_draft(plan_id, version)
    try:
        change = table.change(draft.desk, table.turns(data, draft.desk, draft.known))
    except BadFile:
        db.session.rollback()
        raise
    late = draft.desk.late(change)
    if late.violations:
        said = draft.sentences(late)
        db.session.rollback()
        raise Refused(*said)
    if not (change.removed or change.added):
        db.session.rollback()
        return None
    edit = board.write(actor, draft, EditKind.IMPORT, change)
    db.session.commit()
    return edit
