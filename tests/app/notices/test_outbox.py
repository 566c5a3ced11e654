"""The outbox: worded in the reader's language, once a decision, with links of our own."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.extensions import db
from app.i18n import language
from app.models import Language, Notice
from app.notices.outbox import link, post
from tests.factories import make_user


def words() -> tuple[str, str]:
    return f"subject {language()}", f"body {language()}"


def test_a_message_speaks_its_readers_language(app: Flask) -> None:
    post("sample", make_user(language=Language.AR), words)
    post("sample", "someone@dawra.example", words, language="en")
    db.session.commit()
    assert [(n.language, n.subject, n.body) for n in db.session.scalars(select(Notice).order_by(Notice.id))] == [
        ("ar", "subject ar", "body ar"),
        ("en", "subject en", "body en"),
    ]


def test_the_same_decision_is_told_once(app: Flask) -> None:
    reader = make_user()
    post("sample", reader, words, key="call:1")
    post("sample", reader, words, key="call:1")
    with pytest.raises(IntegrityError):
        db.session.commit()
    db.session.rollback()


def test_links_ignore_the_request(app: Flask) -> None:
    with app.test_request_context(headers={"Host": "evil.example"}):
        assert link("/me/") == "http://127.0.0.1:8000/me/"
