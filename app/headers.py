"""Security headers of every answer: a strict policy, nothing inline, no foreign host."""

from __future__ import annotations

import re

from flask import Flask, Response, current_app, request

_PATH = re.compile(r"/(?:[^/\\\s\x00-\x1f][^\\\s\x00-\x1f]*)?")

POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)


def init(app: Flask) -> None:
    """Add the headers after each request."""
    app.after_request(_add)


def own_page(location: str) -> bool:
    """Whether an address is a path of this installation: one slash, nothing a browser could read as a host."""
    return bool(_PATH.fullmatch(location))


def _add(response: Response) -> Response:
    if "Location" in response.headers:
        told = response.headers["Location"]
        if told.startswith(request.host_url):  # a missing slash at the end is added with the whole address
            told = "/" + told.removeprefix(request.host_url)
        response.headers["Location"] = told if own_page(told) else "/"
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
    if current_app.extensions["settings"].environment == "production":
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if request.endpoint not in ("static", "security.static"):
        response.vary.update(("Cookie", "Accept-Language"))
        response.headers.setdefault("Cache-Control", "no-store" if "dawra" in request.cookies else "no-cache")
    return response
