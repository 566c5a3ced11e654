"""Real worker processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.database import reading
from app.extensions import db
from app.models import RunState, SolveRun
from app.settings import Settings

ODD = f"{sys.executable} {Path(__file__).with_name('odd_solver.py')}"
Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def start_worker(settings: Settings) -> Iterator[Start]:
    """Start `dawra worker` processes; each is ended with the test."""
    started: list[subprocess.Popen[bytes]] = []

    def start(solver: str = "", **given: object) -> subprocess.Popen[bytes]:
        told = {"lease_seconds": 2, "poll_seconds": 0.1, "solver_command": solver, "environment": "test", **given}
        environment = {
            **os.environ, "DATABASE_URL": settings.database_url, "DAWRA_DATA_DIR": str(settings.data_dir),
            **{f"DAWRA_{name.upper()}": str(value) for name, value in told.items()},
        }  # fmt: skip
        process = subprocess.Popen([sys.executable, "-m", "app.cli", "worker"], env=environment)
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.send_signal(signal.SIGCONT)
            process.kill()
        process.wait()


@pytest.fixture
def wait_for(app: Flask) -> Callable[..., SolveRun]:
    """Wait until a run is as wanted; fails after ``seconds`` saying how it was last."""

    def wait(run_id: int, wanted: Callable[[SolveRun], bool] | RunState, seconds: float = 90) -> SolveRun:
        good = wanted if callable(wanted) else (lambda run: run.state is wanted)
        end = time.monotonic() + seconds
        while True:
            with reading():
                run = db.session.get_one(SolveRun, run_id)
                db.session.expunge(run)  # no transaction is left open: it would hold SQLite's workers up
                db.session.rollback()
            if good(run):
                return run
            if time.monotonic() > end:
                pytest.fail(f"run {run_id} is {run.state} ({run.message}), attempt {run.attempt}")
            time.sleep(0.03)

    return wait
