"""A database brought back to what it was, in milliseconds: the same rows, the same next ids.

The rows of a moment are kept in tables beside the real ones (``kept0_offer``), and put back by one script. So a
thousand lives begin alike, each with its own commits, and a life replayed meets the ids it met before.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, text

from app.extensions import db
from app.models.base import Base


def keep(name: str) -> list[str]:
    """Keep what is committed now; the tables that hold anything."""
    tables = [table.name for table in Base.metadata.sorted_tables]
    found = [one for one in tables if db.session.execute(text(f"SELECT 1 FROM {one} LIMIT 1")).first()]
    for one in found:
        db.session.execute(text(f"CREATE TABLE {name}_{one} AS SELECT * FROM {one}"))
    db.session.commit()
    return found


def bring_back(name: str, found: list[str]) -> None:
    """Everything as it was at ``keep``."""
    db.session.remove()
    tables = Base.metadata.sorted_tables
    script = [f"DELETE FROM {table.name};" for table in reversed(tables)]
    script += [f"INSERT INTO {one} SELECT * FROM {name}_{one};" for one in found]
    connection = db.engine.raw_connection()
    if db.engine.dialect.name == "sqlite":
        connection.cursor().executescript("BEGIN IMMEDIATE;" + "".join(script) + "COMMIT;")  # type: ignore[attr-defined]
    else:
        counted = [table.name for table in tables if list(table.primary_key.columns.keys()) == ["id"]]
        for one in counted:  # the next id: 1 where there is no row
            sequence = f"pg_get_serial_sequence('{one}', 'id')"
            highest = f"SELECT coalesce(max(id), 0) AS id FROM {one}"
            script.append(f"SELECT setval({sequence}, greatest(id, 1), id > 0) FROM ({highest}) AS top;")
        connection.cursor().execute("".join(script))
    connection.commit()
    connection.close()


@contextmanager
def quickly() -> Iterator[None]:
    """SQLite without waiting for the disk, where no power cut is tested (the PostgreSQL of the tests does not wait)."""

    def open_quickly(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA synchronous=OFF")

    if db.engine.dialect.name != "sqlite":
        yield
        return
    db.engine.dispose()
    event.listen(db.engine, "connect", open_quickly)
    try:
        yield
    finally:
        event.remove(db.engine, "connect", open_quickly)


class Writes:
    """Counts the statements sent to the database that may change something, whoever sends them."""

    def __init__(self) -> None:
        self.count = 0

    def __enter__(self) -> Writes:
        event.listen(db.engine, "before_cursor_execute", self._sent)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(db.engine, "before_cursor_execute", self._sent)

    def _sent(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        self.count += statement.split(None, 1)[0].upper() not in ("SELECT", "BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK")
