"""A season solved while its rotation runs: what has begun stays, whatever is asked."""

import json
from datetime import timedelta

from flask import Flask, current_app
from flask.testing import FlaskClient

from app.clock import pretending
from app.extensions import db
from app.jobs import solving
from app.models import Application, ApplicationState, RunState, SolveRun, StoredPlan
from app.planning.judge import judge, turns_of
from app.services import rotation, runs
from app.services.rotation_review import review
from tests.app.services.test_attendance import at
from tests.app.services.test_repairing import DAY, EARLY, FIRST, WEEK, Scene
from tests.factories import make_application, make_exhibitor, make_user, sign_in
from tests.plans import store_plan

SOON = FIRST + 3 * DAY


def solved(scene: Scene, scope: dict | None = None) -> StoredPlan:
    """The plan a real job gives."""
    run = runs.start(scene.boss, scene.call, 120, scope)  # it ends as soon as all is proven
    taken = runs.claim("test", timedelta(minutes=5))
    assert taken is not None
    assert solving.solve(taken, current_app.extensions["settings"], lambda: False)
    run = db.session.get_one(SolveRun, run.id)
    assert run.state is RunState.DONE, run.clashes
    return db.session.query(StoredPlan).filter_by(run_id=run.id).one()


def places(plan: StoredPlan) -> set[tuple[str, str, int, int]]:
    """(applicant, stand, start, length) of a plan."""
    return {(turn.applicant, turn.stand, turn.start, turn.length) for turn in turns_of(plan.text)}


def held(scene: Scene, who: object, space: object, number: int, start: int, length: int) -> tuple[str, str, int, int]:
    return (f"E{who.id}", f"S{space.id}-{space.stands[number].code}", start, length)


def test_turns_that_have_begun_are_not_dealt_anew(app: Flask) -> None:
    """Two newcomers want hall two first: the turns of the present week stay where they are."""
    with pretending(EARLY):
        scene = Scene()
        late = [make_exhibitor(make_user(), craft=f"POT-{n:02d}") for n in (7, 8)]
        for person in late:
            make_application(scene.call, person, scene.two, scene.one, state=ApplicationState.ELIGIBLE, max_length=2)
    with pretending(at(SOON)):
        plan = solved(scene)
        begun = {held(scene, scene.a, scene.one, 0, 0, 2), held(scene, scene.c, scene.two, 0, 0, 2)}
        assert begun <= places(plan)
        assert {start for *_place, start, _length in places(plan) - begun} <= {1, 2, 3}
        found = review(plan)
        assert (found.stops, found.conflicts, found.remarks) == ([], [], [])
        assert judge(plan.case.text, plan.text).accepted
        made = rotation.publish(scene.boss, plan.id)
        assert judge(made.case.text, made.plan_text).accepted
        assert (scene.a.id, scene.one.id, FIRST, FIRST + 2 * WEEK - DAY) in scene.turns()


def test_without_the_guard_the_solver_deals_the_past(app: Flask, monkeypatch) -> None:
    """Control: the case of the call alone lets others have the days that somebody has lived."""
    with pretending(EARLY):
        scene = Scene()
        for n in (7, 8, 9):
            who = make_exhibitor(make_user(), craft=f"POT-{n:02d}")
            make_application(scene.call, who, scene.two, scene.one, state=ApplicationState.ELIGIBLE, max_length=2)
    monkeypatch.setattr("app.planning.under_way.keeping", lambda text, sha256, *_: (text, sha256, []))
    with pretending(at(SOON)):
        plan = solved(scene)
        begun = {held(scene, scene.a, scene.one, 0, 0, 2), held(scene, scene.c, scene.two, 0, 0, 2)}
        assert {one for one in places(plan) - begun if one[2] == 0}


def test_a_closure_inside_the_present_week_leaves_what_was_lived(app: Flask) -> None:
    """Hall one closes from the middle of this week to the end of the third: A keeps this week, and may go on later."""
    with pretending(EARLY):
        scene = Scene()
    with pretending(at(SOON)):
        scene.close(SOON + DAY, FIRST + 3 * WEEK - DAY, space_id=scene.one.id)
        plan = solved(scene)
        assert held(scene, scene.a, scene.one, 0, 0, 1) in places(plan)
        assert held(scene, scene.c, scene.two, 0, 0, 2) in places(plan)
        hall = {one for one in places(plan) if one[1].startswith(f"S{scene.one.id}-")}
        assert {start for _who, _stand, start, _length in hall} <= {0, 3}
        found = review(plan)
        assert (found.stops, found.conflicts) == ([], [])
        rotation.publish(scene.boss, plan.id)
        assert (scene.a.id, scene.one.id, FIRST, SOON) in scene.turns()


def test_a_part_solved_again_keeps_what_has_begun_in_it(app: Flask) -> None:
    with pretending(EARLY):
        scene = Scene()
        for n in (7, 8, 9):
            who = make_exhibitor(make_user(), craft=f"POT-{n:02d}")
            make_application(scene.call, who, scene.one, state=ApplicationState.ELIGIBLE, max_length=2)
        first = db.session.query(StoredPlan).one()
    with pretending(at(SOON)):
        for scope in ({"plan": first.id, "space": scene.one.id}, {"plan": first.id, "start": 0}):
            assert held(scene, scene.a, scene.one, 0, 0, 2) in places(solved(scene, scope))


def test_who_is_gone_leaves_her_days_to_nobody(app: Flask) -> None:
    """A's file is no longer retained: what she lived is nobody else's. C, away from next week on, keeps this one."""
    with pretending(EARLY):
        scene = Scene()
        for n in (7, 8, 9):
            who = make_exhibitor(make_user(), craft=f"POT-{n:02d}")
            make_application(scene.call, who, scene.two, scene.one, state=ApplicationState.ELIGIBLE, max_length=2)
    with pretending(at(SOON)):
        query = db.session.query(Application)
        query.filter_by(exhibitor_id=scene.a.id).update({"state": ApplicationState.WITHDRAWN})
        query.filter_by(exhibitor_id=scene.c.id).update({"unavailable": [0, 1], "min_length": 2})
        db.session.commit()
        plan = solved(scene)
        assert {one for one in places(plan) if one[2] == 0} == {held(scene, scene.c, scene.two, 0, 0, 1)}
        case = json.loads(plan.case.text)
        shut = {stand["id"]: stand["closed"] for space in case["spaces"] for stand in space["stands"]}
        assert shut[held(scene, scene.a, scene.one, 0, 0, 2)[1]] == [0]


def crowded(**charter: object) -> Scene:
    """A and D stand together in hall one; since they were published D is known to make what A makes, which the
    charter forbids together. F and G, of one activity too, want hall two only.
    """  # fmt: skip
    with pretending(EARLY):
        scene = Scene(people=4, charter={"max_same_activity": 1, **charter})
        two = scene.one.stands[1]
        turns = [(scene.a, scene.one.stands[0], 0, 2), (scene.people[3], two, 0, 2), (scene.b, two, 2, 2)]
        rotation.publish(scene.boss, store_plan(scene.call, turns).id)
        scene.late = [make_exhibitor(make_user(), craft="POT-77") for _ in range(2)]
        for person in scene.late:
            make_application(scene.call, person, scene.two, state=ApplicationState.ELIGIBLE, max_length=2)
        scene.people[3].crafts[0].craft_code = scene.a.crafts[0].craft_code
        db.session.commit()
    return scene


def test_a_rule_that_begun_turns_break_is_eased_in_their_hall_only(app: Flask) -> None:
    scene = crowded()
    with pretending(at(SOON)):
        plan = solved(scene)
        assert plan.run.scope["eased"] == [{"rule": "max_same_activity", "space": f"S{scene.one.id}"}]
        late = {f"E{one.id}" for one in scene.late}
        held_by_late = [period for turn in turns_of(plan.text) if turn.applicant in late for period in turn.periods]
        assert held_by_late
        assert len(held_by_late) == len(set(held_by_late))
        found = review(plan)
        assert (found.stops, found.conflicts) == ([], [])
        assert (
            [one for one in found.remarks if "Ces tours ont commencé" in one]
            == [one for one in found.remarks if "trop présente" in one]
            != []
        )
        rotation.publish(scene.boss, plan.id)


def test_the_manager_reads_what_was_eased(app: Flask, client: FlaskClient) -> None:
    scene = crowded()
    with pretending(at(SOON)):
        plan = solved(scene)
        db.session.commit()
        shown = sign_in(client, scene.boss).get(f"/manage/plans/{plan.id}/").text
        assert "Variété des activités" in shown
        assert "des tours qui ont commencé ne la suivent pas" in shown
