"""Days in words: each language keeps one order of day, month and year."""

from datetime import date

import pytest
from flask import Flask

from app.i18n import day, days, speaking

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
