"""A plan against a rule is published only with the reason of whoever decided so: the reason is public, no name is."""

import io
import json
import zipfile

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.errors import Stale
from app.extensions import db
from app.models import EditKind, StoredPlan
from app.planning.judge import judge
from app.services import board, board_history, rotation, runs
from app.services.board import Ask
from app.services.rotation_review import review
from tests.app.services.board.test_edits import REASON, e, spot
from tests.factories import make_user
from tests.plans import make_scene, store_plan


@pytest.fixture
def scene(app: Flask):
    call, people = make_scene(people=3, stands=2, periods=4)
    one, two = call.places[0].space.stands
    plan = store_plan(call, [(people[0], one, 0, 1), (people[1], two, 1, 1)])
    boss = make_user()
    db.session.commit()
    board.edit(boss, plan.id, 0, Ask(EditKind.MOVE, people[0].id, spot(one, 0), spot(one, 1), length=2, reason=REASON))
    return call, people, db.session.get_one(StoredPlan, plan.id), boss


def test_published_with_its_reason_and_without_a_name(scene, client: FlaskClient) -> None:
    call, (a, _b, _c), plan, boss = scene
    assert [v.template[:14] for v in judge(plan.case.text, plan.text).violations] == ["Tour trop long"]
    assert review(plan).decided == [(review(plan).decided[0][0], REASON)]
    publication = rotation.publish(boss, plan.id, plan.version)
    assert [(one["rule"], one["reason"]) for one in publication.overrides] == [("turn_length", REASON)]
    path = f"/sites/{call.site.slug}/rotations/{publication.number}"
    shown = client.get(path).get_data(as_text=True)
    told = shown.split('id="overrides"')[1].split("</section>")[0]
    assert "Tour trop long pour un exposant" in told
    assert REASON in told.replace("&#39;", "'")
    assert a.name not in told
    archive = zipfile.ZipFile(io.BytesIO(client.get(f"{path}/bundle.zip").data))
    stated = json.loads(archive.read("overrides.json"))["overrides"]
    assert [(one["rule"], one["reason"], one["turns"][0]["applicant"]) for one in stated] == [
        ("turn_length", REASON, e(a))
    ]
    assert a.name not in archive.read("overrides.json").decode()
    assert "overrides.json" in archive.read("README.txt").decode()


def test_without_the_reason_it_stops(scene) -> None:
    """The control: the same turns, their reason gone from the log, are refused."""
    _call, _people, plan, boss = scene
    text = plan.text
    board_history.undo(boss, plan.id, 1)
    plan = db.session.get_one(StoredPlan, plan.id)
    plan.text = text
    db.session.commit()
    with pytest.raises(Stale, match="Tour trop long"):
        rotation.publish(boss, plan.id)


def test_a_reason_does_not_cover_another_breach(scene) -> None:
    _call, (_a, b, _c), plan, boss = scene
    document = json.loads(plan.text)
    for turn in document["turns"]:
        if turn["applicant"] == e(b):
            turn["length"] = 2
    plan.text = json.dumps(document)
    db.session.commit()
    with pytest.raises(Stale) as told:
        rotation.publish(boss, plan.id)
    assert [reason for reason in told.value.reasons if "trop long" in reason] == [told.value.reasons[0]]
    assert b.name in told.value.reasons[0]


def test_what_was_previewed_is_what_is_published(scene) -> None:
    _call, (_a, b, _c), plan, boss = scene
    seen = plan.version
    two = _call.places[0].space.stands[1]
    board.edit(boss, plan.id, seen, Ask(EditKind.MOVE, b.id, spot(two, 1), spot(two, 0)))
    with pytest.raises(Stale, match="a changé depuis"):
        rotation.publish(boss, plan.id, seen)


def test_a_part_is_solved_around_the_rest(scene) -> None:
    call, (_a, _b, _c), plan, boss = scene
    with pytest.raises(Exception, match="Tour trop long"):  # a breach cannot be kept by a solve: it is told
        runs.start(boss, call, 5, {"plan": plan.id, "start": 2})
    db.session.rollback()
    board_history.undo(boss, plan.id, 1)
    run = runs.start(boss, call, 5, {"plan": plan.id, "start": 1})
    case = json.loads(run.case.text)
    assert [(one["applicant"], one["start"]) for one in case["pins"]] == [(e(_a), 0)]
    banned = {one["applicant"]: one["periods"] for one in case["forbidden"]}
    assert banned == {e(_b): [0], e(_c): [0]}
    runs.cancel(boss, run)
    run = runs.start(boss, call, 5, {"plan": plan.id, "space": call.places[0].space_id})
    assert json.loads(run.case.text)["pins"] == []
