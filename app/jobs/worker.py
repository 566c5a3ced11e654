"""The worker: takes solve jobs one after the other, sends the outbox, ends what is due, tells that it lives."""

from __future__ import annotations

import os
import secrets
import socket
import threading
from datetime import timedelta

import structlog
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from app.clock import now
from app.extensions import db
from app.jobs import clock, mending, outbox, trying
from app.jobs.solving import solve
from app.jobs.watching import Leaving
from app.models import RunKind, Worker
from app.services import runs
from app.settings import Settings

WORK = {RunKind.SOLVE: solve, RunKind.TRIAL: trying.play, RunKind.REPAIR: mending.mend}
FORGET = timedelta(days=1)  # silent workers are struck off the list


def new_name() -> str:
    """A name no other worker has, that says where it runs."""
    return f"{socket.gethostname()[:80]}:{os.getpid()}:{secrets.token_hex(3)}"


class WorkerLoop:
    """One worker process: this loop solves, three threads send messages, end what is due, tell that it lives."""

    def __init__(self, app: Flask, name: str = "") -> None:
        self.app = app
        self.settings: Settings = app.extensions["settings"]
        self.name = name or new_name()
        self.leaving = threading.Event()
        self.log = structlog.get_logger().bind(worker=self.name)

    def run(self) -> None:
        """Work until ``leaving`` is set; a job at hand is put back then."""
        self._beat()
        threads = [
            threading.Thread(target=self._every, args=(self.settings.lease_seconds / 3, self._beat), daemon=True),
            threading.Thread(target=self._every, args=(self.settings.poll_seconds, self._send), daemon=True),
            threading.Thread(target=self._every, args=(clock.PACE, self._tick), daemon=True),
        ]
        for thread in threads:
            thread.start()
        self._every(self.settings.poll_seconds, self._solve_all)
        for thread in threads:
            thread.join(timeout=5)
        self._forget_me()

    def _every(self, seconds: float, work: object) -> None:
        """Do the work again and again; a database that is away for a while does not end the worker."""
        while not self.leaving.is_set():
            try:
                work()  # type: ignore[operator]
            except SQLAlchemyError as error:
                self.log.warning("database trouble", kind=type(error).__name__)  # its text may quote a row
                self.leaving.wait(1)
            self.leaving.wait(seconds)

    def _solve_all(self) -> None:
        while not self.leaving.is_set() and self._solve_one():
            pass

    def _solve_one(self) -> bool:
        """Take and solve one job; whether there was one."""
        with self.app.app_context():
            if not runs.waiting():
                return False
            taken = runs.claim(self.name, timedelta(seconds=self.settings.lease_seconds))
            if taken is None:
                return False
            self.log.info("solve taken", run=taken.run_id, attempt=taken.attempt)
            try:
                kept = WORK[taken.kind](taken, self.settings, self.leaving.is_set)
            except Leaving:
                self.log.info("solve put back", run=taken.run_id)
                return False
            self.log.info("solve ended" if kept else "solve lost", run=taken.run_id, attempt=taken.attempt)
            return True

    def _send(self) -> None:
        with self.app.app_context():
            while not self.leaving.is_set() and outbox.send_due(self.settings):
                pass

    def _tick(self) -> None:
        with self.app.app_context():
            if done := clock.tick():
                self.log.info("deadlines passed", count=done)

    def _beat(self) -> None:
        with self.app.app_context():
            seen = db.session.get(Worker, self.name)
            if seen is None:
                db.session.add(Worker(name=self.name, seen_at=now()))
                db.session.query(Worker).where(Worker.seen_at < now() - FORGET).delete()
            else:
                seen.seen_at = now()
            db.session.commit()

    def _forget_me(self) -> None:
        with self.app.app_context():
            if (mine := db.session.get(Worker, self.name)) is not None:
                db.session.delete(mine)
            db.session.commit()
