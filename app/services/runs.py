"""Solve jobs: started and stopped by a manager; claimed, renewed and ended by workers.

The job's row is the truth. A worker claims it under a lease; every later write names its attempt, so that one that
was stopped for longer than its lease finds another attempt on the row and what it brings is refused (fencing).
``SKIP LOCKED`` lets PostgreSQL's workers pass each other; SQLite's take the write lock at once. Leases are told by
the worker's own clock: machines that share a database keep theirs in step.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, and_, or_, select, update

from app.clock import now
from app.database import reading
from app.errors import Invalid, Refused
from app.extensions import db
from app.i18n import _
from app.models import Call, CallState, RunKind, RunState, SolveRun, StoredPlan, Trial, User
from app.planning.endings import Ending
from app.planning.figures import digest
from app.queries import trial as queries
from app.queries.plans import open_run
from app.services import audit, draw, freezing

MAX_ATTEMPTS = 5
LONGEST = 3600  # seconds a manager may ask for
Keep = Callable[[SolveRun, Ending], dict[str, Any]]


@dataclass(frozen=True)
class Claim:
    """A job held by a worker. ``attempt`` is its fencing token."""

    run_id: int
    attempt: int
    case_text: str
    seconds: int
    cancel: bool
    kind: RunKind = RunKind.SOLVE
    scope: dict[str, Any] = field(default_factory=dict)


def start(actor: User, call: Call, seconds: int, scope: dict[str, Any] | None = None) -> SolveRun:
    """Freeze the call's problem and queue a solve of it, in one commit; raises Invalid or Refused.

    ``scope``: a part of a plan that alone may change (``planning.partial``), an impossible run with the number of a
    change to try (``planning.clashes``), or a scenario (``planning.variant``); None: the whole season as it is.
    """
    refuse(call, seconds)
    if call.state is not CallState.PUBLISHED:
        raise Refused(_("Seul un appel publié peut être planifié."))
    scope = freezing.widened(call, scope or {})
    draw.require_drawn(call, whole=not scope.keys() & {"plan", "relaxed"})
    text, sha256, scope = freezing.case_for(call, scope)
    if '"requests":[]' in text:
        raise Refused(_("Aucune candidature n'est retenue pour cet appel : retenez d'abord des candidatures."))
    return queue(actor, SolveRun(call_id=call.id, seconds_limit=seconds, scope=scope), call, text, sha256)


def refuse(call: Call, seconds: int) -> None:
    """Raise Invalid or Refused when no job can be queued for a call now."""
    if not 1 <= seconds <= LONGEST:
        raise Invalid({"seconds": [_("Donnez entre 1 et %(most)s secondes.", most=LONGEST)]})
    if open_run(call.id) is not None:
        raise Refused(_("Un calcul est déjà en cours pour cet appel. Attendez sa fin ou arrêtez-le."))


def queue(actor: User, run: SolveRun, call: Call, text: str, sha256: str) -> SolveRun:
    """Queue a job with its frozen case, in one commit."""
    enter(actor, run, call, text, sha256)
    db.session.commit()
    return run


def enter(actor: User, run: SolveRun, call: Call, text: str, sha256: str) -> SolveRun:
    """Queue a job with its frozen case, in the caller's transaction."""
    freezing.keep(call.id, text, sha256)
    run.case_sha256, run.created_by_id, run.created_at = sha256, actor.id, now()
    db.session.add(run)
    db.session.flush()
    scope = {key: value for key, value in run.scope.items() if key != "turns"}  # those of the publication in force
    after = {"call": call.id, "case": sha256, "seconds": run.seconds_limit, "scope": scope, "kind": run.kind.value}
    audit.record(call.site, actor, "run.start", f"run:{run.id}", after=after)
    return run


def cancel(actor: User, run: SolveRun) -> None:
    """Stop a job: at once when it waits, within a second when it runs. Nothing to do when it has ended."""
    waiting = _write(run.id, SolveRun.state == RunState.QUEUED, state=RunState.CANCELLED, message="cancelled",
                     cancel_requested=True, ended_at=now())  # fmt: skip
    running = not waiting and _write(
        run.id, and_(SolveRun.state == RunState.RUNNING, SolveRun.cancel_requested.is_(False)), cancel_requested=True
    )
    if waiting or running:
        audit.record(run.call.site, actor, "run.cancel", f"run:{run.id}", after={"call": run.call_id})
    db.session.commit()


def _write(run_id: int, condition: ColumnElement[bool], **values: Any) -> bool:
    """Change a run if the condition holds; whether it did."""
    statement = update(SolveRun).where(SolveRun.id == run_id, condition).values(**values)
    outcome = db.session.execute(statement.execution_options(synchronize_session="fetch"))
    return cast("CursorResult[Any]", outcome).rowcount == 1


def _free() -> ColumnElement[bool]:
    lost = and_(SolveRun.state == RunState.RUNNING, SolveRun.lease_until < now())
    return or_(SolveRun.state == RunState.QUEUED, lost)


def waiting() -> bool:
    """Whether there is a job to take; asks without locking anything."""
    with reading():
        found = db.session.scalar(select(SolveRun.id).where(_free()).limit(1))
    db.session.rollback()
    return found is not None


def claim(worker: str, lease: timedelta) -> Claim | None:
    """Take the oldest free job, one commit; None if there is none. One that fells its workers is given up."""
    query = select(SolveRun).where(_free()).order_by(SolveRun.id).limit(1).with_for_update(skip_locked=True)
    run = db.session.scalars(query).first()
    if run is None:
        db.session.rollback()
        return None
    if run.attempt >= MAX_ATTEMPTS:
        run.state, run.message, run.ended_at = RunState.FAILED, "abandoned", now()
        audit.record(run.call.site, None, "run.end", f"run:{run.id}", after={"state": run.state, "why": run.message})
        db.session.commit()
        return None
    run.state, run.worker, run.attempt = RunState.RUNNING, worker, run.attempt + 1
    run.started_at = run.started_at or now()
    run.lease_until, run.progress = now() + lease, {}
    taken = Claim(
        run.id, run.attempt, run.case.text, run.seconds_limit, run.cancel_requested, run.kind, dict(run.scope)
    )  # fmt: skip
    db.session.commit()
    return taken


def _held(taken: Claim) -> ColumnElement[bool]:
    return and_(SolveRun.attempt == taken.attempt, SolveRun.state == RunState.RUNNING)


def case_text(sha256: str) -> str:
    """A frozen case of a job; asks without locking anything."""
    with reading():
        text = queries.case_text(sha256)
    db.session.rollback()
    return text


def look(taken: Claim) -> tuple[bool, bool]:
    """(still held, stop asked for) of a claimed job."""
    with reading():
        query = select(SolveRun.cancel_requested).where(SolveRun.id == taken.run_id, _held(taken))
        asked = db.session.scalar(query)
    db.session.rollback()
    return asked is not None, bool(asked)


def renew(taken: Claim, lease: timedelta, progress: dict[str, Any]) -> bool:
    """Keep a claimed job and tell its progress; False when it was lost."""
    kept = _write(taken.run_id, _held(taken), lease_until=now() + lease, progress=progress)
    db.session.commit()
    return kept


def release(taken: Claim) -> None:
    """Put a claimed job back for another worker (this one is asked to end)."""
    _write(taken.run_id, _held(taken), state=RunState.QUEUED, lease_until=None, worker="", progress={})
    db.session.commit()


def finish(taken: Claim, end: Ending, progress: dict[str, Any], keep: Keep | None = None) -> bool:
    """End a claimed job and store its plan, in one commit; False when another attempt has it: nothing is kept.

    ``keep`` stores what else came of it, in the same commit, and says what the journal tells of that.
    """
    held = _write(
        taken.run_id, _held(taken), state=end.state, message=end.code, clashes=end.details, progress=progress,
        ended_at=now(), lease_until=None,
    )  # fmt: skip
    if not held:
        db.session.rollback()
        return False
    run = db.session.get_one(SolveRun, taken.run_id)
    after: dict[str, Any] = {"state": end.state.value, "why": end.code}
    if keep is not None:
        after |= keep(run, end)
    if end.result is not None:
        sha256 = hashlib.sha256(end.result.encode()).hexdigest()
        db.session.add(Trial(run_id=run.id, text=end.result, sha256=sha256, created_at=now()))
        after["result"] = sha256
    if end.plan is not None and end.plan_text is not None:
        sha256 = hashlib.sha256(end.plan_text.encode()).hexdigest()
        plan = StoredPlan(
            call_id=run.call_id, run_id=run.id, case_sha256=run.case_sha256, text=end.plan_text, sha256=sha256,
            status=end.plan.status, digest=digest(taken.case_text, end.plan), created_at=now(),
        )  # fmt: skip
        db.session.add(plan)
        db.session.flush()
        after["plan"] = plan.id
    audit.record(run.call.site, None, "run.end", f"run:{run.id}", after=after)
    db.session.commit()
    return True
