"""Clashes that share a pin hide each other: those named are all there are, or it is said that there may be more.

`DAWRA_CLASHES=200` judges 200 cases instead of a few.
"""

from __future__ import annotations

import itertools
import os
import random
from functools import reduce
from typing import Any

import pytest

from scheduler.codec import decode_case
from scheduler.diagnose import Diagnosis, diagnose
from scheduler.limits import Clock, Limits
from scheduler.parts import lifted, parts
from scheduler.problem import Problem
from scheduler.ways_out import MANY, ways_out
from tests.scheduler.builders import document, make, person, request, space
from tests.scheduler.solving.brute import plans, ways

COUNT = int(os.environ.get("DAWRA_CLASHES", "8"))
Paths = frozenset[str]


def named(diagnosis: Diagnosis | None) -> set[Paths]:
    assert diagnosis is not None
    return {frozenset(part.path for part in clash.parts) for clash in diagnosis.clashes}


def asked(problem: Problem) -> Diagnosis | None:
    return diagnose(problem, Clock(Limits(workers=1)))


def test_three_pins_on_one_stand_are_three_clashes() -> None:
    pins = [{"applicant": who, "space": "S", "start": 0, "length": 1} for who in "ABC"]
    diagnosis = asked(make("ABC", [space("S", 1)], pins=pins))
    assert named(diagnosis) == {frozenset(f"pins[{n}]" for n in pair) for pair in itertools.combinations(range(3), 2)}
    assert diagnosis is not None
    assert diagnosis.complete
    assert [len(clash.relaxations) for clash in diagnosis.clashes] == [2, 2, 2]
    assert len(diagnosis.chosen) == 2


def test_with_more_clashes_than_are_looked_for_none_are_called_all() -> None:
    pins = [{"applicant": who, "space": "S", "start": 0, "length": 1} for who in "ABCDE"]
    diagnosis = asked(make("ABCDE", [space("S", 1)], pins=pins))
    assert diagnosis is not None
    assert len(diagnosis.clashes) < 10
    assert not diagnosis.complete
    assert diagnosis.minimal
    assert diagnosis.relaxed is not None


def test_ways_out_of_known_clashes() -> None:
    assert ways_out([]) == [frozenset()]
    assert sorted(map(sorted, ways_out([{1, 2}, {2, 3}]) or ())) == [[1, 3], [2]]
    assert sorted(map(sorted, ways_out([{1}, {1, 2}, {3, 4}]) or ())) == [[1, 3], [1, 4]]
    assert ways_out([{2 * n, 2 * n + 1} for n in range(MANY.bit_length())]) is None


@pytest.mark.parametrize("seed", range(COUNT))
def test_all_clashes_are_named_or_it_is_said_that_some_may_be_missing(seed: int) -> None:
    """Against every clash there is, found by enumerating the plans of the case without this part and that."""
    problem = contradictory(seed)
    every = parts(problem)
    diagnosis = asked(problem)
    truth = clashes(problem, every)
    assert (diagnosis is None) == (not truth)
    if diagnosis is None:
        return
    assert named(diagnosis) <= truth
    assert diagnosis.minimal
    assert diagnosis.complete == (named(diagnosis) == truth) or len(truth) >= 8
    assert not diagnosis.complete or named(diagnosis) == truth
    for change in (one for clash in diagnosis.clashes for one in clash.relaxations):
        assert possible(change.step.apply(problem)) == change.alone, change.part.path
    assert diagnosis.relaxed is not None
    assert possible(diagnosis.relaxed)
    for kept in diagnosis.chosen:
        rest = [one for one in diagnosis.chosen if one is not kept]
        assert not possible(reduce(lambda case, one: one.step.apply(case), rest, problem)), kept.part.path


def possible(problem: Problem) -> bool:
    return next(plans(problem), None) is not None


def clashes(problem: Problem, every: list[Any]) -> set[Paths]:
    """Every smallest set of parts that leaves no plan, the other parts gone: sets by size, above none already found."""
    found: list[frozenset[int]] = []
    for size in range(1, len(every) + 1):
        for kept in map(frozenset, itertools.combinations(range(len(every)), size)):
            if any(clash <= kept for clash in found) or not any(every[part].kind == "pin" for part in kept):
                continue
            if not possible(lifted(problem, [part for place, part in enumerate(every) if place not in kept])):
                found.append(kept)
    return {frozenset(every[part].path for part in clash) for clash in found}


def contradictory(seed: int) -> Problem:
    """A case so small that all its plans can be listed, its pins drawn without a look at anything else."""
    rng = random.Random(seed)
    problem = decode_case(_drawn(rng))
    every = parts(problem)
    return problem if len(every) <= 9 and ways(lifted(problem, every)) <= 300 else contradictory(seed + 1000)


def _drawn(rng: random.Random) -> dict[str, Any]:
    season = rng.choice([2, 3])
    halls = [_hall(rng, name, season) for name in "ST"[: rng.choice([1, 2])]]
    people = [
        person(name, rng.choice("pw"), family=rng.choice(["", "f"]), groups=rng.choice([[], ["g"]]))
        for name in "ABC"[: rng.choice([2, 3])]
    ]
    requests = [
        request(
            one["id"],
            *rng.sample([hall["id"] for hall in halls], rng.randint(1, len(halls))),
            turn_length={"min": 1, "max": rng.choice([1, 2])},
            max_turns=rng.choice([1, 1, 2]),
            unavailable=_some(rng, season, 0.2),
            stands=rng.choice([1, 1, 1, 1, 2]),
        )
        for one in people
    ]
    pins = []
    for _ in range(rng.choice([2, 3, 3])):
        hall = rng.choice(halls)
        pin = {"applicant": rng.choice("ABC"[: len(people)]), "space": hall["id"], "length": 1}
        pins.append(pin | {"start": rng.randrange(season)})
    bans = [
        {"applicant": rng.choice(people)["id"], "periods": _some(rng, season, 1.0), "reason": "x"}
        for _ in range(rng.choice([0, 1]))
    ]
    return document(people, halls, requests, season, pins=pins, forbidden=bans, charter=_charter(rng, halls), seed="x")


def _hall(rng: random.Random, name: str, season: int) -> dict[str, Any]:
    stands = [
        {"id": f"{name}/{n}", "x": n, "y": 0, "closed": _some(rng, season, 0.1)} for n in range(rng.choice([1, 2]))
    ]
    return space(name, stands, closed=_some(rng, season, 0.2), site=rng.choice(["north", "south"]))


def _some(rng: random.Random, season: int, chance: float) -> list[int]:
    return [rng.randrange(season)] if rng.random() < chance else []


def _charter(rng: random.Random, halls: list[dict[str, Any]]) -> dict[str, Any]:
    share = {rng.choice(["at_least", "at_most"]): rng.choice([0, 0.3, 0.5, 1])}
    chances: dict[str, Any] = {
        "max_same_activity": 1,
        "max_same_family": 1,
        "min_activities": 2,
        "rest": rng.choice([1, 2]),
        "return_after": 2,
        "rivals_apart": True,
        "max_turns_per_site": 1,
        "quotas": [{"group": "g", "scope": rng.choice(["season", "space", "space-period"]), **share}],
        "spaces": {halls[0]["id"]: {"max_same_activity": rng.choice([1, 2])}},
    }
    return {name: value for name, value in chances.items() if rng.random() < 0.25}
