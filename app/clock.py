"""The server's clock and Morocco's wall time.

Zone data come from the ``tzdata`` package, never from the operating system's files, which are often older:
since 2026-09-20 Africa/Casablanca is UTC+0 all year (decree 2-26-530). Turns are plain dates; only deadlines
and events have hours, kept as wall time with this zone.
"""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time

zoneinfo.reset_tzpath(to=[])
CASABLANCA = zoneinfo.ZoneInfo("Africa/Casablanca")

#: Instants that tell stale zone data: (UTC, wall hour in Casablanca).
WITNESSES = (
    (datetime(2026, 11, 23, 12, tzinfo=UTC), 12),
    (datetime(2026, 8, 1, 12, tzinfo=UTC), 13),
    (datetime(2026, 3, 1, 12, tzinfo=UTC), 12),
)


_pretended: ContextVar[datetime | None] = ContextVar("dawra_pretended_now", default=None)


def now() -> datetime:
    """This instant, aware, in UTC."""
    return _pretended.get() or datetime.now(UTC)


@contextmanager
def pretending(instant: datetime) -> Iterator[None]:
    """Make ``now()`` answer another instant: the demo's past, and tests of deadlines."""
    token = _pretended.set(instant)
    try:
        yield
    finally:
        _pretended.reset(token)


def today() -> date:
    """Today's date in Morocco."""
    return now().astimezone(CASABLANCA).date()


def local(instant: datetime) -> datetime:
    """An aware instant as Moroccan wall time."""
    return instant.astimezone(CASABLANCA)


def at_wall(day: date, hour: time) -> datetime:
    """The instant (UTC) of a Moroccan wall time."""
    return datetime.combine(day, hour, CASABLANCA).astimezone(UTC)


def stale_witnesses() -> list[str]:
    """The witness instants that this installation's zone data get wrong, as sentences; empty when sound."""
    return [
        f"{instant:%Y-%m-%dT%H:%MZ}: {local(instant):%H:%M} in Casablanca, expected {hour}:00"
        for instant, hour in WITNESSES
        if local(instant).hour != hour
    ]
