"""Every setting is documented; `dawra doctor` and the start refuse the unsafe."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine

from app import clock, create_app, database
from app.cli import main
from app.doctor import UnsafeError, examine, examine_database
from app.local import with_secrets
from app.migrate import upgrade
from app.settings import Settings

SOUND = {"secret_key": "s" * 32, "password_salt": "p" * 16}


def codes(**given: object) -> list[str]:
    return [finding.code for finding in examine(Settings(**given)) if finding.level == "refuse"]


def test_every_setting_is_documented() -> None:
    undocumented = [name for name, field in Settings.model_fields.items() if not field.description]
    assert undocumented == []


def test_settings_are_listed_with_their_meaning() -> None:
    listing = CliRunner().invoke(main, ["doctor", "--settings"]).output
    assert all(field.description in listing for field in Settings.model_fields.values())


def test_demo_secrets_are_refused_outside_the_demo() -> None:
    assert codes(environment="production") == ["secret_key", "password_salt"]
    assert codes(environment="production", secret_key="short", password_salt="short") == [
        "secret_key",
        "password_salt",
    ]
    assert codes(environment="demo") == []
    assert codes(environment="production", **SOUND) == []


def test_debug_is_refused_in_production_only() -> None:
    assert codes(environment="production", debug=True, **SOUND) == ["debug"]
    assert codes(environment="demo", debug=True) == []


def test_stale_zone_data_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert clock.stale_witnesses() == []
    # The rule before 2026-09-20: the summer offset of +1 kept all year.
    monkeypatch.setattr(clock, "CASABLANCA", clock.zoneinfo.ZoneInfo("Etc/GMT-1"))
    assert codes(environment="demo") == ["tzdata"]
    assert len(clock.stale_witnesses()) == 2


def test_the_package_zone_data_win_over_the_system_files() -> None:
    assert clock.zoneinfo.TZPATH == ()
    assert clock.local(datetime(2026, 11, 23, 12, tzinfo=UTC)).hour == 12


@pytest.mark.parametrize(
    ("version", "sound"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 54, 0), True),
    ],
)
def test_wal_only_without_the_reset_bug(version: tuple[int, int, int], sound: bool) -> None:
    assert database.wal_is_sound(version) is sound


def test_a_buggy_sqlite_is_said_and_uses_the_rollback_journal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 51, 2))
    notices = [finding for finding in examine(Settings()) if finding.code == "sqlite"]
    assert [finding.level for finding in notices] == ["notice"]
    assert "journal_mode=TRUNCATE" in notices[0].sentence
    engine = create_engine(f"sqlite:///{tmp_path / 'x.db'}")
    database.prepare(engine)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "truncate"
    engine.dispose()


def test_pending_migrations_are_refused(database_url: str, tmp_path: Path) -> None:
    fresh = create_engine(f"sqlite:///{tmp_path / 'fresh.db'}")
    assert [finding.code for finding in examine_database(fresh)] == ["migrations"]
    upgrade(fresh)
    assert examine_database(fresh) == []
    fresh.dispose()


def test_the_start_itself_refuses(tmp_path: Path) -> None:
    with pytest.raises(UnsafeError, match="DAWRA_SECRET_KEY"):
        create_app(Settings(environment="production", data_dir=tmp_path))


def test_a_local_installation_makes_its_own_secrets_once(tmp_path: Path) -> None:
    first = with_secrets(Settings(environment="local", data_dir=tmp_path))
    again = with_secrets(Settings(environment="local", data_dir=tmp_path))
    assert first.secret_key == again.secret_key
    assert len(first.secret_key) == 64
    assert [finding.code for finding in examine(first) if finding.level == "refuse"] == []
    assert (tmp_path / "secrets.json").stat().st_mode & 0o077 == 0


def test_a_folder_with_its_own_secrets_stays_local(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DAWRA_ENVIRONMENT", raising=False)
    made = with_secrets(Settings(environment="local", data_dir=tmp_path))
    found = with_secrets(Settings(data_dir=tmp_path))
    assert (found.environment, found.secret_key) == ("local", made.secret_key)
    assert with_secrets(Settings(environment="demo", data_dir=tmp_path)).environment == "demo"
