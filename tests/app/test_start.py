"""The application starts, serves its health, and its schema matches its models."""

from alembic import command
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, inspect, select, text

from app.extensions import db
from app.migrate import at_head, config, downgrade, upgrade
from app.models import Base
from tests.world import make_world


def test_process_answers(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}


def test_ready_names_the_missing_worker(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["database"], answer.json["schema"]) == (503, "ok", "ok")
    assert answer.json["worker"] == "none seen yet"


def test_models_match_migrations(app: Flask) -> None:
    command.check(config(db.engine))


def rows() -> dict[str, int]:
    tables = set(inspect(db.engine).get_table_names()) & set(Base.metadata.tables)
    counted = {name: db.session.scalar(select(func.count()).select_from(text(f'"{name}"'))) for name in tables}
    db.session.rollback()
    return counted


def test_migrations_keep_the_rows_of_a_living_installation(app: Flask) -> None:
    make_world()
    before = rows()
    downgrade(db.engine, "0001")
    kept = rows()
    assert kept == {name: before[name] for name in kept}
    assert kept["call"] == 3
    upgrade(db.engine)
    assert {name: rows()[name] for name in kept} == kept
    if db.engine.dialect.name == "sqlite":
        with db.engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_migrations_go_down_and_up(app: Flask) -> None:
    downgrade(db.engine, "base")
    assert not at_head(db.engine)
    upgrade(db.engine)
    assert at_head(db.engine)
