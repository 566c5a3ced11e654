"""What is written down of each request and each fault: ids, never names, texts or addresses of people.

A line of a request carries its own id, the endpoint (not the path: a path may hold a link's token), the numbers in it,
the account's id, the answer and the time taken. A line of a fault carries the kinds of the exceptions and where they
were raised, not what they say: a database quotes the row it refuses.
"""

from __future__ import annotations

import sys
import time
import traceback
import uuid
from collections.abc import Iterator

import structlog
from flask import Flask, Response, g, request
from sqlalchemy import inspect

from app.settings import Settings

#: Endpoints asked again and again by machines and pages: written down only when they fail.
QUIET = ("static", "security.static", "health.process", "health.ready")


def configure(settings: Settings) -> None:
    """Lines on standard error: JSON in production, ``key=value`` elsewhere."""
    lines = settings.environment == "production"
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer() if lines else structlog.processors.LogfmtRenderer(key_order=_ORDER),
        ],
        logger_factory=lambda *_names: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )


_ORDER = ("timestamp", "level", "event")


def init(app: Flask) -> None:
    """Write a line after each request."""
    configure(app.extensions["settings"])
    app.before_request(_begin)
    app.after_request(_end)


def fault(error: BaseException) -> None:
    """Write down an exception that nobody expected."""
    structlog.get_logger().error(
        "fault",
        request=g.get("request_id", ""),
        endpoint=request.endpoint or "",
        kinds=" < ".join(type(one).__name__ for one in _chain(error)),
        raised=" < ".join(_place(one) for one in _chain(error)),
    )


def _begin() -> None:
    g.request_id = uuid.uuid4().hex[:16]
    g.request_began = time.monotonic()


def _end(response: Response) -> Response:
    response.headers.setdefault("X-Request-ID", g.get("request_id", ""))
    if request.endpoint in QUIET and response.status_code < 400:
        return response
    structlog.get_logger().info(
        "request",
        request=g.get("request_id", ""),
        method=request.method,
        endpoint=request.endpoint or "",
        **_numbers(),
        account=_account(),
        status=response.status_code,
        ms=round((time.monotonic() - g.get("request_began", time.monotonic())) * 1000),
    )
    return response


def _account() -> int | None:
    """The id of who is signed in, if the request asked for it; never a query, the database may be what failed."""
    user = g.get("_login_user")
    state = inspect(user, raiseerr=False)
    return state.identity[0] if state is not None and state.identity else None


def _numbers() -> dict[str, int]:
    """The ids in the address; texts in it (tokens, numbers of receipts) stay out."""
    return {f"arg_{name}": value for name, value in (request.view_args or {}).items() if isinstance(value, int)}


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The exception and those it came from, the newest first."""
    seen: list[BaseException] = []
    here: BaseException | None = error
    while here is not None and here not in seen:
        yield here
        seen.append(here)
        here = here.__cause__ or here.__context__


def _place(error: BaseException) -> str:
    """Where an exception was raised: our own last frames and the very last, as file:line:function."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames[:-1] if "site-packages" not in frame.filename]
    told = [*own[-3:], *frames[-1:]]
    return " > ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno}:{frame.name}" for frame in told)
