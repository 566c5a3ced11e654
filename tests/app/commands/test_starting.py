"""What keeps Dawra from starting is told in sentences with the remedy: exit code 1, no trace, nothing half done."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, make_url, text

from app.cli import main
from app.migrate import upgrade

NOBODY = 65534

#: Every command that opens the installation.
COMMANDS = [
    ["serve", "--port", "8000"], ["worker"], ["migrate"], ["doctor"], ["audit", "verify", "--all"],
    ["admin", "create", "a@b.ma", "--name", "A", "--password", "p" * 12], ["import", "sites", __file__],
]  # fmt: skip


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith("DAWRA_") or name == "DATABASE_URL":
            monkeypatch.delenv(name)
    monkeypatch.setenv("DAWRA_DATA_DIR", str(tmp_path / "var"))


def refused(*words: str) -> list[str]:
    """The sentences of a refused command, after the line that says that it does not start."""
    result: Result = CliRunner().invoke(main, list(words))
    assert (result.exit_code, isinstance(result.exception, SystemExit)) == (1, True), result.output
    first, *rest = result.output.strip().splitlines()
    assert first == "Error: Dawra does not start:"
    assert all(line.startswith("- ") for line in rest)
    return [line.removeprefix("- ") for line in rest]


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_every_wrong_setting_is_told_at_once_by_every_command(
    words: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    wrong = {
        "DAWRA_ENVIRONMENT": "prod", "DAWRA_DEBUG": "perhaps", "DAWRA_TRUSTED_PROXIES": "-1", "DAWRA_SMTP_PORT": "smtp",
        "DAWRA_POLL_SECONDS": "0", "DAWRA_SESSION_HOURS": "99999999999", "DAWRA_LOGIN_RATE": "often",
        "DAWRA_BASE_URL": "dawra.example", "DAWRA_MAIL_FROM": "Dawra", "DAWRA_SECRET_KEYS": "hush-hush",
        "DAWRA_COLOUR": "blue", "DATABASE_URL": "postgresql://amina:hush-hush@host:port/dawra",
    }  # fmt: skip
    for name, value in wrong.items():
        monkeypatch.setenv(name, value)
    told = refused(*words)
    assert sorted(told) == sorted(
        [
            "DAWRA_ENVIRONMENT must be one of demo, local, production, test (it is 'prod').",
            "DAWRA_DEBUG must be true or false (it is 'perhaps').",
            "DAWRA_TRUSTED_PROXIES must be at least 0 (it is '-1').",
            "DAWRA_SMTP_PORT must be a whole number (it is 'smtp').",
            "DAWRA_POLL_SECONDS must be more than 0 (it is '0').",
            "DAWRA_SESSION_HOURS must be at most 8760 (it is '99999999999').",
            "DAWRA_LOGIN_RATE must be a rate like 10 per minute; 60 per hour (it is 'often').",
            "DAWRA_BASE_URL must be an address like https://dawra.example (it is 'dawra.example').",
            "DAWRA_MAIL_FROM must be a sender like Dawra <no-reply@dawra.example> (it is 'Dawra').",
            "DATABASE_URL must be empty (SQLite in the data folder) or an address like "
            "postgresql://user:password@host:5432/dawra or sqlite:////folder/dawra.db.",
            "DAWRA_SECRET_KEYS is no setting of Dawra. Did you mean DAWRA_SECRET_KEY?",
            "DAWRA_COLOUR is no setting of Dawra. Remove it; `dawra doctor --settings` lists every setting.",
        ]
    )
    assert "hush-hush" not in "".join(told)
    assert not (tmp_path / "var").exists()


def test_an_unknown_setting_alone_refuses_except_under_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAWRA_MAX_UPLOAD", "8")
    assert refused("migrate") == ["DAWRA_MAX_UPLOAD is no setting of Dawra. Did you mean DAWRA_MAX_UPLOAD_MB?"]
    monkeypatch.setenv("DAWRA_ENVIRONMENT", "test")
    assert CliRunner().invoke(main, ["migrate"]).exit_code == 0


@pytest.mark.parametrize(
    "url",
    ["dawra.db", "postgresql//host/dawra", "mysql://host/dawra", "postgresql+asyncpg://h/d", "postgresql://[::1/d"],
)
def test_an_address_of_no_database_is_told(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    (told,) = refused("serve")
    assert told.startswith("DATABASE_URL must be empty (SQLite in the data folder) or an address like postgresql://")


def test_postgresql_that_does_not_answer_is_told_with_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setenv("DATABASE_URL", f"postgresql://amina:hush-hush@127.0.0.1:{port}/dawra")
    for words in COMMANDS:
        if words[0] == "doctor":
            result = CliRunner().invoke(main, ["doctor"])
            assert (result.exit_code, "REFUSED" in result.output) == (1, True)
            told = result.output
        else:
            (told,) = refused(*words)
        assert f"The database dawra at 127.0.0.1:{port} does not answer (" in told
        assert "Start PostgreSQL, or correct DATABASE_URL." in told
        assert "hush-hush" not in told


def test_a_database_that_is_not_there_is_told_by_its_server(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if database_url.startswith("sqlite"):
        pytest.skip("SQLite makes its file")
    url = make_url(database_url).set(database="no_such_place").render_as_string(hide_password=False)
    monkeypatch.setenv("DATABASE_URL", url)
    (told,) = refused("serve")
    assert 'database "no_such_place" does not exist' in told


@pytest.mark.parametrize("content", [b"not a database, but long enough to be looked at" * 100, None])
def test_a_damaged_database_file_is_told(content: bytes | None, tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    path = tmp_path / "var" / "dawra.db"
    path.mkdir() if content is None else path.write_bytes(content)
    (told,) = refused("serve")
    assert told.startswith(f"The database file {path} does not answer (")


def test_commands_ask_for_the_migrations_first(tmp_path: Path) -> None:
    assert refused("audit", "verify", "--all") == ["Migrations are pending. Run `dawra migrate`."]
    assert refused("worker") == ["Migrations are pending. Run `dawra migrate`."]


@pytest.mark.parametrize("words", [["serve"], ["migrate"], ["worker"]], ids=lambda words: words[0])
def test_a_schema_of_a_newer_version_is_left_alone(words: list[str], tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    engine = create_engine(f"sqlite:///{tmp_path / 'var' / 'dawra.db'}")
    upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    (told,) = refused(*words)
    assert told.startswith("The database was written by a newer Dawra.")


@pytest.fixture
def unprivileged() -> Iterator[None]:
    """Root may write anywhere: become nobody for a while."""
    if os.geteuid():
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.parametrize("mode", [0o000, 0o500, 0o300], ids=["closed", "read only", "write only"])
def test_a_data_folder_one_may_not_use(mode: int, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    for parent in [tmp_path, *tmp_path.parents][:4]:
        parent.chmod(parent.stat().st_mode | 0o055)
    os.chown(folder, NOBODY, -1)
    folder.chmod(mode)
    request.getfixturevalue("unprivileged")
    (told,) = refused("serve", "--data", str(folder))
    assert told == (
        f"The data folder {folder} cannot be used (permission denied). Give another one (--data DIR or "
        "DAWRA_DATA_DIR), or let the account that runs Dawra read and write it."
    )


def test_a_data_folder_that_is_a_file_or_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for path, why in ((tmp_path / "file", "file exists"), (tmp_path / "file" / "in", "not a directory")):
        (told,) = refused("serve", "--data", str(path))
        assert told.startswith(f"The data folder {path} cannot be used ({why}).")


@pytest.mark.parametrize("kept", ["", "{", "[]", '{"secret_key": "x"}'])
def test_damaged_secrets_are_told(kept: str, tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "secrets.json").write_text(kept)
    (told,) = refused("serve", "--no-demo")
    assert told.startswith(f"The secrets of this machine in {tmp_path / 'var' / 'secrets.json'} cannot be read (it is")


def test_a_taken_port_is_told_before_anything_is_loaded(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        (told,) = refused("serve", "--port", str(port))
    assert told == f"Port {port} is taken by another program. Stop it, or choose another: --port {port % 65535 + 1}."
    assert not (tmp_path / "var" / "dawra.db").exists()


def test_an_address_that_is_not_ours_and_a_port_that_is_none() -> None:
    (told,) = refused("serve", "--host", "192.0.2.1")
    assert told == "'192.0.2.1' is no address of this machine. Leave --host out, or use 127.0.0.1 or 0.0.0.0."
    assert refused("serve", "--host", "no such host")[0].startswith("'no such host' is no address of this machine.")
    for port in ("0", "65536", "http"):
        result = CliRunner().invoke(main, ["serve", "--port", port])
        assert (result.exit_code, "Invalid value for '--port'" in result.output) == (2, True)


def test_a_production_server_says_it_and_does_not_try_again(tmp_path: Path) -> None:
    environment = {**os.environ, "DAWRA_ENVIRONMENT": "production", "DAWRA_DATA_DIR": str(tmp_path)}
    ended = subprocess.run(
        [sys.executable, "-c", "import app.wsgi"], env=environment, capture_output=True, text=True, timeout=60
    )
    assert ended.returncode == 3  # gunicorn's own code for a worker that cannot boot: it stops
    assert "DAWRA_SECRET_KEY is the demo's" in ended.stderr
    assert "Traceback" not in ended.stderr
