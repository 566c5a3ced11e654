"""Workers as real processes: killed, stopped, fenced, cancelled; every way a solve ends has its own state."""

import os
import signal
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from subprocess import Popen

import psutil
import pytest
from flask import Flask
from sqlalchemy import func, select

from app.database import reading
from app.extensions import db
from app.models import AuditEntry, RunState, SolveRun, StoredPlan, Worker
from app.planning.endings import sentence
from app.services import runs
from tests.app.jobs.conftest import ODD
from tests.conftest import within
from tests.factories import make_user
from tests.plans import make_scene
from tests.wording import plain

Start = Callable[..., Popen[bytes]]
Wait = Callable[..., SolveRun]


def queue(seconds: int = 30) -> int:
    call, _exhibitors = make_scene()
    run = runs.start(make_user(), call, seconds)
    run_id = run.id
    db.session.rollback()
    return run_id


def plans() -> int:
    return db.session.scalar(select(func.count()).select_from(StoredPlan))


def workers() -> int:
    with reading():
        count = db.session.scalar(select(func.count()).select_from(Worker))
        db.session.rollback()
    return count


ENDINGS = {
    "fine": (RunState.DONE, "done", 1),
    "crash": (RunState.FAILED, "crashed:1", 0),
    "kill": (RunState.FAILED, "killed:SIGKILL", 0),
    "memory": (RunState.OUT_OF_MEMORY, "out_of_memory", 0),
    "short": (RunState.OUT_OF_MEMORY, "out_of_memory_kept", 1),
    "broken": (RunState.FAILED, "broken_kept", 1),
    "bad": (RunState.BAD_CASE, "bad_case", 0),
    "impossible": (RunState.IMPOSSIBLE, "impossible", 0),
    "cheat": (RunState.FAILED, "rejected", 0),
    "lie": (RunState.FAILED, "rejected", 0),
    "nothing": (RunState.FAILED, "no_plan", 0),
}


def test_every_ending_has_its_state_and_sentence(
    app: Flask, start_worker: Start, wait_for: Wait, tmp_path: Path
) -> None:
    manners = tmp_path / "manners"
    manners.write_text("\n".join(ENDINGS))
    start_worker(f"{ODD} each {manners}", solve_memory_mb=700)
    for manner, (state, code, kept) in ENDINGS.items():
        before = plans()
        run_id = queue()
        run = wait_for(run_id, lambda run: run.state.ended)
        assert (manner, run.state, run.message, plans() - before) == (manner, state, code, kept)
        assert sentence(run)
        assert "%(" not in sentence(run)
        assert (run.ended_at is not None, run.lease_until) == (True, None)


def test_time_out(app: Flask, start_worker: Start, wait_for: Wait) -> None:
    run_id = queue(seconds=1)
    start_worker(f"{ODD} deaf 60")
    begun = time.monotonic()
    run = wait_for(run_id, lambda run: run.state.ended)
    assert (run.state, run.message) == (RunState.TIMED_OUT, "timed_out")
    assert time.monotonic() - begun < within(15)


def test_killed_worker_is_replaced(app: Flask, start_worker: Start, wait_for: Wait) -> None:
    run_id = queue(seconds=60)
    first = start_worker(f"{ODD} fine 60")
    wait_for(run_id, lambda run: bool(run.progress.get("steps")))
    start_worker(f"{ODD} fine 0.2")
    wait_for(run_id, lambda _run: workers() == 2)
    solvers = psutil.Process(first.pid).children(recursive=True)
    os.kill(first.pid, signal.SIGKILL)
    killed = time.monotonic()
    run = wait_for(run_id, RunState.DONE)
    assert time.monotonic() - killed < within(2 + 10)
    assert (run.attempt, plans()) == (2, 1)
    assert solvers
    assert not any(solver.is_running() and solver.status() != "zombie" for solver in solvers)


def test_stopped_worker_is_fenced(app: Flask, start_worker: Start, wait_for: Wait) -> None:
    run_id = queue()
    first = start_worker(f"{ODD} fine 2.5")
    wait_for(run_id, lambda run: bool(run.progress.get("steps")))
    os.kill(first.pid, signal.SIGSTOP)
    second = start_worker(f"{ODD} fine 4")
    taken_over = wait_for(run_id, lambda run: run.attempt == 2)
    assert taken_over.state is RunState.RUNNING
    name = taken_over.worker
    os.kill(first.pid, signal.SIGCONT)
    run = wait_for(run_id, RunState.DONE)
    assert (run.attempt, run.worker, plans()) == (2, name, 1)
    time.sleep(1)
    assert (first.poll(), second.poll(), plans()) == (None, None, 1)
    ends = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "run.end")
    assert db.session.scalar(ends) == 1


def test_without_the_fence_both_results_would_count(app: Flask) -> None:
    """Control: the row's attempt is what refuses the stale worker."""
    run_id = queue()
    first = runs.claim("first", timedelta(seconds=-1))
    second = runs.claim("second", timedelta(seconds=60))
    assert first
    assert second
    assert (first.run_id, first.attempt, second.run_id, second.attempt) == (run_id, 1, run_id, 2)
    assert not runs.renew(first, timedelta(seconds=60), {})
    assert runs.look(first) == (False, False)
    assert runs.look(second) == (True, False)
    blind = runs.Claim(first.run_id, second.attempt, first.case_text, first.seconds, cancel=False)
    assert runs.renew(blind, timedelta(seconds=60), {})


@pytest.mark.parametrize(
    ("manner", "code", "kept"),
    [("obliging 60", "cancelled_kept", 1), ("idle 60", "cancelled", 0), ("deaf 60", "cancelled", 0)],
)
def test_cancel_takes_less_than_a_second(
    app: Flask, start_worker: Start, wait_for: Wait, manner: str, code: str, kept: int
) -> None:
    run_id = queue(seconds=60)
    start_worker(f"{ODD} {manner}")
    wait_for(run_id, lambda run: bool(run.progress.get("steps")))
    boss = make_user()
    db.session.commit()
    begun = time.monotonic()
    runs.cancel(boss, db.session.get_one(SolveRun, run_id))
    ended = wait_for(run_id, lambda run: run.state.ended)
    assert time.monotonic() - begun < within(1)
    assert (ended.state, ended.message, plans()) == (RunState.CANCELLED, code, kept)


def test_cancel_before_it_starts(app: Flask, start_worker: Start, wait_for: Wait) -> None:
    run_id = queue()
    runs.cancel(make_user(), db.session.get_one(SolveRun, run_id))
    run = db.session.get_one(SolveRun, run_id)
    assert (run.state, run.attempt) == (RunState.CANCELLED, 0)
    assert not runs.waiting()


def test_asked_to_end_it_puts_the_job_back(app: Flask, start_worker: Start, wait_for: Wait) -> None:
    run_id = queue()
    first = start_worker(f"{ODD} fine 60", lease_seconds=60)
    wait_for(run_id, lambda run: bool(run.progress.get("steps")))
    first.terminate()
    assert first.wait(10) == 0
    run = wait_for(run_id, RunState.QUEUED, seconds=1)
    assert (run.lease_until, run.worker) == (None, "")
    assert db.session.scalars(select(Worker)).all() == []


def test_a_job_that_fells_its_workers_is_given_up(app: Flask) -> None:
    run_id = queue()
    for _n in range(runs.MAX_ATTEMPTS):
        assert runs.claim("short-lived", timedelta(seconds=-1))
    assert runs.claim("last", timedelta(seconds=60)) is None
    run = db.session.get_one(SolveRun, run_id)
    assert (run.state, run.message) == (RunState.FAILED, "abandoned")
    assert plain(sentence(run)) == "Le calcul a interrompu plusieurs fois son exécutant ; il est abandonné."
