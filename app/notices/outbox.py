"""Put a message in the outbox, in the caller's transaction; the worker sends it later."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from secrets import token_hex

from flask import current_app

from app.clock import now
from app.extensions import db
from app.i18n import speaking
from app.models import Notice, Site, User

#: Words a message in the language in force: subject and body.
Wording = Callable[[], tuple[str, str]]


def post(
    kind: str,
    to: User | str,
    wording: Wording,
    *,
    key: str = "",
    language: str = "fr",
    site: Site | None = None,
    due_at: datetime | None = None,
) -> Notice:
    """Add one message, worded in its reader's language; the caller commits.

    ``to`` is an account or a bare address (then ``language`` is its reader's). ``key`` names the decision told: the
    same key twice is refused by the database, so that a repeated decision sends one message.
    """
    user = to if isinstance(to, User) else None
    spoken = str(user.language) if user else language
    with speaking(spoken):
        subject, body = wording()
    notice = Notice(
        key=key or f"{kind}:{token_hex(16)}", kind=kind, site_id=site.id if site else None,
        user_id=user.id if user else None, recipient=user.email if user else str(to), language=spoken,
        subject=subject[:200], body=body, created_at=now(), due_at=due_at or now(),
    )  # fmt: skip
    db.session.add(notice)
    return notice


def link(path: str) -> str:
    """A full address of ours for a message: from the settings, never from the request's Host header."""
    return str(current_app.extensions["settings"].base_url).rstrip("/") + path


def page(endpoint: str, **values: object) -> str:
    """The full address of a page for a message; needs no request."""
    return link(current_app.url_map.bind("").build(endpoint, values))
