"""How connections are opened: one recipe for SQLite and PostgreSQL.

SQLite: foreign keys on, full synchronisation (an acknowledged write survives a power cut), ``BEGIN IMMEDIATE``
for anything that may write (a plain ``BEGIN`` fails half way with "database is locked"). WAL only on versions
without the WAL-reset bug (3.7.0–3.51.2, mended in 3.51.3, 3.50.7 and 3.44.6), else a rollback journal.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import Connection, Engine, event

_reading: ContextVar[bool] = ContextVar("dawra_reading", default=False)


def wal_is_sound(version: tuple[int, int, int]) -> bool:
    """Whether this SQLite version may use the write-ahead log without risk of the WAL-reset corruption."""
    return version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51, 0) or (3, 44, 6) <= version < (3, 45, 0)


def journal_mode() -> str:
    """The journal mode in use for SQLite: WAL where sound, else TRUNCATE."""
    return "WAL" if wal_is_sound(sqlite3.sqlite_version_info) else "TRUNCATE"


@contextmanager
def reading() -> Iterator[None]:
    """Transactions begun inside promise not to write, so that they do not queue behind writers (SQLite)."""
    token = _reading.set(True)
    try:
        yield
    finally:
        _reading.reset(token)


def unreachable(error: Exception, engine: Engine) -> str:
    """Why a database did not answer, in the driver's first line, and what to look at; never its password."""
    told = str(getattr(error, "orig", None) or error).strip().partition("\n")[0].rstrip(".")
    url = engine.url
    if engine.dialect.name == "sqlite":
        return (
            f"The database file {url.database} does not answer ({told}). Let the account that runs Dawra read and "
            "write it and its folder, or restore it from a copy."
        )
    place = f"{url.host or 'this machine'}{f':{url.port}' if url.port else ''}"
    return (
        f"The database {url.database or ''} at {place} does not answer ({told}). "
        "Start PostgreSQL, or correct DATABASE_URL."
    )


def prepare(engine: Engine) -> None:
    """Install the recipe on a new engine; nothing to do for PostgreSQL."""
    if engine.dialect.name != "sqlite":
        return
    event.listen(engine, "connect", _open_sqlite)
    event.listen(engine, "begin", _begin_sqlite)


def _open_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "foreign_keys=ON",
        "busy_timeout=30000",
        f"journal_mode={journal_mode()}",
        "synchronous=FULL",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN" if _reading.get() else "BEGIN IMMEDIATE")
