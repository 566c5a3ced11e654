"""Static files and what a page weighs: addresses that carry a hash, far-future caching, gzip.

waitress does not compress. Pages are compressed for people who signed in too: the session cookie is ``SameSite=Lax``,
so that a foreign page cannot have them fetched with a guess inside and measure their length (BREACH).
"""

from __future__ import annotations

import gzip
import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, request

#: Seconds a browser keeps a file whose address carries its hash, and one asked for without.
FOREVER, A_DAY = 31536000, 86400
COMPRESSIBLE = ("text/", "image/svg+xml", "application/json", "application/javascript")
SMALLEST = 600


def init(app: Flask) -> None:
    """Bind the hash of addresses and the finish of answers."""
    app.url_defaults(_add_hash)
    app.after_request(_keep)
    app.after_request(_compress)


def _add_hash(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint == "static" and "filename" in values and "v" not in values:
        path = Path(str(current_app.static_folder)) / values["filename"]
        if path.is_file():
            values["v"] = _hash(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=512)
def _hash(path: Path, _changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


def _keep(response: Response) -> Response:
    if request.endpoint == "static" and response.status_code in (200, 304):
        hashed = "v" in request.args
        response.headers["Cache-Control"] = (
            f"public, max-age={FOREVER}, immutable" if hashed else f"public, max-age={A_DAY}"
        )
    return response


def _compress(response: Response) -> Response:
    if not (response.mimetype.startswith(COMPRESSIBLE) and response.mimetype != "text/event-stream"):
        return response
    response.vary.add("Accept-Encoding")
    file = request.endpoint == "static"
    if (
        response.status_code in (204, 206, 304)
        or (response.is_streamed and not file)
        or "Content-Encoding" in response.headers
        or request.accept_encodings["gzip"] <= 0
    ):
        return response
    response.direct_passthrough = False
    body = response.get_data()
    if len(body) >= SMALLEST:
        response.set_data(_gzip(body) if file else gzip.compress(body, 5, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
        if tag := response.get_etag()[0]:
            response.set_etag(tag, weak=True)
    return response


@lru_cache(maxsize=64)
def _gzip(body: bytes) -> bytes:
    return gzip.compress(body, 9, mtime=0)
