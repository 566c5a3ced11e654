"""Seek places for the turns that a closure touches: a job for each call, watched and stopped like a solve.

The option to place nobody is there at once, whatever becomes of the job; what the job finds comes before it. Nothing
is written but options: ``services.repairing`` carries one out.
"""

from __future__ import annotations

from typing import Any

from app.clock import now, today
from app.errors import NotFound
from app.extensions import db
from app.models import Call, Closure, Repair, RepairState, RunKind, SolveRun, User
from app.planning import mending
from app.planning.case import written
from app.planning.endings import Ending
from app.planning.mending import Question
from app.queries import closing as queries
from app.services import audit, runs
from app.services.amendment import in_force


def seek(actor: User, closure: Closure) -> list[Repair]:
    """Queue a search for every call whose turns the closure touches; earlier options are replaced, their jobs stopped.

    The questions are read before the closure is locked: no writer waits for them.
    """
    closure_id, site_id = closure.id, closure.site_id
    touched = queries.by_call(queries.touched(site_id, closure, today()))
    asked = [_asked(call_id) for call_id in touched]
    db.session.rollback()
    stop(actor, closure_id)
    closure = db.session.get(Closure, closure_id, with_for_update=True, populate_existing=True) or _gone()
    for old in queries.repairs(closure).values():
        db.session.delete(old)
    db.session.flush()
    made = [
        Repair(
            closure_id=closure_id, call_id=call_id, publication_id=number, case_sha256=question.sha256,
            options=[mending.leave(question)], made_at=now(), made_by_id=actor.id,
        )
        for call_id, number, question in asked
    ]  # fmt: skip
    db.session.add_all(made)
    audit.record(
        closure.site, actor, "closure.seek", f"closure:{closure_id}", after={"calls": [one.call_id for one in made]}
    )
    for repair, (_call, _number, question) in zip(made, asked, strict=True):
        if question.order.closures:
            _queue(actor, repair, question)
    db.session.commit()
    return made


def _asked(call_id: int) -> tuple[int, int, Question]:
    call = db.session.get_one(Call, call_id)
    publication = in_force(call)
    closures = queries.pending(call, today())
    return call_id, publication.id, mending.question(call, publication, closures, today())


def _gone() -> Closure:
    raise NotFound


def _queue(actor: User, repair: Repair, question: Question) -> None:
    run = SolveRun(
        call_id=repair.call_id, kind=RunKind.REPAIR, seconds_limit=mending.LONGEST,
        scope={"closure": repair.closure_id, **mending.scope(question)},
    )  # fmt: skip
    call = db.session.get_one(Call, repair.call_id)
    repair.run = runs.enter(actor, run, call, *written(question.case))


def keep(run: SolveRun, end: Ending) -> dict[str, Any]:
    """Put what a search found before the option that is there, in the transaction that ends its job.

    Nothing is kept for options that were replaced, carried out or removed meanwhile.
    """
    repair = queries.repair_of_run(run.id)
    if repair is None or repair.state is not RepairState.OPEN or end.report is None:
        return {}
    last = repair.options[-1]
    repair.options = [*mending.worth_showing(end.report, last), last]
    if len(repair.options) == 1:
        run.message = "none"
    return {"closure": repair.closure_id, "options": [one["name"] for one in repair.options]}


def stop(actor: User, closure_id: int) -> None:
    """Stop the searches for a closure that go on, a commit each."""
    for run in queries.open_searches(closure_id):
        runs.cancel(actor, run)
