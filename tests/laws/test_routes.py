"""The law of routes: every rule, method and role, with one's own, foreign and non-existent arguments.

Foreign answers like non-existent; work pages do not exist for others; nobody gets a 5xx; GET writes nothing;
unsafe methods need their CSRF token; what was refused changed nothing. A new endpoint is swept without being
named here, unless it takes arguments and is meant for everybody: then it joins ``SHARED``, on purpose.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import time_machine
from flask import Blueprint, Flask, abort, current_app
from sqlalchemy import make_url

import app.factory
from app import create_app
from app.extensions import csrf, db
from app.models import Call, Exhibitor
from app.permissions import anyone, manages, policy, policy_of, signed_in
from app.settings import Settings
from tests.conftest import ENGINES, Browser
from tests.laws.sweep import FILES, Digest, Ledger, Sweep, rules_of
from tests.world import HOME, make_world

Maker = Callable[..., Sweep]

#: The walk is cut in so many, for several processes.
SHARES = 4
#: Engines walked whole; PostgreSQL only with ``--stress``, else a sample.
WHOLE = ENGINES if os.environ.get("DAWRA_SWEEP") == "whole" else ("sqlite",)

#: Endpoints with arguments whose pages are public, or open to whoever holds their address.
SHARED = {
    "accounts.confirm",
    "accounts.open_account",
    "applications.begin",
    "applications.start",
    "calls.show",
    "draws.files",
    "feeds.exhibitor",
    "feeds.site",
    "invitations.accept",
    "invitations.show",
    "offers.accept",
    "offers.decline",
    "offers.show",
    "programme.call_versions",
    "programme.event",
    "programme.exhibitor",
    "programme.files",
    "programme.rotation",
    "programme.rotations",
    "programme.show",
    "security.reset_password",
    "sites.about",
    "swaps.answer_link",
    "swaps.link",
}


@pytest.fixture
def frozen() -> Iterator[None]:
    """Signed tokens carry the second they were made: stop the clock, so that like pages are equal to the byte."""
    with time_machine.travel("2026-11-23T12:00:00Z", tick=False):
        yield


@pytest.fixture
def sweep() -> Iterator[Maker]:
    """Make a sweep of an application, on a database populated first."""
    ledgers: list[Ledger | Digest] = []

    def make(application: Flask, shared: set[str] = SHARED) -> Sweep:
        world = make_world()
        url = make_url(application.config["SQLALCHEMY_DATABASE_URI"])
        db.session.remove()
        sqlite = url.get_backend_name() == "sqlite"
        ledgers.append(Ledger(Path(str(url.database))) if sqlite else Digest(url.render_as_string(hide_password=False)))
        return Sweep(application, world, shared, ledgers[-1])

    yield make
    for ledger in ledgers:
        ledger.close()


@pytest.mark.parametrize("share", range(SHARES))
@pytest.mark.parametrize("database_url", WHOLE, indirect=True)
def test_every_route_as_every_role(frozen: None, sweep: Maker, app: Flask, share: int) -> None:
    rules = list(rules_of(app))[share::SHARES]
    walk = sweep(app).run(rules)
    assert not walk.faults, "\n".join(walk.faults)
    assert walk.probes > 10 * len(rules)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_sample_of_routes_on_postgresql(
    frozen: None, sweep: Maker, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.laws.sweep.HOME", {role: HOME[role] for role in ("anonymous", "other manager")})
    sample = [rule for rule in rules_of(app) if "slug" in rule.arguments or not rule.arguments]
    walk = sweep(app).run(sample)
    assert not walk.faults, "\n".join(walk.faults)
    assert walk.probes > 0


def test_shared_endpoints_exist_and_take_arguments(app: Flask) -> None:
    with_arguments = {rule.endpoint for rule in rules_of(app) if rule.arguments}
    assert with_arguments >= SHARED & with_arguments
    assert all(policy_of(app, endpoint) for endpoint in with_arguments | FILES)


# Controls: what the law is for, planted.

planted = Blueprint("planted", __name__)


@planted.get("/planted/leak/<int:call_id>")
@policy(signed_in)
def leak(call_id: int) -> str:
    return (db.session.get(Call, call_id) or abort(404)).title


@planted.get("/planted/write/<int:call_id>")
@policy(manages, subject=lambda call_id: db.session.get(Call, call_id))
def write_on_get(call_id: int) -> str:
    db.session.get_one(Call, call_id).title = "changed by a GET"
    db.session.commit()
    return "done"


@planted.post("/planted/early/<int:exhibitor_id>")
@policy(signed_in)
def write_before_refusing(exhibitor_id: int) -> str:
    found = db.session.get(Exhibitor, exhibitor_id)
    if found:
        found.name = "changed before the refusal"
        db.session.commit()
    abort(404)


@planted.post("/planted/bare")
@policy(anyone)
@csrf.exempt
def without_token() -> str:
    return "done"


@planted.get("/planted/crash")
@policy(anyone)
def crash() -> str:
    raise ZeroDivisionError


@planted.get("/manage/planted/<slug>")
@policy(signed_in)
def open_work_page(slug: str) -> str:
    return f"work at {slug}"


@planted.get("/planted/calls/<int:call_id>")
@policy(anyone)
def shows_drafts(call_id: int) -> str:
    return (db.session.get(Call, call_id) or abort(404)).title


def plant(monkeypatch: pytest.MonkeyPatch, settings: Settings, *more: Callable[[Flask], None]) -> Flask:
    """An application with the planted endpoints (and ``more``) among its own."""
    register = app.factory.register

    def register_all(application: Flask) -> None:
        register(application)
        application.register_blueprint(planted)
        for step in more:
            step(application)

    monkeypatch.setattr(app.factory, "register", register_all)
    return create_app(settings)


@pytest.fixture
def planted_app(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Iterator[Flask]:
    """It, in its context."""
    made = plant(monkeypatch, settings)
    made.test_client_class = Browser
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("endpoint", "said"),
    [
        ("planted.leak", "b answers 200, missing 404"),
        ("planted.write_on_get", "a: a GET wrote to the database"),
        ("planted.write_before_refusing", "rows changed under an answer 404"),
        ("planted.without_token", "without a CSRF token: 200 instead of 400"),
        ("planted.crash", "ZeroDivisionError"),
        ("planted.open_work_page", "200 on a work page of others"),
        ("planted.shows_drafts", "hidden answers 200, missing 404"),
    ],
)
def test_the_sweep_sees(endpoint: str, said: str, planted_app: Flask, sweep: Maker, frozen: None) -> None:
    walk = sweep(planted_app, SHARED | {"planted.shows_drafts"})
    walk.run(rule for rule in rules_of(planted_app) if rule.endpoint == endpoint)
    assert any(said in fault for fault in walk.faults), walk.faults


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_endpoint_without_a_policy_does_not_build(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    with pytest.raises(RuntimeError, match="endpoints without a policy: forgotten"):
        plant(monkeypatch, settings, lambda application: application.add_url_rule("/x", "forgotten", lambda: "x"))
    assert not current_app


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_unknown_argument_fails(planted_app: Flask, sweep: Maker, frozen: None) -> None:
    planted_app.add_url_rule("/y/<int:secret_id>", "leaky", policy(signed_in)(lambda secret_id: "y"))
    with pytest.raises(KeyError, match="secret_id"):
        sweep(planted_app).run(rule for rule in rules_of(planted_app) if rule.endpoint == "leaky")
