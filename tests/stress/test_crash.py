"""Kill -9 of web and workers at random points while applications are deposited over HTTP, again until acknowledged.

Nothing acknowledged is lost, nothing is there twice, nothing lacks its receipt; the solve jobs whose workers were
killed are finished by others, with one plan each. ``DAWRA_CRASH_KILLS`` sets how many processes are killed
(``./dev test --stress``: 200); the points are drawn from a seed, which is printed.
"""

import http.client
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.clock import now
from app.database import reading
from app.extensions import db
from app.models import Application, ApplicationState, ExhibitorAccount, RunState, Site, SolveRun, StoredPlan
from app.services import audit, runs
from app.settings import Settings
from tests.app.jobs.conftest import ODD
from tests.factories import make_call, make_exhibitor, make_site, make_space, make_user, sign_in
from tests.plans import make_scene

KILLS = int(os.environ.get("DAWRA_CRASH_KILLS", "20"))
WORKER_KILLS = max(2, KILLS // 20)
CLIENTS = 4
SEED = int(os.environ.get("DAWRA_CRASH_SEED", "20261123"))
ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.stress


class Nursery:
    """Processes that stand up again; ``kill`` fells the one that stands now."""

    def __init__(self, settings: Settings, *what: str) -> None:
        told = {"environment": "test", "rate_limits": False, "lease_seconds": 2, "poll_seconds": 0.1}
        environment = {
            **os.environ, "DATABASE_URL": settings.database_url, "DAWRA_DATA_DIR": str(settings.data_dir),
            "DAWRA_SOLVER_COMMAND": f"{ODD} fine 1.5", "PYTHONPATH": str(ROOT),
            **{f"DAWRA_{name.upper()}": str(value) for name, value in told.items()},
        }  # fmt: skip
        script = str(Path(__file__).with_name("nursery.py"))
        self.process = subprocess.Popen(
            [sys.executable, script, *what], env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        self.children: list[int] = []
        self.listener = threading.Thread(target=self._listen, daemon=True)
        self.listener.start()

    def _listen(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            if line.strip().isdigit():
                self.children.append(int(line))

    def kill(self) -> bool:
        """Fell the child that stands; whether it was there to be felled."""
        with suppress(ProcessLookupError, IndexError):
            os.kill(self.children[-1], signal.SIGKILL)
            return True
        return False

    def end(self) -> None:
        self.process.terminate()
        self.process.wait()
        self.listener.join(5)
        if self.process.stdout:
            self.process.stdout.close()


class Depositor:
    """A browser that sends each application again until it holds its receipt."""

    def __init__(self, port: int, cookie: str, token: str, call_id: int, space_id: int) -> None:
        self.port, self.token, self.call_id, self.space_id = port, token, call_id, space_id
        self.headers = {"Cookie": f"dawra={cookie}", "Content-Type": "application/x-www-form-urlencoded"}
        self.tries = 0

    def deposit(self, exhibitor_id: int, stopped: threading.Event) -> str:
        """The receipt's number, once acknowledged; "" when the test ends first."""
        key = str(uuid4())
        while not stopped.is_set():
            self.tries += 1
            with suppress(OSError, http.client.HTTPException, ValueError):
                return self._once(exhibitor_id, key)
            time.sleep(0.01)
        return ""

    def _once(self, exhibitor_id: int, key: str) -> str:
        fields = {"client_key": key, "exhibitor_id": exhibitor_id, f"space_{self.space_id}": 1}
        place = self._send("POST", f"/me/applications/start/{self.call_id}", fields)[0]
        found = re.search(r"/me/applications/(\d+)", place)
        if not found:
            raise ValueError(place)
        receipt = self._send("POST", f"/me/applications/{found[1]}/submit", {})[0]
        page = self._send("GET", receipt, {})[1]
        number = re.search(r"\d{4}-\d{3}-\d{4}", page)
        if not number:
            raise ValueError("no receipt")
        return number[0]

    def _send(self, method: str, path: str, fields: dict[str, object]) -> tuple[str, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            body = urlencode({**fields, "csrf_token": self.token}) if method == "POST" else None
            connection.request(method, path, body, self.headers)
            answer = connection.getresponse()
            page = answer.read().decode()
            if answer.status not in (200, 302, 303):
                raise ValueError(f"{method} {path}: {answer.status}")
            return answer.getheader("Location") or "", page
        finally:
            connection.close()


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@pytest.fixture
def nurseries(app: Flask, settings: Settings, port: int) -> Iterator[tuple[Nursery, Nursery]]:
    db.session.rollback()
    pair = Nursery(settings, "web", str(port)), Nursery(settings, "worker")
    yield pair
    for one in pair:
        one.end()


def test_nothing_acknowledged_is_lost_or_doubled(
    app: Flask, client: FlaskClient, nurseries: tuple[Nursery, Nursery], port: int
) -> None:
    web, worker = nurseries
    rng = random.Random(SEED)
    people = KILLS * 4
    site = make_site()
    space = make_space(site)
    call = make_call(site, space)
    user = make_user()
    exhibitors = [make_exhibitor(craft="POT-01").id for _n in range(people)]
    for one in exhibitors:
        db.session.add(ExhibitorAccount(exhibitor_id=one, user_id=user.id, since=now()))
    boss = make_user()
    jobs = [runs.start(boss, make_scene()[0], 30).id for _n in range(max(1, WORKER_KILLS // 2))]
    sign_in(client, user)
    token = client.get(f"/me/applications/start/{call.id}").get_data(as_text=True)
    token = token.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    cookie = client.get_cookie("dawra").value
    site_id, call_id, space_id = site.id, call.id, space.id
    db.session.commit()
    db.session.remove()

    stopped, receipts, waiting = threading.Event(), {}, list(exhibitors)

    def keep_depositing() -> None:
        browser = Depositor(port, cookie, token, call_id, space_id)
        while waiting and not stopped.is_set():
            with suppress(IndexError):
                one = waiting.pop()
                receipts[one] = browser.deposit(one, stopped)

    crowd = [threading.Thread(target=keep_depositing) for _n in range(CLIENTS)]
    for one in crowd:
        one.start()
    felled = Counter()
    deadline = time.monotonic() + 60 + KILLS * 3
    while felled["web"] < KILLS - WORKER_KILLS and time.monotonic() < deadline:
        time.sleep(rng.uniform(0.02, 0.4))
        felled["web"] += web.kill()
        if felled["worker"] < WORKER_KILLS and rng.random() < 2 * WORKER_KILLS / KILLS:
            felled["worker"] += worker.kill()
    for one in crowd:
        one.join(max(1, deadline - time.monotonic()))
    stopped.set()
    finished = wait_for_jobs(jobs, seconds=60)
    with reading():
        rows = db.session.scalars(select(Application).where(Application.call_id == call_id)).all()
        held = {row.exhibitor_id: row.receipt for row in rows if row.state is ApplicationState.SUBMITTED}
        acknowledged = {who: number for who, number in receipts.items() if number}
        print(f"\n{dict(felled)} killed, {len(acknowledged)} acknowledged, {len(rows)} rows, seed {SEED}")
        assert felled["web"] + felled["worker"] >= KILLS - WORKER_KILLS
        assert {who: held.get(who) for who in acknowledged} == acknowledged, "lost"
        assert len(rows) == len({row.exhibitor_id for row in rows}) <= people, "doubled"
        assert len(set(held.values())) == len(held), "two with one receipt"
        assert all(held.values()), "without receipt"
        assert len(acknowledged) == people
        assert audit.verify(db.session.get_one(Site, site_id)) == []
        assert finished == [(RunState.DONE, 1)] * len(jobs)


def wait_for_jobs(jobs: list[int], seconds: float) -> list[tuple[RunState, int]]:
    """(state, plans) of each job once all have ended, or as they are when the time is up."""
    end = time.monotonic() + seconds
    while True:
        with reading():
            states = [db.session.get_one(SolveRun, job).state for job in jobs]
            plans = Counter(db.session.scalars(select(StoredPlan.run_id)))
            db.session.remove()
        if all(state.ended for state in states) or time.monotonic() > end:
            return [(state, plans[job]) for state, job in zip(states, jobs, strict=True)]
        time.sleep(0.2)


def test_a_killed_workers_job_waits_for_its_lease(app: Flask) -> None:
    """Control: while the lease of the dead lasts nobody takes the job; then the next one does."""
    job = runs.start(make_user(), make_scene()[0], 30).id
    assert runs.claim("dead", timedelta(seconds=0.5)).run_id == job
    assert runs.claim("next", timedelta(seconds=30)) is None
    time.sleep(0.6)
    assert runs.claim("next", timedelta(seconds=30)).attempt == 2
