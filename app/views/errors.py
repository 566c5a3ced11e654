"""Error pages: a sentence and a way on, never a trace."""

from __future__ import annotations

from flask import Flask, render_template
from werkzeug.exceptions import HTTPException

from app.errors import Invalid, NotFound, Refused
from app.extensions import db


def init(app: Flask) -> None:
    """Answer domain errors and HTTP errors with a page of the house."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(NotFound, lambda _error: (_page(404), 404))
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(Invalid, _invalid)
    app.register_error_handler(Exception, _unexpected)


def _page(code: int, reasons: tuple[str, ...] = ()) -> str:
    return render_template("errors/error.html", code=code, reasons=reasons)


def _http(error: HTTPException) -> object:
    if error.code is None or error.code < 400:
        return error
    return _page(error.code), error.code, [("Retry-After", "60")] if error.code == 429 else []


def _refused(error: Refused) -> tuple[str, int]:
    db.session.rollback()
    return _page(409, error.reasons), 409


def _invalid(error: Invalid) -> tuple[str, int]:
    db.session.rollback()
    return _page(422, tuple(text for texts in error.faults.values() for text in texts)), 422


def _unexpected(error: Exception) -> tuple[str, int]:
    from flask import current_app

    db.session.rollback()
    current_app.logger.exception("unexpected error", exc_info=error)
    if current_app.testing:
        raise error
    return _page(500), 500
