"""What the log holds of requests and faults: ids and places in the code, nothing of people; with a control."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app import create_app
from app.extensions import db
from app.permissions import anyone, policy
from app.settings import Settings
from tests.conftest import Browser
from tests.factories import PASSWORD, make_exhibitor, make_user, post_form, sign_in

CANARIES = ("canary-mail", "CANARYNAME", "canary-token", "CANARYREGISTER", "CANARYSEARCH")


def lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return [line for line in capsys.readouterr().err.splitlines() if "event=" in line]


def test_a_request_is_one_line_of_ids(client: FlaskClient, capsys: pytest.CaptureFixture[str]) -> None:
    user = make_user()
    sign_in(client, user)
    capsys.readouterr()
    answer = client.get("/sites/1?text=CANARYSEARCH")
    (line,) = lines(capsys)
    assert f"request={answer.headers['X-Request-ID']}" in line
    for part in ("level=info", "event=request", "method=GET", "endpoint=", f"account={user.id}", "ms="):
        assert part in line, line
    assert f"status={answer.status_code}" in line
    client.get("/healthz")
    assert lines(capsys) == [], "machines that ask every few seconds are not written down"


def test_nothing_of_people_is_written_down(client: FlaskClient, capsys: pytest.CaptureFixture[str]) -> None:
    user = make_user(name="CANARYNAME", email="canary-mail@dawra.example")
    exhibitor = make_exhibitor(user, register_number="CANARYREGISTER")
    db.session.commit()
    capsys.readouterr()
    post_form(client, "/account/login", {"email": user.email, "password": "wrong"})
    post_form(client, "/account/reset", {"email": user.email})
    client.get("/account/reset/canary-token")
    post_form(client, "/account/login", {"email": user.email, "password": PASSWORD})
    client.get(f"/me/exhibitors/{exhibitor.id}")
    client.get("/sites/?text=CANARYSEARCH")
    written = lines(capsys)
    assert len(written) >= 6
    assert not [(line, canary) for line in written for canary in CANARIES if canary in line]


def breaking(settings: Settings) -> Flask:
    """An installation one of whose pages quotes a row to the database, which refuses it."""
    made = create_app(settings.model_copy(update={"environment": "demo"}))
    made.test_client_class = Browser

    @policy(anyone)
    def broken() -> str:
        row = {"email": "canary-mail@dawra.example", "name": "CANARYNAME"}
        db.session.execute(text("INSERT INTO no_such_table VALUES (:email, :name)"), row)
        return ""

    made.view_functions["home.index"] = broken
    return made


def test_a_fault_tells_where_and_not_what(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    made = breaking(settings)
    with made.app_context():
        answer = made.test_client().get("/")
        assert answer.status_code == 500
        assert "X-Request-ID" in answer.headers
        said = capsys.readouterr().err
        assert "event=fault" in said
        assert "test_logs.py" in said, "where it was raised"
        assert "Error" in said, "its kind"
        assert f"request={answer.headers['X-Request-ID']}" in said
        assert not [canary for canary in CANARIES if canary in said]
        db.session.remove()
        db.engine.dispose()


def test_control_the_exception_itself_quotes_the_row(app: Flask) -> None:
    with pytest.raises(Exception, match="CANARYNAME"):
        db.session.execute(text("INSERT INTO no_such_table VALUES (:name)"), {"name": "CANARYNAME"})
    db.session.rollback()
