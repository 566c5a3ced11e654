"""Days in words: each language keeps one order of day, month and year."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask

from app.i18n import day, days, instant, localized, percent, speaking
from app.models import Call

JANUARY, LATER, YEAR = date(2027, 1, 4), date(2027, 1, 17), date(2026, 12, 21)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("lang", "one", "month", "year"),
    [
        ("fr", "4 janvier 2027", "4 – 17 janvier 2027", "21 décembre 2026 – 4 janvier 2027"),
        ("ar", "4 يناير 2027", "4 – 17 يناير 2027", "21 دجنبر 2026 – 4 يناير 2027"),
        ("en", "4 January 2027", "4 – 17 January 2027", "21 December 2026 – 4 January 2027"),
    ],
)
def test_days_in_words(app: Flask, lang: str, one: str, month: str, year: str) -> None:
    with app.test_request_context(), speaking(lang):
        assert (day(JANUARY), days(JANUARY, LATER), days(YEAR, JANUARY)) == (one, month, year)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_french_double_punctuation_does_not_break(app: Flask) -> None:
    call = Call(title="Foire : « soixante » stands ; venez !", title_ar="معرض: ستون")
    with app.test_request_context(), speaking("fr"):
        assert localized(call, "title") == "Foire\u00a0: «\u00a0soixante\u00a0» stands\u00a0; venez\u00a0!"
        assert percent(0.5) == "50\u00a0%"
    with app.test_request_context(), speaking("ar"):
        assert localized(call, "title") == "معرض: ستون"
        assert instant(datetime(2026, 12, 26, 23, 59, tzinfo=UTC)) == "26 دجنبر 2026، 23:59"
