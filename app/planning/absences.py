"""What a call says of absences and newcomers, in plain sentences; and where an exhibitor stands before a rule bites.

An absence counts when it is noted and not excused. A day that nobody noted counts as come: what is held against a
person must have been written down. Days are counted at the call's site, across its seasons.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.i18n import _, ngettext
from app.models import AttendanceState, Call, MissedPeriods, NewcomerPolicy
from app.planning.charter import Clause


@dataclass(frozen=True)
class Standing:
    """Absences in a row and in twelve months, beside the call's limits (None: no such rule)."""

    running: int = 0
    yearly: int = 0
    running_limit: int | None = None
    yearly_limit: int | None = None

    @property
    def left_running(self) -> int | None:
        """How many more in a row until the rule bites; 0 or less once it has."""
        return None if self.running_limit is None else self.running_limit - self.running

    @property
    def left_yearly(self) -> int | None:
        """How many more until the yearly rule bites."""
        return None if self.yearly_limit is None else self.yearly_limit - self.yearly

    @property
    def reached(self) -> bool:
        """Whether a rule bites: the rest of the turns may be offered to others."""
        return any(left is not None and left <= 0 for left in (self.left_running, self.left_yearly))

    @property
    def warned(self) -> bool:
        """Whether there is something to tell before it does."""
        counted = (self.running_limit is not None and self.running) or (self.yearly_limit is not None and self.yearly)
        return bool(counted) and not self.reached

    @property
    def last_warning(self) -> bool:
        """Whether the very next absence makes a rule bite."""
        near = (self.left_running if self.running else None, self.left_yearly if self.yearly else None)
        return not self.reached and 1 in near


def standing(call: Call, held: list[date], states: Mapping[date, AttendanceState], today: date) -> Standing:
    """Where somebody stands: ``held``: the days she was due at the site, ``states``: what was noted of them."""
    past = sorted(day for day in set(held) | set(states) if day < today or (day == today and day in states))
    running = 0
    for day in reversed(past):
        state = states.get(day)
        if state is AttendanceState.EXCUSED:
            continue
        if state is not AttendanceState.ABSENT:
            break
        running += 1
    since = _year_before(today)
    yearly = sum(1 for day in past if day > since and states.get(day) is AttendanceState.ABSENT)
    return Standing(running, yearly, call.absences_running, call.absences_yearly)


def _year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year - 1, day=28)


def sentences(found: Standing) -> list[str]:
    """The rules that are near or reached, as she and the manager read them; empty while nothing counts."""
    told = []
    if found.running_limit is not None and found.running:
        told.append(_running(found.running, found.running_limit))
    if found.yearly_limit is not None and found.yearly:
        told.append(_yearly(found.yearly, found.yearly_limit))
    return told


def _bitten() -> str:
    return _("La limite de la charte est atteinte : le reste des tours peut être proposé à d'autres.")


def _running(count: int, limit: int) -> str:
    fact = ngettext("%(num)s absence sans excuse.", "%(num)s absences de suite sans excuse.", count)
    if count >= limit:
        return f"{fact} {_bitten()}"
    more = ngettext(
        "Encore %(num)s de suite, et le reste des tours peut être proposé à d'autres.",
        "Encore %(num)s de suite, et le reste des tours peut être proposé à d'autres.", limit - count,
    )  # fmt: skip
    return f"{fact} {more}"


def _yearly(count: int, limit: int) -> str:
    fact = ngettext("%(num)s absence sans excuse en douze mois.", "%(num)s absences sans excuse en douze mois.", count)
    if count >= limit:
        return f"{fact} {_bitten()}"
    more = ngettext(
        "Encore %(num)s dans l'année, et le reste des tours peut être proposé à d'autres.",
        "Encore %(num)s dans l'année, et le reste des tours peut être proposé à d'autres.", limit - count,
    )  # fmt: skip
    return f"{fact} {more}"


def clauses(call: Call) -> list[Clause]:
    """What the call says of presence, of the ledger and of newcomers."""
    return [*_absence_clauses(call), Clause("missed_periods", "", _MISSED[call.missed_periods]()),
            Clause("newcomers", "", _NEWCOMERS[call.newcomers]())]  # fmt: skip


def _absence_clauses(call: Call) -> list[Clause]:
    found = []
    if call.absences_running is not None:
        text = ngettext(
            "À %(num)s absence sans excuse, le reste des tours peut être proposé à d'autres.",
            "À %(num)s absences de suite sans excuse, le reste des tours peut être proposé à d'autres.",
            call.absences_running,
        )
        found.append(Clause("absences_running", "", text))
    if call.absences_yearly is not None:
        text = ngettext(
            "À %(num)s absence sans excuse en douze mois, le reste des tours peut être proposé à d'autres.",
            "À %(num)s absences sans excuse en douze mois, le reste des tours peut être proposé à d'autres.",
            call.absences_yearly,
        )
        found.append(Clause("absences_yearly", "", text))
    if found:
        text = _("Une absence excusée ne compte pas, ni un jour que personne n'a noté ; l'exposant est prévenu avant.")
        found.append(Clause("absences_excused", "", text))
    return found


_MISSED = {
    MissedPeriods.COUNT: lambda: _("Une période donnée compte dans le registre d'équité, même manquée."),
    MissedPeriods.UNLESS_EXCUSED: lambda: _(
        "Une période manquée plus de la moitié de ses jours, avec excuse, ne compte pas dans le registre d'équité."
    ),
    MissedPeriods.NEVER: lambda: _(
        "Une période manquée plus de la moitié de ses jours ne compte pas dans le registre d'équité."
    ),
}
_NEWCOMERS = {
    NewcomerPolicy.ZERO: lambda: _("Qui n'a encore rien reçu commence à zéro."),
    NewcomerPolicy.LOWEST: lambda: _(
        "Qui n'a encore rien reçu commence au niveau le plus bas de ceux qui ont déjà exposé."
    ),
    NewcomerPolicy.MEDIAN: lambda: _("Qui n'a encore rien reçu commence à la médiane de ceux qui ont déjà exposé."),
    NewcomerPolicy.AVERAGE: lambda: _(
        "Qui n'a encore rien reçu commence à la moyenne, arrondie vers le bas, de ceux qui ont déjà exposé."
    ),
}
