"""The season without its dates: no plan exceeds its bounds, and where all are available they are the dated ones."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace

import pytest

from scheduler import solver
from scheduler.bench import reference
from scheduler.codec import decode_case
from scheduler.dealing import deal
from scheduler.limits import Clock, Limits
from scheduler.plan import Level, Plan, Turn
from scheduler.problem import Problem
from scheduler.regions import cut
from scheduler.solver import solve
from scheduler.undated import Undated
from scheduler.verify import verify
from scheduler.wishes.fairness import Fairness
from scheduler.wishes.fill import Fill
from scheduler.wishes.preferences import Preferences
from tests.scheduler.builders import make, request, space
from tests.scheduler.solving.brute import plans, problem
from tests.scheduler.solving.test_bounds import counted, too_low

BATCHES = 2
CASES = int(os.environ.get("DAWRA_BOUND_CASES", "60"))
TOP = 12
Counts = list[int]


def counts(found: Problem, turns: Sequence[Turn]) -> Counts:
    """How many reach each level from 1 to TOP."""
    told = {level.at_least: level.count for level in Fairness().measure(found, turns).levels}
    return [next((told[at] for at in sorted(told) if at >= level), 0) for level in range(1, TOP + 1)]


def undated(found: Problem) -> Undated:
    made = Undated(found, Clock(Limits()))
    made.solve()
    made.settle()
    return made


def bounds(made: Undated, reached: Counts) -> list[int | None]:
    return [made.bound("fairness", level, lambda _, below: reached[(below or 0) - 1]) for level in range(1, TOP + 1)]


def exceeded(every: Sequence[Counts], reached: Counts, told: Sequence[int | None]) -> list[tuple[int, int, int]]:
    """(level, bound, truth) of each bound that some plan exceeds though it keeps all that is reached below it."""
    wrong, left = [], list(every)
    for place, bound in enumerate(told):
        truth = max(values[place] for values in left)
        if bound is not None and bound < truth:
            wrong.append((place + 1, bound, truth))
        left = [values for values in left if values[place] >= reached[place]]
    return wrong


@pytest.mark.parametrize("batch", range(BATCHES))
def test_no_plan_exceeds_a_bound(batch: int) -> None:
    """Whatever is reached below; one less, the control, is exceeded wherever a plan has the bound."""
    tight = 0
    for seed in range(batch, CASES, BATCHES):
        found = problem(seed)
        every = [counts(found, turns) for turns in plans(found)]
        if not every:
            continue
        made = undated(found)
        for reached in (max(every), min(every), every[len(every) // 2], counts(found, deal(found))):
            told = bounds(made, reached)
            assert exceeded(every, reached, told) == [], seed
            if reached == max(every):
                met = [bound == count for bound, count in zip(told, reached, strict=True) if bound is not None]
                tight += all(met)
                lower = [bound and bound - 1 for bound in told]
                assert exceeded(every, reached, lower) or not (any(met) and any(reached))
    assert tight > CASES / BATCHES / 3


def test_no_plan_exceeds_a_bound_that_asks_nothing_of_the_levels_before() -> None:
    """A plan short of the first levels is told less of those after than their prices would say."""
    tight, tighter = 0, 0
    for seed in range(CASES):
        found = problem(seed)
        every = [counts(found, turns) for turns in plans(found)]
        if not every:
            continue
        made = undated(found)
        before = bounds(made, [0] * TOP)
        made.free()
        told = bounds(made, [0] * TOP)
        for place, (bound, less) in enumerate(zip(before, told, strict=True)):
            truth = max(values[place] for values in every)
            assert less is None or (bound or less) >= less >= truth, (seed, place)
            tight += less == truth
            tighter += less != bound
        for reached in (max(every), min(every), counts(found, deal(found))):
            assert exceeded(every, reached, bounds(made, reached)) == [], seed
    assert tight > CASES  # one less would be exceeded as often
    assert tighter


@pytest.mark.parametrize("batch", range(BATCHES))
def test_a_part_whose_levels_are_bounded_so_tells_the_truth(batch: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """As every part of a nation is: aims of the season without its dates, the relaxation where no plan has them."""
    monkeypatch.setattr(solver, "LARGE", -1)
    fairest = 0
    for seed in range(batch, CASES, 2 * BATCHES):
        found = replace(problem(seed), pins=())
        every = counted(found)
        if not every:
            continue
        for limits in (Limits(effort=0.0005), Limits()):
            plan = solver.solve_part(found, limits, frozenset())
            assert verify(found, plan).accepted, seed
            assert too_low(found, every, plan) == [], (seed, plan.tiers)
        whole = solve(found)
        assert plan.status != "proven" or plan.tiers == whole.tiers
        fairest += levels(plan) == levels(whole)
    assert fairest > CASES / BATCHES / 6


def test_a_large_case_has_bounds_from_its_first_plan_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """The dates of a million possible turns are not bounded in a minute; without the outline nothing is known then."""
    found = decode_case(reference((1, 3, 1, 26, 14, 100, (1,), 10), "small"))
    for large, known in ((-1, True), (10**9, False)):
        monkeypatch.setattr(solver, "LARGE", large)
        seen: list[Plan] = []
        solve(found, Limits(effort=0.001, seconds=2.0), improved=seen.append)
        told = [level.bound for tier in seen[0].tiers for level in tier.levels]
        assert bool(told) and None not in told if known else not any(told)


def test_an_outline_that_the_time_cut_short_is_not_reproducible(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its bounds hold, but another run may know others; the clock of the whole has gone on all the same."""
    monkeypatch.setattr(solver, "LARGE", -1)
    found = make("AB", [space("S", 1)])
    assert solve(found, Limits(seconds=60.0)).deterministic
    monkeypatch.setattr(solver, "OUTLINE", 0.0)
    plan = solve(found, Limits(seconds=60.0))
    assert (plan.status, plan.deterministic) == ("proven", False)


def levels(plan: Plan) -> list[Level]:
    return [replace(level, bound=None) for tier in plan.tiers for level in tier.levels]


def test_nobody_is_in_two_places_where_she_need_not_be() -> None:
    """Among solutions with the same bounds the interior point stops in the middle; chance leads to one of them."""
    halls = [space("S", 2, region="01"), space("T", 2, region="02")]
    found = make("ABCD", halls, [request(name, "S", "T") for name in "ABCD"], season=1)
    made = undated(found)
    flows = [sorted((made.flow(name, "S"), made.flow(name, "T"))) for name in "ABCD"]
    assert flows == [pytest.approx([0, 1], abs=1e-3)] * 4
    middle = Undated(found, Clock(Limits()))
    middle.solve()
    middle._bounds.clock = Clock(Limits(seconds=0.0))
    middle.settle()
    assert max(middle.flow(name, "S") for name in "ABCD") < 0.9


def test_no_plan_exceeds_the_bound_of_fill() -> None:
    """Of those that keep every level of the fairest plan, and of those that keep none."""
    tight = 0
    for seed in range(CASES):
        found = problem(seed)
        every = [(counts(found, turns), Fill().measure(found, turns).value or 0) for turns in plans(found)]
        made = undated(found)
        for reached in ([0] * TOP, max(every)[0]) if every else ():
            bound = made.bound("fill", None, lambda _, below, reached=reached: reached[(below or 0) - 1])
            truth = max(fill for levels, fill in every if all(a >= b for a, b in zip(levels, reached, strict=True)))
            assert bound is None or bound >= truth, seed
            tight += bound == truth
    assert tight > CASES / 3  # one less would be exceeded as often


def test_no_plan_exceeds_the_bound_of_preferences() -> None:
    """Of those that keep the levels and the fill of a plan, and of those that keep nothing."""
    tight = 0
    for seed in range(CASES):
        found = problem(seed)
        found = replace(found, charter=replace(found.charter, tiers=("fairness", "fill", "preferences")))
        every = [
            (counts(found, turns), *((wish.measure(found, turns).value or 0) for wish in (Fill(), Preferences())))
            for turns in plans(found)
        ]
        if not every:
            continue
        made = undated(found)
        for levels, fill, _ in (([0] * TOP, 0, 0), max(every)):
            bound = made.bound("preferences", None, lambda _, at, n=levels, f=fill: n[at - 1] if at else f)
            truth = max(
                earned
                for reached, held, earned in every
                if held >= fill and all(a >= b for a, b in zip(reached, levels, strict=True))
            )
            assert bound is None or bound >= truth, seed
            tight += bound == truth > 0
    assert tight > CASES / 6  # one less would be exceeded as often


def test_it_bounds_as_the_dated_season_does_where_many_ask_for_each_place() -> None:
    found = decode_case(reference((1, 3, 1, 26, 14, 100, (1,), 10), "small"))
    reached = counts(found, solve(found, Limits(effort=0.01)).turns)
    assert reached[:7] == [100, 95, 75, 54, 34, 17, 4]
    assert bounds(undated(found), reached)[:7] == reached[:7]


def test_who_can_choose_stays_where_there_is_a_turn_for_her() -> None:
    """A asks first for S, which two others need; T has room. Without what is left of the dates the first part wins."""
    halls = [space("S", 1, region="01"), space("T", 1, region="02")]
    found = make("ABC", halls, [request("A", "S", "T"), request("B", "S"), request("C", "S")], season=2)
    made = undated(found)
    assert made.flow("A", "S") == pytest.approx(0, abs=1e-3)
    assert made.flow("A", "T") > 0.99
    assert _homes(found, undated(found)) == {"A": "T", "B": "S", "C": "S"}
    assert _homes(found, None)["A"] == "S"


def _homes(found: Problem, made: Undated | None) -> dict[str, str]:
    parts = cut(found, 0, 0, flow=made.flow) if made else cut(found, 0, 0)
    return {
        request.applicant: part.problem.spaces[0].id
        for part in parts
        for request in part.problem.requests
        if request.applicant not in part.visitors
    }


def test_without_time_it_bounds_nothing_and_says_so() -> None:
    found = make("AB", [space("S", 1)])
    made = Undated(found, Clock(Limits(seconds=0.0)))
    made.solve()
    assert made.bound("fairness", 1, lambda *_: 0) is None
    assert made.bound("fill", None, lambda *_: 0) is None
    assert made.cut


def test_without_time_for_what_holds_whatever_is_reached_it_says_so() -> None:
    """What is known stays known; with time nothing is cut."""
    found = make("AB", [space("S", 1)], [request("A", "S"), request("B", "S")], season=2)
    hurried, calm = undated(found), undated(found)
    before = bounds(hurried, [0] * TOP)
    hurried._bounds.clock = Clock(Limits(seconds=0.0))
    hurried.free()
    calm.free()
    assert (hurried.cut, calm.cut) == (True, False)
    assert bounds(hurried, [0] * TOP) == before
