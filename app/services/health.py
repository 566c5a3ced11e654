"""Whether this installation can serve: database, schema at head, a worker seen lately."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from app.clock import now
from app.extensions import db
from app.migrate import at_head
from app.models import Worker
from app.settings import Settings


def check(settings: Settings) -> dict[str, str]:
    """``{"database": "ok", "schema": "ok", "worker": "ok"}``, or what is wrong with each."""
    try:
        schema = "ok" if at_head(db.engine) else "pending migrations"
        worker = _worker_state(settings) if schema == "ok" else "unknown"
    except SQLAlchemyError:
        return {"database": "unreachable", "schema": "unknown", "worker": "unknown"}
    return {"database": "ok", "schema": schema, "worker": worker}


def _worker_state(settings: Settings) -> str:
    seen = db.session.scalar(select(func.max(Worker.seen_at)))
    if seen is None:
        return "none seen yet"
    age = now() - seen
    limit = timedelta(seconds=2 * settings.lease_seconds)
    return "ok" if age <= limit else f"silent for {int(age.total_seconds())} s"
