"""``dawra serve``: database, demo data, web and worker in one go (what ``./dev run`` calls)."""

from __future__ import annotations

import errno
import gc
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import click
import waitress
from flask import Flask

from app import create_app, environment, intake
from app.doctor import examine, examine_database, refuse_unreachable, refuse_unsafe
from app.errors import UnsafeError
from app.extensions import db
from app.migrate import upgrade
from app.settings import Settings


@click.command("serve")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Port of the web server.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--data", type=click.Path(path_type=Path), help="Data folder [default: DAWRA_DATA_DIR or ./var].")
@click.option("--no-demo", is_flag=True, help="Start empty, with secrets of this machine's own.")
def serve(port: int, host: str, data: Path | None, no_demo: bool) -> None:
    """Migrate, load what is missing, start the worker and the web."""
    settings = _settings(port, host, data, no_demo)
    try_port(host, port)
    app = create_app(settings)
    with app.app_context():
        _prepare(settings)
    for finding in examine(settings):
        click.echo(f"Notice: {finding.sentence}")
    worker = Worker(_environment(settings))
    worker.start()
    keep_what_is_there()
    _greet(settings)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        waitress.serve(
            app, host=host, port=port, threads=64, channel_timeout=60, ident=None, _quiet=True,
            max_request_body_size=intake.SWALLOWED,
        )  # fmt: skip
    finally:
        worker.stop()


def try_port(host: str, port: int) -> None:
    """Raise UnsafeError where nobody may listen there: told before anything is loaded."""
    try:
        kind, _type, _protocol, _name, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(kind, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
            probe.listen()
    except (OSError, UnicodeError) as error:
        raise UnsafeError([_no_port(host, port, getattr(error, "errno", None))]) from None


def _no_port(host: str, port: int, number: int | None) -> str:
    match number:
        case errno.EADDRINUSE:
            return f"Port {port} is taken by another program. Stop it, or choose another: --port {port % 65535 + 1}."
        case errno.EACCES:
            return f"The system keeps port {port} for itself. Choose one above 1023: --port 8000."
        case _:
            return f"{host!r} is no address of this machine. Leave --host out, or use 127.0.0.1 or 0.0.0.0."


def _settings(port: int, host: str, data: Path | None, no_demo: bool) -> Settings:
    changes: dict[str, object] = {} if data is None else {"data_dir": data}
    settings = environment.read(no_demo=no_demo, **changes)
    if "base_url" in settings.model_fields_set:
        return settings
    return settings.model_copy(update={"base_url": f"http://{host}:{port}"})


def _prepare(settings: Settings) -> None:
    """Bring the schema up (production does so by itself, and is refused here when it has not); load data."""
    if settings.environment == "production":
        refuse_unsafe(examine_database(db.engine))
        return
    refuse_unreachable(db.engine)
    upgrade(db.engine)
    from app.services import reference

    reference.load()
    if settings.environment == "demo":
        from app import demo

        click.echo("Loading the demo where it is missing (some seconds)…")
        demo.load(settings)
        if not demo.complete():
            click.echo("Notice: this machine was too busy to solve the demo's rotation. Start Dawra again later.")


def _environment(settings: Settings) -> dict[str, str]:
    """The environment that gives a child process the same settings."""
    given = {
        "DATABASE_URL" if name == "database_url" else f"DAWRA_{name.upper()}": str(value)
        for name, value in settings.model_dump().items()
    }
    return {**os.environ, **given}


def _greet(settings: Settings) -> None:
    from app.demo_logins import LOGINS, PASSWORD

    click.echo(f"\nDawra: {settings.base_url}")
    if settings.environment == "demo":
        click.echo(f"Demo (invented people); password for all: {PASSWORD}")
        for email, role in LOGINS:
            click.echo(f"  {email:<34} {role!s}")
    else:
        usual = settings.data_dir == Settings.model_fields["data_dir"].default
        folder = "" if usual or "DAWRA_DATA_DIR" in os.environ else f"DAWRA_DATA_DIR={settings.data_dir} "
        click.echo(f"First administrator: {folder}{sys.argv[0]} admin create EMAIL")


class Worker:
    """The worker as a child process, started again when it ends on its own."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and a thread that watches over it."""
        threading.Thread(target=self._watch, name="worker-watch", daemon=True).start()

    def _watch(self) -> None:
        while not self._stopping.is_set():
            self._process = subprocess.Popen(
                [sys.executable, "-m", "app.cli", "worker", "--until-stdin-closes"],
                env=self._environment,
                stdin=subprocess.PIPE,  # closes when this process dies, however it dies: no orphan
            )
            self._process.wait()
            if not self._stopping.is_set():
                time.sleep(1)

    def stop(self) -> None:
        """Ask it to end, and make it."""
        self._stopping.set()
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()


def start_production() -> Flask:
    """The application for a production server: refuses the unsafe, pending migrations included.

    A refusal is said on standard error; the exit code 3 tells gunicorn not to try again.
    """
    try:
        app = create_app()
        with app.app_context():
            refuse_unsafe(examine_database(db.engine))
    except UnsafeError as error:
        click.echo(str(error), err=True)
        sys.exit(3)
    keep_what_is_there()
    return app


def keep_what_is_there() -> None:
    """Spare the garbage collector what stays for good: looking through it would stop a request for 100 ms at times."""
    gc.collect()
    gc.freeze()
