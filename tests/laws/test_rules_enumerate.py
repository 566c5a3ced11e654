"""Law: for each rule, the plans its posting allows are exactly the plans its check accepts.

Every plan of at most three turns of a tiny case is enumerated, impossible turns included; on the other side
CP-SAT enumerates the model. The rules that are always on take part on both sides.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from ortools.sat.python import cp_model

from scheduler.options import Column, Options, options
from scheduler.plan import Turn
from scheduler.problem import Problem
from scheduler.rulebook import RULES
from scheduler.rules.base import Rule
from scheduler.search import Search
from scheduler.variables import Variables
from tests.scheduler.builders import make, person, request, space

MOST = 3
ALWAYS = RULES[:10]
SWITCHED = tuple(rule for rule in RULES[10:] if rule.code != "min_fill")
Plans = set[frozenset[Column]]


def grid(*cells: tuple[int, int], **more: Any) -> list[dict[str, Any]]:
    return [{"id": f"S/{n + 1}", "area_m2": 8 + 4 * (n == 0), "x": x, "y": y, **more} for n, (x, y) in enumerate(cells)]


def case(code: str, seed: int) -> Problem:
    """A tiny case in which the rule has something to refuse; the rest is drawn from the seed."""
    rng = random.Random(seed)
    activities = ["pottery", "pottery", rng.choice(["pottery", "weaving"])]
    people = [
        person(name, activity, family=rng.choice(["clay", "clay", ""]), groups=rng.choice([[], ["women"]]))
        for name, activity in zip("ABC", activities, strict=True)
    ]
    people[0]["groups"], people[1]["groups"] = ["women"], []
    people[0]["family"] = people[1]["family"] = "clay"
    wide = code in ("together", "rivals_apart", "min_activities", "max_same_activity", "quotas") and seed % 2 == 0
    requests = [
        request(
            name,
            "S",
            turn_length={"min": 1, "max": 2 if name == "A" else 1},
            max_turns=2 if code in ("rest", "one_place", "max_turns_per_site") else rng.choice([1, 2]),
            stands=2 if wide and name == "A" else 1,
            area_m2=10 if name == "B" and (code == "fit" or seed % 3 == 0) else 6,
            unavailable=[rng.randrange(3)] if name == "C" else [],
        )
        for name in "ABC"
    ]
    hall = space("S", grid((0, 0), (1, 0), (1, 1)))
    hall["stands"][2]["closed"] = [rng.randrange(3)]
    halls = [hall]
    if code in ("wanted_spaces", "max_turns_per_site", "one_place"):
        halls.append(space("T", 1, closed=[2]))
        if code != "wanted_spaces":
            requests[0]["spaces"].append({"id": "T", "rank": 2})
    more = {"charter": PARAMETERS.get(code, {})} | EXTRAS.get(code, {})
    return make(people, halls, requests, season=3, **more)


PARAMETERS: dict[str, dict[str, Any]] = {
    "rest": {"rest": 1},
    "max_turns_per_site": {"max_turns_per_site": 1},
    "max_same_activity": {"max_same_activity": 1},
    "max_same_family": {"max_same_family": 1},
    "min_activities": {"min_activities": 2},
    "rivals_apart": {"rivals_apart": True},
    "quotas": {
        "quotas": [
            {"group": "women", "at_least": 0.4, "scope": "season"},
            {"group": "women", "at_most": 0.5, "scope": "space-period"},
        ]
    },
}
EXTRAS: dict[str, dict[str, Any]] = {
    "pins": {"pins": [{"applicant": "A", "space": "S", "start": 0, "length": 1, "stand": "S/2"}]},
    "forbidden": {
        "forbidden": [
            {"applicant": "A", "periods": [1], "reason": "x"},
            {"applicant": "B", "space": "S", "reason": "y"},
        ]
    },
}


def universe(problem: Problem) -> Iterator[Turn]:
    """Every turn one can write down with the names of the case, up to two stands and three periods."""
    for applicant, hall in itertools.product(problem.applicants, problem.spaces):
        names = sorted(stand.id for stand in hall.stands)
        held = [(name,) for name in names] + list(itertools.combinations(names, 2))
        for stands, start, length in itertools.product(held, range(3), (1, 2, 3)):
            yield Turn(applicant.id, hall.id, stands[0], start, length, tuple(stands[1:]))


def accepted(problem: Problem, rules: Iterable[Rule]) -> Plans:
    """The plans the checks accept, as sets of columns."""
    rules = list(rules)
    alone = [rule for rule in rules if rule.reach == "turn"]
    jointly = [rule for rule in rules if rule.reach != "turn"]
    fine = [turn for turn in universe(problem) if not any(list(rule.check(problem, [turn])) for rule in alone)]
    kinds = kind_of(options(problem))
    found: Plans = set()
    for size in range(MOST + 1):
        for turns in itertools.combinations(fine, size):
            if not any(list(rule.check(problem, turns)) for rule in jointly):
                found.add(frozenset(column_of(turn, kinds) for turn in turns))
    return found


def kind_of(choice: Options) -> dict[tuple[str, str], int]:
    return {(kind.space, stand.id): n for n, kind in enumerate(choice.kinds) for stand in kind.stands}


def column_of(turn: Turn, kinds: dict[tuple[str, str], int]) -> Column:
    held = tuple(sorted(kinds[turn.space, stand] for stand in turn.stands))
    return Column(turn.applicant, turn.space, held, turn.start, turn.length)


class Collector(cp_model.CpSolverSolutionCallback):
    def __init__(self, columns: dict[Column, cp_model.IntVar]) -> None:
        super().__init__()
        self.columns = columns
        self.found: Plans = set()

    def on_solution_callback(self) -> None:
        self.found.add(frozenset(column for column, variable in self.columns.items() if self.value(variable)))


def allowed(problem: Problem, rules: Iterable[Rule]) -> Plans:
    """The plans the posting allows, as sets of columns."""
    model = Variables(options(problem))
    for rule in rules:
        rule.post(model)
    model.at_most(range(len(model.options.columns)), MOST)
    search = Search(model.count, model.without_implied())
    lowered, variables = search.model(set(range(model.count)) - model.closed, ())
    collector = Collector(
        {column: variables[n] for n, column in enumerate(model.options.columns) if n not in model.closed}
    )
    solver = cp_model.CpSolver()
    solver.parameters.enumerate_all_solutions = True
    solver.parameters.num_workers = 1
    assert solver.solve(lowered, collector) in (cp_model.OPTIMAL, cp_model.INFEASIBLE)
    return collector.found


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("rule", SWITCHED, ids=lambda rule: rule.code)
def test_a_switched_rule_posts_what_it_checks(rule: Rule, seed: int) -> None:
    problem = case(rule.code, seed)
    assert rule.applies(problem)
    plans = accepted(problem, (*ALWAYS, rule))
    assert allowed(problem, (*ALWAYS, rule)) == plans
    assert plans
    assert plans < accepted(problem, ALWAYS)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("rule", ALWAYS[1:], ids=lambda rule: rule.code)
def test_a_rule_that_is_always_on_posts_what_it_checks(rule: Rule, seed: int) -> None:
    problem = case(rule.code, seed)
    plans = accepted(problem, ALWAYS)
    assert allowed(problem, ALWAYS) == plans
    assert len(plans) > 1
    without = accepted(problem, (other for other in ALWAYS if other is not rule))
    if rule.code == "stand_single":
        assert len(without) >= len(plans)  # stands of one kind: a doubled stand may look like two stands
    else:
        assert plans < without


def test_every_rule_with_a_parameter_is_here() -> None:
    assert {rule.code for rule in (*ALWAYS, *SWITCHED)} | {"min_fill"} == {rule.code for rule in RULES}
    assert set(PARAMETERS) | set(EXTRAS) == {rule.code for rule in SWITCHED}
