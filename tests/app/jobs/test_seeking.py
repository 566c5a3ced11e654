"""Places sought after a closure as a job: asked for at once, stopped, killed, replaced; each end is told."""

from datetime import timedelta

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient
from sqlalchemy import select

from app.clock import pretending
from app.extensions import db
from app.jobs import mending
from app.jobs.worker import WORK
from app.models import AuditEntry, Closure, Repair, RunKind, RunState, SolveRun
from app.planning.endings import sentence
from app.queries import closing
from app.services import audit, closing_days, repairing, runs, seeking
from app.services.runs import Claim
from tests.app.jobs.conftest import ODD
from tests.app.services.test_repairing import EARLY, FIRST, WEEK, Scene
from tests.factories import post_form, sign_in
from tests.wording import plain

DAY = timedelta(days=1)


@pytest.fixture
def scene(app: Flask):
    """A hall closes over B's turn; the other one is free then."""
    with pretending(EARLY):
        scene = Scene()
        scene.works = scene.close(FIRST + 2 * WEEK, FIRST + 4 * WEEK - DAY, space_id=scene.one.id)
        db.session.commit()
        yield scene


def taken() -> Claim:
    found = runs.claim("test", timedelta(minutes=5))
    assert found is not None
    return found


def mend(claim: Claim, manner: str = "") -> bool:
    settings = current_app.extensions["settings"]
    return mending.mend(claim, settings.model_copy(update={"solver_command": manner and f"{ODD} {manner}"}), bool)


def names(works: Closure) -> list[str]:
    db.session.expire_all()
    return [option["name"] for repair in closing.repairs(works).values() for option in repair.options]


def test_every_kind_of_job_has_its_worker() -> None:
    assert set(WORK) == set(RunKind)


def test_the_request_answers_at_once_and_the_page_follows_the_job(scene: Scene, client: FlaskClient) -> None:
    sign_in(client, scene.boss)
    path = f"/manage/closures/{scene.works.id}/"
    assert post_form(client, f"{path}seek", {}, page=path).location == path
    run = db.session.scalars(select(SolveRun)).one()
    assert (run.kind, run.state, names(scene.works)) == (RunKind.REPAIR, RunState.QUEUED, ["none"])
    page = client.get(path).get_data(as_text=True)
    assert "On cherche des places" in page
    assert f"/manage/runs/{run.id}/events" in page
    assert "Publier cette réparation" not in page
    assert client.get(f"/manage/runs/{run.id}/").location == path
    assert mend(taken())
    assert names(scene.works) == ["fewest", "none"]
    page = client.get(path).get_data(as_text=True)
    assert page.count("Publier cette réparation") == 2
    assert "On cherche des places" not in page
    started = db.session.scalars(select(AuditEntry.after).where(AuditEntry.action == "run.start")).one()
    assert "turns" not in started["scope"]
    assert audit.verify(scene.site) == []


@pytest.mark.parametrize(
    ("manner", "state", "code"),
    [
        ("deaf 60", RunState.TIMED_OUT, "timed_out"),
        ("kill 0", RunState.FAILED, "killed:SIGKILL"),
        ("crash 0", RunState.FAILED, "crashed:1"),
        ("impossible 0", RunState.DONE, "none"),
        ("cancel", RunState.CANCELLED, "cancelled"),
    ],
)
def test_however_it_ends_the_page_says_so_and_one_option_stays(
    scene: Scene, client: FlaskClient, manner: str, state: RunState, code: str
) -> None:
    seeking.seek(scene.boss, scene.works)
    run = db.session.scalars(select(SolveRun)).one()
    run.seconds_limit = 1
    db.session.commit()
    claim = taken()
    if manner == "cancel":
        runs.cancel(scene.boss, run)
    assert mend(claim, "deaf 60" if manner == "cancel" else manner)
    db.session.refresh(run)
    assert (run.state, run.message, names(scene.works)) == (state, code, ["none"])
    sign_in(client, scene.boss)
    page = client.get(f"/manage/closures/{scene.works.id}/").get_data(as_text=True)
    assert plain(sentence(run)).replace("'", "&#39;") in page
    assert "Chercher à nouveau" in page
    (repair,) = closing.repairs(scene.works).values()
    assert repairing.carry_out(scene.boss, repair.id, "none").number == 2


def test_a_search_that_was_replaced_or_decided_leaves_nothing(scene: Scene) -> None:
    seeking.seek(scene.boss, scene.works)
    first = taken()
    seeking.seek(scene.boss, scene.works)
    assert mend(first, "deaf 60")
    assert db.session.get_one(SolveRun, first.run_id).state is RunState.CANCELLED
    second = taken()
    (repair,) = closing.repairs(scene.works).values()
    assert repair.run_id == second.run_id
    repairing.carry_out(scene.boss, repair.id, "none")
    assert mend(second)
    assert (names(scene.works), repair.chosen) == (["none"], "none")


def test_a_closure_removed_stops_its_search(scene: Scene) -> None:
    seeking.seek(scene.boss, scene.works)
    closing_days.delete(scene.boss, scene.works)
    run = db.session.scalars(select(SolveRun)).one()
    assert (run.state, db.session.query(Repair).count(), runs.waiting()) == (RunState.CANCELLED, 0, False)
