"""Scenarios on the manager's pages: made, kept from publication, compared side by side."""

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from app.extensions import db
from app.models import RunState, SiteRole, SolveRun
from app.planning.charter_changes import charter_changes
from app.services.rotation_review import review
from tests.app.views.test_plans import send
from tests.factories import make_user, sign_in
from tests.plans import make_scene, store_plan
from tests.wording import plain


@pytest.fixture
def scene(app: Flask, client: FlaskClient):
    call, people = make_scene(people=4, stands=2, periods=3)
    boss = make_user((call.site, SiteRole.MANAGER))
    db.session.commit()
    sign_in(client, boss)
    return call, people


def typed(call, **changed: object) -> dict[str, object]:
    base = {"name": "Repos long", "measure": "periods", "max_same_activity": "2", "rest": "0", "tier_1": "fairness"}
    return {
        **base,
        "tier_2": "fill",
        "tier_3": "preferences",
        "tier_4": "",
        "tier_5": "",
        "tier_6": "",
        "seed": call.seed,
        "seconds": "20",
        **changed,
    }


def test_a_scenario_keeps_its_charter_and_is_not_published(scene, client: FlaskClient) -> None:
    call, (a, _b, _c, _d) = scene
    page = f"/manage/calls/{call.id}/scenarios/new"
    answer = send(client, page, page, **typed(call, rest="2"))
    run = db.session.scalars(select(SolveRun)).one()
    assert (answer.status_code, answer.location) == (303, f"/manage/runs/{run.id}/")
    assert json.loads(run.case.text)["charter"] == {**call.charter, "rest": 2}
    assert run.scope["scenario"] == "Repos long"
    plan = store_plan(call, [(a, call.places[0].space.stands[0], 0, 1)])
    assert review(plan).stops == []
    plan.run_id, plan.case_sha256, run.state = run.id, run.case_sha256, RunState.DONE
    db.session.commit()
    db.session.expire(plan)
    assert [stop for stop in review(plan).stops if "brouillon « Repos long »" in plain(stop)]
    call.charter = {**call.charter, "rest": 2}
    db.session.commit()
    assert review(plan).stops == []


def test_every_fault_of_a_scenario_is_told_at_once(scene, client: FlaskClient) -> None:
    call, _people = scene
    page = f"/manage/calls/{call.id}/scenarios/new"
    answer = send(client, page, page, **typed(call, name="", rest="-1", seconds="0"))
    words = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert [name for name in ("name", "rest", "seconds") if f'id="{name}-faults"' not in words] == []
    assert db.session.scalars(select(SolveRun)).all() == []


def test_compare_tells_who_gains_and_who_loses(scene, client: FlaskClient) -> None:
    call, (a, b, c, d) = scene
    one, two = call.places[0].space.stands
    first = store_plan(call, [(a, one, 0, 1), (b, two, 0, 1)]).id
    second = store_plan(call, [(b, two, 0, 1), (c, one, 1, 1)]).id
    third = store_plan(call, [(d, one, 0, 1)]).id
    asked: list[str] = []

    def note(_c, _u, statement, *_rest) -> None:
        if statement.startswith("SELECT"):
            asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    answer = client.get(f"/manage/calls/{call.id}/compare?plan={first}&plan={second}")
    two_plans = len(asked)
    client.get(f"/manage/calls/{call.id}/compare?plan={first}&plan={second}&plan={third}")
    event.remove(db.engine, "before_cursor_execute", note)
    assert len(asked) - two_plans == two_plans, "the queries do not grow with the plans"
    words = answer.get_data(as_text=True)
    table = words[words.index('id="gains"') :]
    assert table.index(a.name) < table.index("perd 1") < table.index(c.name) < table.index("gagne 1")
    assert b.name not in table
    assert "1 exposant perd · 1 gagne · 2 ont exactement la même chose." in table
    for ids in ((first,), (first, 10**6), ()):
        told = client.get(f"/manage/calls/{call.id}/compare", query_string={"plan": list(ids)})
        assert told.status_code == 303


def test_every_change_of_a_charter_is_told(scene) -> None:
    call, _people = scene
    old = {**call.charter, "measure": "periods", "tiers": ["fairness", "fill"]}
    new = {**old, "measure": "turns", "tiers": ["fill", "fairness"]}
    told = {one.title: (one.before, one.after) for one in charter_changes(old, new)}
    assert told["Ordre des objectifs"] == ("Équité · Remplissage", "Remplissage · Équité")
    assert "une période" in told["Équité"][0]
    assert "un tour" in told["Équité"][1]
    assert charter_changes(old, old) == []
