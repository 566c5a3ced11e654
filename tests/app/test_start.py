"""The application starts, serves its health, and its schema matches its models."""

from alembic import command
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, inspect, select, text

from app.extensions import db
from app.migrate import at_head, config, downgrade, upgrade
from app.models import Base
from tests.factories import make_exhibitor
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


def test_numbers_that_differ_unseen_are_mended_and_twins_are_left_to_a_person(app: Flask) -> None:
    ids = [make_exhibitor(phone="+212612345678").id for _number in range(4)]
    db.session.commit()
    downgrade(db.engine, "0010")
    kept = ("A\u200b1", "a\u200b1"), ("B\u20112", "b\u20102"), ("b-2\u200f", "b-2\u200f"), ("C 3", "c3")
    change = text("UPDATE exhibitor SET register_number = :number, register_key = :was WHERE id = :id")
    with db.engine.begin() as connection:  # the keys that the code of that time made
        for number, (typed, was) in zip(ids, kept, strict=True):
            connection.execute(change, {"id": number, "number": typed, "was": was})
    upgrade(db.engine)
    with db.engine.connect() as connection:
        query = text("SELECT register_key, phone FROM exhibitor ORDER BY id")
        mended = [tuple(row) for row in connection.execute(query)]
    assert mended == [(key, "+212 6 12 34 56 78") for key in ("a1", "b-2", "b-2\u200f", "c3")]


def test_migrations_go_down_and_up(app: Flask) -> None:
    downgrade(db.engine, "base")
    assert not at_head(db.engine)
    upgrade(db.engine)
    assert at_head(db.engine)
