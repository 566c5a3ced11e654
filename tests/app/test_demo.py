"""The demo: real rooms and figures, invented people, played through the services; loading twice changes nothing."""

import json
import sys

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import demo
from app.clock import today
from app.demo import stories
from app.demo_logins import LOGINS
from app.extensions import db
from app.models import (
    Application,
    ApplicationState,
    Call,
    Event,
    Exhibitor,
    Membership,
    Occupancy,
    Publication,
    RunState,
    Site,
    SiteRole,
    SolveRun,
    Space,
    Stand,
    User,
)
from app.permissions import may_act_for
from app.services import audit, reference
from app.settings import Settings


def rooms(slug: str) -> dict[str, int]:
    rows = db.session.execute(
        select(Space.code, func.count(Stand.id))
        .join(Site, Site.id == Space.site_id)
        .outerjoin(Stand, Stand.space_id == Space.id)
        .where(Site.slug == slug)
        .group_by(Space.code)
    )
    return {row[0]: row[1] for row in rows}


def states(call: Call) -> dict[ApplicationState, int]:
    rows = db.session.execute(
        select(Application.state, func.count()).where(Application.call_id == call.id).group_by(Application.state)
    )
    return {row[0]: row[1] for row in rows}


def test_the_demo(app: Flask, settings: Settings) -> None:
    reference.load()
    assert demo.load(settings) is True
    assert rooms("marrakech-complexe") == {"AT": 33, "CO": 6, "FO": 0, "SE": 12}
    assert rooms("fquih-ben-salah-foire") == {"CH": 60}
    assert rooms("fes-chemmaine") == {"AT": 8, "EX": 29}
    calls = {call.site.slug: call for call in db.session.scalars(select(Call))}
    assert states(calls["fquih-ben-salah-foire"]) == {ApplicationState.SUBMITTED: 59}
    assert states(calls["fes-chemmaine"]) == {
        ApplicationState.ELIGIBLE: 18,
        ApplicationState.REFUSED: 2,
        ApplicationState.SUBMITTED: 44,
    }
    rotation = db.session.scalars(select(Publication)).one()
    assert json.loads(rotation.plan_text)["tiers"][0]["levels"][0]["count"] == 73
    shown = select(func.count()).where(Occupancy.day == today())
    assert db.session.scalar(shown) >= 6
    assert db.session.scalar(select(func.count()).select_from(Event)) == 2
    invented = select(func.count()).where(Exhibitor.invented.is_(True))
    assert db.session.scalar(invented) == db.session.scalar(select(func.count()).select_from(Exhibitor)) == 204
    roles = set(db.session.scalars(select(Membership.role)))
    assert roles == set(SiteRole)
    users = {user.email: user for user in db.session.scalars(select(User))}
    assert {email for email, _role in LOGINS} < set(users)
    zineb = db.session.scalars(select(Exhibitor).where(Exhibitor.register_number == "DEMO-ZINEB")).one()
    assert may_act_for(users["artisane@dawra.example"], zineb)
    assert [audit.verify(site) for site in {call.site for call in calls.values()}] == [[], [], []]
    before = db.session.scalar(select(func.count()).select_from(User))
    assert demo.load(settings) is False
    assert db.session.scalar(select(func.count()).select_from(User)) == before


def test_a_machine_too_busy_to_solve_leaves_the_rotation_to_the_next_start(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first start neither fails nor stays half done: the other sites are there, and the next start publishes."""
    reference.load()
    monkeypatch.setattr(stories, "PATIENCE", (1, 1))
    slow = settings.model_copy(update={"solver_command": f"{sys.executable} -c 'import time; time.sleep(60)'"})
    assert demo.load(slow) is True
    assert not demo.complete()
    assert db.session.scalar(select(func.count()).select_from(Call)) == 3
    assert [run.state for run in db.session.scalars(select(SolveRun))] == [RunState.TIMED_OUT] * 2
    counted = {table: db.session.scalar(select(func.count()).select_from(table)) for table in (User, Exhibitor, Call)}
    monkeypatch.undo()
    assert demo.load(settings) is True
    assert demo.complete()
    assert db.session.scalar(select(func.count()).select_from(Event)) == 2
    assert demo.load(settings) is False
    for table, before in counted.items():
        assert db.session.scalar(select(func.count()).select_from(table)) == before
