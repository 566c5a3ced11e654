"""The ledger of fairness: what each exhibitor received, season by season.

Counted from the days really held (``app.queries.held``), never kept as a sum:

* a period counts for whoever held a stand for at least half of its days (the plan of its own season knows no parts of
  a period: a gap filled late fills it whole there);
* it is *lived* once it is over, *due* while it is under way or to come;
* with the charter's policy, a period missed for more than half of the days held does not count;
* a turn counts once, with its first period that counts; lived when all its periods are over;
* points are the weight of the period times the weight of the space.

Corrections are added as they were written, with their reason. All instants and days are Morocco's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from statistics import median_low

from sqlalchemy import select
from sqlalchemy.orm import aliased, joinedload

from app.extensions import db
from app.models import (
    Attendance,
    AttendanceState,
    Call,
    CallPeriod,
    LedgerCorrection,
    MissedPeriods,
    NewcomerPolicy,
    PublishedTurn,
    Swap,
    SwapState,
)
from app.queries.held import Hold, holds

MEASURES = ("periods", "turns", "points")


@dataclass(frozen=True)
class Amount:
    """Turns, periods and points."""

    turns: int = 0
    periods: int = 0
    points: int = 0

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.turns + other.turns, self.periods + other.periods, self.points + other.points)

    def of(self, measure: str) -> int:
        """In one measure: ``periods``, ``turns`` or ``points``."""
        return int(getattr(self, measure))


@dataclass
class SeasonAccount:
    """An exhibitor's account in one call; ``call`` None: what was corrected outside any season of Dawra."""

    call: Call | None
    lived: Amount = field(default_factory=Amount)
    due: Amount = field(default_factory=Amount)
    corrected: Amount = field(default_factory=Amount)
    missed: int = 0
    absences: int = 0
    excused: int = 0
    swaps: int = 0

    @property
    def received(self) -> Amount:
        """What counts against her in the next case: lived, due and corrected."""
        return self.lived + self.due + self.corrected


@dataclass
class Account:
    """All the seasons of an exhibitor, by call id (None: outside any season)."""

    exhibitor_id: int
    seasons: dict[int | None, SeasonAccount] = field(default_factory=dict)

    def received(self, measure: str, but: int | None = None) -> int:
        """What she received in all, never under 0; ``but``: the call whose own turns and dues do not count."""
        total = Amount()
        for call_id, season in self.seasons.items():
            total += season.corrected if but is not None and call_id == but else season.received
        return max(0, total.of(measure))

    def has_past(self, but: int | None = None) -> bool:
        """Whether there is anything on her account outside one call."""
        return any(
            season.corrected != Amount() or (call_id != but and (season.received != Amount() or season.missed))
            for call_id, season in self.seasons.items()
        )


def accounts(exhibitor_ids: Collection[int], today: date) -> dict[int, Account]:
    """The accounts of these exhibitors at every site; a fixed number of queries."""
    found = {exhibitor_id: Account(exhibitor_id) for exhibitor_id in exhibitor_ids}
    held = holds(PublishedTurn.exhibitor_id.in_(found))
    calls = {hold.turn.publication.call_id: hold.turn.publication.call for hold in held}
    periods = _periods(calls)
    states = _states(found)
    for (exhibitor_id, call_id), mine in _grouped(held).items():
        season = found[exhibitor_id].seasons[call_id] = SeasonAccount(calls[call_id])
        _count(season, mine, periods[call_id], states[exhibitor_id], today)
    _add_swaps(found, calls)
    _add_corrections(found)
    return found


def _grouped(held: Iterable[Hold]) -> dict[tuple[int, int], list[Hold]]:
    groups: dict[tuple[int, int], list[Hold]] = defaultdict(list)
    for hold in held:
        groups[hold.turn.exhibitor_id, hold.turn.publication.call_id].append(hold)
    return groups


def _periods(call_ids: Collection[int]) -> dict[int, list[CallPeriod]]:
    found: dict[int, list[CallPeriod]] = defaultdict(list)
    query = select(CallPeriod).where(CallPeriod.call_id.in_(call_ids)).order_by(CallPeriod.call_id, CallPeriod.position)
    for period in db.session.scalars(query):
        found[period.call_id].append(period)
    return found


def _states(exhibitor_ids: Collection[int]) -> dict[int, dict[date, AttendanceState]]:
    found: dict[int, dict[date, AttendanceState]] = defaultdict(dict)
    query = select(Attendance.exhibitor_id, Attendance.day, Attendance.state).where(
        Attendance.exhibitor_id.in_(exhibitor_ids), Attendance.state != AttendanceState.PRESENT
    )
    for exhibitor_id, day, state in db.session.execute(query):
        found[exhibitor_id][day] = state
    return found


@dataclass
class _Period:
    """What somebody held of one period: her days, and the last turn's identity and space."""

    period: CallPeriod
    days: set[date] = field(default_factory=set)
    uid: str = ""
    weight: int = 1


def _count(
    season: SeasonAccount, mine: list[Hold], periods: list[CallPeriod], states: dict[date, AttendanceState], today: date
) -> None:
    turns: dict[str, bool] = {}
    policy = season.call.missed_periods if season.call else MissedPeriods.COUNT
    for one in _held_periods(mine, periods):
        season.absences += sum(states.get(day) is AttendanceState.ABSENT for day in one.days)
        season.excused += sum(states.get(day) is AttendanceState.EXCUSED for day in one.days)
        if 2 * len(one.days) < (one.period.ends_on - one.period.starts_on).days + 1:
            continue
        if _missed(one, states, policy):
            season.missed += 1
            continue
        over = one.period.ends_on < today
        counted = Amount(periods=1, points=one.weight * one.period.weight)
        if over:
            season.lived += counted
        else:
            season.due += counted
        turns[one.uid] = turns.get(one.uid, True) and over
    lived = sum(turns.values())
    season.lived += Amount(turns=lived)
    season.due += Amount(turns=len(turns) - lived)


def _held_periods(mine: list[Hold], periods: list[CallPeriod]) -> Iterator[_Period]:
    found: dict[int, _Period] = {}
    for hold in sorted(mine, key=lambda one: one.first):
        days = set(hold.days(hold.last))
        for period in periods:
            if inside := {day for day in days if period.starts_on <= day <= period.ends_on}:
                one = found.setdefault(period.position, _Period(period))
                one.days |= inside
                one.uid, one.weight = hold.turn.uid, hold.turn.space.weight
    yield from (found[position] for position in sorted(found))


def _missed(one: _Period, states: dict[date, AttendanceState], policy: MissedPeriods) -> bool:
    if policy is MissedPeriods.COUNT:
        return False
    kinds = [AttendanceState.EXCUSED] + [AttendanceState.ABSENT] * (policy is MissedPeriods.NEVER)
    return 2 * sum(states.get(day) in kinds for day in one.days) > len(one.days)


_mine, _other = aliased(PublishedTurn), aliased(PublishedTurn)  # once: see app.queries.held
_swaps = (
    select(Swap.call_id, _mine.exhibitor_id, _other.exhibitor_id)
    .join(_mine, _mine.id == Swap.turn_id)
    .join(_other, _other.id == Swap.other_turn_id)
    .where(Swap.state == SwapState.DONE)
)


def _add_swaps(found: dict[int, Account], calls: dict[int, Call]) -> None:
    query = _swaps.where(_mine.exhibitor_id.in_(found) | _other.exhibitor_id.in_(found))
    for call_id, one, another in db.session.execute(query):
        for exhibitor_id in (one, another):
            if exhibitor_id in found and call_id in calls:
                seasons = found[exhibitor_id].seasons
                seasons.setdefault(call_id, SeasonAccount(calls[call_id])).swaps += 1


def _add_corrections(found: dict[int, Account]) -> None:
    query = (
        select(LedgerCorrection)
        .where(LedgerCorrection.exhibitor_id.in_(found))
        .options(joinedload(LedgerCorrection.call).joinedload(Call.site))
    )
    for row in db.session.scalars(query):
        season = found[row.exhibitor_id].seasons.setdefault(row.call_id, SeasonAccount(row.call))
        season.corrected += Amount(row.turns, row.periods, row.points)


def carried(call: Call, exhibitor_ids: Collection[int], today: date, measure: str | None = None) -> dict[int, int]:
    """What each applicant of a call brings along, in the charter's measure, newcomers at the charter's level.

    This call's own turns are left out (the case counts them by itself); its corrections are not. ``measure``: another
    one than the call's (a scenario under another charter).
    """
    known = accounts(exhibitor_ids, today)
    measure = measure or str(call.charter.get("measure", "periods"))
    past = {one: found.received(measure, call.id) for one, found in known.items() if found.has_past(call.id)}
    start = newcomer_level(call.newcomers, list(past.values()))
    return {one: past.get(one, start) for one in known}


def newcomer_level(policy: NewcomerPolicy, levels: list[int]) -> int:
    """Where somebody without a past starts among those who have one; 0 where nobody has."""
    if policy is NewcomerPolicy.ZERO or not levels:
        return 0
    if policy is NewcomerPolicy.LOWEST:
        return min(levels)
    return median_low(levels) if policy is NewcomerPolicy.MEDIAN else sum(levels) // len(levels)
