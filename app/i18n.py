"""Languages, dates and money; the only importer of Flask-Babel.

Source texts are French. ``ar`` means ``ar_MA`` (Moroccan month names, Latin digits), ``fr`` means ``fr_MA``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import Any

from babel import Locale
from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_currency, format_decimal, format_percent
from flask import Flask, g, has_request_context, request
from flask_babel import force_locale, gettext, lazy_gettext, ngettext
from flask_security import current_user

from app.catalogue import compile_stale, unbroken
from app.clock import local
from app.extensions import babel

LANGUAGES = {"fr": "Français", "ar": "العربية", "en": "English"}
LOCALES = {"fr": "fr_MA", "ar": "ar_MA", "en": "en_GB"}
COOKIE = "dawra_lang"

# Flask-Babel is untyped; these say what comes back.
_: Callable[..., str] = gettext
_l = lazy_gettext

__all__ = ["LANGUAGES", "_", "_l", "gettext", "init", "language", "lazy_gettext", "ngettext", "speaking"]


def init(app: Flask) -> None:
    """Bind Babel, the template filters and the language cookie."""
    compile_stale()
    babel.init_app(app, locale_selector=_select, default_locale="fr_MA")
    app.jinja_env.filters.update(
        day=day, day_short=day_short, days=days, instant=instant, hour=hour, money=money, number=number,
        percent=percent, localized=localized, interruption=interruption,
    )  # fmt: skip
    app.context_processor(lambda: {"lang": language(), "dir": direction(), "languages": LANGUAGES})

    @app.after_request
    def remember(response: Any) -> Any:
        if chosen := g.get("chosen_language"):
            response.set_cookie(
                COOKIE, chosen, max_age=31536000, samesite="Lax", httponly=True, secure=request.is_secure
            )
        return response


def language() -> str:
    """The language in use: ``?lang=``, else the cookie, else the account's, else French."""
    forced = g.get("forced_language") if g else None
    if forced:
        return str(forced)
    if not has_request_context():
        return "fr"
    if "language" not in g:
        g.language = _choose()
    return str(g.language)


def _choose() -> str:
    asked = request.args.get("lang", "")
    if asked in LANGUAGES:
        g.chosen_language = asked
        return asked
    kept = request.cookies.get(COOKIE, "")
    if kept in LANGUAGES:
        return kept
    return str(current_user.language) if current_user.is_authenticated else "fr"


def _select() -> str:
    return LOCALES[language()]


@contextmanager
def speaking(lang: str) -> Iterator[None]:
    """Word what is inside in another language (mails are written in the reader's)."""
    before = g.get("forced_language")
    g.forced_language = lang
    try:
        with force_locale(LOCALES[lang]):
            yield
    finally:
        g.forced_language = before


def direction() -> str:
    """``rtl`` for Arabic, else ``ltr``."""
    return "rtl" if language() == "ar" else "ltr"


def locale() -> Locale:
    """Babel's locale in use."""
    return Locale.parse(LOCALES[language()])


def day(value: date, pattern: str = "long") -> str:
    """``1 décembre 2026``; ``pattern`` is one of Babel's (full, long, medium, short) or its own letters."""
    return format_date(value, pattern, locale=locale())


def day_short(value: date) -> str:
    """``1 déc.``: day and month."""
    return format_date(value, "d MMM", locale=locale())


def days(start: date, end: date) -> str:
    """A range of days, told once where the month or year is the same: ``4 – 17 janvier 2027``."""
    if start == end:
        return day(start)
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day} – {day(end)}"
    if start.year == end.year:
        return f"{format_date(start, 'd MMMM', locale=locale())} – {day(end)}"
    return f"{day(start)} – {day(end)}"


def interruption(closed: Iterable[date]) -> str:
    """That a turn stops on some days and goes on after: ``fermé : 6 – 7 janvier 2027 ; le tour reprend ensuite``."""
    runs: list[list[date]] = []
    for one in sorted(closed):
        if runs and (one - runs[-1][1]).days == 1:
            runs[-1][1] = one
        else:
            runs.append([one, one])
    shut = _(", ").join(days(first, last) for first, last in runs)
    return _("fermé : %(days)s ; le tour reprend ensuite", days=shut)


def instant(value: datetime, pattern: str = "d MMMM yyyy, HH:mm") -> str:
    """An aware instant as Moroccan wall time."""
    if language() == "ar":
        pattern = pattern.replace(",", "،")
    return format_datetime(local(value).replace(tzinfo=None), pattern, locale=locale())


def hour(value: time) -> str:
    """``10:30``."""
    return format_time(value, "HH:mm", locale=locale())


def money(centimes: int) -> str:
    """Centimes of dirham as an amount."""
    return format_currency(centimes / 100, "MAD", locale=locale())


def number(value: float) -> str:
    """A number with the language's separators."""
    return format_decimal(value, locale=locale())


def percent(value: float) -> str:
    """A share 0–1 as a percentage."""
    return format_percent(value, "#,##0.#\u00a0%" if language() == "fr" else "#,##0.#%", locale=locale())


def localized(thing: Any, field: str = "name") -> str:
    """The Arabic twin of a field (``name_ar``) in Arabic where given; for reference data ``fr/ar/en`` columns."""
    lang = language()
    if hasattr(thing, "fr") and field == "name":
        return unbroken(str(getattr(thing, lang, "") or thing.fr))
    return unbroken(str((lang == "ar" and getattr(thing, f"{field}_ar", "")) or getattr(thing, field)))
