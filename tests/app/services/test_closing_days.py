"""Days closed and opened again while a rotation is in force: what is on offer follows, and who was asked is told."""

from __future__ import annotations

import re
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.clock import pretending
from app.errors import Refused
from app.extensions import db
from app.models import (
    Call,
    Closure,
    ClosureReason,
    Exhibitor,
    Offer,
    OfferState,
    Publication,
    PublishedTurn,
    StoredPlan,
    Vacancy,
    VacancyState,
)
from app.queries.holiday import Holiday
from app.services import audit, board_decisions, board_history, closing_days, leftover, offer
from app.services.closure import ClosureFacts
from tests.factories import post_form, sign_in
from tests.living import NOW, Living, make_living, told, user_of
from tests.plans import store_plan
from tests.wording import plain


def free(call: Call) -> list[tuple[str, str, int, int]]:
    """(stand, cause, start, length) of the free places on offer."""
    rows = db.session.scalars(select(Vacancy).where(Vacancy.call_id == call.id, Vacancy.state == VacancyState.OPEN))
    return sorted((row.stand.code, row.cause.value, row.start, row.length) for row in rows)


def asked(call: Call) -> list[tuple[int, int, int]]:
    """(exhibitor, start, length) of the open offers of free places."""
    query = select(Offer).where(Offer.call_id == call.id, Offer.state == OfferState.OPEN, Offer.vacancy_id.is_not(None))
    return sorted((one.exhibitor_id, one.start, one.length) for one in db.session.scalars(query))


def works(living: Living, weeks: range, stand: int = 0) -> ClosureFacts:
    periods, place = living.call.periods, living.stands[stand]
    return ClosureFacts(
        periods[weeks[0]].starts_on, periods[weeks[-1]].ends_on, ClosureReason.WORKS, place.space_id, place.id
    )  # fmt: skip


def declined(**given: object) -> Living:
    """A holder of stand 01 has declined her week; the first who waits is asked about it."""
    living = make_living(**given)
    held = living.offer_of(living.placed[0])
    offer.decline(user_of(living.placed[0]), held.id)
    told()
    return living


@pytest.fixture
def early():
    with pretending(NOW):
        yield


def test_a_place_on_offer_that_closes_is_taken_back_and_told(app: Flask, early: None) -> None:
    living = declined()
    ((who, start, length),) = asked(living.call)
    assert (start, length) == (0, 1)
    assert free(living.call) == [("01", "declined", 0, 1)]
    closing_days.create(living.boss, living.call.site, works(living, range(1)))
    assert (free(living.call), asked(living.call)) == ([], [])
    ended = living.offer_of(db.session.get_one(Exhibitor, who), OfferState.WITHDRAWN)
    assert ended.reason == "shut"
    assert told() == {("offer.withdrawn", user_of(db.session.get_one(Exhibitor, who)).id): 1}
    assert audit.verify(living.call.site) == []


def test_without_it_she_is_still_asked_about_a_closed_place(
    app: Flask, early: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leftover, "shut", lambda *_given: None)
    living = declined()
    before = asked(living.call)
    closing_days.create(living.boss, living.call.site, works(living, range(1)))
    assert asked(living.call) == before != []


def test_what_stays_open_of_a_place_is_offered_anew(app: Flask, early: None) -> None:
    living = make_living()
    works_first = closing_days.create(living.boss, living.call.site, works(living, range(1, 3), stand=1))
    told()
    closing_days.delete(living.boss, works_first)
    assert free(living.call) == [("02", "opened", 1, 2)]
    ((who, start, _length),) = asked(living.call)
    assert told() == {("offer.open", user_of(db.session.get_one(Exhibitor, who)).id): 1}
    closing_days.create(living.boss, living.call.site, works(living, range(start, start + 1), stand=1))
    (left,) = {1, 2} - {start}
    assert free(living.call) == [("02", "opened", left, 1)]
    ((next_one, again, length),) = asked(living.call)
    assert (again, length) == (left, 1)
    both = told()
    assert both[("offer.withdrawn", user_of(db.session.get_one(Exhibitor, who)).id)] == 1
    assert both[("offer.open", user_of(db.session.get_one(Exhibitor, next_one)).id)] == 1
    assert both.total() == 2


def test_who_is_asked_about_days_that_stay_open_keeps_her_time(app: Flask, early: None) -> None:
    living = make_living()
    closed = closing_days.create(living.boss, living.call.site, works(living, range(1, 3), stand=1))
    closing_days.delete(living.boss, closed)
    before = ((_who, start, _length),) = asked(living.call)
    told()
    (other,) = {1, 2} - {start}
    closing_days.create(living.boss, living.call.site, works(living, range(other, other + 1), stand=1))
    assert (asked(living.call), told()) == (list(before), {})
    held = db.session.scalars(select(Offer).where(Offer.state == OfferState.OPEN, Offer.vacancy_id.is_not(None))).one()
    offer.accept(user_of(held.exhibitor), held.id)
    assert (free(living.call), asked(living.call)) == ([], []), "what is closed is no free place"


def test_of_a_place_taken_up_in_part_only_open_periods_are_left(app: Flask, early: None) -> None:
    living = make_living(periods=4, waiting=3)
    closed = closing_days.create(living.boss, living.call.site, works(living, range(1, 4), stand=1))
    closing_days.delete(living.boss, closed)
    assert free(living.call) == [("02", "opened", 1, 3)]
    ((_who, start, _length),) = asked(living.call)
    shut, left = sorted({1, 2, 3} - {start})
    closing_days.create(living.boss, living.call.site, works(living, range(shut, shut + 1), stand=1))
    held = db.session.scalars(select(Offer).where(Offer.state == OfferState.OPEN, Offer.vacancy_id.is_not(None))).one()
    offer.accept(user_of(held.exhibitor), held.id)
    assert free(living.call) == [("02", "opened", left, 1)]
    ((_next, again, length),) = asked(living.call)
    assert (again, length) == (left, 1)
    assert audit.verify(living.call.site) == []


def test_a_place_elsewhere_or_on_other_days_stays_on_offer(app: Flask, early: None) -> None:
    living = declined()
    before = asked(living.call)
    closing_days.create(living.boss, living.call.site, works(living, range(1, 2)))
    closing_days.create(living.boss, living.call.site, works(living, range(2, 3), stand=1))
    assert (free(living.call), asked(living.call), told()) == ([("01", "declined", 0, 1)], before, {})


def test_a_closure_moved_onto_a_place_takes_it_back_and_gives_the_other_days(app: Flask, early: None) -> None:
    living = declined()
    closed = closing_days.create(living.boss, living.call.site, works(living, range(1, 2)))
    closing_days.change(living.boss, closed, works(living, range(1)))
    assert free(living.call) == [("01", "opened", 1, 1)]
    assert [(start, length) for _who, start, length in asked(living.call)] == [(1, 1)]


def test_a_holiday_of_the_whole_site_takes_it_back(app: Flask, early: None) -> None:
    living = declined(placed=1, waiting=1)
    assert len(asked(living.call)) == 1
    day = living.call.periods[0].starts_on
    feast = Holiday("feast", "Fête", "عيد", "Feast", day, day)
    assert closing_days.add_holidays(living.boss, living.call.site, [feast]) == 1
    assert (free(living.call), asked(living.call)) == ([], [])


def drafted(living: Living) -> StoredPlan:
    """The rotation in force as a draft on the board."""
    rows = db.session.scalars(select(PublishedTurn).join(Publication).where(Publication.superseded_at.is_(None)))
    return store_plan(living.call, [(row.exhibitor, row.stand, row.start, row.length) for row in rows])


def test_a_closure_of_the_board_taken_back_gives_its_places_to_who_waits(app: Flask, early: None) -> None:
    living = make_living()
    draft, stand = drafted(living), living.stands[1]
    board_decisions.close(living.boss, draft.id, 0, stand.id, 1, 1, ClosureReason.WORKS)
    assert free(living.call) == []
    told()
    board_history.undo(living.boss, draft.id, 1)
    assert db.session.scalars(select(Closure)).all() == []
    assert free(living.call) == [("02", "opened", 1, 1)]
    ((who, *_when),) = asked(living.call)
    assert told() == {("offer.open", user_of(db.session.get_one(Exhibitor, who)).id): 1}
    board_history.redo(living.boss, draft.id, 2)
    assert (free(living.call), asked(living.call)) == ([], [])
    assert told() == {("offer.withdrawn", user_of(db.session.get_one(Exhibitor, who)).id): 1}
    assert audit.verify(living.call.site) == []


def test_a_closure_of_the_board_over_a_turn_in_force_changes_nothing(app: Flask, early: None) -> None:
    living = declined()
    draft, before = drafted(living), (free(living.call), asked(living.call))
    with pytest.raises(Refused):
        board_decisions.close(living.boss, draft.id, 0, living.stands[1].id, 0, 2, ClosureReason.WORKS)
    assert (free(living.call), asked(living.call), told()) == (*before, {})
    assert db.session.scalars(select(Closure)).all() == []


def test_the_manager_reads_that_somebody_was_told(client: FlaskClient, early: None) -> None:
    living = declined()
    sign_in(client, living.boss)
    site, closed = living.call.site, works(living, range(1))
    new = f"/manage/{site.slug}/closures/new"
    typed = {"place": str(closed.space_id), "starts_on": "2027-01-04", "ends_on": "2027-01-04", "reason": "works"}
    assert post_form(client, new, typed).status_code == 200, "a turn of stand 02 stands in the way: confirm"
    assert asked(living.call) != []
    answer = post_form(client, new, typed | {"confirmed": "1"}, page=new)
    assert asked(living.call) == []
    said = plain(client.get(answer.location).get_data(as_text=True))
    assert "1 proposition de place est retirée : la personne est prévenue." in said


def test_the_manager_reads_it_on_the_board_too(client: FlaskClient, early: None) -> None:
    living = declined()
    said = "1 proposition de place est retirée : la personne est prévenue."
    sign_in(client, living.boss)
    draft = store_plan(living.call, [])
    page = f"/manage/plans/{draft.id}/close"
    typed = {"stand": str(living.stands[0].id), "first": "0", "last": "0", "reason": "works", "version": "0"}
    answer = post_form(client, page, typed)
    assert (answer.status_code, asked(living.call)) == (303, [])
    assert said in plain(client.get(answer.location).get_data(as_text=True))
    board_history.undo(living.boss, draft.id, 1)
    assert len(asked(living.call)) == 1
    board_history.redo(living.boss, draft.id, 2)
    assert said in plain(client.get(f"/manage/plans/{draft.id}/").get_data(as_text=True))


def test_the_manager_reads_it_after_closing_on_holidays_too(client: FlaskClient, early: None) -> None:
    """Two holidays fall into her week: she was asked about one place."""
    living = declined(placed=1, waiting=1, start=date(2027, 1, 11))
    sign_in(client, living.boss)
    index = f"/manage/{living.call.site.slug}/closures/"
    keys = re.findall(r'name="chosen"[^>]*value="([^"]+-2027-01-1[1-7])"', client.get(index).get_data(as_text=True))
    assert len(keys) == 2
    answer = post_form(client, f"{index}holidays", {"chosen": keys}, page=index)
    assert asked(living.call) == []
    said = plain(client.get(answer.location).get_data(as_text=True))
    assert "1 proposition de place est retirée : la personne est prévenue." in said
