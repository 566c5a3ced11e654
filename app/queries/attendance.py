"""Who is expected on a day, what was noted, and what counts against whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import Attendance, AttendanceState, Exhibitor, Publication, PublishedTurn, Site, Space, User
from app.queries.held import DAY, Hold, holds
from app.queries.programme import stand_codes

#: How far back the day's list goes without a reason, in days.
NOTED_FREELY = 3
#: Absences further back count for no rule of a charter.
YEAR = timedelta(days=366)


@dataclass(frozen=True)
class Expected:
    """One exhibitor expected on a day; ``stands``: the numbers of her stands; ``noted`` None: nobody said yet."""

    turn: PublishedTurn
    stands: tuple[str, ...]
    noted: Attendance | None

    @property
    def state(self) -> AttendanceState | None:
        """What was noted."""
        return self.noted.state if self.noted else None


@dataclass(frozen=True)
class DayList:
    """Everybody expected at a site on a day, hall by hall."""

    day: date
    halls: tuple[tuple[Space, tuple[Expected, ...]], ...]

    @property
    def rows(self) -> list[Expected]:
        """All of them."""
        return [row for _space, rows in self.halls for row in rows]

    def count(self, *states: AttendanceState | None) -> int:
        """How many are in one of these states."""
        return sum(row.state in states for row in self.rows)


def day_list(site: Site, day: date) -> DayList:
    """The list of a day; a fixed number of queries."""
    held = [hold for hold in holds(*_on(site, day)) if hold.holds(day)]
    noted = {
        row.exhibitor_id: row
        for row in db.session.scalars(
            select(Attendance).where(Attendance.site_id == site.id, Attendance.day == day)
        )
    }  # fmt: skip
    codes = stand_codes(hold.turn for hold in held)
    rows = [
        Expected(
            hold.turn, (hold.turn.stand.code, *(codes[n] for n in hold.turn.also if n in codes)),
            noted.get(hold.turn.exhibitor_id),
        )
        for hold in held
    ]  # fmt: skip
    rows.sort(key=lambda row: (row.turn.space.code, row.turn.stand.position, row.turn.id))
    halls = groupby(rows, key=lambda row: row.turn.space)
    return DayList(day, tuple((space, tuple(group)) for space, group in halls))


def _on(site: Site, day: date) -> tuple[object, ...]:
    return Publication.site_id == site.id, PublishedTurn.starts_on <= day, PublishedTurn.ends_on >= day


def turn_by_id(turn_id: int) -> PublishedTurn | None:
    """A turn."""
    return db.session.get(PublishedTurn, turn_id)


def hold_of(turn: PublishedTurn) -> Hold | None:
    """The days a turn is really held; None when it was replaced before it began.

    A turn whose days were changed under way has a row in several publications: the days of those before are its too.
    """
    rows = {hold.turn.id: hold for hold in holds(PublishedTurn.uid == turn.uid)}
    found = rows.get(turn.id)
    for hold in sorted(rows.values(), key=lambda one: one.last, reverse=True):
        if found is not None and hold.last + DAY == found.first and hold.turn.exhibitor_id == turn.exhibitor_id:
            found = replace(found, first=hold.first)
    return found


@dataclass(frozen=True)
class Record:
    """What an exhibitor did at one site: the days she was due, and what was noted of them."""

    held: list[date] = field(default_factory=list)
    states: dict[date, AttendanceState] = field(default_factory=dict)


def missed_lately(site_id: int, today: date) -> list[PublishedTurn]:
    """The turns in force with days to come, of exhibitors noted absent at the site within a year."""
    absent = select(Attendance.exhibitor_id).where(
        Attendance.site_id == site_id, Attendance.state == AttendanceState.ABSENT, Attendance.day > today - YEAR
    )
    query = (
        select(PublishedTurn).join(PublishedTurn.publication)
        .where(
            Publication.site_id == site_id, Publication.superseded_at.is_(None), PublishedTurn.ends_on > today,
            PublishedTurn.exhibitor_id.in_(absent),
        )
        .options(
            joinedload(PublishedTurn.exhibitor), joinedload(PublishedTurn.publication).joinedload(Publication.call)
        )
        .order_by(PublishedTurn.starts_on, PublishedTurn.id)
    )  # fmt: skip
    return list(db.session.scalars(query))


def records(site_id: int, exhibitor_ids: Collection[int], until: date) -> dict[int, Record]:
    """The records of these exhibitors at a site, up to a day (included)."""
    found: dict[int, Record] = defaultdict(Record)
    at = (Publication.site_id == site_id, PublishedTurn.exhibitor_id.in_(exhibitor_ids))
    for hold in holds(*at, PublishedTurn.starts_on <= until):
        found[hold.turn.exhibitor_id].held.extend(hold.days(until))
    noted = select(Attendance.exhibitor_id, Attendance.day, Attendance.state).where(
        Attendance.site_id == site_id, Attendance.exhibitor_id.in_(exhibitor_ids), Attendance.day <= until
    )
    for exhibitor_id, day, state in db.session.execute(noted):
        found[exhibitor_id].states[day] = state
    return found


@dataclass(frozen=True)
class DayOfTurn:
    """One day of a turn that has come: what was noted, by whom."""

    day: date
    noted: Attendance | None


def days_of_turn(hold: Hold, today: date) -> list[DayOfTurn]:
    """The days of a turn up to today, latest first."""
    days = hold.days(today)
    query = select(Attendance).where(
        Attendance.exhibitor_id == hold.turn.exhibitor_id, Attendance.day.in_(days)
    )  # fmt: skip
    noted = {row.day: row for row in db.session.scalars(query)}
    return [DayOfTurn(day, noted.get(day)) for day in reversed(days)]


def names_of(user_ids: Iterable[int]) -> dict[int, str]:
    """The names of accounts."""
    query = select(User.id, User.name).where(User.id.in_(set(user_ids)))
    return {row.id: row.name for row in db.session.execute(query)}


@dataclass(frozen=True)
class Meeting:
    """An exhibitor met by her code: her turns in force that are not over, soonest first, wherever they are."""

    exhibitor: Exhibitor
    turns: list[PublishedTurn]

    @property
    def sites(self) -> list[Site]:
        """Where she is expected."""
        return list({turn.publication.site_id: turn.publication.site for turn in self.turns}.values())

    def today(self, day: date) -> list[PublishedTurn]:
        """Her turns of a day (one at most, by constraint)."""
        return [turn for turn in self.turns if turn.holds(day)]


def meeting(exhibitor_id: int, today: date) -> Meeting | None:
    """Whom a code names, with her turns to come."""
    exhibitor = db.session.get(Exhibitor, exhibitor_id)
    if exhibitor is None:
        return None
    query = (
        select(PublishedTurn)
        .join(PublishedTurn.publication)
        .where(
            PublishedTurn.exhibitor_id == exhibitor_id, Publication.superseded_at.is_(None),
            PublishedTurn.ends_on >= today,
        )
        .options(
            joinedload(PublishedTurn.publication).joinedload(Publication.site), joinedload(PublishedTurn.space),
            joinedload(PublishedTurn.stand),
        )
        .order_by(PublishedTurn.starts_on, PublishedTurn.id)
    )  # fmt: skip
    return Meeting(exhibitor, list(db.session.scalars(query)))


def noted_on(exhibitor_id: int, day: date) -> Attendance | None:
    """What was noted of somebody on a day."""
    return db.session.get(Attendance, (exhibitor_id, day))
