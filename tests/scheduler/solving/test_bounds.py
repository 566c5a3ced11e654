"""Every bound that is ever told, of finished and of half-done plans, against all plans there are.

``DAWRA_BOUND_CASES`` sets how many cases (``./dev test --stress``: 500).
"""

from __future__ import annotations

import os
from collections.abc import Sequence

import pytest

import scheduler.relax
from scheduler import matching, solver
from scheduler.building import goals_of, model_of
from scheduler.dealing import deal
from scheduler.errors import OutOfTime
from scheduler.limits import Limits
from scheduler.matching import CITY
from scheduler.plan import Level, Plan, Tier, Turn
from scheduler.problem import Problem
from scheduler.rulebook import tiers_of
from scheduler.search import Search
from scheduler.solver import LARGE, solve
from scheduler.verify import verify
from scheduler.wishes.fill import Fill
from tests.scheduler.builders import make, person, space
from tests.scheduler.solving.brute import plans, problem, vector

BATCHES = 10
CASES = int(os.environ.get("DAWRA_BOUND_CASES", "60"))
LAZY = Limits(effort=0.0005)
IDLE = Limits(effort=1e-6)
"""Searches end before they begin, as all do once the deadline has come."""
Counted = list[tuple[int, list[tuple[int, ...]]]]


def counted(found: Problem) -> Counted:
    """The fill and the value of every tier, for every plan there is."""
    return [
        (Fill().measure(found, turns).value or 0, [vector(tier.measure(found, turns)) for tier in tiers_of(found)])
        for turns in plans(found)
    ]


def too_low(found: Problem, every: Counted, plan: Plan) -> list[tuple[str, int, int]]:
    """The (tier, bound, truth) of each bound that some plan exceeds though it keeps all reached before it."""
    most = max(fill for fill, _ in every)
    first = (tier.bound for tier in plan.tiers if tier.name == "min_fill" and tier.bound is not None)
    wrong = [("min_fill", bound, most) for bound in first if bound < most]
    share = found.charter.min_fill or 0
    left = [values for fill, values in every if fill >= share * most]
    told = [tier for tier in plan.tiers if tier.name != "min_fill"]
    for number, tier in enumerate(told):
        reached = vector(tier)
        bounds = {0: tier.bound} if tier.value is not None else {lv.at_least - 1: lv.bound for lv in tier.levels}
        for place, count in enumerate(reached):
            if not left:
                return wrong  # a half-done plan short of min_fill: none that obeys it keeps what this one reached
            truth = max(values[number][place] for values in left)
            bound = bounds.get(place)
            if bound is not None and bound < truth:
                wrong.append((tier.name, bound, truth))
            left = [values for values in left if values[number][place] >= count]
    return wrong


def told(found: Problem, limits: Limits, rival: Sequence[Turn]) -> list[Plan]:
    """Every plan a solve tells of, the last one included."""
    seen: list[Plan] = []
    seen.append(solve(found, limits, improved=seen.append, rival=rival))
    return seen


def rival_of(found: Problem, seed: int) -> Sequence[Turn]:
    """No other plan, one that was dealt, or the best there is."""
    if seed % 3 == 0:
        return ()
    if seed % 3 == 1:
        return deal(found)
    share = (found.charter.min_fill or 0) * max(Fill().measure(found, turns).value or 0 for turns in plans(found))
    whole = (turns for turns in plans(found) if (Fill().measure(found, turns).value or 0) >= share)
    return max(whole, key=lambda turns: [vector(tier.measure(found, turns)) for tier in tiers_of(found)])


@pytest.fixture(params=["simplex", "sifting"])
def engine(request, monkeypatch):
    """Both relaxations, whatever the size."""
    monkeypatch.setattr(scheduler.relax, "LARGE", 0 if request.param == "sifting" else 10**9)
    return request.param


@pytest.mark.parametrize("batch", range(BATCHES))
def test_no_plan_exceeds_a_bound(batch: int, engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every other case is bounded as a large one is: beside the relaxation by the season without its dates; in two of
    three what stands in the way of the bounds is given up, as in a city's.
    """
    seen = 0
    for seed in range(batch, CASES, BATCHES):
        monkeypatch.setattr(solver, "LARGE", -1 if seed // BATCHES % 2 else LARGE)
        monkeypatch.setattr(matching, "CITY", -1 if seed // BATCHES % 3 else CITY)
        found = problem(seed)
        every = counted(found)
        for limits in (Limits(), LAZY, IDLE):
            for plan in told(found, limits, rival_of(found, seed)):
                seen += sum(level.bound is not None for tier in plan.tiers for level in tier.levels)
                assert too_low(found, every, plan) == [], (seed, engine)
    assert seen


@pytest.mark.parametrize("seed", range(0, CASES, 3))
def test_no_plan_exceeds_a_bound_after_a_search_that_came_short(
    seed: int, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in large cases, where what is reached of the levels is bounded anew: the aims of those after are no demand."""
    monkeypatch.setattr("scheduler.matching.MANY", -1)
    for search in ("matching.begin", "approach._mend", "approach._raise", "approach._lift"):
        monkeypatch.setattr(f"scheduler.{search}", lambda *_: None)
    found = problem(seed)
    every = counted(found)
    for limits in (Limits(), LAZY, IDLE):
        for plan in told(found, limits, ()):
            assert too_low(found, every, plan) == [], (seed, engine)


def test_without_the_time_for_a_first_plan_nothing_is_told() -> None:
    """A pin asks for a search; a deadline that has come leaves it no time, or just enough for a plan that holds."""
    people = [f"P{number:02}" for number in range(40)]
    pins = [{"applicant": who, "space": "S", "start": number % 9, "length": 1} for number, who in enumerate(people)]
    pinned = make([person(who) for who in people], [space("S", 9)], season=12, pins=pins)
    seen: list[Plan] = []
    try:
        solve(pinned, Limits(seconds=0.0), improved=seen.append)
    except OutOfTime:
        assert seen == []
    assert all(verify(pinned, plan).accepted for plan in seen)


@pytest.mark.parametrize("limit", [{"effort": 0.0}, {"effort": 1e-9}, {"seconds": 0.0}])
def test_an_engine_stopped_before_it_looked_at_anything_states_no_bound(limit: dict[str, float]) -> None:
    model = model_of(make("ABC", [space("S", 2)]))
    for goal in goals_of(model):
        search = Search(model.count, model.without_implied())
        answer = search.best(range(model.count), goal, **limit)
        assert answer.bound is None or answer.bound >= goal.value(search.best(range(model.count), goal).chosen)


def test_a_bound_one_too_low_is_seen() -> None:
    found = problem(3)
    every, plan = counted(found), solve(found)
    assert too_low(found, every, plan) == []
    for number, tier in enumerate(plan.tiers):
        if tier.value is None or tier.bound is None:
            continue
        planted = [*plan.tiers]
        planted[number] = Tier(tier.name, value=tier.value - 1, bound=tier.bound - 1)
        lying = Plan(plan.case_sha256, plan.status, plan.turns, tiers=tuple(planted))
        assert too_low(found, every, lying), tier.name


def test_a_level_one_too_low_is_seen() -> None:
    found = problem(3)
    every, plan = counted(found), solve(found)
    fairness = next(tier for tier in plan.tiers if tier.levels)
    for place, level in enumerate(fairness.levels):
        levels = [*fairness.levels]
        levels[place] = Level(level.at_least, level.count, (level.bound or 0) - 1)
        tiers = tuple(Tier("fairness", levels=tuple(levels)) if tier is fairness else tier for tier in plan.tiers)
        lying = Plan(plan.case_sha256, plan.status, plan.turns, tiers=tiers)
        assert too_low(found, every, lying), level
