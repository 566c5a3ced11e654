"""Alembic's entry: one set of migrations for SQLite (batch mode) and PostgreSQL."""

from alembic import context
from sqlalchemy import create_engine

import app.models
from app.settings import Settings

engine = context.config.attributes.get("engine") or create_engine(Settings().engine_url)
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=app.models.Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
