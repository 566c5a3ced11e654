"""Alembic's entry: one set of migrations for SQLite (batch mode) and PostgreSQL.

SQLite changes a table by writing it anew; foreign keys are not enforced meanwhile, or rows that refer to the table
would forbid it (the pragma counts only outside a transaction). They are all checked at the end.
"""

from alembic import context
from sqlalchemy import Connection, create_engine

import app.models
from app.settings import Settings


def enforce(connection: Connection, wanted: bool) -> None:
    """Switch SQLite's foreign keys; PostgreSQL needs nothing."""
    if connection.dialect.name == "sqlite":
        connection.connection.driver_connection.execute(f"PRAGMA foreign_keys={'ON' if wanted else 'OFF'}")


def orphans(connection: Connection) -> list[tuple]:
    """Rows whose foreign key leads nowhere."""
    if connection.dialect.name != "sqlite":
        return []
    return list(connection.exec_driver_sql("PRAGMA foreign_key_check"))


engine = context.config.attributes.get("engine") or create_engine(Settings().engine_url)
with engine.connect() as connection:
    enforce(connection, False)
    try:
        context.configure(
            connection=connection,
            target_metadata=app.models.Base.metadata,
            render_as_batch=connection.dialect.name == "sqlite",
            compare_type=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        if found := orphans(connection):
            raise RuntimeError(f"the migration left rows that refer to nothing: {found[:5]}")
        connection.commit()
    finally:
        connection.rollback()
        enforce(connection, True)
