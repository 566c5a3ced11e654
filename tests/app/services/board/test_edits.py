"""Edits of a draft plan: judged, logged, undone; of two writers one is told."""

import json

import pytest
from flask import Flask
from sqlalchemy import select

from app.errors import Invalid, Refused, Stale
from app.extensions import db
from app.models import AuditEntry, Closure, ClosureReason, Decision, EditKind, PlanEdit, StoredPlan
from app.planning.editing import Spot
from app.planning.judge import judge, turns_of
from app.services import audit, board, board_decisions, board_history, decision
from app.services.board import Ask, NeedsReason
from tests.factories import make_application, make_exhibitor, make_user
from tests.plans import make_scene, store_plan

REASON = "Atelier de démonstration demandé par la délégation"


@pytest.fixture
def scene(app: Flask):
    call, people = make_scene(people=4, stands=2, periods=4)
    one, two = call.places[0].space.stands
    plan = store_plan(call, [(people[0], one, 0, 1), (people[1], two, 1, 1), (people[2], one, 1, 1)])
    boss = make_user()
    db.session.commit()
    return call, people, plan, boss


def spot(stand, start: int) -> Spot:
    return Spot(f"S{stand.space_id}", f"S{stand.space_id}-{stand.code}", start)


def held(plan_id: int) -> set[tuple[str, str, int, int]]:
    db.session.expire_all()
    text = db.session.get_one(StoredPlan, plan_id).text
    return {(t.applicant, t.stand.split("-")[1], t.start, t.length) for t in turns_of(text)}


def e(who) -> str:
    return f"E{who.id}"


def test_a_turn_moves_and_everything_follows(scene) -> None:
    call, (a, b, c, _d), plan, boss = scene
    one, two = call.places[0].space.stands
    made = board.edit(boss, plan.id, 0, Ask(EditKind.MOVE, a.id, spot(one, 0), spot(two, 3)))
    assert (made.version, made.kind, made.reason, made.overrides) == (1, EditKind.MOVE, "", [])
    assert held(plan.id) == {(e(a), "02", 3, 1), (e(b), "02", 1, 1), (e(c), "01", 1, 1)}
    db.session.refresh(plan)
    assert (plan.version, plan.digest["turns"], plan.status) == (1, 3, "feasible")
    assert judge(plan.case.text, plan.text).accepted
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "plan.move")).one()
    assert entry.before["turns"][0]["start"] == 0
    assert entry.after["turns"][0]["start"] == 3
    assert audit.verify(call.site) == []


def test_place_swap_and_take_away(scene) -> None:
    call, (a, b, c, d), plan, boss = scene
    one, two = call.places[0].space.stands
    board.edit(boss, plan.id, 0, Ask(EditKind.PLACE, d.id, None, spot(two, 0)))
    board.edit(boss, plan.id, 1, Ask(EditKind.SWAP, a.id, spot(one, 0), spot(two, 1)))
    board.edit(boss, plan.id, 2, Ask(EditKind.REMOVE, c.id, spot(one, 1)))
    assert held(plan.id) == {(e(d), "02", 0, 1), (e(a), "02", 1, 1), (e(b), "01", 0, 1)}
    board.edit(boss, plan.id, 3, Ask(EditKind.SWAP, c.id, None, spot(two, 1)))  # from the reserve: she takes the place
    assert held(plan.id) == {(e(d), "02", 0, 1), (e(c), "02", 1, 1), (e(b), "01", 0, 1)}


def test_nobody_stands_where_somebody_stands(scene) -> None:
    call, (a, _b, _c, _d), plan, boss = scene
    one, two = call.places[0].space.stands
    with pytest.raises(Refused, match="donné deux fois"):
        board.edit(boss, plan.id, 0, Ask(EditKind.MOVE, a.id, spot(one, 0), spot(two, 1), reason=REASON))
    db.session.rollback()
    with pytest.raises(Refused, match="deux endroits"):
        board.edit(boss, plan.id, 0, Ask(EditKind.PLACE, a.id, None, spot(two, 0), reason=REASON))
    db.session.rollback()
    with pytest.raises(Refused, match="n'est plus à cette place"):
        board.edit(boss, plan.id, 0, Ask(EditKind.MOVE, a.id, spot(two, 0), spot(two, 3)))
    assert db.session.scalars(select(PlanEdit)).all() == []
    assert held(plan.id) == held(plan.id)


def test_a_rule_is_decided_against_with_a_reason_only(scene) -> None:
    call, (a, _b, _c, _d), plan, boss = scene
    one, _two = call.places[0].space.stands
    ask = Ask(EditKind.MOVE, a.id, spot(one, 0), spot(one, 2), length=2)
    with pytest.raises(NeedsReason) as told:
        board.edit(boss, plan.id, 0, ask)
    assert "Tour trop long" in told.value.breaches[0]
    db.session.rollback()
    for reason, why in ((f"pour {a.name}", "ni nom"), (f"tél. 06 12 34 56 78 {REASON}", "ni nom"), ("x" * 501, "500")):
        with pytest.raises(NeedsReason, match=why):
            board.edit(boss, plan.id, 0, Ask(EditKind.MOVE, a.id, spot(one, 0), spot(one, 2), length=2, reason=reason))
        db.session.rollback()
    made = board.edit(boss, plan.id, 0, Ask(EditKind.MOVE, a.id, spot(one, 0), spot(one, 2), length=2, reason=REASON))
    assert [one["rule"] for one in made.overrides] == ["turn_length"]
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "plan.move")).one()
    assert (entry.after["reason"], entry.after["overrides"]) == (REASON, ["turn_length"])


def test_undo_and_redo_outlive_other_edits_and_reloads(scene) -> None:
    call, (a, b, _c, d), plan, boss = scene
    one, two = call.places[0].space.stands
    start = held(plan.id)
    board.edit(boss, plan.id, 0, Ask(EditKind.MOVE, a.id, spot(one, 0), spot(two, 3)))
    board.edit(boss, plan.id, 1, Ask(EditKind.PLACE, d.id, None, spot(two, 0)))
    end = held(plan.id)
    board_history.undo(boss, plan.id, 2)
    board_history.undo(boss, plan.id, 3)
    assert held(plan.id) == start
    with pytest.raises(Refused, match="Rien à annuler"):
        board_history.undo(boss, plan.id, 4)
    db.session.rollback()
    board_history.redo(boss, plan.id, 4)
    board_history.redo(boss, plan.id, 5)
    assert held(plan.id) == end
    board_history.undo(boss, plan.id, 6)
    board.edit(boss, plan.id, 7, Ask(EditKind.REMOVE, b.id, spot(two, 1)))
    with pytest.raises(Refused, match="Rien à rétablir"):
        board_history.redo(boss, plan.id, 8)


def test_the_later_writer_is_told_and_nothing_is_written(scene) -> None:
    call, (a, b, _c, _d), plan, boss = scene
    one, two = call.places[0].space.stands
    board.edit(boss, plan.id, 0, Ask(EditKind.MOVE, a.id, spot(one, 0), spot(two, 3)))
    before = held(plan.id)
    for late in (
        lambda: board.edit(make_user(), plan.id, 0, Ask(EditKind.REMOVE, b.id, spot(two, 1))),
        lambda: board_history.undo(boss, plan.id, 0),
        lambda: board_decisions.close(boss, plan.id, 0, one.id, 3, 3, ClosureReason.WORKS),
    ):
        with pytest.raises(Stale):
            late()
        db.session.rollback()
    assert held(plan.id) == before
    assert len(db.session.scalars(select(PlanEdit)).all()) == 1


def test_a_pin_binds_the_board_and_is_undone(scene) -> None:
    call, (a, _b, _c, _d), plan, boss = scene
    one, two = call.places[0].space.stands
    board_decisions.pin(boss, plan.id, a.id, one.space_id, 0)
    with pytest.raises(Refused, match="tour fixé"):
        board.edit(boss, plan.id, 1, Ask(EditKind.MOVE, a.id, spot(one, 0), spot(two, 3), reason=REASON))
    db.session.rollback()
    board_history.undo(boss, plan.id, 1)
    assert db.session.scalars(select(Decision)).all() == []
    board.edit(boss, plan.id, 2, Ask(EditKind.MOVE, a.id, spot(one, 0), spot(two, 3)))
    board_decisions.pin(boss, plan.id, a.id, one.space_id, 3)
    with pytest.raises(Refused, match="déjà épinglé"):
        board_decisions.pin(boss, plan.id, a.id, one.space_id, 3)


def test_undo_does_not_break_what_was_decided_since(scene) -> None:
    call, (a, _b, _c, _d), plan, boss = scene
    one, two = call.places[0].space.stands
    board.edit(boss, plan.id, 0, Ask(EditKind.MOVE, a.id, spot(one, 0), spot(two, 3)))
    decision.pin(boss, db.session.get_one(StoredPlan, plan.id), a.id, one.space_id, 3)  # from another page
    with pytest.raises(Refused, match="tour fixé"):
        board_history.undo(boss, plan.id, 1)


def test_a_ban_binds_the_board(scene) -> None:
    call, (a, _b, _c, _d), plan, boss = scene
    one, two = call.places[0].space.stands
    board_decisions.forbid(boss, plan.id, a.id, "absente", space_id=one.space_id, start=3, length=1)
    with pytest.raises(Refused, match="absente"):
        board.edit(boss, plan.id, 1, Ask(EditKind.MOVE, a.id, spot(one, 0), spot(two, 3), reason=REASON))
    db.session.rollback()
    ban = db.session.scalars(select(Decision)).one()
    board_decisions.lift(boss, plan.id, ban)
    board.edit(boss, plan.id, 2, Ask(EditKind.MOVE, a.id, spot(one, 0), spot(two, 3)))


def test_closing_a_stand_is_told_on_the_board_and_undone(scene) -> None:
    call, (a, _b, c, _d), plan, boss = scene
    one, _two = call.places[0].space.stands
    before = plan.case_sha256
    board_decisions.close(boss, plan.id, 0, one.id, 1, 2, ClosureReason.WORKS, "toit")
    db.session.refresh(plan)
    assert plan.case_sha256 != before
    draft = board.lay_out(plan)
    assert [(v.rule, v.turns[0].applicant) for v in draft.desk.violations] == [("open_stands", e(c))]
    with pytest.raises(Refused, match="fermé"):
        board.edit(boss, plan.id, 1, Ask(EditKind.MOVE, a.id, spot(one, 0), spot(one, 2), reason=REASON))
    db.session.rollback()
    board_history.undo(boss, plan.id, 1)
    db.session.refresh(plan)
    assert plan.case_sha256 == before
    assert db.session.scalars(select(Closure)).all() == []
    board_history.redo(boss, plan.id, 2)
    assert len(db.session.scalars(select(Closure)).all()) == 1


def test_a_permanent_exhibitor_takes_her_stand(scene) -> None:
    call, (a, b, c, _d), plan, boss = scene
    one, _two = call.places[0].space.stands
    guest = make_exhibitor(make_user(), craft="TAP-01")
    make_application(call, guest, call.places[0].space)  # submitted, not retained
    db.session.commit()
    with pytest.raises(Invalid, match="connu de ce site"):
        board_decisions.hold(boss, plan.id, 0, board_decisions.Permanent(make_exhibitor().id, one.id, "convention"))
    db.session.rollback()
    made = board_decisions.hold(boss, plan.id, 0, board_decisions.Permanent(guest.id, one.id, "convention de gestion"))
    assert held(plan.id) == {(e(guest), "01", 0, 4), (e(b), "02", 1, 1)}
    assert {one["applicant"] for one in made.removed} == {e(a), e(c)}
    db.session.refresh(plan)
    case = json.loads(plan.case.text)
    assert [one["share"] for one in case["applicants"] if one["id"] == e(guest)] == [4]
    assert [(one["stand"][-2:], one["start"], one["length"]) for one in case["pins"]] == [("01", 0, 4)]
    assert judge(plan.case.text, plan.text).accepted
    board_history.undo(boss, plan.id, 1)
    assert held(plan.id) == {(e(a), "01", 0, 1), (e(b), "02", 1, 1), (e(c), "01", 1, 1)}


def test_bounds_stay_as_long_as_they_are_proven(scene) -> None:
    call, (a, _b, _c, d), plan, boss = scene
    one, two = call.places[0].space.stands
    document = json.loads(plan.text)
    document["status"] = "bounded"
    document["tiers"] = [
        {"name": "fairness", "levels": [{"at_least": 1, "count": 3, "bound": 4}]},
        {"name": "fill", "value": 3, "bound": 4}, {"name": "preferences", "value": 0, "bound": 0},
    ]  # fmt: skip
    plan.text = json.dumps(document)
    db.session.commit()
    board.edit(boss, plan.id, 0, Ask(EditKind.PLACE, d.id, None, spot(two, 0)))
    db.session.refresh(plan)
    told = json.loads(plan.text)["tiers"]
    assert told[0]["levels"] == [{"at_least": 1, "bound": 4, "count": 4}]
    assert told[1] == {"name": "fill", "value": 4, "bound": 4}
    board.edit(boss, plan.id, 1, Ask(EditKind.REMOVE, d.id, spot(two, 0)))
    board.edit(boss, plan.id, 2, Ask(EditKind.REMOVE, a.id, spot(one, 0)))
    db.session.refresh(plan)
    told = json.loads(plan.text)["tiers"]
    assert told[0]["levels"] == [{"at_least": 1, "bound": 4, "count": 2}]
    assert told[1] == {"name": "fill", "value": 2}  # its bound was proven with three people at level 1
    assert judge(plan.case.text, plan.text).accepted
