"""Cut a season in periods, and weigh them: plain dates in, plain dates out.

*Every so many days*: the first period starts on the season's first day, whatever weekday that is; the next one the
day after the last. *By month*: calendar months, so that a season that starts on the 15th begins with half a month.
Periods cut short by an edge of the season are kept shorter or dropped, as the call says.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of days, both ends included."""

    start: date
    end: date

    @property
    def length(self) -> int:
        """The number of days."""
        return (self.end - self.start).days + 1

    def shared(self, other: Span) -> int:
        """The number of days of both."""
        return max(0, (min(self.end, other.end) - max(self.start, other.start)).days + 1)


@dataclass(frozen=True, slots=True)
class HighSeason:
    """Days that are worth more: ``weight`` is the value of a period at least half of whose days lie inside."""

    days: Span
    weight: int


def cut(season: Span, days: int | None, *, keep_partial: bool) -> list[Span]:
    """The periods of a season, in order: ``days`` long each, or calendar months when ``days`` is None.

    Nothing for a season that ends before it starts; ValueError for a length under one day.
    """
    if days is not None and days < 1:
        raise ValueError("a period has at least one day")
    whole = _months(season) if days is None else _slices(season, days)
    kept = [Span(max(span.start, season.start), min(span.end, season.end)) for span in whole]
    return kept if keep_partial else [span for span, full in zip(kept, whole, strict=True) if span == full]


def _slices(season: Span, days: int) -> list[Span]:
    """Stretches of so many days that start in the season; the last may pass its end."""
    starts = range(0, season.length, days)
    return [Span(season.start + timedelta(first), season.start + timedelta(first + days - 1)) for first in starts]


def _months(season: Span) -> list[Span]:
    """The calendar months that share a day with the season."""
    return list(_each_month(season)) if season.start <= season.end else []


def _each_month(season: Span) -> Iterator[Span]:
    first = season.start.replace(day=1)
    while first <= season.end:
        last = first.replace(day=monthrange(first.year, first.month)[1])
        yield Span(first, last)
        first = last + DAY


def weigh(periods: Iterable[Span], high_seasons: Iterable[HighSeason]) -> list[int]:
    """The weight of each period: the greatest of the high seasons that hold at least half of its days, else 1."""
    known = list(high_seasons)
    return [max([1, *(high.weight for high in known if 2 * span.shared(high.days) >= span.length)]) for span in periods]
