"""Sentences the scheduler says: written in French, kept apart from their figures, worded at the end.

A `Message` is a French template with `{name}` places. `render` words it in fr, ar or en: the template is
looked up in `phrases/LANG.json`, whose values are a sentence, or sentences by CLDR plural category of `n`.
In Arabic, names and codes are set in Unicode isolates (the `<bdi>` of plain text).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cache, lru_cache
from pathlib import Path

LANGUAGES = ("fr", "ar", "en")
PHRASES = Path(__file__).parent / "phrases"


def N_(text: str) -> str:  # noqa: N802 (the name gettext tools look for)
    """Mark a French source sentence for translation and return it unchanged."""
    return text


@dataclass(frozen=True, slots=True)
class Message:
    """A French template with `{name}` places, and what goes there: numbers, Names, Dates, lists, Messages."""

    template: str
    params: Mapping[str, object] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Name:
    """The id of an applicant, space, stand or site; `within` is the space of a stand."""

    kind: str
    id: str
    within: str = ""


@dataclass(frozen=True, slots=True)
class Dates:
    """A stretch of days, both ends included; said as "du 4 au 17 janvier 2027"."""

    start: date
    end: date


Namer = Callable[[Name], str]


def render(message: Message, lang: str = "fr", names: Namer | None = None) -> str:
    """Word a message in a language; `names` turns an id into what people call it (default: the id)."""
    template = _phrase(message.template, lang, message.params.get("n"))
    worded = {key: _word(value, lang, names, _said(template, key)) for key, value in message.params.items()}
    return template.format_map(worded)


@lru_cache(maxsize=4096)
def _said(template: str, key: str) -> str:
    """Return the word that stands before a place in a sentence, in small letters."""
    before, place, _after = template.partition(f" {{{key}}}")
    return before.rpartition(" ")[2].strip("(«\u00a0").casefold() if place else ""


def _phrase(template: str, lang: str, count: object) -> str:
    """Return the sentence of a language, in the plural form of the count."""
    phrase = catalogue(lang).get(template, template)
    if isinstance(phrase, str):
        return phrase
    number = count if isinstance(count, int) else 0
    return phrase.get(plural(lang, number)) or phrase["other"]


@cache
def catalogue(lang: str) -> dict[str, str | dict[str, str]]:
    """Return the sentences of a language by French template; for French, only those with plural forms."""
    if lang not in LANGUAGES:
        raise ValueError(f"no language {lang!r}: one of {', '.join(LANGUAGES)}")
    found: dict[str, str | dict[str, str]] = json.loads((PHRASES / f"{lang}.json").read_text(encoding="utf-8"))
    return found


def plural(lang: str, n: int) -> str:
    """Return the CLDR plural category of a whole number (fr: its "many" of millions is not used)."""
    if lang == "fr":
        return "one" if n in (0, 1) else "other"
    if lang == "en":
        return "one" if n == 1 else "other"
    if n in (0, 1, 2):
        return ("zero", "one", "two")[n]
    return "few" if 3 <= n % 100 <= 10 else "many" if n % 100 >= 11 else "other"


def _word(value: object, lang: str, names: Namer | None, said: str = "") -> str:
    """Word one parameter; a name does not say again the word before it ("la salle Salle A": "la salle A")."""
    if isinstance(value, Message):
        return render(value, lang, names)
    if isinstance(value, Dates):
        return _dates(value, lang)
    if isinstance(value, Name):
        name = names(value) if names else value.id
        first, _space, rest = name.partition(" ")
        return _isolate(rest if rest and first.casefold() == said else name, lang)
    if isinstance(value, str):
        return _isolate(value, lang)
    if isinstance(value, Fraction):
        return _percent(value, lang)
    if isinstance(value, float):
        return _number(value, lang)
    if isinstance(value, Sequence):
        return _list([_word(item, lang, names) for item in value], lang)
    return str(value)


def _isolate(text: str, lang: str) -> str:
    """Keep a name of either direction from turning its neighbours around."""
    return f"\u2068{text}\u2069" if lang == "ar" else text


def _number(value: float, lang: str) -> str:
    """Write a number with the decimal sign of the language (Moroccan Arabic uses the comma too)."""
    text = f"{value:g}"
    return text if lang == "en" else text.replace(".", ",")


def _percent(share: Fraction, lang: str) -> str:
    """Write a share as a percentage."""
    number = _number(float(share * 100), lang)
    return f"{number}\u00a0%" if lang == "fr" else f"{number}%"


_JOINTS = {"fr": (", ", " et "), "ar": ("، ", " و"), "en": (", ", " and ")}


def _list(items: list[str], lang: str) -> str:
    """Join words with commas and a last "and"."""
    comma, last = _JOINTS[lang]
    return items[0] if len(items) == 1 else comma.join(items[:-1]) + last + items[-1] if items else "—"


MONTHS = {
    "fr": [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    "ar": [
        "يناير",
        "فبراير",
        "مارس",
        "أبريل",
        "ماي",
        "يونيو",
        "يوليوز",
        "غشت",
        "شتنبر",
        "أكتوبر",
        "نونبر",
        "دجنبر",
    ],
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
}
_SPANS = {
    "fr": ("le {0}", "du {0} au {1}"),
    "ar": ("يوم {0}", "من {0} إلى {1}"),
    "en": ("on {0}", "from {0} to {1}"),
}


@lru_cache(maxsize=4096)
def _dates(dates: Dates, lang: str) -> str:
    """Say a stretch of days, without repeating the month or the year."""
    start, end = dates.start, dates.end
    single, stretch = _SPANS[lang]
    if start == end:
        return single.format(_day(end, lang, month=True, year=True))
    same_year = start.year == end.year
    same_month = same_year and start.month == end.month
    return stretch.format(
        _day(start, lang, month=not same_month, year=not same_year), _day(end, lang, month=True, year=True)
    )


def _day(day: date, lang: str, *, month: bool, year: bool) -> str:
    """Say a day, with its month and year if asked."""
    number = "1er" if lang == "fr" and day.day == 1 else str(day.day)
    words = [number, MONTHS[lang][day.month - 1] if month else "", str(day.year) if year else ""]
    return " ".join(filter(None, words))
