"""Seasons are cut exactly as the page says, months by calendar, edges kept or dropped."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.planning.periods import HighSeason, Span, cut, weigh


def d(text: str) -> date:
    return date.fromisoformat(text)


def spans(*pairs: tuple[str, str]) -> list[Span]:
    return [Span(d(start), d(end)) for start, end in pairs]


def test_fortnights_start_on_the_first_day() -> None:
    season = Span(d("2027-01-06"), d("2027-02-02"))
    assert cut(season, 14, keep_partial=True) == spans(("2027-01-06", "2027-01-19"), ("2027-01-20", "2027-02-02"))


def test_days_left_over_are_a_shorter_period_or_dropped() -> None:
    season = Span(d("2027-01-04"), d("2027-01-20"))
    weeks = spans(("2027-01-04", "2027-01-10"), ("2027-01-11", "2027-01-17"))
    assert cut(season, 7, keep_partial=True) == [*weeks, Span(d("2027-01-18"), d("2027-01-20"))]
    assert cut(season, 7, keep_partial=False) == weeks


def test_months_follow_the_calendar() -> None:
    season = Span(d("2028-01-15"), d("2028-03-10"))
    leap = Span(d("2028-02-01"), d("2028-02-29"))
    assert cut(season, None, keep_partial=True) == [
        Span(d("2028-01-15"), d("2028-01-31")), leap, Span(d("2028-03-01"), d("2028-03-10")),
    ]  # fmt: skip
    assert cut(season, None, keep_partial=False) == [leap]


def test_months_pass_the_year() -> None:
    season = Span(d("2026-12-01"), d("2027-01-31"))
    assert cut(season, None, keep_partial=False) == spans(("2026-12-01", "2026-12-31"), ("2027-01-01", "2027-01-31"))


def test_one_long_period_is_cut_to_the_season() -> None:
    season = Span(d("2027-01-04"), d("2027-01-06"))
    assert cut(season, 30, keep_partial=True) == [season]
    assert cut(season, 30, keep_partial=False) == []


@pytest.mark.parametrize("days", [7, None])
def test_a_season_the_wrong_way_round_has_no_period(days: int | None) -> None:
    assert cut(Span(d("2027-02-02"), d("2027-01-01")), days, keep_partial=True) == []


def test_a_period_has_a_day() -> None:
    with pytest.raises(ValueError, match="at least one day"):
        cut(Span(d("2027-01-01"), d("2027-02-02")), 0, keep_partial=True)


@given(
    start=st.dates(d("2020-01-01"), d("2035-12-31")),
    length=st.integers(1, 800),
    days=st.one_of(st.none(), st.integers(1, 400)),
)
def test_kept_periods_tile_the_season(start: date, length: int, days: int | None) -> None:
    season = Span(start, start + timedelta(length - 1))
    periods = cut(season, days, keep_partial=True)
    assert (periods[0].start, periods[-1].end) == (season.start, season.end)
    for before, after in pairwise(periods):
        assert after.start == before.end + timedelta(1)
    full = cut(season, days, keep_partial=False)
    assert set(full) <= set(periods)
    if days is None:
        assert all(span.start.day == 1 and (span.end + timedelta(1)).day == 1 for span in full)
        assert all((span.start.year, span.start.month) == (span.end.year, span.end.month) for span in periods)
    else:
        assert all(span.length == days for span in full)
        assert len(full) == length // days


def test_half_the_days_make_a_high_period() -> None:
    periods = spans(("2027-01-04", "2027-01-17"), ("2027-01-18", "2027-01-31"), ("2027-02-01", "2027-02-14"))
    high = [
        HighSeason(Span(d("2027-01-11"), d("2027-01-23")), 3),
        HighSeason(Span(d("2027-01-01"), d("2027-01-17")), 2),
    ]
    # the first has 7 of 14 days in the dearer one, the second 6 of 14, the third none
    assert weigh(periods, high) == [3, 1, 1]
    assert weigh(periods, []) == [1, 1, 1]
