"""The application starts, serves its health, and its schema matches its models."""

from alembic import command
from flask import Flask
from flask.testing import FlaskClient

from app.extensions import db
from app.migrate import at_head, config, downgrade, upgrade


def test_process_answers(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}


def test_ready_names_the_missing_worker(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["database"], answer.json["schema"]) == (503, "ok", "ok")
    assert answer.json["worker"] == "none seen yet"


def test_models_match_migrations(app: Flask) -> None:
    command.check(config(db.engine))


def test_migrations_go_down_and_up(app: Flask) -> None:
    downgrade(db.engine, "base")
    assert not at_head(db.engine)
    upgrade(db.engine)
    assert at_head(db.engine)
