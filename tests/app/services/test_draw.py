"""A draw promised in public: the hash first, the seed later, once, and never about a case that changed."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.clock import now, today
from app.errors import Invalid, Refused, Stale
from app.extensions import db
from app.models import Application, ApplicationState, AuditEntry, Call, Commitment, SiteRole, User
from app.planning.case import freeze, to_problem
from app.services import draw, rotation, runs
from scheduler.commitment import committed_sha256
from tests.factories import (
    make_application,
    make_call,
    make_exhibitor,
    make_site,
    make_space,
    make_user,
    post_form,
    sign_in,
)
from tests.plans import store_plan

SOURCE = "Loterie nationale, tirage du 1er mars"


@pytest.fixture
def closed(app: Flask) -> tuple[Call, User]:
    """A closed call with two accepted applications, and its manager."""
    site = make_site(slug="fes")
    hall = make_space(site, stands=1)
    call = make_call(site, hall, opens_at=now() - timedelta(days=9), closes_at=now() - timedelta(days=1))
    for _ in range(2):
        make_application(call, make_exhibitor(), hall, state=ApplicationState.ELIGIBLE)
    return call, make_user((site, SiteRole.MANAGER))


def promise(call: Call, manager: User, reason: str = "", days: int = 2) -> Commitment:
    return draw.commit(manager, call, SOURCE, today() + timedelta(days=days), today(), reason)


def come(commitment: Commitment) -> None:
    """Let the day of the draw be today."""
    commitment.drawn_on, commitment.objections_until = today(), today() - timedelta(days=1)
    db.session.commit()


def one_more(call: Call) -> str:
    """Change the case: one more applicant."""
    who = make_exhibitor()
    make_application(call, who, call.places[0].space, state=ApplicationState.ELIGIBLE)
    return f"La candidature de {who.name} a été retenue depuis."


def test_the_case_is_promised_before_its_seed_and_drawn_with_it(closed: tuple[Call, User]) -> None:
    call, manager = closed
    made = promise(call, manager)
    document = to_problem(call)
    assert document["seed"] == ""
    assert made.case_sha256 == committed_sha256(document) == freeze(call)[1]
    assert hashlib.sha256(made.case.text.encode()).hexdigest() == made.case_sha256
    assert made.document["source"] == SOURCE
    for scope in (None, {"plan": 1, "start": 0}):
        with pytest.raises(Refused, match="entrez d'abord la graine"):
            runs.start(manager, call, 10, scope)
    with pytest.raises(Refused, match="pas encore eu lieu"):
        draw.reveal(manager, made, "4 8 15")
    come(made)
    draw.reveal(manager, made, " 4  8 15 ")
    assert (made.seed, to_problem(call)["seed"]) == ("4 8 15", "4 8 15")
    assert committed_sha256(to_problem(call)) == made.case_sha256
    assert json.loads(runs.start(manager, call, 10).case.text)["seed"] == "4 8 15"
    told = db.session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("draw.%")).order_by(AuditEntry.id))
    assert list(told) == ["draw.commit", "draw.reveal"]


def test_a_plan_of_another_seed_is_not_published(closed: tuple[Call, User]) -> None:
    call, manager = closed
    who = make_exhibitor()
    make_application(call, who, call.places[0].space, state=ApplicationState.ELIGIBLE)
    plan = store_plan(call, [(who, call.places[0].space.stands[0], 0, 1)])
    promise(call, manager)
    with pytest.raises(Stale, match="La graine du tirage au sort a changé"):
        rotation.publish(manager, plan.id)


def test_a_seed_is_entered_once_and_a_case_drawn_once(closed: tuple[Call, User]) -> None:
    call, manager = closed
    made = promise(call, manager)
    come(made)
    with pytest.raises(Invalid):
        draw.reveal(manager, made, "  ")
    draw.reveal(manager, made, "first")
    with pytest.raises(Refused, match="ne reçoit plus de graine"):
        draw.reveal(manager, made, "second")
    with pytest.raises(Refused, match="déjà été tiré"):
        promise(call, manager, "encore")
    assert to_problem(call)["seed"] == "first"


def test_a_changed_case_needs_another_promise_and_the_old_one_stays(closed: tuple[Call, User]) -> None:
    call, manager = closed
    made = promise(call, manager)
    come(made)
    changed = one_more(call)
    with pytest.raises(Refused, match="engagez-vous de nouveau") as refusal:
        draw.reveal(manager, made, "4 8 15")
    assert refusal.value.reasons[1:] == (changed,)
    with pytest.raises(Invalid) as unexplained:
        promise(call, manager)
    assert list(unexplained.value.faults) == ["reason"]
    again = promise(call, manager, "Une candidature retenue après recours.")
    assert (made.superseded_at is not None, made.seed) == (True, "")
    assert again.case_sha256 != made.case_sha256
    with pytest.raises(Refused, match="remplacé"):
        draw.reveal(manager, made, "4 8 15")
    come(again)
    draw.reveal(manager, again, "4 8 15")
    changed = one_more(call)
    with pytest.raises(Refused, match="a changé depuis le tirage") as refusal:
        runs.start(manager, call, 10)
    assert refusal.value.reasons[1:] == (changed,)


def test_what_cannot_be_promised(closed: tuple[Call, User]) -> None:
    call, manager = closed
    tomorrow = today() + timedelta(days=1)
    for source, drawn_on, heard, fields in (
        (" ", tomorrow, today(), ["source"]), (SOURCE, today(), today(), ["drawn_on", "objections_until"]),
        (SOURCE, None, None, ["drawn_on", "objections_until"]), (SOURCE, tomorrow, tomorrow, ["objections_until"]),
        (SOURCE, tomorrow, date(2020, 1, 1), ["objections_until"]),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            draw.commit(manager, call, source, drawn_on, heard)
        assert list(refused.value.faults) == fields
    call.closes_at = now() + timedelta(days=1)
    db.session.commit()
    with pytest.raises(Refused, match="dossier complet"):
        promise(call, manager)


def test_the_database_refuses_two_promises_at_once(closed: tuple[Call, User]) -> None:
    call, manager = closed
    made = promise(call, manager)
    values = {c.name: getattr(made, c.name) for c in Commitment.__table__.columns if c.name != "id"}
    db.session.add(Commitment(**values))
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_the_manager_promises_on_the_page_and_the_public_checks_it(
    closed: tuple[Call, User], client: FlaskClient, tmp_path: Path
) -> None:
    call, manager = closed
    path, public = f"/manage/calls/{call.id}/draw", f"/calls/{call.id}"
    sign_in(client, manager)
    assert "engagé d'avance" not in client.get(public).get_data(as_text=True)
    day = today() + timedelta(days=3)
    typed = {"source": SOURCE, "drawn_on": day.isoformat(), "objections_until": today().isoformat()}
    assert post_form(client, path, typed | {"drawn_on": today().isoformat()}).status_code == 422
    assert post_form(client, path, typed).status_code == 303
    made = db.session.scalars(select(Commitment)).one()
    told = client.get(public).get_data(as_text=True)
    assert made.case_sha256 in told
    assert SOURCE in told
    promised = zipfile.ZipFile(io.BytesIO(client.get(f"/draws/{made.id}/files.zip").get_data()))
    assert hashlib.sha256(promised.read("case.json")).hexdigest() == made.case_sha256
    come(made)
    seed = f"/manage/draws/{made.id}/seed"
    assert post_form(client, seed, {"seed": "4 8 15", "again": "4 8 16"}, page=path).status_code == 422
    assert post_form(client, seed, {"seed": "4 8 15", "again": "4 8 15"}, page=path).status_code == 303
    assert "4 8 15" in client.get(public).get_data(as_text=True)
    verified(client, call, manager, tmp_path)


def verified(client: FlaskClient, call: Call, manager: User, folder: Path) -> None:
    """Publish with the seed, download the files, and let the verifier check the promise; then a forged one."""
    who = db.session.scalars(select(Application).where(Application.call_id == call.id)).first().exhibitor
    made = rotation.publish(manager, store_plan(call, [(who, call.places[0].space.stands[0], 0, 1)]).id)
    address = f"/sites/{call.site.slug}/rotations/{made.number}"
    shown = client.get(address).get_data(as_text=True)
    assert "Engagement tenu" in shown
    assert "dawra_verify.py case.json plan.json commitment.json" in shown
    zipfile.ZipFile(io.BytesIO(client.get(f"{address}/bundle.zip").get_data())).extractall(folder)
    command = [sys.executable, "dawra_verify.py", "case.json", "plan.json", "commitment.json"]
    judged = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert (judged.returncode, "tickets of '4 8 15'" in judged.stdout) == (0, True), judged.stdout
    promised = json.loads((folder / "commitment.json").read_text(encoding="utf-8"))
    (folder / "commitment.json").write_text(json.dumps(promised | {"case_sha256": "0" * 64}), encoding="utf-8")
    forged = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert (forged.returncode, "commitment: it was to another case" in forged.stdout) == (1, True)
