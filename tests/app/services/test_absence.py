"""The rest of a no-show's turn goes to others; what was lived stays hers."""

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.clock import pretending
from app.errors import Invalid, Refused
from app.extensions import db
from app.models import (
    ApplicationState,
    AttendanceState,
    Exhibitor,
    Notice,
    Offer,
    OfferState,
    Publication,
    PublishedTurn,
    SiteRole,
    SwapPolicy,
    User,
    Vacancy,
    VacancyCause,
    VacancyState,
)
from app.queries import worklist
from app.queries.ledger import accounts
from app.services import absence, attendance, audit, offer, rotation, rotation_review, swap, turn
from app.services.attendance import Mark
from tests.app.services.test_attendance import at
from tests.factories import (
    make_application,
    make_call,
    make_exhibitor,
    make_site,
    make_space,
    make_user,
    post_form,
    sign_in,
)
from tests.living import held, told, user_of
from tests.plans import store_plan
from tests.wording import plain

FIRST = date(2027, 1, 4)
DAY = timedelta(days=1)


def test_the_rest_is_free_and_the_past_stays(app: Flask) -> None:
    site = make_site()
    hall = make_space(site, 2)
    call = make_call(site, hall, periods=4, days=7, start=FIRST, max_turn_length=3)
    manager = make_user((site, SiteRole.MANAGER))
    who = make_exhibitor(make_user())
    make_application(call, who, hall, state=ApplicationState.ELIGIBLE, max_length=3)
    with pretending(at(FIRST - 20 * DAY)):
        turn = rotation.publish(manager, store_plan(call, [(who, hall.stands[0], 0, 3)]).id).turns[0]
    missed = FIRST + 8 * DAY
    with pretending(at(missed)):
        with pytest.raises(Refused, match="après une absence notée"):
            absence.free_rest(manager, turn.id, "absente")
        attendance.note(manager, site, Mark(turn.id, missed, AttendanceState.ABSENT))
        with pytest.raises(Invalid):
            absence.free_rest(manager, turn.id, " ")
        freed = absence.free_rest(manager, turn.id, "Absente sans nouvelles")
        assert (freed.place is not None, freed.offers) == (True, ())
        place = db.session.scalars(select(Vacancy)).one()
        assert (place.cause, place.start, place.length, place.left_by_id) == (VacancyCause.ABSENT, 1, 2, who.id)
        assert (place.starts_on, place.ends_on) == (missed + 2 * DAY, FIRST + 20 * DAY)
        assert worklist.of(site, at(missed), missed).places == [(call, 1)]
        with pytest.raises(Refused):
            absence.free_rest(manager, turn.id, "encore")
    lived = accounts([who.id], FIRST + 60 * DAY)[who.id].seasons[call.id]
    assert (lived.lived.periods, lived.due.periods) == (1, 0)
    assert lived.absences == 1, "the day it was freed on was hers"
    told = list(db.session.scalars(select(Notice.body).where(Notice.kind == "attendance")))
    assert [("Absente sans nouvelles" in body) for body in told] == [False, True]
    assert audit.verify(site) == []


def late(**given: object) -> tuple[User, list[Exhibitor], PublishedTurn]:
    """A fortnight whose first holder stayed away: the next holds it from the fourth day on, told on the second."""
    site = make_site()
    hall = make_space(site, 1)
    call = make_call(site, hall, periods=4, days=14, start=FIRST, refill=True, offer_days=1, max_turns=2, **given)
    manager = make_user((site, SiteRole.MANAGER))
    people = [make_exhibitor(make_user(), craft=f"POT-{n:02d}") for n in range(4)]
    for person in people:
        make_application(call, person, hall, state=ApplicationState.ELIGIBLE)
    with pretending(at(FIRST - 20 * DAY)):
        plan = store_plan(call, [(people[0], hall.stands[0], 0, 1), (people[1], hall.stands[0], 1, 1)])
        turn = rotation.publish(manager, plan.id).turns[0]
    with pretending(at(FIRST + DAY)):
        attendance.note(manager, site, Mark(turn.id, FIRST + DAY, AttendanceState.ABSENT))
        (asked,) = absence.free_rest(manager, turn.id, "Absente").offers
        offer.accept(user_of(asked.exhibitor), asked.id)
    return manager, people, in_force()[0]


def in_force() -> list[PublishedTurn]:
    query = select(PublishedTurn).join(PublishedTurn.publication).where(Publication.superseded_at.is_(None))
    return list(db.session.scalars(query.order_by(PublishedTurn.starts_on)))


def test_a_turn_taken_up_late_is_swapped_with_the_days_it_has(app: Flask) -> None:
    _manager, people, taken = late(offers=False, swaps=SwapPolicy.FREE)
    other, who, since = people[1], taken.exhibitor, FIRST + 3 * DAY
    assert (who in people[2:], taken.starts_on) == (True, since)
    with pretending(at(FIRST + DAY)):
        asked = swap.propose(user_of(other), in_force()[1].id, taken.id)
        swap.agree(user_of(who), asked.id)
    weeks = [(one.exhibitor_id, one.starts_on, one.ends_on) for one in in_force()]
    assert weeks == [
        (other.id, since, FIRST + 13 * DAY), (who.id, FIRST + 14 * DAY, FIRST + 27 * DAY),
    ]  # fmt: skip
    assert held() == {other.id: 11, who.id: 14}, "nobody holds a day that was over"


def test_a_turn_taken_up_late_and_given_back_goes_on_from_its_day(app: Flask) -> None:
    _manager, people, taken = late(offers=False)
    with pretending(at(FIRST + DAY)):
        turn.give_back(user_of(taken.exhibitor), taken.id)
    waiting = {one.id for one in people if one not in (people[1], taken.exhibitor)}  # alike: the draw says who is first
    place = db.session.scalars(select(Vacancy).where(Vacancy.state == VacancyState.OPEN)).one()
    assert (place.cause, place.starts_on, place.ends_on) == (
        VacancyCause.RETURNED, FIRST + 3 * DAY, FIRST + 13 * DAY,
    )  # fmt: skip
    found = db.session.scalars(select(Offer).where(Offer.state == OfferState.OPEN)).one()
    assert found.exhibitor_id in waiting
    assert (found.starts_on, found.ends_on) == (FIRST + 3 * DAY, FIRST + 13 * DAY)


def test_the_rest_is_offered_at_once_in_order_and_goes_on_when_somebody_says_no(app: Flask) -> None:
    site = make_site()
    hall = make_space(site, 1)
    call = make_call(site, hall, periods=3, days=7, start=FIRST, max_turn_length=3, refill=True, offer_days=1)
    manager = make_user((site, SiteRole.MANAGER))
    people = [make_exhibitor(make_user(), craft=f"POT-{n:02d}") for n in range(3)]
    for person in people:
        make_application(call, person, hall, state=ApplicationState.ELIGIBLE, min_length=1, max_length=3)
    with pretending(at(FIRST - 20 * DAY)):
        turn = rotation.publish(manager, store_plan(call, [(people[0], hall.stands[0], 0, 3)]).id).turns[0]
    told()
    with pretending(at(FIRST + DAY)):
        attendance.note(manager, site, Mark(turn.id, FIRST + DAY, AttendanceState.ABSENT))
        freed = absence.free_rest(manager, turn.id, "Absente")
        (asked,) = freed.offers
        second = next(one for one in people[1:] if one.id != asked.exhibitor_id)
        assert asked.exhibitor_id != people[0].id
        assert (asked.start, asked.length, asked.starts_on, asked.ends_on) == (
            0, 3, FIRST + 3 * DAY, FIRST + 20 * DAY,
        )  # fmt: skip
        assert told() == {
            ("attendance", user_of(people[0]).id): 2, ("offer.open", user_of(asked.exhibitor).id): 1,
        }  # fmt: skip
    with pretending(at(FIRST + 2 * DAY) - timedelta(hours=2)):
        offer.decline(user_of(asked.exhibitor), asked.id)
        again = db.session.scalars(select(Offer).where(Offer.state == OfferState.OPEN)).one()
        assert (again.exhibitor_id, again.starts_on) == (second.id, FIRST + 4 * DAY)
        offer.accept(user_of(second), again.id)
    row = db.session.get(Offer, again.id).turn
    assert (row.exhibitor_id, row.starts_on, row.ends_on) == (second.id, FIRST + 4 * DAY, FIRST + 20 * DAY)
    assert held() == {second.id: 17}
    with pretending(at(FIRST + 5 * DAY)):  # a new plan that leaves her there changes nothing for her
        changes = rotation_review.review(store_plan(call, [(second, hall.stands[0], 0, 3)])).changes
        assert (len(changes.kept), changes.moved) == (1, [])


def test_whose_turn_may_go_waits_on_the_managers_list(app: Flask, client: FlaskClient) -> None:
    site = make_site()
    hall = make_space(site, 1)
    call = make_call(site, hall, periods=4, days=7, start=FIRST, max_turns=2, absences_running=2)
    manager = make_user((site, SiteRole.MANAGER))
    who, other = make_exhibitor(make_user()), make_exhibitor(make_user(), craft="POT-02")
    for one in (who, other):
        make_application(call, one, hall, state=ApplicationState.ELIGIBLE, max_turns=2)
    stand, home = hall.stands[0], f"/manage/{site.slug}/"
    with pretending(at(FIRST - 20 * DAY)):
        rotation.publish(manager, store_plan(call, [(who, stand, 0, 1), (other, stand, 1, 1), (who, stand, 2, 1)]).id)
    first, _next, last = in_force()
    with pretending(at(FIRST)):
        sign_in(client, manager)
        assert absence.waiting(site) == []
        attendance.note(manager, site, Mark(first.id, FIRST, AttendanceState.ABSENT))
        assert absence.waiting(site) == [first], "she is absent now"
        assert f"/manage/turns/{first.id}/presence#free" in client.get(home).get_data(as_text=True)
    with pretending(at(FIRST + DAY)):
        attendance.note(manager, site, Mark(first.id, FIRST + DAY, AttendanceState.ABSENT))
        assert absence.waiting(site) == [first, last], "the charter's two in a row"
        sign_in(client, manager)
        page = f"/manage/turns/{last.id}/presence"
        shown = plain(client.get(home).get_data(as_text=True))
        assert f"Le tour de {who.name} peut être proposé à d'autres, 6 – 10 janvier 2027" in shown
        assert f"Le tour de {who.name} peut être proposé à d'autres, 18 – 24 janvier 2027" in shown
        assert 'id="free"' in client.get(page).get_data(as_text=True), "a turn to come may go too"
        told()
        answer = post_form(client, f"/manage/turns/{last.id}/free", {"reason": "Absente"}, page=page)
        assert answer.status_code == 303
        assert (
            "18 – 24 janvier 2027" in db.session.scalars(select(Notice.body).where(Notice.kind == "attendance")).one()
        )
        place = db.session.scalars(select(Vacancy)).one()
        assert (place.start, place.starts_on, place.ends_on) == (2, FIRST + 14 * DAY, FIRST + 20 * DAY)
        assert absence.waiting(site) == [first]
        mark = Mark(first.id, FIRST + DAY, AttendanceState.PRESENT, "Erreur de saisie")
        attendance.correct(manager, site, mark)
        assert absence.waiting(site) == []
    assert audit.verify(site) == []
