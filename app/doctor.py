"""Tell what is unsafe or stale about an installation, and refuse to start on it.

A finding either refuses (the start stops) or is a notice (said, and lived with).
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from app.clock import stale_witnesses
from app.database import journal_mode, unreachable, wal_is_sound
from app.errors import UnsafeError
from app.migrate import at_head, from_the_future
from app.settings import DEMO_SALT, DEMO_SECRET, Settings


@dataclass(frozen=True)
class Finding:
    """One thing found: its code, a sentence with the remedy, and whether it refuses the start."""

    code: str
    sentence: str
    level: Literal["refuse", "notice"] = "refuse"


def examine(settings: Settings) -> list[Finding]:
    """Every finding about the settings, the machine's clock and its SQLite; asks no database."""
    return [*_secrets(settings), *_debug(settings), *_clock(), *_sqlite(settings), *_mail(settings)]


def examine_database(engine: Engine) -> list[Finding]:
    """Every finding about the database itself."""
    try:
        if at_head(engine):
            return []
        if from_the_future(engine):
            return [
                Finding(
                    "newer",
                    "The database was written by a newer Dawra. Install that version, or restore the database's copy "
                    "from before.",
                )
            ]
    except (SQLAlchemyError, sqlite3.Error) as error:
        return [Finding("database", unreachable(error, engine))]
    return [Finding("migrations", "Migrations are pending. Run `dawra migrate`.")]


def refuse_unreachable(engine: Engine) -> None:
    """Raise UnsafeError where the database cannot be brought to the schema of this code."""
    refuse_unsafe([finding for finding in examine_database(engine) if finding.code != "migrations"])


def refuse_unsafe(findings: list[Finding]) -> None:
    """Raise UnsafeError with every refusing finding, if there is one."""
    refusals = [finding.sentence for finding in findings if finding.level == "refuse"]
    if refusals:
        raise UnsafeError(refusals)


def _secrets(settings: Settings) -> list[Finding]:
    if settings.environment in ("demo", "test"):
        return []
    found = []
    if settings.secret_key == DEMO_SECRET or len(settings.secret_key) < 32:
        found.append(
            Finding(
                "secret_key",
                "DAWRA_SECRET_KEY is the demo's or shorter than 32 characters. "
                "Set it to a random text, for instance from `openssl rand -hex 32`.",
            )
        )
    if settings.password_salt == DEMO_SALT or len(settings.password_salt) < 16:
        found.append(
            Finding(
                "password_salt",
                "DAWRA_PASSWORD_SALT is the demo's or shorter than 16 characters. "
                "Set it once, before the first account, to a random text.",
            )
        )
    return found


def _debug(settings: Settings) -> list[Finding]:
    if settings.debug and settings.environment == "production":
        return [Finding("debug", "DAWRA_DEBUG is on in production: it shows code to strangers. Turn it off.")]
    return []


def _clock() -> list[Finding]:
    wrong = stale_witnesses()
    if not wrong:
        return []
    return [Finding("tzdata", f"The time zone data are stale ({'; '.join(wrong)}). Install tzdata 2026.3 or newer.")]


def _sqlite(settings: Settings) -> list[Finding]:
    if not settings.engine_url.startswith("sqlite") or wal_is_sound(sqlite3.sqlite_version_info):
        return []
    return [
        Finding(
            "sqlite",
            f"SQLite {sqlite3.sqlite_version} has the WAL-reset bug (mended in 3.51.3, 3.50.7 and 3.44.6): "
            f"the rollback journal is used instead (journal_mode={journal_mode()}).",
            "notice",
        )
    ]


def _mail(settings: Settings) -> list[Finding]:
    if settings.environment == "production" and settings.mail_backend == "spool":
        sentence = "Mail is written to the spool folder, not sent. Set DAWRA_MAIL_BACKEND=smtp to send it."
        return [Finding("mail", sentence, "notice")]
    return []
