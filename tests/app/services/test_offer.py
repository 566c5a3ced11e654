"""Offers: made with the publication, answered or lapsed once, passed on in the charter's order; who is told."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.clock import now, pretending
from app.errors import NotFound, Refused, Stale
from app.extensions import db
from app.jobs import clock
from app.models import (
    ApplicationState,
    AuditEntry,
    Notice,
    Offer,
    OfferState,
    Publication,
    PublicationCause,
    PublishedTurn,
    Vacancy,
    VacancyState,
)
from app.notices.offer import answer_link
from app.planning.judge import judge
from app.queries.offer import of_ticket
from app.services import audit, offer, offer_desk, rotation, turn
from tests.factories import make_application, make_call, make_exhibitor, make_user
from tests.living import NOW, Living, held, make_living, told, user_of
from tests.plans import store_plan
from tests.wording import plain


@pytest.fixture(autouse=True)
def in_november() -> object:
    with pretending(NOW):
        yield


def ends(offer_id: int) -> list[str]:
    """The actions of the journal about an offer, in order."""
    query = select(AuditEntry.action).where(AuditEntry.subject == f"offer:{offer_id}").order_by(AuditEntry.id)
    return list(db.session.scalars(query))


def test_publication_offers_each_turn_in_the_message_that_tells_it(app: Flask) -> None:
    living = make_living()
    a, b = living.placed
    offers = {who.id: living.offer_of(who) for who in (a, b)}
    assert {one.deadline for one in offers.values()} == {NOW + timedelta(days=7)}
    notices = {one.user_id: one for one in db.session.scalars(select(Notice))}
    assert {one.kind for one in notices.values()} == {"rotation"}
    assert set(notices) == {user_of(who).id for who in (*living.placed, *living.waiting)}
    link = answer_link(offers[a.id], user_of(a))
    assert f"Dites oui ou non avant le lundi 7 décembre 2026, 09:00 (heure du Maroc) : {link}" in plain(
        notices[user_of(a).id].body
    )
    assert "/offers/" not in notices[user_of(living.waiting[0]).id].body


def test_without_offers_nobody_is_asked(app: Flask) -> None:
    make_living(offers=False)
    assert db.session.scalars(select(Offer)).all() == []


def test_accepting_confirms_the_turn_and_changes_nothing_else(app: Flask) -> None:
    living = make_living()
    a, _b = living.placed
    told()
    before = living.turns(), held()
    offer.accept(user_of(a), living.offer_of(a).id)
    assert (living.turns(), held()) == before
    accepted = living.offer_of(a, OfferState.ACCEPTED)
    assert (accepted.ended_at, accepted.ended_by_id, accepted.turn.confirmed_at) == (NOW, user_of(a).id, NOW)
    assert told() == {("offer.accepted", user_of(a).id): 1}
    assert db.session.query(Publication).count() == 1


def test_accepting_twice_is_accepting_once(app: Flask) -> None:
    living = make_living()
    a, _b = living.placed
    asked = living.offer_of(a).id
    offer.accept(user_of(a), asked)
    offer.accept(user_of(a), asked)
    assert ends(asked) == ["offer.open", "offer.accepted"]
    with pytest.raises(Refused) as refusal:
        offer.decline(user_of(a), asked)
    assert refusal.value.reasons == ("Ce tour est déjà accepté. Vous pouvez le rendre depuis votre espace.",)


def test_declining_frees_the_place_and_asks_the_first_of_the_list(app: Flask) -> None:
    living = make_living()
    a, b = living.placed
    told()
    offer.decline(user_of(a), living.offer_of(a).id)
    assert living.turns() == [(b.id, "02", 0, 1)]
    assert held() == {b.id: 7}
    publication = db.session.scalars(select(Publication).where(Publication.superseded_at.is_(None))).one()
    assert (publication.number, publication.cause, len(publication.changes["dropped"])) == (
        2, PublicationCause.RELEASED, 1,
    )  # fmt: skip
    asked = db.session.scalars(select(Offer).where(Offer.vacancy_id.is_not(None))).one()
    assert (asked.stand_id, asked.start, asked.length, asked.state) == (living.stands[0].id, 0, 1, OfferState.OPEN)
    first = asked.exhibitor
    assert first in living.waiting
    assert told() == {("offer.declined", user_of(a).id): 1, ("offer.open", user_of(first).id): 1}


def test_who_waits_takes_the_place_in_a_new_publication(app: Flask) -> None:
    living = make_living()
    a, b = living.placed
    offer.decline(user_of(a), living.offer_of(a).id)
    asked = db.session.scalars(select(Offer).where(Offer.vacancy_id.is_not(None))).one()
    first = asked.exhibitor
    told()
    offer.accept(user_of(first), asked.id)
    assert living.turns() == [(first.id, "01", 0, 1), (b.id, "02", 0, 1)]
    assert held() == {b.id: 7, first.id: 7}
    assert told() == {("offer.accepted", user_of(first).id): 1}
    publication = db.session.scalars(select(Publication).where(Publication.superseded_at.is_(None))).one()
    assert (publication.number, publication.cause, publication.published_by_id) == (
        3, PublicationCause.FILLED, user_of(first).id,
    )  # fmt: skip
    assert judge(publication.case.text, publication.plan_text).accepted
    taken = db.session.get(Offer, asked.id)
    assert (taken.turn.exhibitor_id, taken.turn.confirmed_at, taken.turn.sequence) == (first.id, NOW, 3)
    assert db.session.scalars(select(Vacancy)).one().state is VacancyState.FILLED
    assert audit.verify(living.call.site) == []


def test_an_answer_counts_to_the_last_microsecond_and_not_at_the_deadline(app: Flask) -> None:
    living = make_living()
    a, b = living.placed
    deadline = living.offer_of(a).deadline
    with pretending(deadline - timedelta(microseconds=1)):
        assert clock.tick() == 2  # the reminders
        offer.accept(user_of(a), living.offer_of(a).id)
    with pretending(deadline):
        with pytest.raises(Refused) as refusal:
            offer.accept(user_of(b), living.offer_of(b).id)
        assert plain(refusal.value.reasons) == (
            "Le délai pour répondre est passé (7 décembre 2026, 09:00:00, heure du Maroc) : la place est rendue.",
        )
        assert living.offer_of(b).state is OfferState.OPEN
        assert clock.tick() == 1
    assert living.offer_of(b, OfferState.EXPIRED).ended_at == deadline


def test_no_answer_releases_and_asks_the_next_and_doing_it_again_changes_nothing(app: Flask) -> None:
    living = make_living(placed=2, waiting=1)
    a, b = living.placed
    (c,) = living.waiting
    with pretending(NOW + timedelta(days=5)):
        clock.tick()
    told()
    with pretending(NOW + timedelta(days=7)):
        assert clock.tick() == 2
        state = living.turns(), held(), db.session.query(Publication).count(), db.session.query(AuditEntry).count()
        assert told() == {
            ("offer.expired", user_of(a).id): 1, ("offer.expired", user_of(b).id): 1, ("offer.open", user_of(c).id): 1,
            ("vacancy.open", living.boss.id): 1,
        }  # fmt: skip
        assert clock.tick() == 0
        assert offer.expire_due(living.call.id) == 0
        assert (
            living.turns(), held(), db.session.query(Publication).count(), db.session.query(AuditEntry).count()
        ) == state  # fmt: skip
    assert state[:3] == ([], {}, 2)
    assert told() == {}


def test_reminders_are_sent_once_however_long_the_worker_slept(app: Flask) -> None:
    living = make_living(reminder_days=[5, 2, 30])
    a, b = living.placed
    told()
    assert clock.tick() == 0
    with pretending(NOW + timedelta(days=2)):
        assert (clock.tick(), clock.tick()) == (2, 0)
    offer.accept(user_of(b), living.offer_of(b).id)
    told()
    with pretending(NOW + timedelta(days=6)):
        assert (clock.tick(), clock.tick()) == (1, 0)
    assert told() == {("offer.reminder", user_of(a).id): 1}
    living = make_living(reminder_days=[5, 2])
    told()
    with pretending(NOW + timedelta(days=6)):
        assert clock.tick() == 2  # once each; the one above is not reminded again


def test_without_refill_the_managers_are_told_and_choose(app: Flask) -> None:
    living = make_living(refill=False)
    a, _b = living.placed
    told()
    offer.decline(user_of(a), living.offer_of(a).id)
    assert told() == {("offer.declined", user_of(a).id): 1, ("vacancy.open", living.boss.id): 1}
    place = db.session.scalars(select(Vacancy)).one()
    asked = offer_desk.offer_vacancy(living.boss, place.id)
    assert told() == {("offer.open", user_of(asked.exhibitor).id): 1}
    with pytest.raises(Stale):
        offer_desk.offer_vacancy(living.boss, place.id)
    offer.decline(user_of(asked.exhibitor), asked.id)
    other = offer_desk.offer_vacancy(living.boss, place.id)
    assert other.exhibitor_id != asked.exhibitor_id
    offer.decline(user_of(other.exhibitor), other.id)
    with pytest.raises(Refused) as refusal:
        offer_desk.offer_vacancy(living.boss, place.id)
    assert refusal.value.reasons == ("Personne sur la liste d'attente ne peut prendre cette place.",)


def test_the_order_is_the_charters_lowest_level_first(app: Flask) -> None:
    living = make_living(placed=3, waiting=1, refill=True)
    a = living.placed[0]
    (d,) = living.waiting
    offer.decline(user_of(a), living.offer_of(a).id)
    asked = db.session.scalars(select(Offer).where(Offer.vacancy_id.is_not(None))).one()
    assert asked.exhibitor_id == d.id


def test_a_stranger_answers_nothing_and_a_manager_may_by_telephone(app: Flask) -> None:
    living = make_living()
    a, _b = living.placed
    asked = living.offer_of(a).id
    for stranger in (make_user(), user_of(living.placed[1])):
        with pytest.raises(NotFound):
            offer.accept(stranger, asked)
        with pytest.raises(NotFound):
            offer.decline(stranger, asked)
    assert offer.accept(living.boss, asked).ended_by_id == living.boss.id


def test_a_new_plan_takes_back_what_it_changes_and_keeps_the_rest(app: Flask) -> None:
    living = make_living(placed=2, waiting=2)
    a, b = living.placed
    c = living.waiting[0]
    offer.accept(user_of(a), living.offer_of(a).id)
    one, two = living.stands
    old = living.offer_of(b).id
    told()
    rotation.publish(living.boss, store_plan(living.call, [(a, one, 0, 1), (b, two, 1, 1), (c, two, 0, 1)]).id)
    assert db.session.get(Offer, old).state is OfferState.WITHDRAWN
    assert living.offer_of(a) is None
    assert (living.offer_of(b).start, living.offer_of(c).start) == (1, 0)
    assert told() == {("rotation", user_of(b).id): 1, ("rotation", user_of(c).id): 1}


def test_a_place_taken_elsewhere_is_refused_with_the_reason_and_passed_on(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    living = make_living(placed=2, waiting=2)
    a, b = living.placed
    offer.decline(user_of(a), living.offer_of(a).id)
    asked = db.session.scalars(select(Offer).where(Offer.vacancy_id.is_not(None))).one()
    other = make_call(living.call.site, living.call.places[0].space, periods=1, days=3, start=living.call.season_start)
    guest = make_exhibitor(make_user(), craft="POT-77")
    make_application(other, guest, living.call.places[0].space, state=ApplicationState.ELIGIBLE)
    rotation.publish(living.boss, store_plan(other, [(guest, living.stands[0], 0, 1)]).id)
    told()
    judged, judge = [], offer.obstacles
    monkeypatch.setattr(offer, "obstacles", lambda *known: judged.append(known) or judge(*known))
    with pytest.raises(Stale) as refusal:
        offer.accept(user_of(asked.exhibitor), asked.id)
    assert len(judged) == 1
    assert "01" in refusal.value.reasons[0]
    assert db.session.get(Offer, asked.id).state is OfferState.WITHDRAWN
    assert db.session.scalars(select(Vacancy)).one().state is VacancyState.ENDED
    assert told() == {("offer.withdrawn", user_of(asked.exhibitor).id): 1}
    assert held() == {b.id: 7, guest.id: 3}


def test_the_schema_holds_one_open_offer_and_one_end(app: Flask) -> None:
    living = make_living()
    a, _b = living.placed
    asked = living.offer_of(a)
    twin = {column.key: getattr(asked, column.key) for column in Offer.__table__.columns if column.key != "id"}
    for given in ({}, {"turn_id": None}, {"state": OfferState.ACCEPTED}, {"deadline": asked.offered_at}):
        with pytest.raises(IntegrityError):
            db.session.execute(Offer.__table__.insert().values(**{**twin, **given}))
        db.session.rollback()
    with pytest.raises(IntegrityError):
        db.session.execute(update(Offer).values(ended_at=now()))
    db.session.rollback()


def test_a_link_serves_its_own_offer_and_person_only(app: Flask) -> None:
    living = make_living()
    a = living.placed[0]
    link = answer_link(living.offer_of(a), user_of(a)).rpartition("/")[2].partition("?")[0]
    found, user = of_ticket(link)
    assert (found.id, user.id) == (living.offer_of(a).id, user_of(a).id)
    for wrong in (link[:-1], link + "x", "x", "", "é" * 50, "W10." + link.partition(".")[2]):
        assert of_ticket(wrong) is None
    user_of(a).active = False
    db.session.commit()
    assert of_ticket(link) is None
    user_of(a).active = True
    a.accounts.clear()
    db.session.commit()
    assert of_ticket(link) is None


def test_time_given_is_told_and_counts(app: Flask) -> None:
    living = make_living()
    a, _b = living.placed
    told()
    offer_desk.extend(living.boss, living.offer_of(a).id, 14)
    assert told() == {("offer.extended", user_of(a).id): 1}
    with pretending(NOW + timedelta(days=8)):
        clock.tick()
        assert offer.accept(user_of(a), living.offer_of(a).id).state is OfferState.ACCEPTED


def test_after_more_time_was_given_she_is_reminded_anew(app: Flask) -> None:
    """Reminded before the first deadline, she is reminded before the new one, once."""
    living = make_living(offer_days=7, reminder_days=[2])
    a, b = living.placed
    offer.accept(user_of(b), living.offer_of(b).id)
    told()
    sent: list[int] = []
    with pretending(NOW + timedelta(days=6)):
        assert clock.tick() == 1
        offer_desk.extend(living.boss, living.offer_of(a).id, 10)
        assert clock.tick() == 0
    for day in (13, 14, 15):
        with pretending(NOW + timedelta(days=day, hours=1)):
            sent.append(clock.tick())
    assert sent == [0, 1, 0]
    assert told() == {("offer.reminder", user_of(a).id): 2, ("offer.extended", user_of(a).id): 1}


@pytest.mark.parametrize("refill", [True, False])
def test_who_gives_a_turn_back_is_told_what_becomes_of_it(app: Flask, refill: bool) -> None:
    """Only where somebody was really asked is it said that the place is offered to somebody."""
    living = make_living(refill=refill)
    row = db.session.query(PublishedTurn).filter_by(exhibitor_id=living.placed[0].id).one()
    offer.accept(user_of(row.exhibitor), living.offer_of(row.exhibitor).id)
    turn.give_back(user_of(row.exhibitor), row.id)
    (letter,) = db.session.scalars(select(Notice).where(Notice.kind == "turn.returned"))
    assert ("La place est proposée à quelqu'un d'autre." in letter.body) is refill
    assert ("La place est libre : le site le sait" in plain(letter.body)) is not refill


def test_offers_by_hand_where_the_call_makes_none(app: Flask) -> None:
    living = make_living(offers=False)
    told()
    assert offer_desk.offer_all(living.boss, living.call.id, 3) == 2
    assert offer_desk.offer_all(living.boss, living.call.id, 3) == 0
    assert told() == {("offer.open", user_of(who).id): 1 for who in living.placed}


def test_a_declined_place_is_not_hers_again_in_the_next_case(app: Flask) -> None:
    living: Living = make_living(placed=1, waiting=0)
    (a,) = living.placed
    offer.decline(user_of(a), living.offer_of(a).id)
    with pytest.raises(AssertionError):
        store_plan(living.call, [(a, living.stands[0], 0, 1)])
    store_plan(living.call, [(a, living.stands[0], 1, 1)])
