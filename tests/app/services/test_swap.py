"""Swaps, turns given back, the waiting list left: checked before anybody is asked, done once, told aright."""

from datetime import timedelta

import icalendar
import pytest
from flask import Flask
from sqlalchemy import select

from app.clock import pretending
from app.errors import NotFound, Refused, Stale
from app.exports.ical import exhibitor_feed
from app.extensions import db
from app.jobs import clock
from app.models import (
    Application,
    AuditEntry,
    Closure,
    ClosureReason,
    Exhibitor,
    Offer,
    OfferState,
    Publication,
    PublicationCause,
    PublishedTurn,
    StoredPlan,
    Swap,
    SwapPolicy,
    SwapState,
)
from app.planning.judge import judge
from app.planning.waiting import waiting_list
from app.services import decision, offer, offer_desk, rotation, swap, turn
from tests.factories import make_user
from tests.living import NOW, START, Living, held, make_living, told, user_of
from tests.plans import store_plan
from tests.wording import plain


@pytest.fixture(autouse=True)
def in_november() -> object:
    with pretending(NOW):
        yield


def make_pair(policy: SwapPolicy = SwapPolicy.FREE, **given: object) -> tuple[Living, int, int]:
    """A on stand 01 in week 1, B on stand 01 in week 2 (one stand), both confirmed; their turns."""
    living = make_living(placed=2, stands=1, swaps=policy, **{"waiting": 0, "offers": False, **given})
    told()
    rows = {row.exhibitor_id: row.id for row in db.session.scalars(select(PublishedTurn))}
    return living, rows[living.placed[0].id], rows[living.placed[1].id]


def test_a_swap_the_call_lets_pass_is_done_when_the_other_says_yes(app: Flask) -> None:
    living, mine, theirs = make_pair()
    a, b = living.placed
    uids = {row.exhibitor_id: row.uid for row in db.session.scalars(select(PublishedTurn))}
    asked = swap.propose(user_of(a), mine, theirs)
    assert told() == {("swap.asked", user_of(b).id): 1}
    assert living.turns() == [(a.id, "01", 0, 1), (b.id, "01", 1, 1)]
    swap.agree(user_of(b), asked.id)
    assert living.turns() == [(b.id, "01", 0, 1), (a.id, "01", 1, 1)]
    assert held() == {a.id: 7, b.id: 7}
    assert told() == {("swap.done", user_of(a).id): 1, ("swap.done", user_of(b).id): 1}
    publication = db.session.scalars(select(Publication).where(Publication.superseded_at.is_(None))).one()
    assert (publication.number, publication.cause, len(publication.changes["moved"])) == (
        2, PublicationCause.SWAPPED, 2,
    )  # fmt: skip
    assert {row.exhibitor_id: (row.uid, row.sequence) for row in publication.turns} == {
        a.id: (uids[a.id], 2), b.id: (uids[b.id], 2),
    }  # fmt: skip
    assert judge(publication.case.text, publication.plan_text).accepted
    swap.agree(user_of(b), asked.id)
    assert (db.session.query(Publication).count(), told()) == (2, {})


def test_where_the_manager_approves_nothing_moves_before(app: Flask) -> None:
    living, mine, theirs = make_pair(SwapPolicy.APPROVED)
    a, b = living.placed
    asked = swap.propose(user_of(a), mine, theirs)
    told()
    swap.agree(user_of(b), asked.id)
    assert living.turns() == [(a.id, "01", 0, 1), (b.id, "01", 1, 1)]
    assert told() == {("swap.agreed", user_of(a).id): 1, ("swap.to_approve", living.boss.id): 1}
    for stranger in (user_of(a), user_of(b), make_user()):
        with pytest.raises(NotFound):
            swap.approve(stranger, asked.id)
    swap.approve(living.boss, asked.id)
    assert living.turns() == [(b.id, "01", 0, 1), (a.id, "01", 1, 1)]
    assert told() == {("swap.done", user_of(a).id): 1, ("swap.done", user_of(b).id): 1}


def test_a_manager_refuses_with_a_reason_both_are_told(app: Flask) -> None:
    living, mine, theirs = make_pair(SwapPolicy.APPROVED)
    a, b = living.placed
    asked = swap.propose(user_of(a), mine, theirs)
    swap.agree(user_of(b), asked.id)
    told()
    swap.refuse_swap(living.boss, asked.id, "le transport est déjà payé")
    assert db.session.get(Swap, asked.id).state is SwapState.REFUSED
    assert told() == {("swap.refused", user_of(a).id): 1, ("swap.refused", user_of(b).id): 1}
    with pytest.raises(Refused):
        swap.approve(living.boss, asked.id)


def unavailable(living: Living) -> str:
    b = living.placed[1]
    db.session.scalars(select(Application).where(Application.exhibitor_id == b.id)).one().unavailable = [0]
    return "disponible"


def not_allowed(living: Living) -> str:
    living.call.swaps = SwapPolicy.NONE
    return "Cet appel ne permet pas d'échanger les tours."


def not_answered(living: Living) -> str:
    offer_desk.offer_all(living.boss, living.call.id, 3)
    told()
    return "Un des deux tours attend encore d'être accepté."


@pytest.mark.parametrize("change", [unavailable, not_allowed, not_answered])
def test_what_the_rules_forbid_is_refused_before_anybody_is_asked(app: Flask, change) -> None:
    living, mine, theirs = make_pair()
    sentence = change(living)
    db.session.commit()
    with pytest.raises(Refused) as refusal:
        swap.propose(user_of(living.placed[0]), mine, theirs)
    assert sentence in " ".join(refusal.value.reasons)
    assert (told(), db.session.query(Swap).count()) == ({}, 0)


def test_a_turn_the_site_pinned_is_not_swapped_and_says_whom_to_ask(app: Flask) -> None:
    living, mine, theirs = make_pair()
    row = db.session.get_one(PublishedTurn, theirs)
    decision.pin(living.boss, db.session.scalars(select(StoredPlan)).one(), row.exhibitor_id, row.space_id, row.start)
    with pretending(NOW), pytest.raises(Refused) as refusal:
        swap.propose(user_of(living.placed[0]), mine, theirs)
    (reason,) = refusal.value.reasons
    assert plain(reason) == "Un des deux tours est fixé par le site : appelez-le pour l'échanger."


def test_a_swap_that_hurts_the_worst_off_is_refused(app: Flask) -> None:
    """Both have two weeks; her one for the other's two would leave the other with one and her with three."""
    living, _mine, _theirs = make_pair(max_turn_length=2, periods=4)
    a, b = living.placed
    (one,) = living.stands
    for row in db.session.scalars(select(Application)):
        row.max_length = row.max_turns = 2
    db.session.commit()
    rotation.publish(living.boss, store_plan(living.call, [(a, one, 0, 1), (b, one, 1, 2), (a, one, 3, 1)]).id)
    rows = {row.start: row.id for row in living_rows(living)}
    with pytest.raises(Refused) as refusal:
        swap.propose(user_of(a), rows[0], rows[1])
    assert plain(refusal.value.reasons) == (
        "L'équité serait moindre : quelqu'un qui a reçu peu de tours en aurait encore moins.",
    )


def living_rows(living: Living) -> list[PublishedTurn]:
    publication = db.session.scalars(
        select(Publication).where(Publication.call_id == living.call.id, Publication.superseded_at.is_(None))
    ).one()
    db.session.refresh(publication)
    return list(publication.turns)


def test_what_changed_since_makes_a_swap_stale_and_both_are_told(app: Flask) -> None:
    living, mine, theirs = make_pair()
    a, b = living.placed
    asked = swap.propose(user_of(a), mine, theirs)
    told()
    unavailable(living)
    db.session.commit()
    with pytest.raises(Stale):
        swap.agree(user_of(b), asked.id)
    assert db.session.get(Swap, asked.id).state is SwapState.STALE
    assert told() == {("swap.stale", user_of(a).id): 1, ("swap.stale", user_of(b).id): 1}
    assert living.turns() == [(a.id, "01", 0, 1), (b.id, "01", 1, 1)]


def test_a_turn_given_back_ends_its_swap_and_goes_to_the_list(app: Flask) -> None:
    living, mine, theirs = make_pair(waiting=1)
    a, b = living.placed
    (c,) = living.waiting
    asked = swap.propose(user_of(a), mine, theirs)
    told()
    with pytest.raises(NotFound):
        turn.give_back(user_of(b), mine)
    turn.give_back(user_of(a), mine)
    assert db.session.get(Swap, asked.id).state is SwapState.STALE
    assert living.turns() == [(b.id, "01", 1, 1)]
    assert told() == {
        ("turn.returned", user_of(a).id): 1, ("swap.stale", user_of(a).id): 1, ("swap.stale", user_of(b).id): 1,
        ("offer.open", user_of(c).id): 1,
    }  # fmt: skip
    with pytest.raises(NotFound):
        turn.give_back(user_of(a), mine)


def test_a_turn_that_has_begun_is_not_given_back_here(app: Flask) -> None:
    living, mine, _theirs = make_pair()
    with pretending(NOW + timedelta(days=36)), pytest.raises(Refused):
        turn.give_back(user_of(living.placed[0]), mine)


def test_no_answer_leaves_everything_as_it_was(app: Flask) -> None:
    living, mine, theirs = make_pair()
    a, b = living.placed
    asked = swap.propose(user_of(a), mine, theirs)
    told()
    with pretending(NOW + timedelta(days=7)):
        with pytest.raises(Refused):
            swap.agree(user_of(b), asked.id)
        assert (clock.tick(), clock.tick()) == (1, 0)
    assert told() == {("swap.expired", user_of(a).id): 1, ("swap.expired", user_of(b).id): 1}
    assert living.turns() == [(a.id, "01", 0, 1), (b.id, "01", 1, 1)]


def test_declined_and_withdrawn_are_told_to_the_other_only(app: Flask) -> None:
    living, mine, theirs = make_pair()
    a, b = living.placed
    asked = swap.propose(user_of(a), mine, theirs)
    with pytest.raises(Refused):
        swap.propose(user_of(b), theirs, mine)
    told()
    with pytest.raises(NotFound):
        swap.decline(user_of(a), asked.id)
    swap.decline(user_of(b), asked.id)
    assert told() == {("swap.declined", user_of(a).id): 1}
    asked = swap.propose(user_of(b), theirs, mine)
    told()
    swap.cancel(user_of(b), asked.id)
    assert told() == {("swap.cancelled", user_of(a).id): 1}


def application_of(exhibitor) -> Application:
    return db.session.scalars(select(Application).where(Application.exhibitor_id == exhibitor.id)).one()


def test_the_waiting_list_says_where_one_stands_and_is_left_in_one_step(app: Flask) -> None:
    living = make_living(placed=2, waiting=3)
    queues = {who.id: waiting_list(application_of(who), "fr") for who in living.waiting}
    assert sorted(queue.positions[0].position for queue in queues.values()) == [1, 2, 3]
    assert all(queue.positions[0].why for queue in queues.values())
    assert waiting_list(application_of(living.placed[0]), "fr") is None
    first = next(who for who in living.waiting if queues[who.id].positions[0].position == 1)
    turn.leave_list(user_of(first), application_of(first))
    assert waiting_list(application_of(first), "fr").left
    others = [who for who in living.waiting if who is not first]
    assert sorted(waiting_list(application_of(who), "fr").positions[0].position for who in others) == [1, 2]
    a = living.placed[0]
    offer.decline(user_of(a), living.offer_of(a).id)
    assert living.offer_of(first) is None
    turn.rejoin_list(user_of(first), application_of(first))
    places = {who.id: waiting_list(application_of(who), "fr").positions[0].position for who in [a, *living.waiting]}
    assert sorted(places.values()) == [1, 2, 3, 4]  # she who declined waits too: the draw ranks her among her equals
    assert all(places[first.id] < places[who.id] for who in others)
    actions = list(db.session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("application.%_list"))))
    assert actions == ["application.leave_list", "application.rejoin_list"]


def test_leaving_the_list_declines_the_place_one_was_asked_about(app: Flask) -> None:
    living = make_living(placed=2, waiting=2)
    a = living.placed[0]
    offer.decline(user_of(a), living.offer_of(a).id)
    asked = db.session.scalars(select(Offer).where(Offer.vacancy_id.is_not(None))).one()
    first = asked.exhibitor
    second = next(who for who in living.waiting if who is not first)
    told()
    turn.leave_list(user_of(first), application_of(first))
    assert db.session.get(Offer, asked.id).state is OfferState.DECLINED
    assert told() == {("offer.declined", user_of(first).id): 1, ("offer.open", user_of(second).id): 1}


def test_a_closure_or_event_met_meanwhile_makes_a_place_stale(app: Flask) -> None:
    living = make_living(placed=2, waiting=1, refill=True)
    a = living.placed[0]
    offer.decline(user_of(a), living.offer_of(a).id)
    asked = db.session.scalars(select(Offer).where(Offer.vacancy_id.is_not(None))).one()
    closure = Closure(
        site_id=living.call.site_id, space_id=asked.space_id, stand_id=asked.stand_id, starts_on=asked.starts_on,
        ends_on=asked.starts_on, reason=ClosureReason.WORKS,
    )  # fmt: skip
    db.session.add(closure)
    db.session.commit()
    with pytest.raises(Stale):
        offer.accept(user_of(asked.exhibitor), asked.id)
    assert db.session.get(Offer, asked.id).state is OfferState.WITHDRAWN


def entries(who: Exhibitor) -> dict[str, tuple[int, str, str]]:
    """(sequence, status, first day) of each entry of her calendar, by its identity."""
    feed = icalendar.Calendar.from_ical(exhibitor_feed(who, "https://dawra.example", START).body)
    return {
        str(one["uid"]): (int(one["sequence"]), str(one.get("status", "")), one["dtstart"].dt.isoformat())
        for one in feed.walk("VEVENT")
    }


def test_both_calendars_follow_a_swap_and_a_turn_given_back_is_cancelled(app: Flask) -> None:
    living, mine, theirs = make_pair()
    a, b = living.placed
    (hers,) = entries(a)
    (his,) = entries(b)
    assert entries(a)[hers] == (1, "", "2027-01-04")
    swap.agree(user_of(b), swap.propose(user_of(a), mine, theirs).id)
    assert (entries(a), entries(b)) == ({hers: (2, "", "2027-01-11")}, {his: (2, "", "2027-01-04")})
    now_mine = next(row.id for row in living_rows(living) if row.exhibitor_id == a.id)
    turn.give_back(user_of(a), now_mine)
    assert (entries(a), entries(b)) == ({hers: (3, "CANCELLED", "2027-01-11")}, {his: (2, "", "2027-01-04")})
