"""The day book: open and closed days exclude each other on both engines, also when two hands write at once."""

import threading
from datetime import date, datetime, time

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.clock import now
from app.errors import Refused
from app.extensions import db
from app.models import (
    Closure,
    ClosureReason,
    DayUse,
    Event,
    EventKind,
    FrozenCase,
    Occupancy,
    Presence,
    Publication,
    PublishedTurn,
    RoomSlot,
    Site,
    Space,
    SpaceDay,
    User,
)
from app.services import days
from tests.factories import make_call, make_exhibitor, make_site, make_space, make_user
from tests.wording import plain

MONDAY, SUNDAY = date(2027, 1, 4), date(2027, 1, 10)
WEEK = days.span(MONDAY, SUNDAY)


def used(space: Space) -> dict[date, DayUse]:
    return {row.day: row.use for row in db.session.scalars(select(SpaceDay).where(SpaceDay.space_id == space.id))}


def publish_turn(space: Space, user: User, days_taken: list[date]) -> PublishedTurn:
    """A published turn on the first stand of the space, day book and occupancy included."""
    call, exhibitor = make_call(space.site, space), make_exhibitor()
    db.session.add(FrozenCase(sha256="0" * 64, call_id=call.id, text="{}", frozen_at=now()))
    publication = Publication(
        site_id=space.site_id, call_id=call.id, number=1, case_sha256="0" * 64, plan_text="{}", plan_sha256="0" * 64,
        changes={}, published_at=now(), published_by_id=user.id,
    )  # fmt: skip
    db.session.add(publication)
    db.session.flush()
    stand = space.stands[0]
    turn = PublishedTurn(
        publication_id=publication.id, exhibitor_id=exhibitor.id, space_id=space.id, stand_id=stand.id, start=0,
        length=1, starts_on=days_taken[0], ends_on=days_taken[-1], uid="turn-1",
    )  # fmt: skip
    db.session.add(turn)
    db.session.flush()
    days.open_days(space.id, days_taken, [stand.id])
    for day in days_taken:
        db.session.add(Presence(exhibitor_id=exhibitor.id, day=day, site_id=space.site_id, turn_id=turn.id))
        db.session.flush()
        db.session.add(
            Occupancy(stand_id=stand.id, day=day, space_id=space.id, exhibitor_id=exhibitor.id, turn_id=turn.id)
        )
    db.session.flush()
    return turn


def plan_event(space: Space, user: User, day: date) -> Event:
    """A talk from 10:00 to 10:15."""
    event = Event(
        site_id=space.site_id, space_id=space.id, kind=EventKind.TALK, title="Causerie", starts_on=day, ends_on=day,
        from_time=time(10), to_time=time(10, 15), animator_id=user.id, uid="event-1", updated_at=now(),
    )  # fmt: skip
    db.session.add(event)
    db.session.flush()
    days.open_days(space.id, [day])
    db.session.add(RoomSlot(space_id=space.id, day=day, quarter=40, event_id=event.id))
    db.session.flush()
    return event


@pytest.fixture
def site(app: Flask) -> Site:
    return make_site()


def test_days_open_once_and_stay(site: Site) -> None:
    hall = make_space(site)
    days.open_days(hall.id, WEEK)
    days.open_days(hall.id, [MONDAY, MONDAY])
    assert used(hall) == dict.fromkeys(WEEK, DayUse.OPEN)


def test_a_closed_day_cannot_be_opened_and_is_named(site: Site) -> None:
    hall = make_space(site, name="Grande salle")
    days.close_days(hall.id, [MONDAY])
    with pytest.raises(Refused) as refused:
        days.open_days(hall.id, WEEK)
    assert plain(refused.value.reasons) == ("Grande salle : fermé ces jours-là (4 jan.).",)


def test_an_open_day_that_nothing_uses_can_be_closed(site: Site) -> None:
    hall = make_space(site)
    days.open_days(hall.id, WEEK)
    days.close_days(hall.id, [MONDAY])
    assert used(hall)[MONDAY] == DayUse.CLOSED


def test_turns_and_events_in_the_way_are_all_named(site: Site) -> None:
    hall = make_space(site, name="Salle A")
    user = make_user()
    turn = publish_turn(hall, user, WEEK)
    plan_event(hall, user, SUNDAY)
    with pytest.raises(Refused) as refused:
        days.close_days(hall.id, WEEK)
    assert plain(refused.value.reasons) == (
        f"Tour de {turn.exhibitor.name}, emplacement 01 (Salle A), 4 – 10 janvier 2027.",
        "Animation « Causerie » (Salle A), 10 janvier 2027.",
    )
    assert days.uses(hall.id, WEEK, hall.stands[1].id) == []
    assert len(days.uses(hall.id, WEEK, hall.stands[0].id)) == 1


def test_the_database_itself_refuses_to_close_a_day_in_use(site: Site) -> None:
    hall = make_space(site)
    publish_turn(hall, make_user(), [MONDAY])
    with pytest.raises(IntegrityError):
        db.session.execute(update(SpaceDay).values(use=DayUse.CLOSED))
    db.session.rollback()


def test_release_keeps_the_days_another_closure_covers(site: Site) -> None:
    hall = make_space(site)
    days.close_days(hall.id, WEEK)
    works = Closure(site_id=site.id, starts_on=MONDAY, ends_on=MONDAY, reason=ClosureReason.WORKS)
    db.session.add(works)
    days.release_days(hall.id, WEEK)
    assert used(hall) == {MONDAY: DayUse.CLOSED}
    db.session.delete(works)
    db.session.flush()
    days.release_days(hall.id, WEEK)
    assert used(hall) == {}


def test_a_closed_stand_is_refused_and_its_neighbour_is_not(site: Site) -> None:
    hall = make_space(site)
    first, second, _third = hall.stands
    db.session.add(
        Closure(
            site_id=site.id, space_id=hall.id, stand_id=first.id, starts_on=SUNDAY, ends_on=SUNDAY,
            reason=ClosureReason.WORKS,
        )
    )  # fmt: skip
    db.session.flush()
    days.open_days(hall.id, WEEK, [second.id])
    days.open_days(hall.id, [MONDAY], [first.id])
    with pytest.raises(Refused, match="L'emplacement 01 est fermé\u00a0: 10 janvier 2027"):
        days.open_days(hall.id, WEEK, [first.id])


@pytest.mark.parametrize("round_", range(3))
def test_two_hands_at_once_never_open_and_close_the_same_day(app: Flask, round_: int) -> None:
    hall = make_space(make_site())
    db.session.commit()
    outcome: list[str] = []
    barrier = threading.Barrier(2)

    def write(verb: str) -> None:
        with app.app_context():
            barrier.wait()
            try:
                (days.open_days if verb == "open" else days.close_days)(hall_id, WEEK)
                if verb == "open":
                    event = Event(
                        site_id=site_id, space_id=hall_id, kind=EventKind.TALK, title="x", starts_on=MONDAY,
                        ends_on=MONDAY, from_time=time(10), to_time=time(11), animator_id=user_id, uid="u",
                        updated_at=datetime.now(now().tzinfo),
                    )  # fmt: skip
                    db.session.add(event)
                    db.session.flush()
                    db.session.add(RoomSlot(space_id=hall_id, day=MONDAY, quarter=40, event_id=event.id))
                db.session.commit()
                outcome.append(verb)
            except Refused:
                db.session.rollback()
                outcome.append(f"{verb} refused")

    user = make_user()
    db.session.commit()
    hall_id, site_id, user_id = hall.id, hall.site_id, user.id
    db.session.remove()
    hands = [threading.Thread(target=write, args=(verb,)) for verb in ("open", "close")]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert sorted(outcome) in (["close", "open refused"], ["close refused", "open"])
