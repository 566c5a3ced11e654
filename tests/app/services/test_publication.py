"""What a publication shows beforehand is what it sends; two people publish; a withdrawal frees, tells and stays."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.clock import now
from app.errors import Invalid, Refused, Stale
from app.extensions import db
from app.models import (
    AuditEntry,
    Language,
    Notice,
    Occupancy,
    Offer,
    OfferState,
    Proposal,
    ProposalState,
    Publication,
    PublishedTurn,
    SiteRole,
    StoredPlan,
    Swap,
    SwapPolicy,
    SwapState,
    User,
)
from app.notices.outbox import Letter
from app.queries import proposal as waiting
from app.services import audit, offer, proposals, rotation, swap, withdrawal
from app.services.rotation_letters import ended, letters
from app.services.rotation_letters import withdrawal as withdrawal_letters
from app.services.rotation_review import review
from tests.factories import make_user
from tests.living import NOW, START, Living, held, make_living, user_of
from tests.plans import make_scene, store_plan
from tests.wording import plain

Said = tuple[str, str, str, str]


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def outbox() -> list[Said]:
    """What waits in the outbox, in its order; the personal links of answers aside."""
    rows = db.session.scalars(select(Notice).order_by(Notice.id))
    return [(one.recipient, one.language, one.subject, _unlinked(one.body, one.language)) for one in rows]


def _unlinked(body: str, language: str) -> str:
    shown = {"fr": "[son lien personnel]", "ar": "[رابطها الشخصي]", "en": "[her personal link]"}[language]
    lines = body.split("\n")
    return "\n".join(
        line[: line.index("http")] + shown if "/offers/" in line and "http" in line else line for line in lines
    )


def said(previewed: list[Letter]) -> list[Said]:
    return [(one.recipient, one.language, one.subject, one.body) for one in previewed]


def preview(plan: StoredPlan) -> list[Said]:
    found = review(plan)
    assert (found.stops, found.conflicts) == ([], [])
    return said(letters(plan, found, now()))


def test_the_preview_is_what_the_outbox_then_holds(app: Flask) -> None:
    """Placed, moved, dropped, waiting, an offer of a free place taken back, a swap ended; three languages."""
    living = make_living(placed=3, waiting=2, swaps=SwapPolicy.APPROVED, refill=True)
    a, b, c = living.placed
    d, _e = living.waiting
    user_of(a).language, user_of(d).language = Language.AR, Language.EN
    for who in (a, b, c):
        offer.accept(user_of(who), living.offer_of(who).id)
    mine, theirs = (db.session.scalars(select(PublishedTurn).where(PublishedTurn.exhibitor_id == x.id)).first().id
                    for x in (a, c))  # fmt: skip
    swap.propose(user_of(a), mine, theirs)
    db.session.query(Notice).delete()
    db.session.commit()
    one, two = living.stands
    plan = store_plan(living.call, [(a, one, 1, 1), (b, two, 0, 1), (d, one, 0, 1)])
    expected = preview(plan)
    assert outbox() == []
    rotation.publish(living.boss, plan.id)
    assert outbox() == expected
    assert {(who, lang) for who, lang, _subject, _body in expected} >= {
        (user_of(a).email, "ar"), (user_of(c).email, "fr"), (user_of(d).email, "en"),
    }  # fmt: skip
    assert db.session.scalars(select(Swap)).one().state is SwapState.STALE
    assert sum("[" in body for *_rest, body in expected) >= 2


def test_an_offered_place_taken_back_is_shown_too(app: Flask) -> None:
    living = make_living(placed=2, waiting=2, refill=True)
    a, b = living.placed
    offer.decline(user_of(a), living.offer_of(a).id)
    asked = db.session.scalars(select(Offer).where(Offer.vacancy_id.is_not(None), Offer.state == OfferState.OPEN)).one()
    db.session.query(Notice).delete()
    db.session.commit()
    plan = store_plan(living.call, [(b, living.stands[1], 1, 1)])
    expected = preview(plan)
    assert (user_of(asked.exhibitor).email, "Une proposition est retirée") in {(m[0], m[2]) for m in expected}
    rotation.publish(living.boss, plan.id)
    assert outbox() == expected


def test_what_was_not_read_is_not_published(app: Flask) -> None:
    call, (a, b, _c) = make_scene()
    one, two = call.places[0].space.stands
    plan = store_plan(call, [(a, one, 0, 1)])
    read = review(plan).mark
    rotation.publish(make_user(), store_plan(call, [(b, two, 0, 1)]).id)
    with pytest.raises(Stale, match="relisez la page"):
        rotation.publish(make_user(), plan.id, mark=read)
    assert rotation.publish(make_user(), plan.id, mark=review(plan).mark).number == 2


class Pair:
    """A call that asks for four eyes, its two managers, an administrator, and a plan."""

    def __init__(self) -> None:
        self.call, self.people = make_scene(four_eyes=True)
        site = self.call.site
        self.first, self.second = (make_user((site, SiteRole.MANAGER)) for _n in range(2))
        self.administrator = make_user(is_administrator=True)
        self.plan = self.store(0)

    def store(self, period: int) -> StoredPlan:
        return store_plan(self.call, [(self.people[0], self.call.places[0].space.stands[0], period, 1)])


def test_two_people_publish(app: Flask) -> None:
    pair = Pair()
    with pytest.raises(Refused, match="demande une seconde personne"):
        rotation.publish(pair.first, pair.plan.id)
    made = proposals.propose(pair.first, pair.plan.id, 0)
    told = db.session.scalars(select(Notice)).one()
    subject = f"Une publication vous attend : {pair.call.site.name}"
    assert (told.user_id, plain(told.subject)) == (pair.second.id, subject)
    assert f"/manage/proposals/{made.id}" in told.body
    assert [waiting.awaiting(who) for who in (pair.first, pair.second, pair.administrator)] == [[], [made], [made]]
    with pytest.raises(Refused, match="une autre personne doit le publier"):
        rotation.publish(pair.first, pair.plan.id, proposal_id=made.id)
    publication = rotation.publish(pair.administrator, pair.plan.id, proposal_id=made.id)
    assert (publication.proposed_by_id, publication.published_by_id) == (pair.first.id, pair.administrator.id)
    assert (made.state, made.ended_by_id, made.publication_id) == (
        ProposalState.PUBLISHED, pair.administrator.id, publication.id,
    )  # fmt: skip
    entries = {e.action: e for e in db.session.scalars(select(AuditEntry).where(AuditEntry.action.like("rotation%")))}
    assert {name: e.actor_id for name, e in entries.items()} == {
        "rotation.propose": pair.first.id, "rotation.publish": pair.administrator.id,
    }  # fmt: skip
    assert entries["rotation.publish"].after["proposed_by"] == pair.first.id
    assert audit.verify(pair.call.site) == []
    with pytest.raises(Stale, match="déjà reçu sa réponse"):
        rotation.publish(pair.second, pair.plan.id, proposal_id=made.id)


def test_a_board_that_changed_is_proposed_anew(app: Flask) -> None:
    pair = Pair()
    made = proposals.propose(pair.first, pair.plan.id)
    for change in ({"version": 1}, {"text": pair.plan.text + " "}):
        kept = {name: getattr(pair.plan, name) for name in change}
        for name, value in change.items():
            setattr(pair.plan, name, value)
        db.session.commit()
        with pytest.raises(Stale, match="proposé à nouveau"):
            rotation.publish(pair.second, pair.plan.id, proposal_id=made.id)
        for name, value in kept.items():
            setattr(pair.plan, name, value)
        db.session.commit()
    other = pair.store(1)
    again = proposals.propose(pair.first, other.id)
    assert (made.state, again.state) == (ProposalState.REPLACED, ProposalState.OPEN)
    with pytest.raises(Refused, match="demande une seconde personne"):  # it is another plan's
        rotation.publish(pair.second, pair.plan.id, proposal_id=again.id)
    assert rotation.publish(pair.second, other.id, proposal_id=again.id).number == 1


def test_a_proposal_is_declined_with_a_reason_or_taken_back(app: Flask) -> None:
    pair = Pair()
    made = proposals.propose(pair.first, pair.plan.id)
    with pytest.raises(Invalid) as refused:
        proposals.end(pair.second, made.id, " ")
    assert list(refused.value.faults) == ["reason"]
    proposals.end(pair.second, made.id, "La salle ferme en mars.")
    assert (made.state, made.reason) == (ProposalState.DECLINED, "La salle ferme en mars.")
    told = db.session.scalars(select(Notice).where(Notice.kind == "rotation.declined")).one()
    assert (told.user_id, "Raison : La salle ferme en mars." in plain(told.body)) == (pair.first.id, True)
    again = proposals.propose(pair.first, pair.plan.id)
    proposals.end(pair.first, again.id)
    assert (again.state, waiting.waiting_of(pair.call.id)) == (ProposalState.RETRACTED, None)
    with pytest.raises(Stale):
        rotation.publish(pair.second, pair.plan.id, proposal_id=again.id)
    assert db.session.scalars(select(Publication)).all() == []


def test_the_database_refuses_one_person_twice(app: Flask) -> None:
    """Beneath the service: the constraints alone, and a control without one of them."""
    pair = Pair()
    made = proposals.propose(pair.first, pair.plan.id)
    publication = rotation.publish(pair.second, pair.plan.id, proposal_id=made.id)
    ids = {"first": pair.first.id, "publication": publication.id, "proposal": made.id}
    for statement, name in (
        ("UPDATE publication SET published_by_id = :first WHERE id = :publication", "two_people"),
        ("UPDATE publication SET proposed_by_id = NULL WHERE id = :publication", "two_people"),
        ("UPDATE publication SET four_eyes = false WHERE id = :publication", "(?i)foreign key"),
        ("UPDATE proposal SET ended_by_id = :first WHERE id = :proposal", "two_people"),
        ("UPDATE publication SET withdrawn_at = published_at WHERE id = :publication", "withdrawn"),
    ):
        used = {name: value for name, value in ids.items() if f":{name}" in statement}
        with pytest.raises(IntegrityError, match=name):
            db.session.execute(text(statement), used)
        db.session.rollback()
    pair.call.four_eyes = False
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_without_the_guards_one_person_would_publish_alone(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The controls: without the service's question the database refuses; without its constraint nothing does."""
    pair = Pair()
    made = proposals.propose(pair.first, pair.plan.id)
    first, plan_id, proposal_id = pair.first.id, pair.plan.id, made.id
    monkeypatch.setattr(proposals, "answered", lambda _actor, _plan, number: db.session.get(Proposal, number))
    with pytest.raises(Refused) as refused:
        rotation.publish(pair.first, plan_id, proposal_id=proposal_id)
    assert "two_people" in str(refused.value.__cause__)
    db.session.rollback()
    if db.engine.dialect.name == "sqlite":
        db.session.execute(text("PRAGMA ignore_check_constraints = ON"))
    else:
        for table in ("publication", "proposal"):
            db.session.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT ck_{table}_two_people"))
        db.session.commit()
    alone = rotation.publish(db.session.get_one(User, first), plan_id, proposal_id=proposal_id)
    assert (alone.proposed_by_id, alone.published_by_id) == (first, first)


def test_two_seconds_at_once_publish_once(app: Flask) -> None:
    pair = Pair()
    made = proposals.propose(pair.first, pair.plan.id)
    people, plan_id, proposal_id = [pair.second.id, pair.administrator.id], pair.plan.id, made.id
    db.session.commit()
    gate, outcomes = threading.Barrier(2), []

    def publish(who: int) -> None:
        with app.app_context(), time_machine.travel(NOW, tick=False):
            actor = db.session.get_one(User, who)
            db.session.expunge(actor)
            db.session.rollback()
            gate.wait(60)
            try:
                outcomes.append(rotation.publish(actor, plan_id, proposal_id=proposal_id).number)
            except Refused as error:
                outcomes.append(type(error).__name__)
            db.session.remove()

    crew = [threading.Thread(target=publish, args=(who,)) for who in people]
    for one in crew:
        one.start()
    for one in crew:
        one.join()
    assert sorted(map(str, outcomes)) == ["1", "Stale"]
    db.session.expire_all()
    assert db.session.query(Publication).count() == 1
    assert db.session.scalars(select(Proposal)).one().state is ProposalState.PUBLISHED


def in_force(living: Living) -> Publication:
    query = select(Publication).where(Publication.call_id == living.call.id, Publication.superseded_at.is_(None))
    return db.session.scalars(query).one()


def test_a_withdrawal_frees_tells_and_stays_readable(app: Flask) -> None:
    living = make_living(placed=2, waiting=1)
    a, b = living.placed
    db.session.query(Notice).delete()
    db.session.commit()
    publication = in_force(living)
    expected = said([*ended(living.call, publication.turns), *withdrawal_letters(publication, "Travaux imprévus.")])
    with pytest.raises(Invalid):
        withdrawal.withdraw(living.boss, publication.id, " ")
    made = withdrawal.withdraw(living.boss, publication.id, " Travaux imprévus. ")
    assert (made.withdrawn_at, made.superseded_at, made.withdrawn_reason) == (NOW, NOW, "Travaux imprévus.")
    assert (held(), living.turns()) == ({}, [])
    assert outbox() == expected
    assert [m[0] for m in expected] == [user_of(a).email, user_of(b).email]
    assert "Raison : Travaux imprévus." in plain(expected[0][3])
    assert {one.state for one in db.session.scalars(select(Offer))} == {OfferState.WITHDRAWN}
    assert db.session.scalars(select(Occupancy)).all() == []
    with pytest.raises(Stale, match="remplacée ou déjà retirée"):
        withdrawal.withdraw(living.boss, publication.id, "encore")
    again = rotation.publish(living.boss, store_plan(living.call, [(a, living.stands[0], 0, 1)]).id)
    assert (again.number, again.changes["kept"], len(again.changes["placed"])) == (2, 0, 1)
    assert audit.verify(living.call.site) == []


def test_who_has_lived_her_turn_is_not_told_of_a_withdrawal(app: Flask) -> None:
    living = make_living(placed=3, waiting=0)  # two in the first week, one in the second
    db.session.query(Notice).delete()
    db.session.commit()
    with time_machine.travel(f"{START.isoformat()}T09:00:00+00:00", tick=False) as clock:
        clock.shift(7 * 86400)
        withdrawal.withdraw(living.boss, in_force(living).id, "Travaux.")
    assert [m[0] for m in outbox()] == [user_of(living.placed[2]).email]


def test_nothing_of_this_is_asked_of_a_call_without_four_eyes(app: Flask) -> None:
    call, (a, _b, _c) = make_scene()
    plan = store_plan(call, [(a, call.places[0].space.stands[0], 0, 1)])
    boss = make_user((call.site, SiteRole.MANAGER))
    db.session.commit()
    with pytest.raises(Refused, match="publiez vous-même"):
        proposals.propose(boss, plan.id)
    made = rotation.publish(boss, plan.id)
    assert (made.four_eyes, made.proposed_by_id) == (False, None)
