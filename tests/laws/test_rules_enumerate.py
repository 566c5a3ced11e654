"""Law: for each rule, the plans its posting allows are exactly the plans its check accepts.

Every plan of at most three turns of a tiny case is enumerated, impossible turns included; on the other side
CP-SAT enumerates the model. The rules that are always on take part on both sides. A rule of the charter is also
held to it where a site or a space has the parameter otherwise, min_fill with the largest fill of the enumeration.
For each tier, what the model maximises is what the measure counts, plan by plan.
"""

from __future__ import annotations

import dataclasses
import itertools
import random
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

import pytest
from ortools.sat.python import cp_model

from scheduler import charters
from scheduler.building import goals_of
from scheduler.claims import reached
from scheduler.options import Column, Options, options
from scheduler.plan import Turn
from scheduler.problem import Problem
from scheduler.rulebook import RULES, TIERS
from scheduler.rules.base import CharterRule, Rule
from scheduler.rules.min_fill import MinFill
from scheduler.search import Search
from scheduler.stands import numbered
from scheduler.variables import Goal, Variables
from tests.scheduler.builders import make, person, request, space

MOST = 3
ALWAYS = RULES[:10]
SWITCHED = tuple(rule for rule in RULES[10:] if rule.code != "min_fill")
LOCAL = tuple(rule for rule in SWITCHED if isinstance(rule, CharterRule))
Plans = set[frozenset[Column]]


def grid(*cells: tuple[int, int], **more: Any) -> list[dict[str, Any]]:
    return [{"id": f"S/{n + 1}", "area_m2": 8 + 4 * (n == 0), "x": x, "y": y, **more} for n, (x, y) in enumerate(cells)]


def case(code: str, seed: int) -> Problem:
    """A tiny case in which the rule has something to refuse; the rest is drawn from the seed."""
    rng = random.Random(seed)
    activities = ["pottery", "pottery", rng.choice(["pottery", "weaving"])]
    people = [
        person(name, activity, family=rng.choice(["clay", "wool", ""]), groups=rng.choice([[], ["women"]]))
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
            max_turns=2 if code in ("rest", "return_after", "one_place", "max_turns_per_site") else rng.choice([1, 2]),
            stands=2 if wide and name == "A" else 1,
            area_m2=10 if name == "B" and (code == "fit" or seed % 3 == 0) else 6,
            unavailable=[rng.randrange(3)] if name == "C" else [],
        )
        for name in "ABC"
    ]
    hall = space("S", grid((0, 0), (1, 0), (1, 1)))
    hall["stands"][2]["closed"] = [rng.randrange(3)]
    if code == "rivals_apart" and seed == 5:
        hall["stands"][2]["y"] = None  # half a place on the floor plan is none
    halls = [hall]
    if code in ("wanted_spaces", "max_turns_per_site", "one_place"):
        halls.append(space("T", 1, closed=[2]))
        if code != "wanted_spaces":
            requests[0]["spaces"].append({"id": "T", "rank": 2})
    more = {"charter": PARAMETERS.get(code, {})} | EXTRAS.get(code, {})
    return make(people, halls, requests, season=3, **more)


PARAMETERS: dict[str, dict[str, Any]] = {
    "rest": {"rest": 1},
    "return_after": {"return_after": 1},
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
    return every(posted(problem, rules))


def posted(problem: Problem, rules: Iterable[Rule]) -> Variables:
    model = Variables(options(problem))
    for rule in rules:
        rule.post(model)
    model.at_most(range(len(model.options.columns)), MOST)
    return model


def every(model: Variables) -> Plans:
    """Every plan of a model, as sets of columns."""
    search = Search(model.count, model.without_implied())
    lowered = search.model(set(range(model.count)) - model.closed)
    if lowered is None:
        return set()
    programme = cp_model.CpModel()
    programme.proto.copy_from(lowered.programme)
    variables = [programme.get_bool_var_from_proto_index(number) for number in range(len(lowered.names))]
    collector = Collector(
        {
            column: variables[int(lowered.place[n])]
            for n, column in enumerate(model.options.columns)
            if n not in model.closed
        }
    )
    solver = cp_model.CpSolver()
    solver.parameters.enumerate_all_solutions = True
    solver.parameters.num_workers = 1
    assert solver.solve(programme, collector) in (cp_model.OPTIMAL, cp_model.INFEASIBLE)
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


@pytest.mark.parametrize(("wanted", "cap"), [(2, None), (2, 1), (2, 2), (2, 3), (3, 2)])
def test_variety_beside_a_cap_posts_what_it_checks(wanted: int, cap: int | None) -> None:
    """Four stands, one turn on two of them: several stands of one activity, within and beyond the cap."""
    crafts = ["pottery", "pottery", "weaving"]
    people = [person(name, craft) for name, craft in zip("ABC", crafts, strict=True)]
    requests = [request(name, "S", stands=1 + (name == "A"), max_turns=1) for name in "ABC"]
    charter = {"min_activities": wanted, "max_same_activity": cap}
    problem = make(people, [space("S", 4)], requests, season=1, charter=charter)
    rules = (*ALWAYS, *(rule for rule in SWITCHED if rule.applies(problem)))
    plans = accepted(problem, rules)
    assert allowed(problem, rules) == plans
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


def local(code: str, seed: int) -> Problem:
    """Two halls of one site, and a third of another, that have a rule's parameter otherwise, each in its way."""
    rng = random.Random(seed)
    own = PARAMETERS[code]
    looser = LOOSER[code]
    site, hall = ("sites", "craft-site"), ("spaces", "T")
    if code == "max_turns_per_site":
        hall = ("sites", "other-site")
    charters: list[dict[str, Any]] = [
        {hall[0]: {hall[1]: own}},
        {**own, site[0]: {site[1]: dict.fromkeys(own)}},
        {**looser, "sites": {site[1]: own}} | ({"spaces": {"T": looser}} if hall[0] == "spaces" else {}),
        {site[0]: {site[1]: own, "other-site": own}}
        | ({"spaces": {"T": dict.fromkeys(own)}} if hall[0] == "spaces" else {}),
    ]
    pair = code in ("rest", "return_after")
    one_hall = code in ("max_same_activity", "max_same_family", "min_activities", "rivals_apart")
    names = "AB" if pair else "ABC"
    halls = [
        space("S", [{"id": "S/1", "area_m2": 8, "x": 0, "y": 0}, {"id": "S/2", "area_m2": 8, "x": 1, "y": 0}]),
        space("T", [{"id": "T/1", "area_m2": 8, "x": 0, "y": 0}, {"id": "T/2", "area_m2": 8, "x": 1, "y": 0}]),
        space("U", 1),
    ]
    halls[0]["site"] = "craft-site"
    halls[1]["site"] = "other-site" if one_hall else "craft-site"
    halls[2]["site"] = "other-site"
    groups = {"A": ["women"], "B": []}
    people = [
        person(name, "pottery", family="clay", groups=groups.get(name) or rng.choice([[], ["women"]])) for name in names
    ]
    wanted = "ST" if one_hall else "STU"
    turns = 2 if code in ("rest", "return_after", "max_turns_per_site") else rng.choice([1, 2])
    requests = [request(name, *wanted, max_turns=turns) for name in names]
    return make(people, halls, requests, season=3 if pair else 2, charter=charters[seed])


LOOSER: dict[str, dict[str, Any]] = {
    "rest": {"rest": 0},
    "return_after": {"return_after": 0},
    "max_turns_per_site": {"max_turns_per_site": 2},
    "max_same_activity": {"max_same_activity": 2},
    "max_same_family": {"max_same_family": 2},
    "min_activities": {"min_activities": 1},
    "rivals_apart": {"rivals_apart": False},
    "quotas": {"quotas": [{"group": "women", "at_least": 0.5, "scope": "season"}]},
}


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("rule", LOCAL, ids=lambda rule: rule.code)
def test_a_rule_posts_what_it_checks_where_a_place_has_it_otherwise(rule: Rule, seed: int) -> None:
    problem = local(rule.code, seed)
    assert rule.applies(problem)
    plans = accepted(problem, (*ALWAYS, rule))
    assert allowed(problem, (*ALWAYS, rule)) == plans
    general = dataclasses.replace(problem, charter=dataclasses.replace(problem.charter, sites={}, spaces={}))
    assert plans != accepted(general, (*ALWAYS, rule))
    assert plans < accepted(problem, ALWAYS)


@pytest.mark.parametrize("seed", [2, 3, 4])
def test_min_fill_keeps_its_share_of_the_largest_fill_enumerated(seed: int) -> None:
    given = {"rest": {"rest": 1, "min_fill": 0.7}, "rivals_apart": {"rivals_apart": True, "min_fill": 0.6}}
    code = ("rest", "rivals_apart")[seed % 2]
    problem = case(code, seed)
    problem = dataclasses.replace(
        problem, charter=dataclasses.replace(problem.charter, min_fill=Fraction(str(given[code]["min_fill"])))
    )
    (other,) = (rule for rule in SWITCHED if rule.code == code)
    rules, choice = (*ALWAYS, other), options(problem)
    fills = {plan: sum(column.length * len(column.kinds) for column in plan) for plan in accepted(problem, rules)}
    largest = max(fills.values())
    plans = {plan for plan in fills if not list(MinFill().check_against(problem, numbered(choice, plan), largest))}
    model = posted(problem, (*rules, MinFill()))
    goal = goals_of(model)[0]
    assert goal.tier == "min_fill"
    model.add(goal.terms, low=goal.due(largest) - goal.constant)
    assert every(model) == plans
    assert plans
    assert plans < set(fills)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("measure", ["periods", "turns", "points"])
def test_every_tier_maximises_what_it_measures(measure: str, seed: int) -> None:
    """Of every plan: the goals' values are the measure's, and with these columns no assignment has more."""
    problem = rich(measure, seed)
    rules = (*ALWAYS, *(rule for rule in SWITCHED if rule.applies(problem)))
    plans = accepted(problem, rules)
    model = posted(problem, rules)
    goals = {name: tier.goals(model) for name, tier in TIERS.items()}
    where = {column: index for index, column in enumerate(model.options.columns)}
    seen: dict[str, set[object]] = {name: set() for name in TIERS}
    for number, plan in enumerate(sorted(plans, key=sorted)):
        picked = [where[column] for column in plan]
        chosen = model.settled(picked)
        assert holds(model, chosen), plan
        turns = numbered(model.options, plan)
        for name, tier in TIERS.items():
            counted = tier.measure(problem, turns)
            found = [goal.value(chosen) for goal in goals[name]]
            told = [reached(counted, goal.at_least) if goal.at_least else counted.value for goal in goals[name]]
            assert found == told, (name, plan)
            seen[name].add(tuple(found))
            if number % 29 == seed:
                assert [most(model, goal, picked) for goal in goals[name]] == found, (name, plan)
    assert all(len(values) > 1 for values in seen.values()), seen


def rich(measure: str, seed: int) -> Problem:
    """A tiny case in which every tier can tell plans apart."""
    rng = random.Random(f"{measure} {seed}")
    people = [
        person(name, craft, region=region, received=rng.choice([0, 1, 2]), share=rng.choice([1, 2]), groups=["women"])
        for name, craft, region in zip("ABC", ["pottery", "pottery", "weaving"], ["01", "02", ""], strict=True)
    ]
    halls = [space("S", 2, region="01", weight=rng.choice([1, 3])), space("T", 1, region="02")]
    requests = [
        request(
            name,
            *rng.choice([("S", "T"), ("T", "S")]),
            max_turns=2,
            turn_length={"min": 1, "max": rng.choice([1, 2])},
            preferred={"0": rng.randint(1, 3)},
            stands=2 if name == "A" and seed % 2 else 1,
        )
        for name in "ABC"
    ]
    requests[0]["spaces"] = requests[0]["spaces"][:2] if seed % 2 == 0 else [{"id": "S"}]
    published = [
        {"applicant": "B", "space": "S", "stand": "S/1", "start": 1, "length": 1},
        {"applicant": "C", "space": "T", "stand": "T/1", "start": 0, "length": 1},
    ]
    charter = {"measure": measure, "min_activities": 2 if seed == 3 else None, "rivals_apart": seed == 2}
    return make(people, halls, requests, season=2, charter=charter, published=published)


def holds(model: Variables, chosen: list[int]) -> bool:
    """Whether an assignment keeps every row of the model."""
    sums = [(sum(weight * chosen[index] for index, weight in row.terms), row) for row in model.rows]
    return all((row.low is None or row.low <= s) and (row.high is None or s <= row.high) for s, row in sums)


def most(model: Variables, goal: Goal, picked: list[int]) -> int | None:
    """The most of a goal that the booleans can claim when just these columns are chosen."""
    columns = set(range(len(model.options.columns)))
    allowed = {index for index in range(model.count) if index not in columns or index in picked}
    found = Search(model.count, list(model.rows)).best(allowed, goal, frozen=picked)
    assert found.chosen is not None
    assert found.exhausted
    return goal.value(found.chosen)


def test_every_rule_with_a_parameter_is_here() -> None:
    assert {rule.code for rule in (*ALWAYS, *SWITCHED)} | {"min_fill"} == {rule.code for rule in RULES}
    assert {rule.code for rule in LOCAL} == set(LOOSER)
    assert {rule.parameter.removeprefix("charter.") for rule in LOCAL} == set(charters.LOCAL)
    assert set(PARAMETERS) | set(EXTRAS) == {rule.code for rule in SWITCHED}
