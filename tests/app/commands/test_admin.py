"""``dawra admin create``: the first administrator can sign in; faults are told and nothing is written."""

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.cli import main
from app.extensions import db
from app.models import AuditEntry, User
from tests.factories import PASSWORD, make_user, sign_in

EMAIL = "premiere@dawra.example"


@pytest.fixture
def create(app: Flask, monkeypatch: pytest.MonkeyPatch):
    settings = app.extensions["settings"]
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    monkeypatch.setenv("DAWRA_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("DAWRA_ENVIRONMENT", "test")

    def run(*arguments: str, typed: str = "") -> Result:
        db.session.rollback()  # nothing is left open that would hold the command up
        return CliRunner().invoke(main, ["admin", "create", *arguments], input=typed)

    return run


def test_the_first_administrator_signs_in(create, client: FlaskClient) -> None:
    outcome = create(EMAIL, typed=f"Nadia\n{PASSWORD}\n{PASSWORD}\n")
    assert outcome.exit_code == 0, outcome.output
    user = db.session.scalars(select(User).where(User.email == EMAIL)).one()
    assert (user.is_administrator, user.name) == (True, "Nadia")
    assert db.session.scalars(select(AuditEntry.action)).all() == ["account.administrator"]
    sign_in(client, user)
    assert client.get("/admin/").status_code == 200


def test_an_account_that_exists_is_appointed(create) -> None:
    user = make_user(email=EMAIL)
    db.session.commit()
    assert create(EMAIL.upper()).exit_code == 0
    db.session.refresh(user)
    assert user.is_administrator


def test_faults_are_told_and_nothing_is_written(create) -> None:
    assert "nom@exemple.ma" in create("sans-arobase").output
    outcome = create(EMAIL, "--name", "N" * 121, "--password", "court")
    assert outcome.exit_code == 1
    assert "120 caractères" in outcome.output
    assert "10 caractères au moins" in outcome.output
    assert db.session.scalars(select(User)).all() == []
