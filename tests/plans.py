"""Plans and publications made by hand for tests: small, valid, without the solver."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import uuid4

from app.clock import now
from app.extensions import db
from app.models import (
    ApplicationState,
    Call,
    Exhibitor,
    FrozenCase,
    Publication,
    PublishedTurn,
    Stand,
    StoredPlan,
)
from app.planning.case import freeze
from app.planning.figures import digest
from app.planning.judge import judge
from tests.factories import make_application, make_call, make_exhibitor, make_site, make_space, make_user

Given = tuple[Exhibitor, Stand, int, int]


def plan_text(case_sha256: str, turns: Iterable[Given]) -> str:
    """A plan file of turns given as (exhibitor, stand, start, length)."""
    document = {
        "format": "dawra-plan/1", "case_sha256": case_sha256, "status": "feasible", "tiers": [],
        "turns": [
            {
                "applicant": f"E{who.id}", "space": f"S{stand.space_id}", "stand": f"S{stand.space_id}-{stand.code}",
                "start": start, "length": length,
            }
            for who, stand, start, length in turns
        ],
    }  # fmt: skip
    return json.dumps(document, sort_keys=True)


def store_plan(call: Call, turns: Sequence[Given]) -> StoredPlan:
    """A stored plan of a call as it is now; the turns must obey every rule."""
    text, sha256 = freeze(call)
    if db.session.get(FrozenCase, sha256) is None:
        db.session.add(FrozenCase(sha256=sha256, call_id=call.id, text=text, frozen_at=now()))
        db.session.flush()
    written = plan_text(sha256, turns)
    judgement = judge(text, written)
    assert judgement.accepted, judgement.violations
    plan = StoredPlan(
        call_id=call.id, case_sha256=sha256, text=written, sha256="0" * 64, status="feasible",
        digest=digest(text, judgement.plan), created_at=now(),
    )  # fmt: skip
    db.session.add(plan)
    db.session.commit()
    return plan


def publish_turns(call: Call, turns: Sequence[Given]) -> Publication:
    """A current publication written by hand (no occupancy, no notices)."""
    case = FrozenCase(sha256=uuid4().hex * 2, call_id=call.id, text="{}", frozen_at=now())
    db.session.add(case)
    db.session.flush()
    publication = Publication(
        site_id=call.site_id, call_id=call.id, number=call.id, case_sha256=case.sha256, plan_text="{}",
        plan_sha256="0" * 64, changes={}, published_at=now(), published_by_id=make_user().id,
    )  # fmt: skip
    publication.turns = [turn_row(call, *one) for one in turns]
    db.session.add(publication)
    db.session.flush()
    return publication


def turn_row(call: Call, who: Exhibitor, stand: Stand, start: int, length: int) -> PublishedTurn:
    """A published turn's row."""
    first, last = call.periods[start], call.periods[start + length - 1]
    return PublishedTurn(
        exhibitor_id=who.id, space_id=stand.space_id, stand_id=stand.id, start=start, length=length,
        starts_on=first.starts_on, ends_on=last.ends_on, uid=uuid4().hex,
    )  # fmt: skip


def make_scene(people: int = 3, stands: int = 2, periods: int = 3, **given: Any) -> tuple[Call, list[Exhibitor]]:
    """A call of one hall with eligible applicants, each of her own craft."""
    site = make_site()
    space = make_space(site, stands=stands)
    call = make_call(site, space, periods=periods, days=7, **given)
    exhibitors = []
    for n in range(people):
        user = make_user()
        exhibitors.append(make_exhibitor(user, craft=f"POT-{n:02d}"))
        make_application(call, exhibitors[-1], space, entered_by=user, state=ApplicationState.ELIGIBLE)
    db.session.commit()
    return call, exhibitors
