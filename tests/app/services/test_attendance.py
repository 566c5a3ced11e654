"""Attendance: one note a day, corrections with a reason, what is told, and who held which day."""

from datetime import date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.clock import CASABLANCA, at_wall, pretending
from app.errors import Invalid, Refused
from app.extensions import db
from app.models import (
    Attendance,
    AttendanceSource,
    AttendanceState,
    Call,
    Exhibitor,
    Notice,
    Publication,
    PublishedTurn,
    Site,
    Space,
    User,
)
from app.queries import attendance as queries
from app.queries.held import holds
from app.services import attendance, audit
from app.services.attendance import Mark
from tests.app.services.test_space import actions
from tests.factories import make_call, make_exhibitor, make_publication, make_site, make_space, make_user
from tests.wording import plain

FIRST = date(2027, 1, 4)
DAY = timedelta(days=1)
PRESENT, ABSENT, EXCUSED = AttendanceState


def at(day: date, hour: int = 10) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=CASABLANCA)


@pytest.fixture
def site(app: Flask) -> Site:
    return make_site()


@pytest.fixture
def hall(site: Site) -> Space:
    return make_space(site)


@pytest.fixture
def call(site: Site, hall: Space) -> Call:
    return make_call(site, hall, periods=4, start=FIRST, absences_running=4, absences_yearly=10)


@pytest.fixture
def actor(app: Flask) -> User:
    return make_user()


@pytest.fixture
def artisan(app: Flask) -> Exhibitor:
    return make_exhibitor(make_user(name="Aïcha"))


@pytest.fixture
def turn(call: Call, hall: Space, artisan: Exhibitor) -> PublishedTurn:
    return make_publication(call, (artisan, hall.stands[0], 0, 2), published_at=at(FIRST - 30 * DAY)).turns[0]


def note(actor: User, site: Site, turn: PublishedTurn, day: date, state: AttendanceState, reason: str = "") -> bool:
    with pretending(at(day)):
        return attendance.note(actor, site, Mark(turn.id, day, state, reason))


def states(exhibitor: Exhibitor) -> dict[date, AttendanceState]:
    db.session.expire_all()
    rows = db.session.scalars(select(Attendance).where(Attendance.exhibitor_id == exhibitor.id))
    return {row.day: row.state for row in rows}


def bodies() -> list[str]:
    return list(db.session.scalars(select(Notice.body).where(Notice.kind == "attendance").order_by(Notice.id)))


def test_an_arrival_is_noted_once(actor: User, site: Site, turn: PublishedTurn, artisan: Exhibitor) -> None:
    assert note(actor, site, turn, FIRST, PRESENT)
    assert not note(actor, site, turn, FIRST, PRESENT)
    assert states(artisan) == {FIRST: PRESENT}
    assert actions(site) == ["attendance.note"]
    assert bodies() == []  # nobody is disturbed for having come


def test_another_note_needs_a_correction(actor: User, site: Site, turn: PublishedTurn, artisan: Exhibitor) -> None:
    note(actor, site, turn, FIRST, PRESENT)
    with pytest.raises(Refused, match="corrigez-le avec un motif"):
        note(actor, site, turn, FIRST, ABSENT)
    assert states(artisan) == {FIRST: PRESENT}
    assert actions(site) == ["attendance.note"]


def test_an_absence_is_told_with_what_is_near(actor: User, site: Site, turn: PublishedTurn) -> None:
    note(actor, site, turn, FIRST, ABSENT)
    note(actor, site, turn, FIRST + DAY, ABSENT)
    assert "Votre absence du 4 janvier 2027" in bodies()[0]
    assert "1 absence sans excuse. Encore 3 de suite" in bodies()[0]
    assert "2 absences de suite sans excuse. Encore 2 de suite" in bodies()[1]
    assert "peut être corrigée" in bodies()[1]


def test_a_correction_says_why_and_is_told(actor: User, site: Site, turn: PublishedTurn, artisan: Exhibitor) -> None:
    note(actor, site, turn, FIRST, ABSENT)
    with pretending(at(FIRST + 20 * DAY)):
        with pytest.raises(Invalid, match="Dites pourquoi"):
            attendance.correct(actor, site, Mark(turn.id, FIRST, PRESENT, "  "))
        attendance.correct(actor, site, Mark(turn.id, FIRST, PRESENT, "Arrivée à 11 h"))
        with pytest.raises(Refused, match="déjà ce qui est noté"):
            attendance.correct(actor, site, Mark(turn.id, FIRST, PRESENT, "encore"))
    assert states(artisan) == {FIRST: PRESENT}
    assert actions(site) == ["attendance.note", "attendance.correct"]
    assert "est corrigée : vous étiez là" in plain(bodies()[1])
    assert audit.verify(site) == []


def test_a_correction_adds_and_takes_away(actor: User, site: Site, turn: PublishedTurn, artisan: Exhibitor) -> None:
    with pretending(at(FIRST + 20 * DAY)):
        attendance.correct(actor, site, Mark(turn.id, FIRST, ABSENT, "Liste sur papier"))
        assert states(artisan) == {FIRST: ABSENT}
        attendance.correct(actor, site, Mark(turn.id, FIRST, None, "Jour férié"))
    assert states(artisan) == {}
    assert "rien n'est noté ce jour-là" in bodies()[-1]


def test_an_excuse_has_a_reason_and_does_not_count(
    actor: User, site: Site, turn: PublishedTurn, call: Call, artisan: Exhibitor
) -> None:
    with pytest.raises(Invalid):
        note(actor, site, turn, FIRST, EXCUSED)
    note(actor, site, turn, FIRST, EXCUSED, "Certificat médical")
    assert "est excusée : elle ne compte pas" in plain(bodies()[0])
    assert "Encore" not in bodies()[0]


@pytest.mark.parametrize(
    ("day", "now", "why"),
    [
        (FIRST + DAY, FIRST, "pas encore venu"),
        (FIRST - DAY, FIRST, "Personne n'est attendu"),
        (FIRST + 28 * DAY, FIRST + 28 * DAY, "Personne n'est attendu"),
        (FIRST, FIRST + 4 * DAY, "depuis trop longtemps"),
    ],
)
def test_days_that_cannot_be_noted(
    actor: User, site: Site, turn: PublishedTurn, day: date, now: date, why: str
) -> None:
    with pretending(at(now)), pytest.raises(Refused, match=why):
        attendance.note(actor, site, Mark(turn.id, day, PRESENT))


def test_the_day_is_moroccos(actor: User, site: Site, turn: PublishedTurn) -> None:
    """Half past midnight in Casablanca is already the day; a minute before midnight is still the day before."""
    with pretending(at_wall(FIRST, at(FIRST, 0).time()) + timedelta(minutes=30)):
        assert attendance.note(actor, site, Mark(turn.id, FIRST, PRESENT))
    with pretending(at_wall(FIRST + DAY, at(FIRST, 0).time()) - timedelta(minutes=1)), pytest.raises(Refused):
        attendance.note(actor, site, Mark(turn.id, FIRST + DAY, PRESENT))


def test_another_sites_turn_is_not_noted(actor: User, turn: PublishedTurn) -> None:
    with pytest.raises(Refused, match="Personne n'est attendu"):
        note(actor, make_site(), turn, FIRST, PRESENT)


def test_the_rest_is_noted_in_one_go(actor: User, site: Site, hall: Space, call: Call, turn: PublishedTurn) -> None:
    other = make_exhibitor()
    call2 = make_call(site, hall, periods=1, start=FIRST)
    make_publication(call2, (other, hall.stands[1], 0, 1), published_at=at(FIRST - 30 * DAY))
    note(actor, site, turn, FIRST, ABSENT)
    with pretending(at(FIRST)):
        assert attendance.note_rest(actor, site, FIRST) == 1
        assert attendance.note_rest(actor, site, FIRST) == 0
        found = queries.day_list(site, FIRST)
    assert [(row.stands, row.state) for row in found.rows] == [(("01",), ABSENT), (("02",), PRESENT)]
    with pretending(at(FIRST + DAY)), pytest.raises(Refused, match="liste du jour"):
        attendance.note_rest(actor, site, FIRST)


def test_two_agents_at_once_leave_one_note(app: Flask, actor: User, site: Site, turn: PublishedTurn) -> None:
    db.session.commit()
    ids, outcomes, barrier = (actor.id, site.id, turn.id), [], Barrier(4)
    db.session.remove()

    def tap(state: AttendanceState) -> None:
        with app.app_context(), pretending(at(FIRST)):
            person, place = db.session.get_one(User, ids[0]), db.session.get_one(Site, ids[1])
            db.session.rollback()
            barrier.wait()
            try:
                outcomes.append(attendance.note(person, place, Mark(ids[2], FIRST, state)))
            except Refused:
                outcomes.append("refused")
            db.session.remove()

    threads = [Thread(target=tap, args=[state]) for state in (PRESENT, PRESENT, ABSENT, ABSENT)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, outcomes)) == ["False", "True", "refused", "refused"]
    assert db.session.scalar(select(func.count()).select_from(Attendance)) == 1


def test_the_source_is_kept(actor: User, site: Site, turn: PublishedTurn, artisan: Exhibitor) -> None:
    with pretending(at(FIRST)):
        attendance.note(actor, site, Mark(turn.id, FIRST, PRESENT), AttendanceSource.CODE)
    assert db.session.get_one(Attendance, (artisan.id, FIRST)).source is AttendanceSource.CODE


# Who held which day, when a rotation is replaced in the middle.


def held(exhibitor: Exhibitor) -> list[tuple[date, date]]:
    return [(hold.first, hold.last) for hold in holds(PublishedTurn.exhibitor_id == exhibitor.id)]


def supersede(publication: Publication, day: date) -> None:
    publication.superseded_at = at(day)
    for turn in publication.turns:
        for table in ("occupancy", "presence"):
            db.session.execute(db.text(f"DELETE FROM {table} WHERE turn_id = {turn.id}"))
    db.session.flush()


def test_a_day_belongs_to_the_rotation_in_force_at_its_end(call: Call, hall: Space, turn: PublishedTurn) -> None:
    old, new = turn.exhibitor, make_exhibitor()
    supersede(turn.publication, FIRST + 5 * DAY)
    make_publication(call, (new, hall.stands[0], 0, 2), published_at=at(FIRST + 5 * DAY, 15))
    assert held(old) == [(FIRST, FIRST + 4 * DAY)]
    assert held(new) == [(FIRST + 5 * DAY, FIRST + 27 * DAY)]


def test_a_rotation_recorded_late_tells_the_days_before_it(call: Call, hall: Space, artisan: Exhibitor) -> None:
    make_publication(call, (artisan, hall.stands[0], 0, 1), published_at=at(FIRST + 10 * DAY))
    assert held(artisan) == [(FIRST, FIRST + 13 * DAY)]


def test_a_rotation_replaced_on_its_first_day_was_never_lived(call: Call, hall: Space, artisan: Exhibitor) -> None:
    late = FIRST + 10 * DAY
    supersede(make_publication(call, (artisan, hall.stands[0], 0, 1), published_at=at(late)), late)
    new = make_exhibitor()
    make_publication(call, (new, hall.stands[0], 0, 1), published_at=at(late, 12))
    assert (held(artisan), held(new)) == ([], [(FIRST, FIRST + 13 * DAY)])
