"""Put a message in the outbox, in the caller's transaction; the worker sends it later."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex

from flask import current_app

from app.clock import now
from app.extensions import db
from app.i18n import speaking
from app.models import Notice, Site, User

#: Words a message in the language in force: subject and body.
Wording = Callable[[], tuple[str, str]]


@dataclass(frozen=True)
class Letter:
    """A message in its reader's words, before it is in the outbox; ``key`` names the decision told."""

    kind: str
    user: User | None
    recipient: str
    language: str
    subject: str
    body: str
    site: Site | None = None
    key: str = ""


def letter(
    kind: str, to: User | str, wording: Wording, *, key: str = "", language: str | None = None, site: Site | None = None
) -> Letter:
    """Word one message in ``language``, or in its reader's; ``to`` is an account or a bare address."""
    user = to if isinstance(to, User) else None
    spoken = language or (str(user.language) if user else "fr")
    with speaking(spoken):
        subject, body = wording()
    return Letter(kind, user, user.email if user else str(to), spoken, subject[:200], body, site, key)


def send(one: Letter, due_at: datetime | None = None) -> Notice:
    """Add a letter to the outbox; the caller commits.

    The same ``key`` twice is refused by the database, so that a repeated decision sends one message.
    """
    notice = Notice(
        key=one.key or f"{one.kind}:{token_hex(16)}", kind=one.kind, site_id=one.site.id if one.site else None,
        user_id=one.user.id if one.user else None, recipient=one.recipient, language=one.language,
        subject=one.subject, body=one.body, created_at=now(), due_at=due_at or now(),
    )  # fmt: skip
    db.session.add(notice)
    return notice


def post(
    kind: str,
    to: User | str,
    wording: Wording,
    *,
    key: str = "",
    language: str | None = None,
    site: Site | None = None,
    due_at: datetime | None = None,
) -> Notice:
    """Word one message and add it to the outbox; the caller commits."""
    return send(letter(kind, to, wording, key=key, language=language, site=site), due_at)


def link(path: str) -> str:
    """A full address of ours for a message: from the settings, never from the request's Host header."""
    return str(current_app.extensions["settings"].base_url).rstrip("/") + path


def page(endpoint: str, **values: object) -> str:
    """The full address of a page for a message; needs no request."""
    return link(current_app.url_map.bind("").build(endpoint, values))
