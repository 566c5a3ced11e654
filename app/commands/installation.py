"""Open the installation a command works on, and leave nothing open behind it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from app import create_app, environment
from app.doctor import examine_database, refuse_unreachable, refuse_unsafe
from app.extensions import db


@contextmanager
def installation(*, any_schema: bool = False) -> Iterator[Flask]:
    """The application of this machine's settings, its context pushed; its connections closed at the end.

    Raises UnsafeError where its database does not answer or, unless ``any_schema``, is not at the newest schema.
    """
    app = create_app(environment.read())
    with app.app_context():
        try:
            if any_schema:
                refuse_unreachable(db.engine)
            else:
                refuse_unsafe(examine_database(db.engine))
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()
