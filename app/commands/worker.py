"""``dawra worker``: solve jobs and send messages, beside the web or on another machine."""

from __future__ import annotations

import os
import signal
import sys
import threading

import click

from app import create_app, environment
from app.doctor import examine_database, refuse_unsafe
from app.extensions import db
from app.jobs.worker import WorkerLoop


@click.command("worker")
@click.option("--name", default="", help="Name shown in the list of workers [default: host, process, random].")
@click.option("--until-stdin-closes", is_flag=True, help="End when standard input closes: no orphan of its parent.")
def worker(name: str, until_stdin_closes: bool) -> None:
    """Solve jobs and send messages until asked to end (SIGTERM); a job at hand is put back."""
    app = create_app(environment.read())
    with app.app_context():
        refuse_unsafe(examine_database(db.engine))
    loop = WorkerLoop(app, name)
    for asked in (signal.SIGTERM, signal.SIGINT):
        signal.signal(asked, lambda *_: loop.leaving.set())
    if until_stdin_closes:
        threading.Thread(target=_wait_for_end_of_input, args=(loop,), daemon=True).start()
    click.echo(f"Worker {loop.name} is ready.")
    loop.run()


def _wait_for_end_of_input(loop: WorkerLoop) -> None:
    while os.read(sys.stdin.fileno(), 4096):
        pass
    loop.leaving.set()
