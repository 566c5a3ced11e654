"""What no page should have to think of: requests for other hosts, and text that no database keeps."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from flask import Flask, abort, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter, ValidationError

from app.settings import Settings

#: Octets of a form without files; forms with files have limits of their own.
LARGEST_FORM = 500_000

#: Octets of a refused body that are read and thrown away before the answer.
SWALLOWED = 256 * 1024 * 1024

#: The largest whole number both databases keep in a column of numbers.
LARGEST_NUMBER = 2**31 - 1


def config(settings: Settings) -> dict[str, object]:
    """Limits of a request's body and form; in production, the only hosts answered for."""
    limits: dict[str, object] = {
        "MAX_CONTENT_LENGTH": settings.max_upload_mb * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": LARGEST_FORM,
        "MAX_FORM_PARTS": 2000,
    }
    host = urlsplit(settings.base_url).hostname
    if settings.environment == "production" and host:
        limits["TRUSTED_HOSTS"] = [host]
    return limits


class Reachable(IntegerConverter):
    """A number of an address: one beyond what a database counts to leads nowhere (404)."""

    def to_python(self, value: str) -> int:
        """The number."""
        try:
            return whole(value)
        except ValueError:
            raise ValidationError from None


def whole(text: str) -> int:
    """A number sent in a query or a form, for ``request.args.get(…, type=whole)``; ValueError where no row has it."""
    number = int(text)
    if abs(number) > LARGEST_NUMBER:
        raise ValueError("beyond what a database counts to")
    return number


def init(app: Flask) -> None:
    """Refuse unkeepable text before any page sees it; bound the numbers of addresses."""
    app.url_map.converters["int"] = Reachable
    app.before_request(_refuse_unkeepable)


def keepable(text: str) -> bool:
    """Whether both databases can keep a text: no NUL, no half of a character."""
    return "\x00" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def swallow() -> None:
    """Read what is left of a body that was refused, up to ``SWALLOWED``: a server that closes the connection on unread
    octets takes its own answer back, and the sender sees no page.
    """
    length = request.content_length
    if length is None and not request.environ.get("wsgi.input_terminated"):
        return
    whole_body = length is None or length > (request.max_content_length or 0)  # refused before a single octet was read
    source = request.environ["wsgi.input"] if whole_body else request.stream
    left = min(SWALLOWED, length or SWALLOWED)
    try:
        while left > 0 and (read := len(source.read(min(left, 1 << 16)))):
            left -= read
    except (OSError, HTTPException):
        return


def _refuse_unkeepable() -> None:
    if request.mimetype == "application/x-www-form-urlencoded" and (request.content_length or 0) > LARGEST_FORM:
        abort(413)
    if not all(keepable(text) for text in _texts()):
        abort(400)


def _texts() -> Iterator[str]:
    yield request.path
    for values in (request.args, request.form):
        for name, value in values.items(multi=True):
            yield name
            yield value
    for name, sent in request.files.items(multi=True):
        yield name
        yield sent.filename or ""
