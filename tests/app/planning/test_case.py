"""Calls become case files: every fact in its place, in a fixed number of queries."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import event

from app.clock import now
from app.extensions import db
from app.models import (
    ApplicationState,
    Call,
    Closure,
    ClosureReason,
    Decision,
    DecisionKind,
    Exhibitor,
    Group,
    Presence,
    Space,
)
from app.planning.case import freeze, to_problem
from scheduler.codec import decode_case
from tests.factories import make_application, make_call, make_exhibitor, make_site, make_space, make_user
from tests.plans import publish_turns

START = date(2027, 1, 4)


@pytest.fixture
def call(app: Flask) -> Call:
    site = make_site(region_code="07")
    space = make_space(site, stands=2)
    return make_call(site, space, periods=3, days=7)


def space_of(call: Call) -> Space:
    return call.places[0].space


def apply(call: Call, exhibitor: Exhibitor | None = None, **given: object) -> Exhibitor:
    exhibitor = exhibitor or make_exhibitor()
    make_application(call, exhibitor, space_of(call), state=ApplicationState.ELIGIBLE, **given)
    return exhibitor


def test_the_whole_document(call: Call) -> None:
    one = apply(call, make_exhibitor(craft="POT-01", groups=(Group.WOMEN, Group.DISABILITY)), preferred={"1": 3})
    make_application(call, make_exhibitor(), space_of(call), state=ApplicationState.SUBMITTED)
    call.charter = {**call.charter, "quotas": [{"group": "women", "at_least": 0.5}, {"group": "local", "at_least": 0}]}
    space = space_of(call)
    assert to_problem(call) == {
        "format": "dawra-case/1",
        "name": f"{call.site.name} — {call.title}",
        "periods": [
            {"start": "2027-01-04", "end": "2027-01-10", "weight": 1},
            {"start": "2027-01-11", "end": "2027-01-17", "weight": 1},
            {"start": "2027-01-18", "end": "2027-01-24", "weight": 1},
        ],
        "spaces": [
            {
                "id": f"S{space.id}", "site": call.site.slug, "region": "07", "closed": [], "weight": 1,
                "stands": [
                    {"id": f"S{space.id}-{code}", "area_m2": 9, "features": ["power"], "x": x, "y": 0, "closed": []}
                    for x, code in enumerate(("01", "02"))
                ],
            }
        ],
        "applicants": [
            {
                "id": f"E{one.id}", "kind": "artisan", "activity": "POT-01", "family": "POT", "region": "07",
                "groups": ["local", "women"], "received": 0, "share": 1,
            }
        ],
        "requests": [
            {
                "applicant": f"E{one.id}", "spaces": [{"id": f"S{space.id}", "rank": 1}], "unavailable": [],
                "preferred": {"1": 3}, "turn_length": {"min": 1, "max": 1}, "max_turns": 1, "area_m2": 0,
                "features": [], "stands": 1,
            }
        ],
        "pins": [], "forbidden": [], "charter": call.charter, "published": [], "seed": call.seed,
    }  # fmt: skip


def test_it_reads_as_a_case_and_freezes_alike(call: Call) -> None:
    for _n in range(3):
        apply(call)
    text, sha256 = freeze(call)
    problem = decode_case(text)
    assert (len(problem.requests), problem.sha256) == (3, sha256)
    db.session.expire_all()
    assert freeze(call) == (text, sha256)


def test_closures_close_every_period_they_touch(call: Call) -> None:
    apply(call)
    space = space_of(call)
    for closure in (
        Closure(starts_on=START + timedelta(days=6), ends_on=START + timedelta(days=7)),
        Closure(space_id=space.id, starts_on=START + timedelta(days=20), ends_on=START + timedelta(days=90)),
        Closure(space_id=space.id, stand_id=space.stands[1].id, starts_on=START, ends_on=START),
        Closure(space_id=space.id, starts_on=START + timedelta(days=21), ends_on=START + timedelta(days=22)),
    ):
        closure.site_id, closure.reason = call.site_id, ClosureReason.WORKS
        db.session.add(closure)
    db.session.flush()
    document = to_problem(call)["spaces"][0]
    assert document["closed"] == [0, 1, 2]
    assert [stand["closed"] for stand in document["stands"]] == [[], [0]]


def test_other_rotations_close_stands_keep_people_away_and_count(call: Call) -> None:
    space = space_of(call)
    other = make_call(call.site, space, periods=4, days=4, start=START + timedelta(days=5))
    busy = apply(call, unavailable=[2])
    publish_turns(other, [(busy, space.stands[0], 0, 2)])
    document = to_problem(call)
    assert document["spaces"][0]["stands"][0]["closed"] == [0, 1]
    assert document["requests"][0]["unavailable"] == [0, 1, 2]
    assert document["applicants"][0]["received"] == 2
    call.charter = {**call.charter, "measure": "turns"}
    assert to_problem(call)["applicants"][0]["received"] == 1
    call.charter = {**call.charter, "measure": "points"}
    space.weight, other.periods[1].weight = 3, 4
    db.session.flush()
    assert to_problem(call)["applicants"][0]["received"] == 3 * (1 + 4)


def test_an_event_elsewhere_makes_unavailable(call: Call) -> None:
    who = apply(call)
    db.session.add(Presence(exhibitor_id=who.id, day=START + timedelta(days=8), site_id=make_site().id))
    db.session.add(Presence(exhibitor_id=who.id, day=START, site_id=call.site_id))
    db.session.flush()
    assert to_problem(call)["requests"][0]["unavailable"] == [1]


def test_decisions_and_the_current_publication(call: Call) -> None:
    space, boss = space_of(call), make_user()
    kept, banned, gone = apply(call), apply(call), make_exhibitor()
    at = {"call_id": call.id, "created_by_id": boss.id, "created_at": now()}
    pinned = {"kind": DecisionKind.PIN, "space_id": space.id, "start": 1, "length": 1}
    db.session.add_all(
        [
            Decision(exhibitor_id=kept.id, stand_id=space.stands[1].id, **pinned, **at),
            Decision(exhibitor_id=gone.id, **pinned, **at),
            Decision(exhibitor_id=banned.id, kind=DecisionKind.FORBID, start=0, length=2, reason="absente", **at),
            Decision(exhibitor_id=kept.id, kind=DecisionKind.FORBID, space_id=space.id, start=2, length=4, **at),
        ]
    )
    publish_turns(call, [(kept, space.stands[0], 0, 1), (gone, space.stands[1], 1, 1)])
    document = to_problem(call)
    stand = f"S{space.id}-02"
    assert document["pins"] == [
        {"applicant": f"E{kept.id}", "space": f"S{space.id}", "start": 1, "length": 1, "stand": stand}
    ]
    assert document["forbidden"] == [{"applicant": f"E{banned.id}", "periods": [0, 1], "reason": ""}]
    assert document["published"] == [
        {"applicant": f"E{kept.id}", "space": f"S{space.id}", "stand": f"S{space.id}-01", "start": 0, "length": 1}
    ]


def test_lengths_and_turns_stay_within_the_call(call: Call) -> None:
    call.max_turn_length, call.max_turns = 2, 1
    apply(call, min_length=1, max_length=3, max_turns=5, unavailable=[1, 9], preferred={"9": 1, "2": 2})
    request = to_problem(call)["requests"][0]
    assert (request["turn_length"], request["max_turns"]) == ({"min": 1, "max": 2}, 1)
    assert (request["unavailable"], request["preferred"]) == ([1], {"2": 2})


def test_query_count_does_not_grow(call: Call) -> None:
    counts = []
    for extra in (1, 5):
        for _n in range(extra):
            apply(call, make_exhibitor(groups=(Group.WOMEN,)))
        db.session.commit()
        db.session.expire_all()
        loaded = db.session.get(Call, call.id)
        seen: list[str] = []

        def note(_c: object, _k: object, statement: str, *_rest: object, seen: list[str] = seen) -> None:
            seen.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        to_problem(loaded)
        event.remove(db.engine, "before_cursor_execute", note)
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert counts[0] <= 23
