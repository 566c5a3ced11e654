"""An impossible season on the manager's pages: what clashes, what would help, a draft in one click; a turn's cost."""

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.clock import now
from app.extensions import db
from app.models import Decision, DecisionKind, FrozenCase, RunState, SiteRole, SolveRun
from app.planning.case import freeze
from app.planning.clashes import changed, relaxed
from app.planning.endings import ending
from scheduler.codec import decode_case, encode_plan
from scheduler.diagnose import diagnose
from scheduler.limits import Clock, Limits
from scheduler.offer import at_hand, offer
from tests.app.views.test_plans import send, token
from tests.factories import make_user, sign_in
from tests.plans import make_scene, store_plan


def pin(call, who, start: int, stand) -> None:
    place = {"space_id": stand.space_id, "stand_id": stand.id, "start": start, "length": 1}
    db.session.add(
        Decision(
            call_id=call.id, exhibitor_id=who.id, kind=DecisionKind.PIN, reason="", created_by_id=make_user().id,
            created_at=now(), **place,
        )
    )  # fmt: skip


@pytest.fixture
def scene(app: Flask, client: FlaskClient):
    call, people = make_scene(people=3, stands=1, periods=2)
    stand = call.places[0].space.stands[0]
    for who in people[:2]:
        pin(call, who, 0, stand)
    boss = make_user((call.site, SiteRole.MANAGER))
    db.session.commit()
    sign_in(client, boss)
    return call, people, impossible_run(call, boss)


def impossible_run(call, boss) -> SolveRun:
    """A run that ended as the solver ends on two pins of one stand."""
    text, sha256 = freeze(call)
    problem = decode_case(text)
    found = diagnose(problem, Clock(Limits()))
    assert found is not None
    written = json.dumps(encode_plan(offer(problem, found, at_hand(found), {})))
    end = ending(text, written, 1, None)  # type: ignore[arg-type]
    assert (end.state, end.plan_text) == (RunState.IMPOSSIBLE, None)
    db.session.add(FrozenCase(sha256=sha256, call_id=call.id, text=text, frozen_at=now()))
    db.session.flush()
    run = SolveRun(
        call_id=call.id, case_sha256=sha256, seconds_limit=20, scope={}, created_by_id=boss.id, created_at=now(),
        state=end.state, message=end.code, clashes=end.details, ended_at=now(),
    )  # fmt: skip
    db.session.add(run)
    db.session.commit()
    return run


def test_the_page_says_who_and_what_clashes_and_what_would_help(scene, client: FlaskClient) -> None:
    _call, people, run = scene
    page = client.get(f"/manage/runs/{run.id}/").get_data(as_text=True)
    assert "Ce qui ne tient pas ensemble" in page
    assert people[0].name in page
    assert people[1].name in page
    assert f">E{people[0].id}" not in page
    assert "Chaque phrase compte" in page
    assert page.count("Essayer en brouillon") == 2
    assert "Un stand n'est donné qu'à une personne à la fois" in page or "règles qui valent toujours" in page
    told = client.get(f"/manage/runs/{run.id}/status").json
    assert told["state"] == "impossible"
    arabic = client.get(f"/manage/runs/{run.id}/", headers={"Accept-Language": "ar"}, query_string={"lang": "ar"})
    assert arabic.status_code == 200


def test_one_click_makes_a_draft_with_the_change(scene, client: FlaskClient) -> None:
    call, people, run = scene
    page = f"/manage/runs/{run.id}/"
    answer = send(client, page, f"{page}relax", change=0)
    draft = db.session.scalars(select(SolveRun).where(SolveRun.id != run.id)).one()
    assert (answer.status_code, answer.location) == (303, f"/manage/runs/{draft.id}/")
    assert draft.scope == {"relaxed": run.id, "change": 0}
    before, after = json.loads(run.case.text), json.loads(draft.case.text)
    assert (len(before["pins"]), len(after["pins"])) == (2, 1)
    assert diagnose(decode_case(after), Clock(Limits())) is None
    assert len(db.session.scalars(select(Decision)).all()) == 2, "the decisions themselves stay"
    assert "Brouillon d'essai" in client.get(answer.location).get_data(as_text=True)
    assert people
    assert call.id == draft.call_id


@pytest.mark.parametrize("change", ["7", "-1", "x", ""])
def test_a_change_that_was_not_offered_is_refused(scene, client: FlaskClient, change: str) -> None:
    _call, _people, run = scene
    page = f"/manage/runs/{run.id}/"
    assert send(client, page, f"{page}relax", change=change).status_code == 303
    assert "plus proposé" in client.get(page).get_data(as_text=True)
    assert len(db.session.scalars(select(SolveRun)).all()) == 1


def test_changes_of_a_case_as_plain_values() -> None:
    case = {
        "pins": [{"a": 1}, {"a": 2}],
        "spaces": [{"closed": [1], "stands": [{"closed": [2]}]}],
        "charter": {"rest": 3, "quotas": [{"group": "g", "at_least": 0.35}], "spaces": {"S1": {"rest": 2}}},
    }
    assert changed(case, "pins[1]", None)["pins"] == [{"a": 1}]
    assert changed(case, "spaces[0].closed", None)["spaces"][0]["closed"] == []
    assert changed(case, "spaces[0].stands[0].closed", None)["spaces"][0]["stands"][0]["closed"] == []
    assert changed(case, "charter.rest", 1)["charter"]["rest"] == 1
    assert changed(case, "charter.spaces.S1.rest", None)["charter"]["spaces"]["S1"]["rest"] is None
    assert changed(case, "charter.quotas[0]", 0.31)["charter"]["quotas"][0] == {"group": "g", "at_least": 0.31}
    assert changed(case, "charter.quotas[0]", None)["charter"]["quotas"] == []
    assert case["charter"]["rest"] == 3, "the case itself is not touched"


def test_what_a_turn_would_cost_is_asked_by_a_plain_link(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.planning.cost.SECONDS", 20.0)  # what is proven in time is another test's matter
    monkeypatch.setattr("app.planning.cost.PATIENCE", 40.0)
    call, (first, second) = make_scene(people=2, stands=1, periods=1)
    stand = call.places[0].space.stands[0]
    plan = store_plan(call, [(first, stand, 0, 1)])
    boss = make_user((call.site, SiteRole.MANAGER))
    db.session.commit()
    sign_in(client, boss)
    page = client.get(f"/manage/plans/{plan.id}/why?exhibitor={second.id}").get_data(as_text=True)
    assert "billet" in page, "all else is equal: the draw decides, and a manager is told the tickets"
    assert "data-cost" in page
    cost = client.get(f"/manage/plans/{plan.id}/why/cost?exhibitor={second.id}")
    assert cost.status_code == 200
    words = cost.get_data(as_text=True)
    assert "au lieu de" in words or "À égalité en tout" in words
    assert "C&#39;est prouvé" in words
    assert first.name in words, "a manager is told who would lose"
    assert client.get(f"/manage/plans/{plan.id}/why/cost?exhibitor={10**6}").status_code == 404


def test_the_plan_page_says_what_is_proven(app: Flask, client: FlaskClient) -> None:
    call, (first, _second) = make_scene(people=2, stands=1, periods=1)
    plan = store_plan(call, [(first, call.places[0].space.stands[0], 0, 1)])
    boss = make_user((call.site, SiteRole.MANAGER))
    db.session.commit()
    sign_in(client, boss)
    page = client.get(f"/manage/plans/{plan.id}/").get_data(as_text=True)
    assert "ce qu'aucun planning ne peut dépasser" in page
    assert "non connue" in page
    assert token


def two_clashes() -> tuple[SolveRun, list]:
    """Two people pinned on each of two stands, a week each: two clashes that have nothing to do with each other."""
    call, people = make_scene(people=4, stands=2, periods=2)
    for n, stand in enumerate(call.places[0].space.stands):
        for who in people[2 * n : 2 * n + 2]:
            pin(call, who, n, stand)
    boss = make_user((call.site, SiteRole.MANAGER))
    db.session.commit()
    return impossible_run(call, boss), [boss, people]


def test_one_click_takes_the_best_change_of_every_other_clash_along(app: Flask, client: FlaskClient) -> None:
    run, (boss, _people) = two_clashes()
    sign_in(client, boss)
    page = f"/manage/runs/{run.id}/"
    changes = [one for one in run.clashes if one["part"] == "relaxation"]
    assert {one["clash"] for one in changes} == {0, 1}
    assert not any(one["alone"] for one in changes)
    assert "prend aussi le meilleur changement de chaque autre conflit" in client.get(page).text
    send(client, page, f"{page}relax", change=0)
    draft = db.session.scalars(select(SolveRun).where(SolveRun.id != run.id)).one()
    (further,) = draft.scope["along"]
    assert changes[further]["clash"] != changes[0]["clash"]
    assert diagnose(decode_case(json.loads(draft.case.text)), Clock(Limits())) is None
    assert len(json.loads(draft.case.text)["pins"]) == 2
    alone, _sha256 = relaxed(run.case.text, changes[0])
    assert diagnose(decode_case(alone), Clock(Limits())) is not None, "the change alone would not do"
    shown = client.get(f"/manage/runs/{draft.id}/").text
    assert shown.count("pris avec, pour un autre conflit") == 1
    assert len(db.session.scalars(select(Decision)).all()) == 4, "the decisions themselves stay"


def test_items_taken_out_of_one_list_are_the_ones_meant() -> None:
    case = json.dumps({"pins": [{"a": 1}, {"a": 2}, {"a": 3}], "charter": {"rest": 3}})
    made = [
        {"path": "pins[0]", "value": None},
        {"path": "charter.rest", "value": 1},
        {"path": "pins[1]", "value": None},
    ]
    text, _sha256 = relaxed(case, *made)
    assert json.loads(text) == {"pins": [{"a": 3}], "charter": {"rest": 1}}
