"""Two tabs, a double click, a retry: still one application; many at once: serials without a gap."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from app.errors import DawraError
from app.extensions import db
from app.models import Application, Call, Exhibitor, Notice, User
from app.planning.wishes import Wish
from app.services import application
from tests.factories import make_application, make_call, make_exhibitor, make_site, make_space, make_user

WORKERS = 8


@pytest.fixture
def call(app: Flask) -> Call:
    site = make_site()
    made = make_call(site, make_space(site))
    db.session.commit()
    return made


def together(app: Flask, tasks: list[Callable[[], Any]]) -> list[Any]:
    """Run tasks at the same moment, each in its own context; what they return, or the error they raise."""
    start = Barrier(len(tasks))
    db.session.rollback()  # the test's own transaction would hold up every writer of SQLite

    def run(task: Callable[[], Any]) -> Any:
        with app.app_context():
            start.wait(20)
            try:
                return task()
            except (DawraError, IntegrityError) as error:
                return error
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))


def deposit(user_id: int, call_id: int, exhibitor_id: int, key: str) -> tuple[int, int | None]:
    user, call = db.session.get(User, user_id), db.session.get(Call, call_id)
    assert user is not None
    assert call is not None
    made = application.deposit(user, call, exhibitor_id, key, Wish(space_ids=[call.places[0].space_id]))
    return made.id, made.number


def start(user_id: int, call_id: int, exhibitor_id: int, key: str) -> int:
    user, call = db.session.get(User, user_id), db.session.get(Call, call_id)
    assert user is not None
    assert call is not None
    return application.start(user, call, exhibitor_id, key, [call.places[0].space_id]).id


def artisan() -> tuple[int, int]:
    user = make_user()
    exhibitor: Exhibitor = make_exhibitor(user)
    db.session.commit()
    return user.id, exhibitor.id


def counted(model: Any) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.parametrize("keys", ["one", "many"])
def test_a_double_click_is_one_application(app: Flask, call: Call, keys: str) -> None:
    user_id, exhibitor_id = artisan()
    call_id = call.id
    key = "same" if keys == "one" else "tab-{}"
    answers = together(app, [partial(deposit, user_id, call_id, exhibitor_id, key.format(n)) for n in range(WORKERS)])
    assert {answer[1] for answer in answers} == {1}
    assert len({answer[0] for answer in answers}) == 1
    assert (counted(Application), counted(Notice)) == (1, 1)


def test_two_tabs_make_one_draft(app: Flask, call: Call) -> None:
    user_id, exhibitor_id = artisan()
    call_id = call.id
    answers = together(app, [partial(start, user_id, call_id, exhibitor_id, f"tab-{n}") for n in range(WORKERS)])
    assert len(set(answers)) == 1
    assert counted(Application) == 1


def test_serials_have_no_gap_and_no_double(app: Flask, call: Call) -> None:
    people = [artisan() for _ in range(WORKERS)]
    call_id = call.id
    answers = together(app, [partial(deposit, user, call_id, owner, f"key-{owner}") for user, owner in people])
    assert sorted(number for _, number in answers) == list(range(1, WORKERS + 1))


def test_without_the_lock_serials_collide(app: Flask, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: on PostgreSQL the lock of the call's row is what orders the serials (SQLite writes one at a time)."""
    if db.engine.dialect.name == "sqlite":
        assert "BEGIN IMMEDIATE" in _begin_statements()
        return
    monkeypatch.setattr(application, "_lock_call", lambda *_given, **_named: None)
    monkeypatch.setattr(application.audit, "record", lambda *_given, **_named: None)  # it serialises a site's writers
    failed = 0
    for _ in range(10):
        people = [artisan() for _ in range(WORKERS)]
        call_id = call.id
        answers = together(app, [partial(deposit, user, call_id, owner, f"key-{owner}") for user, owner in people])
        failed += sum(isinstance(answer, Exception) for answer in answers)
        if failed:
            break
    assert failed > 0


def _begin_statements() -> list[str]:
    """What the engine says when a transaction that may write begins."""
    said: list[str] = []
    db.session.rollback()
    with db.engine.connect() as connection:
        raw = connection.connection.driver_connection
        raw.set_trace_callback(said.append)
        connection.execute(text("SELECT 1"))
        connection.rollback()
        connection.begin()
        connection.execute(text("SELECT 1"))
        raw.set_trace_callback(None)
    return said


def test_the_database_itself_refuses_a_second_application(app: Flask, call: Call) -> None:
    _, exhibitor_id = artisan()
    exhibitor = db.session.get(Exhibitor, exhibitor_id)
    assert exhibitor is not None
    make_application(call, exhibitor)
    with pytest.raises(IntegrityError):
        make_application(call, exhibitor)


def test_without_the_constraint_two_tabs_make_two(app: Flask, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: drop the constraint (and hide the look before), and the double is there on both engines."""
    user_id, exhibitor_id = artisan()
    call_id = call.id
    _drop_unique()
    monkeypatch.setattr(application, "application_in", lambda *_given: None)
    answers = together(app, [partial(start, user_id, call_id, exhibitor_id, f"tab-{n}") for n in range(2)])
    assert len(set(answers)) == 2
    assert counted(Application) == 2


def _drop_unique() -> None:
    db.session.rollback()
    name = "uq_application_call_id_exhibitor_id"
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text(f"ALTER TABLE application DROP CONSTRAINT {name}"))
        db.session.commit()
        return
    with db.engine.connect() as connection:
        raw = connection.connection.driver_connection
        raw.rollback()
        (sql,) = raw.execute("SELECT sql FROM sqlite_master WHERE name = 'application'").fetchone()
        bare = sql.replace(f'CONSTRAINT "{name}" UNIQUE (call_id, exhibitor_id),', "").replace(
            f"CONSTRAINT {name} UNIQUE (call_id, exhibitor_id),", ""
        )
        assert bare != sql
        raw.execute("PRAGMA foreign_keys=OFF")
        raw.execute("DROP TABLE application")
        raw.execute(bare)
        raw.execute("PRAGMA foreign_keys=ON")
