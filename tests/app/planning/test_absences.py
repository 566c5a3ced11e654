"""Absences: what counts, what is near, and how the charter says it."""

from datetime import date, timedelta

import pytest
from flask import Flask

from app.i18n import speaking
from app.models import AttendanceState, Call, MissedPeriods, NewcomerPolicy
from app.planning.absences import Standing, clauses, sentences, standing

PRESENT, ABSENT, EXCUSED = AttendanceState
TODAY = date(2027, 2, 1)


def call(running: int | None = 4, yearly: int | None = 10, **more: object) -> Call:
    given = {"missed_periods": MissedPeriods.COUNT, "newcomers": NewcomerPolicy.ZERO} | more
    return Call(absences_running=running, absences_yearly=yearly, **given)


def stand(*states: AttendanceState | None, last: date = TODAY - timedelta(days=1), **limits: int | None) -> Standing:
    days = [last - timedelta(days=len(states) - 1 - n) for n in range(len(states))]
    noted = {day: state for day, state in zip(days, states, strict=True) if state is not None}
    return standing(call(**limits), days, noted, TODAY)


@pytest.mark.parametrize(
    ("states", "running", "yearly"),
    [
        ((), 0, 0),
        ((ABSENT,), 1, 1),
        ((ABSENT, PRESENT, ABSENT, ABSENT), 2, 3),
        ((ABSENT, EXCUSED, ABSENT), 2, 2),  # an excuse neither counts nor wipes out
        ((ABSENT, None, ABSENT), 1, 2),  # a day nobody noted counts as come
        ((ABSENT, ABSENT, PRESENT), 0, 2),
        ((EXCUSED, EXCUSED), 0, 0),
    ],
)
def test_what_counts(states: tuple[AttendanceState | None, ...], running: int, yearly: int) -> None:
    found = stand(*states)
    assert (found.running, found.yearly) == (running, yearly)


def test_today_counts_once_it_is_noted() -> None:
    assert stand(ABSENT, ABSENT, last=TODAY).running == 2
    assert stand(ABSENT, None, last=TODAY).running == 1  # she may still come
    assert stand(ABSENT, last=TODAY + timedelta(days=1)).running == 0


def test_the_year_is_the_last_twelve_months() -> None:
    old, first = date(2026, 2, 1), date(2026, 2, 2)
    noted = {old: ABSENT, first: ABSENT}
    assert standing(call(), [old, first], noted, TODAY).yearly == 1
    leap = date(2028, 2, 29)
    assert standing(call(), [], {date(2027, 3, 1): ABSENT, date(2027, 2, 28): ABSENT}, leap).yearly == 1


@pytest.mark.parametrize(
    ("count", "warned", "last", "reached"),
    [(0, False, False, False), (1, True, False, False), (3, True, True, False), (4, False, False, True)],
)
def test_a_rule_is_told_before_it_bites(count: int, warned: bool, last: bool, reached: bool) -> None:
    found = stand(*[ABSENT] * count)
    assert (found.warned, found.last_warning, found.reached) == (warned, last, reached)


def test_without_a_rule_nothing_bites() -> None:
    found = stand(*[ABSENT] * 30, running=None, yearly=None)
    assert (found.warned, found.reached, sentences(found)) == (False, False, [])


def test_the_sentences(app: Flask) -> None:
    two, four = stand(ABSENT, ABSENT, yearly=None), stand(*[ABSENT] * 4, yearly=None)
    assert sentences(two) == [
        "2 absences de suite sans excuse. Encore 2 de suite, et le reste des tours peut être proposé à d'autres."
    ]
    assert "La limite de la charte est atteinte" in sentences(four)[0]
    with speaking("ar"):
        assert "غياب" in sentences(two)[0]
    with speaking("en"):
        assert sentences(two)[0].startswith("2 unexcused absences in a row. 2 more in a row and")


def test_a_charter_says_its_rules(app: Flask) -> None:
    said = {clause.code: clause.text for clause in clauses(call(newcomers=NewcomerPolicy.MEDIAN))}
    assert said["absences_running"].startswith("À 4 absences de suite sans excuse")
    assert said["absences_yearly"].startswith("À 10 absences sans excuse en douze mois")
    assert said["newcomers"] == "Qui n'a encore rien reçu commence à la médiane de ceux qui ont déjà exposé."
    assert [clause.code for clause in clauses(call(None, None))] == ["missed_periods", "newcomers"]
