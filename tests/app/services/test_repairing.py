"""A closure over published turns: what is listed, mended, published, told; and what opens again afterwards."""

from datetime import date, timedelta

import pytest
from flask import Flask
from icalendar import Calendar, Component
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.clock import pretending
from app.errors import Invalid, NotFound, Refused, Stale
from app.exports.ical import exhibitor_feed
from app.extensions import db
from app.models import (
    Application,
    ApplicationState,
    AuditEntry,
    Closure,
    ClosureReason,
    DayUse,
    Decision,
    Exhibitor,
    LookState,
    Notice,
    Occupancy,
    Offer,
    OfferState,
    Publication,
    PublicationCause,
    PublishedTurn,
    SiteRole,
    SpaceDay,
    StoredPlan,
    Vacancy,
)
from app.planning.case import freeze
from app.planning.judge import judge, judge_again, plan_of
from app.queries import closing, ledger, second_look
from app.queries.attendance import day_list, hold_of
from app.services import (
    audit,
    closing_days,
    days,
    decision,
    proposals,
    repairing,
    rotation,
    second_looks,
    withdrawal,
)
from app.services.closure import ClosureFacts
from app.services.rotation_review import review
from tests.app.services.test_attendance import at
from tests.factories import make_application, make_call, make_exhibitor, make_site, make_space, make_user
from tests.living import told, user_of
from tests.plans import store_plan
from tests.seeking import sought
from tests.wording import plain

FIRST = date(2027, 1, 4)
DAY = timedelta(days=1)
WEEK = 7 * DAY
EARLY = at(FIRST - 20 * DAY)


class Scene:
    """Two halls of two stands, 4 weeks. A and B hold hall one (weeks 0-1, 2-3), C hall two (0-1); B cannot earlier."""

    def __init__(self, people: int = 3, **given: object) -> None:
        self.site = make_site()
        self.one, self.two = make_space(self.site, 2), make_space(self.site, 2, name="Salle B")
        self.call = make_call(self.site, self.one, self.two, periods=4, days=7, start=FIRST, max_turn_length=2, **given)
        self.boss = make_user((self.site, SiteRole.MANAGER))
        self.people = [make_exhibitor(make_user(), craft=f"POT-{n:02d}") for n in range(people)]
        for n, person in enumerate(self.people):
            make_application(
                self.call, person, self.one, self.two, state=ApplicationState.ELIGIBLE, min_length=1, max_length=2,
                unavailable=[0, 1] if n == 1 else [],
            )  # fmt: skip
        db.session.commit()
        self.a, self.b, self.c = self.people[:3]
        turns = [
            (self.a, self.one.stands[0], 0, 2), (self.b, self.one.stands[1], 2, 2), (self.c, self.two.stands[0], 0, 2),
        ]  # fmt: skip
        plan = store_plan(self.call, turns)
        proposal = proposals.propose(make_user(), plan.id).id if self.call.four_eyes else None
        rotation.publish(self.boss, plan.id, proposal_id=proposal)
        told()

    def close(self, start: date, end: date, **where: int) -> Closure:
        facts = ClosureFacts(start, end, ClosureReason.WORKS, note="Peinture", **where)
        return closing_days.create(self.boss, self.site, facts, over_turns=True)

    def turns(self) -> list[tuple[int, int, date, date]]:
        """(exhibitor, space, first day, last day) of the publication in force."""
        rows = db.session.scalars(
            select(PublishedTurn).join(Publication).where(Publication.superseded_at.is_(None))
            .order_by(PublishedTurn.starts_on, PublishedTurn.id)
        )  # fmt: skip
        return [(row.exhibitor_id, row.space_id, row.starts_on, row.ends_on) for row in rows]

    def shut(self, space: object) -> list[date]:
        query = select(SpaceDay.day).where(SpaceDay.space_id == space.id, SpaceDay.use == DayUse.CLOSED)
        return list(db.session.scalars(query.order_by(SpaceDay.day)))


def test_a_hall_closes_and_who_stood_there_moves_alone(app: Flask) -> None:
    with pretending(EARLY):
        scene = Scene()
        kept = db.session.scalars(select(PublishedTurn.id).where(PublishedTurn.exhibitor_id != scene.b.id)).all()
        start, end = FIRST + 2 * WEEK, FIRST + 4 * WEEK - DAY
        with pytest.raises(Refused):
            closing_days.create(scene.boss, scene.site, ClosureFacts(start, end, ClosureReason.WORKS, scene.one.id))
        db.session.rollback()
        works = scene.close(start, end, space_id=scene.one.id)
        assert [turn.exhibitor_id for turn in closing.touched(scene.site.id, works, FIRST)] == [scene.b.id]
        assert scene.shut(scene.one) == []
        with pytest.raises(Refused):  # nothing new comes to these days, though they are not shut yet
            days.open_days(scene.one.id, [start])
        db.session.rollback()
        (repair,) = sought(scene.boss, works)
        assert [one["name"] for one in repair.options] == ["fewest", "none"]
        assert told() == {}
        made = repairing.carry_out(scene.boss, repair.id, "fewest")
        assert (made.number, made.cause) == (2, PublicationCause.CLOSED)
        assert scene.turns() == [
            (scene.a.id, scene.one.id, FIRST, FIRST + 2 * WEEK - DAY),
            (scene.c.id, scene.two.id, FIRST, FIRST + 2 * WEEK - DAY),
            (scene.b.id, scene.two.id, start, end),
        ]
        assert set(kept) < {row.id for row in made.turns}
        assert scene.shut(scene.one) == days.span(start, end)
        assert told() == {("closure", user_of(scene.b).id): 1}
        with pytest.raises(Stale):
            repairing.carry_out(scene.boss, repair.id, "fewest")
        assert closing.waiting([works], FIRST) == {}
        assert audit.verify(scene.site) == []
        done = db.session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("closure.%")))
        assert list(done) == ["closure.create", "closure.seek", "closure.repair"]


def test_a_pin_goes_with_the_turn_a_closure_takes_and_the_others_stay(app: Flask) -> None:
    with pretending(EARLY):
        scene = Scene()
        plan = db.session.scalars(select(StoredPlan)).one()
        decision.pin(scene.boss, plan, scene.a.id, scene.one.id, 0)
        decision.pin(scene.boss, plan, scene.b.id, scene.one.id, 2)
        works = scene.close(FIRST + 2 * WEEK, FIRST + 4 * WEEK - DAY, space_id=scene.one.id)
        (repair,) = sought(scene.boss, works)
        made = repairing.carry_out(scene.boss, repair.id, "fewest")
        assert (scene.b.id, scene.two.id, FIRST + 2 * WEEK, FIRST + 4 * WEEK - DAY) in scene.turns()
        assert db.session.scalars(select(Decision.exhibitor_id)).all() == [scene.a.id]
        assert judge_again(made.case.text, plan_of(made.plan_text)).violations == ()
        assert judge_again(freeze(scene.call)[0], plan_of(made.plan_text)).violations == (), "nor the next case"
        assert audit.verify(scene.site) == []


def test_a_turn_that_has_begun_ends_the_day_before_and_what_was_lived_stays(app: Flask) -> None:
    with pretending(EARLY):
        scene = Scene()
    with pretending(at(FIRST + 3 * DAY)):
        works = scene.close(FIRST + 4 * DAY, FIRST + 2 * WEEK - DAY, space_id=scene.one.id)
        (repair,) = sought(scene.boss, works)
        made = repairing.carry_out(scene.boss, repair.id, "none")
        assert judge(made.case.text, made.plan_text).accepted, "anybody can check the publication from its files"
        assert (scene.a.id, scene.one.id, FIRST, FIRST + 3 * DAY) in scene.turns()
        assert len(scene.turns()) == 3
        assert told() == {("closure", user_of(scene.a).id): 1}
        assert scene.shut(scene.one) == days.span(FIRST + 4 * DAY, FIRST + 2 * WEEK - DAY)


def test_a_day_closed_inside_the_present_week_interrupts_a_turn_and_ends_nothing(app: Flask) -> None:
    """A has weeks one and two. Hall one closes for one day of this week: she goes on the day after, all else stays."""
    with pretending(EARLY):
        scene = Scene()
    shut, last = FIRST + 4 * DAY, FIRST + 2 * WEEK - DAY
    with pretending(at(FIRST + 3 * DAY)):
        works = scene.close(shut, shut, space_id=scene.one.id)
        (repair,) = sought(scene.boss, works)
        assert [one["name"] for one in repair.options] == ["none"]
        made = repairing.carry_out(scene.boss, repair.id, "none")
        assert judge(made.case.text, made.plan_text).accepted
        row = next(row for row in made.turns if row.exhibitor_id == scene.a.id)
        assert (row.starts_on, row.ends_on, row.length, row.paused_on) == (FIRST, last, 2, (shut,))
        held = db.session.scalars(select(Occupancy.day).where(Occupancy.turn_id == row.id).order_by(Occupancy.day))
        assert list(held) == [day for day in days.span(FIRST, last) if day != shut]
        assert scene.shut(scene.one) == [shut]
        letter = db.session.scalars(select(Notice).where(Notice.kind == "closure")).one()
        assert "s'interrompt, puis reprend" in letter.body
        assert "4 – 17 janvier 2027 (fermé : 8 janvier 2027 ; le tour reprend ensuite)" in plain(letter.body)
        assert told() == {("closure", user_of(scene.a).id): 1}
        assert closing.waiting([works], FIRST) == {}
        entry = feed_entry(scene.a)
        assert (entry["sequence"], str(entry["dtend"].dt)) == (made.number, "2027-01-18")
        assert plain(entry["description"]) == "fermé : 8 janvier 2027 ; le tour reprend ensuite"
        again = store_draft(scene)
        assert (review(again).stops, review(again).changes.moved) == ([], [])
    with pretending(at(shut)):
        turn = next(turn for turn in made.turns if turn.exhibitor_id == scene.a.id)
        assert hold_of(turn).days(shut) == days.span(FIRST, shut - DAY), "the days before are hers in this publication"
        assert [row.turn.exhibitor_id for row in day_list(scene.site, shut).rows] == [scene.c.id]
        assert [row.turn.exhibitor_id for row in day_list(scene.site, shut + DAY).rows] == [scene.a.id, scene.c.id]
    with pretending(at(last + DAY)):
        account = ledger.accounts([scene.a.id], last + DAY)[scene.a.id].seasons[scene.call.id]
        assert account.lived == ledger.Amount(turns=1, periods=2, points=2)


def test_a_closure_lifted_gives_an_interrupted_turn_its_day_back(app: Flask) -> None:
    with pretending(EARLY):
        scene = Scene()
    shut, last = FIRST + 5 * DAY, FIRST + 2 * WEEK - DAY
    with pretending(at(FIRST + 3 * DAY)):
        works = scene.close(shut, shut, space_id=scene.one.id)
        (repair,) = sought(scene.boss, works)
        repairing.carry_out(scene.boss, repair.id, "none")
        told()
        closing_days.delete(scene.boss, works)
        row = db.session.scalars(select(PublishedTurn).join(Publication).where(
            Publication.superseded_at.is_(None), PublishedTurn.exhibitor_id == scene.a.id
        )).one()  # fmt: skip
        assert (row.starts_on, row.ends_on, row.paused_on) == (FIRST, last, ())
        assert db.session.query(Occupancy).filter_by(turn_id=row.id).count() == 14
        assert told() == {("closure", user_of(scene.a).id): 1}
        assert audit.verify(scene.site) == []


def feed_entry(who: Exhibitor) -> Component:
    """The only turn in somebody's calendar."""
    body = exhibitor_feed(who, "https://dawra.example", FIRST).body
    (entry,) = Calendar.from_ical(body).walk("VEVENT")
    return entry


def store_draft(scene: Scene) -> StoredPlan:
    """The rotation in force as a draft of today: nothing about it may change by being published again."""
    publication = db.session.scalars(select(Publication).order_by(Publication.id.desc())).first()
    plan = StoredPlan(
        call_id=scene.call.id, case_sha256=publication.case_sha256, text=publication.plan_text, sha256="0" * 64,
        status="feasible", digest={}, created_at=publication.published_at,
    )  # fmt: skip
    db.session.add(plan)
    db.session.flush()
    publication.plan_text += " "
    return plan


def test_the_whole_site_closes_and_nobody_can_be_placed_then(app: Flask) -> None:
    with pretending(EARLY):
        scene = Scene()
        works = scene.close(FIRST, FIRST + 4 * WEEK - DAY)
        (repair,) = sought(scene.boss, works)
        names = [one["name"] for one in repair.options]
        assert names == ["none"]
        repairing.carry_out(scene.boss, repair.id, "none")
        assert scene.turns() == []
        assert told() == {("closure", user_of(who).id): 1 for who in scene.people}


def test_options_too_old_are_refused(app: Flask) -> None:
    with pretending(EARLY):
        scene = Scene()
        works = scene.close(FIRST + 2 * WEEK, FIRST + 3 * WEEK - DAY, space_id=scene.one.id)
        (repair,) = sought(scene.boss, works)
        scene.close(FIRST, FIRST + WEEK - DAY, space_id=scene.two.id, stand_id=scene.two.stands[1].id)
        before = scene.turns()
        with pytest.raises(Stale, match="cherchez à nouveau"):
            repairing.carry_out(scene.boss, repair.id, "none")
        assert scene.turns() == before


def test_a_repair_takes_two_people_where_the_call_does(app: Flask) -> None:
    """The manager asks, somebody else reads and does it; the database refuses one person twice."""
    with pretending(EARLY):
        scene = Scene(four_eyes=True)
        second = make_user((scene.site, SiteRole.MANAGER))
        start, end = FIRST + 2 * WEEK, FIRST + 4 * WEEK - DAY
        works = scene.close(start, end, space_id=scene.one.id)
        (repair,) = sought(scene.boss, works)
        with pytest.raises(Refused, match="demande une seconde personne"):
            repairing.carry_out(scene.boss, repair.id, "fewest")
        look = second_looks.ask_repair(scene.boss, repair.id, "fewest")
        assert told() == {("look.asked", second.id): 1}
        assert [second_look.awaiting(who) for who in (scene.boss, second)] == [[], [look]]
        with pytest.raises(Refused, match="une autre personne doit le faire"):
            repairing.carry_out(scene.boss, repair.id, "fewest", look.id)
        with pytest.raises(NotFound):  # another option than the one that was read
            repairing.carry_out(second, repair.id, "none", look.id)
        made = repairing.carry_out(second, repair.id, "fewest", look.id)
        assert (made.proposed_by_id, made.published_by_id) == (scene.boss.id, second.id)
        assert (look.state, look.ended_by_id) == (LookState.DONE, second.id)
        with pytest.raises(IntegrityError, match="two_people"):
            db.session.execute(text("UPDATE second_look SET ended_by_id = asked_by_id"))
        db.session.rollback()
        assert audit.verify(scene.site) == []


def test_a_withdrawal_takes_two_people_where_the_call_does(app: Flask) -> None:
    with pretending(EARLY):
        scene = Scene(four_eyes=True)
        second = make_user((scene.site, SiteRole.MANAGER))
        db.session.commit()
        publication = db.session.scalars(select(Publication)).one()
        with pytest.raises(Refused, match="demande une seconde personne"):
            withdrawal.withdraw(scene.boss, publication.id, "Toiture")
        look = second_looks.ask_withdrawal(scene.boss, publication.id, "Toiture")
        with pytest.raises(Invalid):
            second_looks.end(second, look.id, " ")
        second_looks.end(second, look.id, "Les travaux attendront.")
        assert (look.state, look.answer) == (LookState.DECLINED, "Les travaux attendront.")
        assert told() == {("look.asked", second.id): 1, ("look.declined", scene.boss.id): 1}
        with pytest.raises(Stale):
            withdrawal.withdraw(second, publication.id, "Toiture", look.id)
        again = second_looks.ask_withdrawal(scene.boss, publication.id, "Toiture")
        withdrawal.withdraw(second, publication.id, again.reason, again.id)
        assert (publication.withdrawn_by_id, publication.withdrawn_reason) == (second.id, "Toiture")
        assert second_look.waiting_of(scene.call.id) is None


def test_a_draft_of_a_repair_is_published_like_any_plan(app: Flask) -> None:
    with pretending(EARLY):
        scene = Scene()
        start, end = FIRST + 2 * WEEK, FIRST + 4 * WEEK - DAY
        works = scene.close(start, end, space_id=scene.one.id)
        (repair,) = sought(scene.boss, works)
        plan = repairing.draft(scene.boss, repair.id, "fewest")
        assert told() == {}
        rotation.publish(scene.boss, plan.id)
        assert scene.turns()[2] == (scene.b.id, scene.two.id, start, end)
        assert scene.shut(scene.one) == days.span(start, end)
        assert told() == {("rotation", user_of(scene.b).id): 1}


@pytest.mark.parametrize("name", ["fewest", "none"])
def test_a_draft_keeps_what_was_lived_of_a_period_the_closure_cuts(app: Flask, name: str) -> None:
    """A's turn has begun when her hall closes: the draft is published with her days up to the eve of the closure."""
    with pretending(EARLY):
        scene = Scene()
        db.session.query(Application).update({"min_length": 2})
        db.session.commit()
    with pretending(at(FIRST + 3 * DAY)):
        works = scene.close(FIRST + 4 * DAY, FIRST + 3 * WEEK - DAY, space_id=scene.one.id)
        (repair,) = sought(scene.boss, works)
        plan = repairing.draft(scene.boss, repair.id, name)
        found = review(plan)
        assert (found.stops, found.conflicts) == ([], [])
        assert f"Le tour de {scene.a.name} a commencé : il est gardé jusqu'au 7 janvier 2027." in plain(found.remarks)
        made = rotation.publish(scene.boss, plan.id, mark=found.mark)
        lived = (scene.a.id, scene.one.id, FIRST, FIRST + 3 * DAY)
        assert lived in scene.turns()
        assert judge(made.case.text, made.plan_text).accepted
        assert told()[("rotation", user_of(scene.a).id)] == 1
        assert ("rotation", user_of(scene.c).id) not in told()
        assert scene.shut(scene.one) == days.span(FIRST + 4 * DAY, FIRST + 3 * WEEK - DAY)


def test_a_closure_shortened_opens_its_places_to_those_who_wait(app: Flask) -> None:
    with pretending(EARLY):
        scene = Scene(refill=True)
        start, end = FIRST + 2 * WEEK, FIRST + 4 * WEEK - DAY
        works = scene.close(start, end)
        (repair,) = sought(scene.boss, works)
        repairing.carry_out(scene.boss, repair.id, "none")
        told()
        facts = ClosureFacts(start, end - WEEK, ClosureReason.WORKS, note="Peinture")
        closing_days.change(scene.boss, works, facts)
        assert scene.shut(scene.one) == days.span(start, end - WEEK)
        places = db.session.scalars(select(Vacancy).order_by(Vacancy.id)).all()
        assert {(one.cause.value, one.start, one.length) for one in places} == {("opened", 3, 1)}
        assert len(places) == 4
        asked = db.session.scalars(select(Offer.exhibitor_id).where(Offer.state == OfferState.OPEN)).all()
        assert scene.b.id in asked
        closing_days.delete(scene.boss, works)
        assert (scene.shut(scene.one), scene.shut(scene.two)) == ([], [])
        assert db.session.query(Closure).count() == 0
        assert audit.verify(scene.site) == []
