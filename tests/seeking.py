"""Places sought after a closure: the jobs that the page queued, done here as a worker does them."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app

from app.extensions import db
from app.jobs import mending
from app.models import Closure, Repair, RunState, SolveRun, User
from app.queries import closing
from app.services import runs, seeking


def work() -> None:
    """Do the searches that wait; each must end well."""
    while (taken := runs.claim("test", timedelta(minutes=5))) is not None:
        assert mending.mend(taken, current_app.extensions["settings"], lambda: False)
        assert db.session.get_one(SolveRun, taken.run_id).state is RunState.DONE


def sought(actor: User, closure: Closure) -> list[Repair]:
    """The repairs of a closure when every search has ended."""
    closure_id = closure.id
    seeking.seek(actor, closure)
    work()
    return list(closing.repairs(db.session.get_one(Closure, closure_id)).values())
