"""Days in words: each language keeps one order of day, month and year; French punctuation stays with its word."""

import re
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path

import pytest
from flask import Flask

from app import catalogue, i18n
from app.i18n import day, days, instant, localized, percent, speaking
from app.models import Call
from app.planning.charter import charter_sentences
from app.planning.charter_templates import TEMPLATES
from tests.wording import plain

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


#: Where a line of French could begin with its double punctuation, or end with an opening quotation mark.
BREAKS = re.compile("\u00ab | [:;!?\u00bb]")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_french_text_of_the_house_breaks_before_its_punctuation(app: Flask) -> None:
    """Every text of the catalogue, by each of the ways a page, a form or a service words it."""
    texts = [message.id for message in catalogue.read("fr") if message.id]
    breaking = [text for text in texts if BREAKS.search(text if isinstance(text, str) else " ".join(text))]
    assert len(breaking) > 400, "there is something to hold"
    fragment = app.jinja_env.from_string("{{ gettext(text, **places) }}")
    for text in (text for text in breaking if isinstance(text, str)):
        places = dict.fromkeys(re.findall(r"%\((\w+)\)", text), 1)
        page = unescape(str(fragment.render(text=text, places=places)))
        told = (i18n.gettext(text, **places), str(i18n.lazy_gettext(text, **places)), page)
        assert not BREAKS.search(" ".join(told)), told
        assert plain(told[0]) == text % places, "the words are those of the sources"
    for one, many in (text for text in breaking if not isinstance(text, str)):
        places = dict.fromkeys(re.findall(r"%\((\w+)\)", one + many), 1)
        places.pop("num", None)
        for count in (1, 2):
            assert not BREAKS.search(i18n.ngettext(one, many, count, **places))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_schedulers_sentences_hold_too(app: Flask) -> None:
    told = [one for name in TEMPLATES for one in charter_sentences(TEMPLATES[name].build(60), "fr")]
    assert any("\u00a0:" in one for one in told)
    assert [one for one in told if BREAKS.search(one)] == []
    importers = [
        path for path in Path("app").rglob("*.py") if re.search(r"scheduler\.text import.*\brender\b", path.read_text())
    ]
    assert importers == [], "the scheduler's sentences are worded by app/planning/wording.py"
