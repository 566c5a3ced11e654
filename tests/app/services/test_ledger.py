"""The ledger: counted from the days lived, recounted day by day by another road; corrections; what is carried on."""

import random
from collections import defaultdict
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.clock import CASABLANCA, now, pretending, today
from app.errors import Invalid
from app.extensions import db
from app.models import (
    ApplicationState,
    Attendance,
    AttendanceSource,
    AttendanceState,
    Call,
    Exhibitor,
    MissedPeriods,
    NewcomerPolicy,
    Notice,
    Publication,
    Site,
    Space,
    Swap,
    SwapState,
    User,
)
from app.planning.case import freeze, to_problem
from app.queries.ledger import Amount, accounts, newcomer_level
from app.queries.ledger_page import Filters, beside_others, calls_of, site_ledger
from app.services import audit, ledger
from app.services.ledger import Correction
from tests.app.services.test_space import actions
from tests.factories import (
    make_application,
    make_call,
    make_exhibitor,
    make_publication,
    make_site,
    make_space,
    make_user,
)

FIRST = date(2027, 1, 4)
DAY = timedelta(days=1)
ABSENT, EXCUSED = AttendanceState.ABSENT, AttendanceState.EXCUSED


def at(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=CASABLANCA)


@pytest.fixture
def site(app: Flask) -> Site:
    return make_site()


@pytest.fixture
def hall(site: Site) -> Space:
    return make_space(site, weight=2)


@pytest.fixture
def call(site: Site, hall: Space) -> Call:
    return make_call(site, hall, periods=6, days=4, start=FIRST)


@pytest.fixture
def actor(app: Flask) -> User:
    return make_user()


def account(exhibitor: Exhibitor, call: Call, day: date) -> tuple[Amount, Amount]:
    season = accounts([exhibitor.id], day)[exhibitor.id].seasons[call.id]
    return season.lived, season.due


def note(exhibitor: Exhibitor, publication: Publication, days: list[date], state: AttendanceState) -> None:
    turn = next(turn for turn in publication.turns if turn.exhibitor_id == exhibitor.id)
    for day in days:
        db.session.add(
            Attendance(
                exhibitor_id=exhibitor.id, day=day, site_id=publication.site_id, turn_id=turn.id, state=state,
                source=AttendanceSource.LIST, reason="certificat", noted_at=now(), noted_by_id=make_user().id,
            )
        )  # fmt: skip
    db.session.flush()


def test_a_turn_is_due_then_lived(call: Call, hall: Space) -> None:
    who = make_exhibitor()
    call.periods[1].weight = 3
    make_publication(call, (who, hall.stands[0], 0, 2), published_at=at(FIRST - DAY))
    assert account(who, call, FIRST) == (Amount(), Amount(1, 2, 2 * 1 + 2 * 3))
    assert account(who, call, FIRST + 3 * DAY) == (Amount(), Amount(1, 2, 8))  # the last day of the first period
    assert account(who, call, FIRST + 4 * DAY) == (Amount(0, 1, 2), Amount(1, 1, 6))
    assert account(who, call, FIRST + 8 * DAY) == (Amount(1, 2, 8), Amount())


def drop(publication: Publication, day: date) -> None:
    publication.superseded_at = at(day)
    for turn in publication.turns:
        for table in ("occupancy", "presence"):
            db.session.execute(db.text(f"DELETE FROM {table} WHERE turn_id = {turn.id}"))
    db.session.flush()


@pytest.mark.parametrize(("left_on", "first", "second"), [(1, 0, 1), (2, 1, 1), (3, 1, 0)])
def test_a_period_counts_for_who_held_half_of_it(
    call: Call, hall: Space, left_on: int, first: int, second: int
) -> None:
    """Of four days: one and three, two and two (both held half), three and one."""
    old, new = make_exhibitor(), make_exhibitor()
    drop(make_publication(call, (old, hall.stands[0], 0, 1), published_at=at(FIRST - DAY)), FIRST + left_on * DAY)
    make_publication(call, (new, hall.stands[0], 0, 1), published_at=at(FIRST + left_on * DAY, 12))
    end = FIRST + 10 * DAY
    assert (account(old, call, end)[0].periods, account(new, call, end)[0].periods) == (first, second)


@pytest.mark.parametrize(
    ("policy", "state", "days", "counted"),
    [
        (MissedPeriods.COUNT, ABSENT, 4, 1),
        (MissedPeriods.UNLESS_EXCUSED, ABSENT, 4, 1),
        (MissedPeriods.UNLESS_EXCUSED, EXCUSED, 3, 0),
        (MissedPeriods.UNLESS_EXCUSED, EXCUSED, 2, 1),  # half is not more than half
        (MissedPeriods.NEVER, ABSENT, 3, 0),
        (MissedPeriods.NEVER, EXCUSED, 3, 0),
    ],
)
def test_a_missed_period_counts_as_the_charter_says(
    call: Call, hall: Space, policy: MissedPeriods, state: AttendanceState, days: int, counted: int
) -> None:
    who = make_exhibitor()
    call.missed_periods = policy
    publication = make_publication(call, (who, hall.stands[0], 0, 1), published_at=at(FIRST - DAY))
    note(who, publication, [FIRST + n * DAY for n in range(days)], state)
    season = accounts([who.id], FIRST + 9 * DAY)[who.id].seasons[call.id]
    assert (season.lived, season.missed) == (Amount(counted, counted, 2 * counted), 1 - counted)
    assert (season.absences, season.excused) == ((days, 0) if state is ABSENT else (0, days))


# The invariant: the ledger is the turns lived, recounted by another road.


def in_force(publications: list[tuple[datetime, dict]], day: date) -> dict:
    """Who holds what at the end of a day: the last rotation published by then; before the first one, the first."""
    known = [turns for published, turns in publications if published.astimezone(CASABLANCA).date() <= day]
    if known:
        return known[-1]
    beginning = publications[0][0].astimezone(CASABLANCA).date()
    return [turns for published, turns in publications if published.astimezone(CASABLANCA).date() == beginning][-1]


def recount(publications: list[tuple[datetime, dict]], absent: dict, call: Call, today: date) -> dict[int, int]:
    """Periods lived by exhibitor: walk the calendar day by day, no query."""
    days: dict[tuple[int, int], list[date]] = defaultdict(list)
    for number, period in enumerate(call.periods):
        for n in range(4):
            day = period.starts_on + n * DAY
            for exhibitor_id, (start, length) in in_force(publications, day).items():
                if start <= number < start + length:
                    days[exhibitor_id, number].append(day)
    found: dict[int, int] = defaultdict(int)
    for (exhibitor_id, number), held in days.items():
        over = call.periods[number].starts_on + 3 * DAY < today
        missed = sum(day in absent.get(exhibitor_id, ()) for day in held)
        if over and len(held) >= 2 and missed <= len(held) / 2:
            found[exhibitor_id] += 1
    return found


@pytest.mark.parametrize("seed", range(8))
def test_the_ledger_is_the_turns_lived(call: Call, hall: Space, seed: int) -> None:
    rng = random.Random(seed)
    call.missed_periods = MissedPeriods.NEVER
    people = [make_exhibitor() for _n in range(5)]
    moments = sorted(FIRST + rng.randint(-3, 22) * DAY for _n in range(rng.randint(1, 4)))
    story: list[tuple[datetime, dict]] = []
    publication = None
    for hour, day in enumerate(moments):
        if publication is not None:
            drop(publication, day)
            publication.superseded_at = at(day, 1 + hour)
        turns, placed = [], {}
        for stand, who in zip(hall.stands, rng.sample(people, len(hall.stands)), strict=True):
            start = rng.randint(0, 5)
            length = rng.randint(1, 6 - start)
            turns.append((who, stand, start, length))
            placed[who.id] = (start, length)
        publication = make_publication(call, *turns, published_at=at(day, 1 + hour))
        story.append((at(day, 1 + hour), placed))
    absent: dict[int, set[date]] = defaultdict(set)
    for who in people:
        held = [one for one in publication.turns if one.exhibitor_id == who.id]
        days = (
            [held[0].starts_on + n * DAY for n in range((held[0].ends_on - held[0].starts_on).days + 1)] if held else []
        )
        missing = [day for day in days if rng.random() < 0.4]
        absent[who.id] |= set(missing)
        note(who, publication, missing, ABSENT) if missing else None
    for day in (FIRST + 5 * DAY, FIRST + 13 * DAY, FIRST + 40 * DAY):
        known = accounts([who.id for who in people], day)
        told = {
            who.id: known[who.id].seasons[call.id].lived.periods if call.id in known[who.id].seasons else 0
            for who in people
        }
        expected = recount(story, absent, call, day)
        assert told == {who.id: expected[who.id] for who in people}, f"seed {seed}, {day}"


def test_the_recount_sees_a_wrong_ledger(call: Call, hall: Space) -> None:
    """The control: counting every publication's turns, as if nothing were ever replaced, is told apart."""
    old, new = make_exhibitor(), make_exhibitor()
    drop(make_publication(call, (old, hall.stands[0], 0, 3), published_at=at(FIRST - DAY)), FIRST + 4 * DAY)
    make_publication(call, (new, hall.stands[0], 0, 3), published_at=at(FIRST + 4 * DAY, 12))
    story = [(at(FIRST - DAY), {old.id: (0, 3)}), (at(FIRST + 4 * DAY, 12), {new.id: (0, 3)})]
    end = FIRST + 30 * DAY
    assert recount(story, {}, call, end) == {old.id: 1, new.id: 2}
    naive = {one.id: 3 for one in (old, new)}
    assert recount(story, {}, call, end) != naive
    told = {one.id: accounts([one.id], end)[one.id].seasons[call.id].lived.periods for one in (old, new)}
    assert told == {old.id: 1, new.id: 2}


# Corrections, and what is carried into the next case.


def retained(call: Call, hall: Space, who: Exhibitor) -> Exhibitor:
    make_application(call, who, hall, state=ApplicationState.ELIGIBLE)
    return who


def received(call: Call) -> dict[int, int]:
    return {int(one["id"][1:]): one["received"] for one in to_problem(call)["applicants"]}


def test_a_correction_counts_is_told_and_audited(site: Site, hall: Space, call: Call, actor: User) -> None:
    who = retained(call, hall, make_exhibitor(make_user()))
    given = Correction(turns=1, periods=3, points=6, reason="Saison 2025, registre papier")
    ledger.correct(actor, site, who, given)
    assert received(call) == {who.id: 3}
    assert actions(site) == ["ledger.correct"]
    assert audit.verify(site) == []
    body = db.session.scalars(select(Notice.body)).one()
    assert "+1 tour, +3 périodes, +6 points" in body
    assert "Saison 2025, registre papier" in body
    ledger.correct(actor, site, who, Correction(periods=-5, call_id=call.id, reason="Compté deux fois"))
    assert received(call) == {who.id: 0}  # never under zero


@pytest.mark.parametrize(
    ("given", "faults"),
    [
        (Correction(reason="rien"), {"periods"}),
        (Correction(periods=1, reason="  "), {"reason"}),
        (Correction(turns=1001, reason="trop"), {"turns"}),
        (Correction(periods=1, call_id=99_999, reason="ailleurs"), {"call_id"}),
    ],
)
def test_corrections_refused(site: Site, actor: User, given: Correction, faults: set[str]) -> None:
    with pytest.raises(Invalid) as invalid:
        ledger.correct(actor, site, make_exhibitor(), given)
    assert set(invalid.value.faults) == faults
    assert actions(site) == []


def test_what_is_carried_on_does_not_drift_with_the_days(site: Site, hall: Space, call: Call) -> None:
    """Lived or due, a period given counts: a plan is not made stale by the passing of time."""
    who = retained(call, hall, make_exhibitor())
    other = make_call(site, hall, periods=3, days=7, start=date(2027, 6, 7))
    make_publication(other, (who, hall.stands[0], 0, 2), published_at=at(FIRST))
    told = []
    for day in (date(2027, 5, 1), date(2027, 6, 10), date(2027, 6, 15), date(2028, 1, 1)):
        with pretending(at(day)):
            told.append((received(call), freeze(call)[1]))
    assert told == [({who.id: 2}, told[0][1])] * 4


@pytest.mark.parametrize(
    ("policy", "level"),
    [
        (NewcomerPolicy.ZERO, 0),
        (NewcomerPolicy.LOWEST, 1),
        (NewcomerPolicy.MEDIAN, 2),
        (NewcomerPolicy.AVERAGE, 3),
    ],
)
def test_newcomers_start_where_the_charter_says(
    site: Site, hall: Space, call: Call, actor: User, policy: NewcomerPolicy, level: int
) -> None:
    call.newcomers = policy
    old = [retained(call, hall, make_exhibitor()) for _n in range(4)]
    for who, periods in zip(old, (1, 2, 4, 8), strict=True):
        ledger.correct(actor, site, who, Correction(periods=periods, reason="avant"))
    new = retained(call, hall, make_exhibitor())
    assert received(call) == {old[0].id: 1, old[1].id: 2, old[2].id: 4, old[3].id: 8, new.id: level}


def test_where_nobody_has_a_past_everybody_starts_at_zero() -> None:
    assert [newcomer_level(policy, []) for policy in NewcomerPolicy] == [0, 0, 0, 0]


def test_this_calls_own_turns_are_not_carried_into_it(hall: Space, call: Call) -> None:
    who = retained(call, hall, make_exhibitor())
    call.newcomers = NewcomerPolicy.AVERAGE
    make_publication(call, (who, hall.stands[0], 0, 2), published_at=at(FIRST - DAY))
    assert received(call) == {who.id: 0}


# The pages' reading.


def test_the_manager_reads_the_worst_off_first(site: Site, hall: Space, call: Call) -> None:
    one, two, none = (retained(call, hall, make_exhibitor(name=name)) for name in ("Un", "Deux", "Rien"))
    make_publication(
        call, (one, hall.stands[0], 0, 1), (two, hall.stands[1], 0, 3), published_at=at(FIRST - DAY)
    )  # fmt: skip
    found = site_ledger(site, calls_of(site), Filters(call.id), FIRST + 40 * DAY)
    assert [(line.exhibitor.name, line.total.periods) for line in found.lines] == [("Rien", 0), ("Un", 1), ("Deux", 3)]
    assert (found.average, found.everybody) == (4 / 3, 3)
    found = site_ledger(site, calls_of(site), Filters(text="déux"), FIRST)
    assert [line.exhibitor.name for line in found.lines] == ["Deux"]
    assert site_ledger(site, calls_of(site), Filters(absent=True), FIRST).lines == []
    assert none.name == "Rien"


def test_she_reads_hers_beside_the_average(site: Site, hall: Space, call: Call) -> None:
    one, two = (retained(call, hall, make_exhibitor()) for _n in range(2))
    make_publication(
        call, (one, hall.stands[0], 0, 1), (two, hall.stands[1], 0, 3), published_at=at(FIRST - DAY)
    )  # fmt: skip
    (mine,) = beside_others(one, FIRST)
    assert (mine.mine, mine.average, mine.people, mine.most) == (1, 2.0, 2, 3)


def test_swaps_done_are_counted_for_both(hall: Space, call: Call) -> None:
    one, two = make_exhibitor(), make_exhibitor()
    turns = make_publication(call, (one, hall.stands[0], 0, 1), (two, hall.stands[1], 1, 1)).turns
    for state in (SwapState.DONE, SwapState.DECLINED):
        db.session.add(
            Swap(
                call_id=call.id, turn_id=turns[0].id, other_turn_id=turns[1].id, state=state, proposed_at=now(),
                proposed_by_id=make_user().id, deadline=now() + DAY, ended_at=now(),
            )
        )  # fmt: skip
    db.session.flush()
    known = accounts([one.id, two.id], today())
    assert [known[who.id].seasons[call.id].swaps for who in (one, two)] == [1, 1]
