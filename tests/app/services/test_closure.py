"""Closures: the days they close, what they refuse, what removing one gives back; and public holidays."""

import threading
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.errors import Invalid, NotFound, Refused
from app.extensions import db
from app.models import (
    Closure,
    ClosureReason,
    DayUse,
    HolidayConfirmation,
    Occupancy,
    Site,
    Space,
    SpaceDay,
    Stand,
    User,
)
from app.queries import holiday as holidays
from app.services import closing_days, days, holiday
from app.services.closure import ClosureFacts
from tests.app.services.test_days import MONDAY, SUNDAY, WEEK, plan_event, publish_turn
from tests.app.services.test_space import actions
from tests.factories import make_site, make_space, make_user
from tests.wording import plain

WORKS = ClosureFacts(MONDAY, SUNDAY, ClosureReason.WORKS, note="Peinture")


@pytest.fixture
def site(app: Flask) -> Site:
    return make_site()


@pytest.fixture
def actor(app: Flask) -> User:
    return make_user()


def closed(space: Space) -> list[date]:
    query = select(SpaceDay.day).where(SpaceDay.space_id == space.id, SpaceDay.use == DayUse.CLOSED)
    return list(db.session.scalars(query.order_by(SpaceDay.day)))


def test_closing_the_site_closes_every_space(site: Site, actor: User) -> None:
    one, two, other = make_space(site), make_space(site), make_space(make_site())
    closing_days.create(actor, site, WORKS)
    assert (closed(one), closed(two), closed(other)) == (WEEK, WEEK, [])
    assert actions(site) == ["closure.create"]


def test_closing_a_space_leaves_the_others_open(site: Site, actor: User) -> None:
    one, two = make_space(site), make_space(site)
    closing_days.create(actor, site, ClosureFacts(MONDAY, MONDAY, ClosureReason.EVENT, space_id=one.id))
    assert (closed(one), closed(two)) == ([MONDAY], [])


def test_removing_a_closure_frees_only_its_own_days(site: Site, actor: User) -> None:
    hall = make_space(site)
    works = closing_days.create(actor, site, WORKS)
    closing_days.create(actor, site, ClosureFacts(SUNDAY, SUNDAY, ClosureReason.HOLIDAY, space_id=hall.id))
    closing_days.delete(actor, works)
    assert closed(hall) == [SUNDAY]
    assert actions(site) == ["closure.create", "closure.create", "closure.delete"]


def test_what_is_in_the_way_is_listed_and_nothing_is_written(site: Site, actor: User) -> None:
    quiet, busy = make_space(site), make_space(site, name="Salle B")
    turn = publish_turn(busy, actor, WEEK)
    plan_event(quiet, actor, SUNDAY)
    db.session.commit()
    with pytest.raises(Refused) as refused:
        closing_days.create(actor, site, WORKS)
    assert sorted(plain(refused.value.reasons)) == [
        f"Animation « Causerie » ({quiet.name}), 10 janvier 2027.",
        f"Tour de {turn.exhibitor.name}, emplacement 01 (Salle B), 4 – 10 janvier 2027.",
    ]
    db.session.rollback()
    assert (closed(quiet), db.session.scalars(select(Closure)).all(), actions(site)) == ([], [], [])


def test_a_stand_closes_beside_a_held_one(site: Site, actor: User) -> None:
    hall = make_space(site)
    publish_turn(hall, actor, WEEK)
    first, second, _third = hall.stands
    stand = ClosureFacts(MONDAY, SUNDAY, ClosureReason.WORKS, space_id=hall.id, stand_id=second.id)
    closing_days.create(actor, site, stand)
    assert closed(hall) == []
    with pytest.raises(Refused, match="emplacement 01"):
        closing_days.create(actor, site, ClosureFacts(MONDAY, SUNDAY, ClosureReason.WORKS, hall.id, first.id))


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        (ClosureFacts(SUNDAY, MONDAY, ClosureReason.WORKS), "ends_on"),
        (ClosureFacts(MONDAY, date(2031, 1, 1), ClosureReason.WORKS), "ends_on"),
        (ClosureFacts(MONDAY, SUNDAY, ClosureReason.WORKS, space_id=999_999), "place"),
    ],
)
def test_bad_days_and_places(site: Site, actor: User, facts: ClosureFacts, field: str) -> None:
    with pytest.raises(Invalid) as invalid:
        closing_days.create(actor, site, facts)
    assert list(invalid.value.faults) == [field]


def test_a_foreign_space_or_stand_is_refused(site: Site, actor: User) -> None:
    foreign, own = make_space(make_site()), make_space(site)
    for place in ((foreign.id, None), (own.id, foreign.stands[0].id)):
        with pytest.raises(Invalid) as invalid:
            closing_days.create(actor, site, ClosureFacts(MONDAY, SUNDAY, ClosureReason.WORKS, *place))
        assert list(invalid.value.faults) == ["place"]


def test_the_same_closure_twice_is_refused(site: Site, actor: User) -> None:
    closing_days.create(actor, site, WORKS)
    with pytest.raises(Invalid, match="déjà inscrite"):
        closing_days.create(actor, site, WORKS)


def test_the_database_refuses_a_turn_in_a_closed_room_without_the_form(site: Site, actor: User) -> None:
    """The control: with the day book skipped, the constraint still holds."""
    hall = make_space(site)
    turn = publish_turn(hall, actor, [MONDAY])
    closing_days.create(actor, site, ClosureFacts(SUNDAY, SUNDAY, ClosureReason.WORKS))
    occupancy = Occupancy(
        stand_id=hall.stands[0].id, day=SUNDAY, space_id=hall.id, exhibitor_id=turn.exhibitor_id, turn_id=turn.id
    )
    db.session.add(occupancy)
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_holidays_close_the_site_in_one_go_and_twice_changes_nothing(site: Site, actor: User) -> None:
    hall = make_space(site)
    wanted = holidays.between(date(2027, 7, 1), date(2027, 8, 31))
    assert [h.code for h in wanted] == [
        "throne_day", "oued_ed_dahab", "mawlid", "king_and_people", "youth_day",
    ]  # fmt: skip
    assert closing_days.add_holidays(actor, site, wanted) == 5
    assert len(closed(hall)) == 6  # the Mawlid lasts two days
    assert closing_days.add_holidays(actor, site, wanted) == 0
    assert db.session.scalar(select(func.count()).select_from(Closure)) == 5


def test_holidays_are_all_added_or_none(site: Site, actor: User) -> None:
    hall = make_space(site)
    publish_turn(hall, actor, [date(2027, 8, 20)])
    db.session.commit()
    with pytest.raises(Refused, match="Tour de"):
        closing_days.add_holidays(actor, site, holidays.between(date(2027, 7, 1), date(2027, 8, 31)))
    db.session.rollback()
    assert (closed(hall), actions(site)) == ([], [])


def test_islamic_holidays_are_estimates_until_confirmed(app: Flask, actor: User) -> None:
    before = next(h for h in holidays.islamic() if (h.code, h.hijri_year) == ("eid_al_adha", 1448))
    assert (before.starts_on, before.ends_on, before.estimate) == (date(2027, 5, 17), date(2027, 5, 18), True)
    holiday.confirm(actor, "eid_al_adha", 1448, date(2027, 5, 16))
    after = next(h for h in holidays.islamic() if (h.code, h.hijri_year) == ("eid_al_adha", 1448))
    assert (after.starts_on, after.ends_on, after.estimate) == (date(2027, 5, 16), date(2027, 5, 17), False)
    holiday.confirm(actor, "eid_al_adha", 1448, date(2027, 5, 17))
    assert db.session.scalar(select(func.count()).select_from(HolidayConfirmation)) == 1


def test_a_far_day_or_an_unknown_holiday_is_refused(app: Flask, actor: User) -> None:
    with pytest.raises(Invalid, match="plus de 3 jours"):
        holiday.confirm(actor, "eid_al_adha", 1448, date(2026, 5, 17))
    with pytest.raises(NotFound):
        holiday.confirm(actor, "new_year", 1448, date(2027, 1, 1))


def test_a_stand_is_never_both_closed_and_given(app: Flask) -> None:
    """A closure of a stand and a publication that gives it, at once: one of the two is refused."""
    hall = make_space(make_site())
    actor = make_user()
    turn = publish_turn(hall, actor, [MONDAY])
    db.session.commit()
    site_id, actor_id, hall_id, stand_id, turn_id = hall.site_id, actor.id, hall.id, hall.stands[0].id, turn.id
    exhibitor_id = turn.exhibitor_id
    db.session.remove()
    outcome: list[str] = []
    barrier = threading.Barrier(2)

    def close() -> None:
        with app.app_context():
            barrier.wait()
            try:
                facts = ClosureFacts(SUNDAY, SUNDAY, ClosureReason.WORKS, space_id=hall_id, stand_id=stand_id)
                closing_days.create(db.session.get(User, actor_id), db.session.get(Site, site_id), facts)
                outcome.append("closed")
            except Refused:
                db.session.rollback()

    def give() -> None:
        from app.models import Presence

        with app.app_context():
            barrier.wait()
            try:
                days.open_days(hall_id, [SUNDAY], [stand_id])
                db.session.add(Presence(exhibitor_id=exhibitor_id, day=SUNDAY, site_id=site_id, turn_id=turn_id))
                db.session.flush()
                given = {"stand_id": stand_id, "space_id": hall_id, "exhibitor_id": exhibitor_id, "turn_id": turn_id}
                db.session.add(Occupancy(day=SUNDAY, **given))
                db.session.commit()
                outcome.append("given")
            except Refused:
                db.session.rollback()

    hands = [threading.Thread(target=hand) for hand in (close, give)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert len(outcome) == 1
    assert db.session.get(Stand, stand_id) is not None
