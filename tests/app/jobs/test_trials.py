"""A draft call's charter tried on past demand and on invented people: real worker, real solver, real seasons."""

import hashlib
import json
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.errors import Invalid, Refused
from app.extensions import db
from app.models import (
    ApplicationState,
    CallState,
    ExhibitorKind,
    FrozenCase,
    Group,
    RunState,
    SiteRole,
    SolveRun,
    StoredPlan,
    Trial,
)
from app.planning.trial import Order, moved
from app.queries.trial import case_text
from app.services import call as calls
from app.services import runs, trial
from tests.app.jobs.conftest import ODD, Start
from tests.factories import make_application, make_call, make_exhibitor, make_site, make_space, make_user, sign_in

Wait = Callable[..., SolveRun]
ORDER = Order(source=None, people=6, seasons=4, turnover=0)


@pytest.fixture
def scene(app: Flask):
    """A past call of 4 periods asked for by 3 (a woman, a cooperative), and a draft of 8 half as long."""
    site = make_site()
    hall, gone = make_space(site, stands=1), make_space(site, stands=1)
    past = make_call(site, hall, gone, periods=4, days=14)
    people = [
        make_exhibitor(craft="POT-01", groups=(Group.WOMEN,), name="Zineb Secret"),
        make_exhibitor(craft="MET-01", kind=ExhibitorKind.COOPERATIVE, name="Coopérative Secret"),
        make_exhibitor(craft="BOI-01", name="Omar Secret"),
    ]
    for who, spaces in zip(people, ((hall,), (gone, hall), (gone,)), strict=True):
        make_application(past, who, *spaces, state=ApplicationState.ELIGIBLE, unavailable=[1], preferred={"3": 2})
    draft = make_call(
        site, hall, periods=0, state=CallState.DRAFT, published_at=None, period_days=7, season_end=past.season_end
    )  # fmt: skip
    boss = make_user((site, SiteRole.MANAGER))
    db.session.commit()
    return draft, past, people, boss


def test_positions_lie_at_the_same_part_of_the_season() -> None:
    assert moved([1], 4, 8) == [2, 3]
    assert moved([2, 3], 8, 4) == [1]
    assert moved([2, 4], 8, 4) == [1, 2]
    assert moved([3], 8, 4) == [1], "away for a part of a longer period is away"
    assert moved([1], 4, 6) == [1, 2]
    assert moved([0], 1, 3) == [0, 1, 2]


def test_past_demand_is_asked_again_without_names(scene, start_worker: Start, wait_for: Wait) -> None:
    draft, past, people, boss = scene
    other = {**draft.charter, "rest": 2, "quotas": [{"group": "women", "at_least": 0.5, "scope": "season"}]}
    start_worker()
    run_id = trial.start(boss, draft, Order(past.id, 1, 3, 0, other), 240).id
    sha256 = past.id and db.session.get_one(SolveRun, run_id).case_sha256
    case = json.loads(case_text(sha256))
    assert [one["id"] for one in case["applicants"]] == ["P0001", "P0002", "P0003"]
    assert len(case["periods"]) == 8
    hall = f"S{draft.places[0].space_id}"
    assert {request["spaces"][0]["id"] for request in case["requests"]} == {hall}, "the space not offered is left out"
    assert {tuple(request["unavailable"]) for request in case["requests"]} == {(2, 3)}
    assert {tuple(request["preferred"].items()) for request in case["requests"]} == {(("6", 2), ("7", 2))}
    assert [name for name in ("Secret", *(f'"E{one.id}"' for one in people)) if name in json.dumps(case)] == []
    run = wait_for(run_id, lambda run: run.state.ended)
    assert (run.state, run.message) == (RunState.DONE, "trial")
    kept = db.session.get_one(Trial, run_id)
    assert hashlib.sha256(kept.text.encode()).hexdigest() == kept.sha256
    found = json.loads(kept.text)
    assert found["order"]["cases"]["A"] == sha256
    assert (found["order"]["charter"], found["order"]["other"]) == (draft.charter, other)
    a, b = found["seasons"]["A"], found["seasons"]["B"]
    assert (a["people"], a["placed"], a["levels"][0]) == (3, 3, [1, 3, 3]), "all placed, proven"
    assert b["season"]["women"] >= 0.5
    assert [len(found["years"][letter]["seasons"]) for letter in "AB"] == [3, 3]
    assert found["years"]["A"]["longest_wait"] == 0
    assert db.session.scalars(select(StoredPlan)).all() == [], "a trial leaves no plan to publish"


@pytest.mark.parametrize(
    ("manner", "state", "words"),
    [
        ("impossible 0", RunState.IMPOSSIBLE, "Aucun planning ne respecte cette charte face à cette demande"),
        ("crash 0", RunState.FAILED, "arrêté sur une erreur"),
    ],
)
def test_an_impossible_or_crashed_trial_is_told_with_its_remedy(
    scene, client: FlaskClient, start_worker: Start, wait_for: Wait, manner: str, state: RunState, words: str
) -> None:
    draft, past, _people, boss = scene
    start_worker(f"{ODD} {manner}")
    run_id = trial.start(boss, draft, Order(past.id, 1, 2, 0), 40).id
    assert wait_for(run_id, lambda run: run.state.ended).state is state
    sign_in(client, boss)
    page = client.get(f"/manage/runs/{run_id}/").get_data(as_text=True)
    assert words in page
    assert "Modifier la charte" in page
    assert client.get(f"/manage/runs/{run_id}/trial").location == f"/manage/runs/{run_id}/"


def test_invented_people_say_so_and_a_trial_goes_with_its_draft(
    scene, client: FlaskClient, start_worker: Start, wait_for: Wait
) -> None:
    draft, _past, _people, boss = scene
    start_worker()
    run_id = trial.start(boss, draft, ORDER, 40).id
    wait_for(run_id, RunState.DONE)
    sign_in(client, boss)
    page = client.get(f"/manage/runs/{run_id}/trial").get_data(as_text=True)
    assert "6 candidats inventés" in page
    assert "Une saison" in page
    assert "4 saisons jouées" in page
    drawn = client.get(f"/manage/runs/{run_id}/trial/picture?figure=gini&lang=ar")
    assert (drawn.status_code, drawn.mimetype) == (200, "image/svg+xml")
    assert 'direction="rtl"' in drawn.get_data(as_text=True)
    for figure, told in (("women", "%</text>"), ("gini", ">0,")):
        assert told in client.get(f"/manage/runs/{run_id}/trial/picture?figure={figure}&lang=fr").get_data(as_text=True)
    assert client.get(f"/manage/runs/{run_id}/trial/picture?figure=nothing").status_code == 404
    calls.discard(boss, db.session.get_one(type(draft), draft.id))
    assert [db.session.scalar(select(func.count()).select_from(kind)) for kind in (Trial, SolveRun)] == [0, 0]
    assert db.session.scalars(select(FrozenCase.call_id)).all() == []


def test_a_trial_is_stopped_and_a_crash_is_told(scene, start_worker: Start, wait_for: Wait) -> None:
    draft, _past, _people, boss = scene
    start_worker()
    run_id = trial.start(boss, draft, Order(None, 400, 30, 20), 300).id
    wait_for(run_id, lambda run: run.state is RunState.RUNNING and bool(run.progress.get("stage")))
    runs.cancel(boss, db.session.get_one(SolveRun, run_id))
    run = wait_for(run_id, lambda run: run.state.ended)
    assert run.state is RunState.CANCELLED
    assert run.message in ("cancelled", "trial_cancelled")


@pytest.mark.parametrize(
    ("order", "fault"),
    [
        (Order(None, 0, 3, 0), "people"),
        (Order(None, 2001, 3, 0), "people"),
        (Order(None, 5, 31, 0), "seasons"),
        (Order(None, 5, 3, 51), "turnover"),
        (Order(10**6, 5, 3, 0), "source"),
    ],
)
def test_orders_are_judged(scene, order: Order, fault: str) -> None:
    draft, _past, _people, boss = scene
    with pytest.raises(Invalid) as caught:
        trial.start(boss, draft, order, 20)
    assert list(caught.value.faults) == [fault]
    assert db.session.scalars(select(SolveRun)).all() == []


def test_a_published_call_is_not_tried(scene) -> None:
    _draft, past, _people, boss = scene
    with pytest.raises(Refused, match="publié"):
        trial.start(boss, past, ORDER, 20)
