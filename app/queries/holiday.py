"""Public holidays of Morocco: fixed ones, and Islamic ones, estimated until an administrator confirms them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from app.data import read
from app.extensions import db
from app.models import HolidayConfirmation


@dataclass(frozen=True)
class Holiday:
    """A holiday of a year, days included. ``estimate``: Islamic and not confirmed, ± 1 day. ``hijri_year`` 0: fixed."""

    code: str
    fr: str
    ar: str
    en: str
    starts_on: date
    ends_on: date
    hijri_year: int = 0
    estimate: bool = False

    @property
    def key(self) -> str:
        """What names it in a form: ``throne_day-2027-07-30``."""
        return f"{self.code}-{self.starts_on.isoformat()}"


def between(start: date, end: date) -> list[Holiday]:
    """The holidays that touch the days from ``start`` to ``end``, soonest first."""
    found = [*_fixed(range(start.year, end.year + 1)), *islamic()]
    inside = (holiday for holiday in found if holiday.starts_on <= end and holiday.ends_on >= start)
    return sorted(inside, key=lambda holiday: (holiday.starts_on, holiday.code))


def islamic() -> list[Holiday]:
    """Every Islamic holiday the estimates cover, with the confirmed days where there are, soonest first."""
    rows = db.session.scalars(select(HolidayConfirmation))
    confirmed = {(row.code, row.hijri_year): row.starts_on for row in rows}
    kinds = {kind["code"]: kind for kind in read("holidays")["islamic"]}
    return [_islamic(kinds[row["code"]], row, confirmed) for row in read("holidays")["estimates"]]


def estimate_of(code: str, hijri_year: int) -> date | None:
    """The shipped estimate of an Islamic holiday; None where there is none."""
    rows = (row for row in read("holidays")["estimates"] if (row["code"], row["hijri_year"]) == (code, hijri_year))
    return next((date.fromisoformat(row["starts_on"]) for row in rows), None)


def _fixed(years: range) -> list[Holiday]:
    return [
        _holiday(row, date(year, row["month"], row["day"])) for year in years for row in read("holidays")["fixed"]
    ]  # fmt: skip


def _islamic(kind: dict[str, Any], row: dict[str, Any], confirmed: dict[tuple[str, int], date]) -> Holiday:
    told = confirmed.get((row["code"], row["hijri_year"]))
    starts_on = told or date.fromisoformat(row["starts_on"])
    return _holiday(kind, starts_on, hijri_year=row["hijri_year"], estimate=told is None)


def _holiday(row: dict[str, Any], starts_on: date, **more: Any) -> Holiday:
    names = {lang: row[lang] for lang in ("code", "fr", "ar", "en")}
    return Holiday(**names, starts_on=starts_on, ends_on=starts_on + timedelta(days=row["days"] - 1), **more)
