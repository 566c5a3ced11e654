"""Every bound that is ever told, of finished and of half-done plans, against all plans there are.

``DAWRA_BOUND_CASES`` sets how many cases (``./dev test --stress``: 500).
"""

from __future__ import annotations

import os

import pytest

import scheduler.relax
from scheduler.limits import Limits
from scheduler.plan import Level, Plan, Tier
from scheduler.problem import Problem
from scheduler.rulebook import tiers_of
from scheduler.solver import solve
from scheduler.wishes.fill import Fill
from tests.scheduler.solving.brute import plans, problem, vector

BATCHES = 10
CASES = int(os.environ.get("DAWRA_BOUND_CASES", "60"))
LAZY = Limits(effort=0.0005)
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


def told(found: Problem, limits: Limits) -> list[Plan]:
    """Every plan a solve tells of, the last one included."""
    seen: list[Plan] = []
    seen.append(solve(found, limits, improved=seen.append))
    return seen


@pytest.fixture(params=["simplex", "sifting"])
def engine(request, monkeypatch):
    """Both relaxations, whatever the size."""
    monkeypatch.setattr(scheduler.relax, "LARGE", 0 if request.param == "sifting" else 10**9)
    return request.param


@pytest.mark.parametrize("batch", range(BATCHES))
def test_no_plan_exceeds_a_bound(batch: int, engine: str) -> None:
    seen = 0
    for seed in range(batch, CASES, BATCHES):
        found = problem(seed)
        every = counted(found)
        for limits in (Limits(), LAZY):
            for plan in told(found, limits):
                seen += sum(level.bound is not None for tier in plan.tiers for level in tier.levels)
                assert too_low(found, every, plan) == [], (seed, engine)
    assert seen


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
