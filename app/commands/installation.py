"""Open the installation a command works on, and leave nothing open behind it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from app import create_app
from app.extensions import db
from app.local import with_secrets
from app.settings import Settings


@contextmanager
def installation() -> Iterator[Flask]:
    """The application of this machine's settings, its context pushed; its connections closed at the end."""
    app = create_app(with_secrets(Settings()))
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()
