"""One clash is planted in each case: it is found, nothing else is named, and what would help does help.

`DAWRA_CLASHES=200` judges 200 cases instead of a few of each sort.
"""

import copy
import os
from functools import cache
from typing import Any

import pytest

from scheduler.codec import decode_case
from scheduler.codec.sentences import decode_message
from scheduler.diagnose import Diagnosis, diagnose
from scheduler.feasible import feasible
from scheduler.limits import Clock, Limits
from scheduler.offer import at_hand, offer
from scheduler.text import render
from scheduler.verify import verify
from tests.scheduler.builders import make, person, request, space
from tests.scheduler.explaining.planted import HOW, planted

COUNT = int(os.environ.get("DAWRA_CLASHES", "32"))


@cache
def found(seed: int) -> Diagnosis:
    diagnosis = diagnose(decode_case(planted(seed)[0]), clock())
    assert diagnosis is not None, seed
    return diagnosis


def clock() -> Clock:
    return Clock(Limits(workers=1))


@pytest.mark.parametrize("seed", range(COUNT))
def test_the_planted_members_are_named_and_no_other(seed: int) -> None:
    _, expected = planted(seed)
    diagnosis = found(seed)
    assert len(diagnosis.clashes) == 1
    assert {part.path for part in diagnosis.clashes[0].parts} == expected
    assert diagnosis.minimal
    assert diagnosis.complete
    assert diagnosis.relaxed is not None


@pytest.mark.parametrize("seed", range(COUNT))
def test_every_relaxation_helps(seed: int) -> None:
    """Done to the case as a file, each relaxation lets the checkers accept the turns found with it."""
    case, _ = planted(seed)
    (clash,) = found(seed).clashes
    assert len(clash.relaxations) == len(clash.parts), "with one clash, lifting any part of it is enough"
    for relaxation in clash.relaxations:
        changed = done(case, relaxation.part.path, relaxation.step.value)
        assert verify(decode_case(changed), relaxation.turns).accepted, relaxation.part.path
        assert relaxation.turns
    touched = [relaxation.touches for relaxation in clash.relaxations]
    assert touched == sorted(touched)


@pytest.mark.parametrize("seed", range(COUNT))
def test_the_plan_offered_breaks_only_what_clashes(seed: int) -> None:
    problem = decode_case(planted(seed)[0])
    diagnosis = found(seed)
    plan = offer(problem, diagnosis, at_hand(diagnosis), {})
    assert plan.status == "impossible"
    assert plan.turns
    broken = {violation.rule for violation in verify(problem, plan).violations}
    assert broken
    (part,) = (one.part for one in diagnosis.chosen)
    rules = {"pin": {"pins"}, "ban": {"forbidden"}, "closure": {"open_stands"}, "quota": {"quotas"}}
    assert broken == rules[part.kind]
    for told in plan.solver["clashes"]:
        for lang in ("fr", "ar", "en"):
            assert render(decode_message(told["message"]), lang) == told[lang]


@pytest.mark.parametrize("seed", range(0, COUNT, 4))
def test_the_plant_is_what_makes_it_impossible(seed: int) -> None:
    """The control: with any planted member gone, there is a plan."""
    case, expected = planted(seed)
    for path in expected:
        assert feasible(decode_case(done(case, path, None)), clock()).turns is not None, path


def test_clashes_side_by_side_and_on_top_of_each_other_are_all_named() -> None:
    """Two rules against the same two pins, and elsewhere a ban against a pin."""
    pins = [{"applicant": who, "space": "S", "start": 0, "length": 1} for who in "AB"]
    pins.append({"applicant": "C", "space": "S", "start": 2, "length": 1})
    problem = make(
        [person("A", "wool"), person("B", "wool"), person("C")],
        pins=pins,
        forbidden=[{"applicant": "C"}],
        charter={"max_same_activity": 1, "min_activities": 2},
    )
    diagnosis = diagnose(problem, clock())
    assert diagnosis is not None
    both = {"pins[0]", "pins[1]"}
    named = {frozenset(part.path for part in clash.parts) for clash in diagnosis.clashes}
    assert named == {
        frozenset({"charter.max_same_activity", *both}),
        frozenset({"charter.min_activities", "forbidden[0]", *both}),  # were C free to come, she would be the variety
        frozenset({"pins[2]", "forbidden[0]"}),
    }
    assert diagnosis.relaxed is not None
    turns = at_hand(diagnosis)
    assert verify(diagnosis.relaxed, turns).accepted
    assert {violation.rule for violation in verify(problem, turns).violations} <= {"pins", "forbidden"}


def test_a_rule_of_one_space_clashes_there_alone() -> None:
    pins = [{"applicant": who, "space": "S", "start": 0, "length": 1} for who in "AB"]
    people = [person("A", "wool"), person("B", "wool")]
    charter = {"max_same_activity": 2, "spaces": {"S": {"max_same_activity": 1}}}
    diagnosis = diagnose(make(people, [space("S"), space("T")], pins=pins, charter=charter), clock())
    assert diagnosis is not None
    (clash,) = diagnosis.clashes
    assert {part.path for part in clash.parts} == {"charter.spaces.S.max_same_activity", "pins[0]", "pins[1]"}
    assert {one.part.path: one.step.value for one in clash.relaxations}["charter.spaces.S.max_same_activity"] == 2
    assert "S" in render(clash.parts[0].message, "en")


def test_a_quota_of_one_space_clashes_there_alone() -> None:
    pins = [{"applicant": "B", "space": "S", "start": 0, "length": 1}]
    own = {"quotas": [{"group": "g", "at_least": 0.5, "scope": "space-period"}]}
    diagnosis = diagnose(make("B", pins=pins, charter={"spaces": {"S": own}}), clock())
    assert diagnosis is not None
    (clash,) = diagnosis.clashes
    assert {part.path for part in clash.parts} == {"charter.spaces.S.quotas[0]", "pins[0]"}
    said = "Space S: Shares of the occupied places: g: at least 50% in each period."
    assert render(clash.parts[0].message, "en") == said


def test_what_a_pinned_group_asks_of_its_stands_is_named() -> None:
    """Of three stands the first two are neighbours, one too small: no two of 6 m² are neighbours."""
    floor = [{"id": "S/1", "area_m2": 4, "x": 0, "y": 0}, {"id": "S/2", "area_m2": 6, "x": 1, "y": 0}]
    floor.append({"id": "S/3", "area_m2": 6, "features": ["power"]})
    pin = {"applicant": "A", "space": "S", "start": 0, "length": 1}
    for asked, expected in (
        ({"stands": 2, "area_m2": 6}, {"requests[0].stands", "requests[0].area_m2"}),
        ({"stands": 2, "features": ["power"]}, {"requests[0].stands", "requests[0].features"}),
        ({"stands": 3}, {"requests[0].stands"}),
        ({"features": ["water"]}, {"requests[0].features"}),
        ({"area_m2": 7.5}, {"requests[0].area_m2"}),
        ({"area_m2": 7.5, "features": ["water"]}, {"requests[0].area_m2", "requests[0].features"}),
    ):
        problem = make("A", [space("S", floor)], [request("A", "S", **asked)], 1, pins=[pin])
        diagnosis = diagnose(problem, clock())
        assert diagnosis is not None
        assert {part.path for clash in diagnosis.clashes for part in clash.parts} == {"pins[0]", *expected}, asked
        assert diagnosis.minimal
        assert diagnosis.complete
    said = {render(part.message, "en") for clash in diagnosis.clashes for part in clash.parts}
    assert {"A asked for stands of at least 7.5 m².", "A asked for stands with: water."} < said


def test_a_possible_case_has_no_diagnosis() -> None:
    pin = {"applicant": "A", "space": "S", "start": 0, "length": 1}
    assert diagnose(make("AB", pins=[pin]), clock()) is None


def test_out_of_time_nothing_is_called_impossible() -> None:
    problem = decode_case(planted(0)[0])
    assert diagnose(problem, Clock(Limits(seconds=1e-9))) is None


def test_the_largest_share_that_is_possible_is_named() -> None:
    """One woman of three exhibitors, all pinned at once: 33 % is possible, 35 % is not."""
    people = [person("A"), person("B"), person("C", groups=["women"])]
    pins = [{"applicant": who, "space": "S", "start": 0, "length": 1} for who in "AB"]
    asked = [request(who, "S", max_turns=1) for who in "ABC"]
    quota = {"group": "women", "at_least": 0.35}
    diagnosis = diagnose(make(people, requests=asked, pins=pins, charter={"quotas": [quota]}), clock())
    assert diagnosis is not None
    said = [render(one.step.message, "en") for one in diagnosis.clashes[0].relaxations]
    assert "women: at least 33% instead of 35% is possible." in said


def test_every_sort_of_clash_is_planted() -> None:
    kinds = {path.split("[")[0] for seed in range(len(HOW)) for path in planted(seed)[1]}
    assert len(kinds) >= 9


def done(case: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Return a case with one change at a path as the offer tells it."""
    changed = copy.deepcopy(case)
    *steps, last = path.replace("[", ".[").split(".")
    place: Any = changed
    for step in steps:
        place = place[int(step[1:-1])] if step.startswith("[") else place[step]
    if last.startswith("[") and value is None:
        del place[int(last[1:-1])]
    elif last.startswith("["):
        quota = place[int(last[1:-1])]
        quota["at_least" if "at_least" in quota else "at_most"] = value
    elif value is None:
        place.pop(last)
    else:
        place[last] = value
    return changed


def pinned(*people: str) -> list[dict[str, Any]]:
    return [{"applicant": who, "space": "S", "start": 0, "length": 1} for who in people]


def test_a_change_for_a_second_clash_is_not_called_enough_alone() -> None:
    """Two pins on one stand, and a third elsewhere of somebody who asked for no turn: one change each is needed."""
    third = {"applicant": "C", "space": "T", "start": 0, "length": 1}
    asked = [request("A", "S"), request("B", "S"), request("C", "T", max_turns=0)]
    problem = make("ABC", [space("S", 1), space("T", 1)], asked, season=1, pins=[*pinned("A", "B"), third])
    diagnosis = diagnose(problem, clock())
    assert diagnosis is not None
    changes = [one for clash in diagnosis.clashes for one in clash.relaxations]
    assert len(diagnosis.clashes) == 2
    assert [one.alone for one in changes] == [False] * len(changes)
    assert all(feasible(one.step.apply(problem), clock()).impossible for one in changes)
    assert diagnosis.relaxed is not None


def test_where_no_single_change_of_a_clash_helps_the_changes_found_on_the_way_are_offered() -> None:
    """Each of three pins on one stand is impossible by itself as well: a plan without all three is offered."""
    asked = [request("A", "S", stands=2), request("B", "S", max_turns=0), request("C", "S", max_turns=0)]
    problem = make("ABCD", [space("S", 1)], [*asked, request("D", "S")], season=1, pins=pinned("A", "B", "C"))
    diagnosis = diagnose(problem, clock())
    assert diagnosis is not None
    assert {one.part.path for one in diagnosis.chosen} == {"pins[0]", "pins[1]", "pins[2]"}
    assert diagnosis.relaxed is not None
    assert verify(diagnosis.relaxed, at_hand(diagnosis)).accepted


def test_a_pause_between_two_turns_in_a_space_can_be_shortened() -> None:
    pins = [{"applicant": "A", "space": "S", "start": start, "length": 1} for start in (0, 3)]
    diagnosis = diagnose(make("A", [space("S")], pins=pins, charter={"return_after": 4}), clock())
    assert diagnosis is not None
    (clash,) = diagnosis.clashes
    assert {one.part.path: one.step.value for one in clash.relaxations}["charter.return_after"] == 2
