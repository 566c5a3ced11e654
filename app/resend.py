"""A form sent after the session ended: what was typed is handed back, to be sent again after signing in."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request

#: Pages whose fields are secrets: nothing of them is ever written into another page.
SECRET = ("security.", "accounts.")


def from_here() -> bool:
    """Whether a page of this installation sent the form; another site's form is never carried on."""
    if request.method != "POST" or "application/json" in request.headers.get("Accept", ""):
        return False
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin", "")
    return site == "same-origin" if site else urlsplit(origin).netloc == request.host


def kept() -> list[tuple[str, str]] | None:
    """The fields to send again, or None where that cannot be offered."""
    if not from_here() or (request.endpoint or "security.").startswith(SECRET):
        return None
    return [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
