"""A whole plan judged: rules, recounted tiers, and what the plan claims."""

import json
import subprocess
import sys

import pytest

from scheduler.plan import Level, Tier
from scheduler.text import render
from scheduler.verify import verify
from tests.scheduler.builders import make, person, plan, request, space, turn

PROBLEM = make("ABC", charter={"tiers": ["fairness", "fill"]})
TURNS = (turn("A", "S/1", 0), turn("A", "S/1", 1), turn("B", "S/2", 0))
FAIRNESS = Tier("fairness", levels=(Level(1, 2), Level(2, 1)))
FILL = Tier("fill", 3)


def claims(*tiers, problem=PROBLEM, turns=TURNS, **more):
    """What is said against a plan that breaks no rule."""
    verdict = verify(problem, plan(problem, *turns, tiers=tiers, **more))
    assert {violation.rule for violation in verdict.violations} <= {"claims"}
    return [render(violation.message, "en") for violation in verdict.violations]


def test_bare_turns_are_counted():
    verdict = verify(PROBLEM, TURNS)
    assert verdict.accepted
    assert verdict.tiers == (FAIRNESS, FILL)


def test_the_empty_plan_is_counted_too():
    verdict = verify(PROBLEM, [])
    assert (verdict.accepted, verdict.tiers) == (True, (Tier("fairness"), Tier("fill", 0)))


def test_every_broken_rule_is_told_in_the_order_of_the_rulebook():
    problem = make(
        [person("A", "x"), person("B", "x")],
        [space("S", 3), space("T", 1)],
        [request("A", "S", unavailable=[1], max_turns=1), request("B", "S")],
        charter={"max_same_activity": 1, "rest": 2},
    )
    turns = (turn("A", "S/1", 0), turn("A", "S/2", 1), turn("B", "S/3", 0), turn("B", "T/1", 3))
    assert [violation.rule for violation in verify(problem, turns).violations] == [
        "wanted_spaces",
        "availability",
        "max_turns",
        "rest",
        "max_same_activity",
    ]


def test_unknown_names_end_the_counting_not_the_checking():
    verdict = verify(PROBLEM, [turn("Z"), turn("A", "S/1", 0), turn("B", "S/1", 0)])
    assert [violation.rule for violation in verdict.violations] == ["known", "stand_single"]
    assert verdict.tiers == ()


def test_true_claims_pass():
    assert claims(FAIRNESS, FILL) == []
    assert claims(Tier("fairness", levels=(Level(1, 2, 2), Level(2, 1, 2))), Tier("fill", 3, 3), status="bounded") == []
    assert claims() == []


def test_a_plan_of_another_case():
    assert claims(case_sha256="0" * 64) == ["This plan was made for another case: the fingerprint differs."]


def test_levels_and_values_must_be_what_is_counted():
    assert claims(Tier("fairness", levels=(Level(1, 3), Level(2, 1), Level(3, 1))), Tier("fill", 4)) == [
        "Level 1: 3 claimed, 2 counted.",
        "Level 3: 1 claimed, 0 counted.",
        "Aim fill: 4 claimed, 3 counted.",
    ]
    assert claims(Tier("fill")) == ["Aim fill: — claimed, 3 counted."]


def test_no_count_may_pass_its_bound():
    assert claims(Tier("fairness", levels=(Level(1, 2, 1),)), Tier("fill", 3, 2)) == [
        "Level 1: 2 counted, more than the claimed bound of 1.",
        "Aim fill: 3 counted, more than the claimed bound of 2.",
    ]


def test_a_tier_the_charter_does_not_have():
    assert claims(Tier("preferences", 3)) == ["Aim preferences is claimed, but it is not in the charter."]


def test_proven_means_every_level_and_tier_is_closed():
    closed = Tier("fairness", levels=(Level(1, 2, 2), Level(2, 1, 1)))
    assert claims(closed, Tier("fill", 3, 3), status="proven") == []
    lacking = "Aim {}: the plan says it is proven, but the proof is missing."
    assert claims(closed, status="proven") == [lacking.format("fill")]
    assert claims(closed, Tier("fill", 3, 4), status="proven") == [lacking.format("fill")]
    part = Tier("fairness", levels=(Level(1, 2, 2),))
    assert claims(part, Tier("fill", 3, 3), status="proven") == [lacking.format("fairness")]
    open_level = Tier("fairness", levels=(Level(1, 2, 3), Level(2, 1, 1)))
    assert claims(open_level, Tier("fill", 3, 3), status="proven") == [lacking.format("fairness")]


def test_proven_under_a_minimum_fill_states_the_largest_fill():
    problem = make("ABC", charter={"tiers": ["fill"], "min_fill": 0.5})
    other = make("ABC", charter={"tiers": ["diversity"], "min_fill": 0.5})
    closed = Tier("diversity", 3, 3)
    assert claims(Tier("fill", 3, 3), problem=problem, status="proven") == []
    assert claims(closed, Tier("min_fill", 3, 6), problem=other, status="proven") == []
    assert claims(closed, problem=other, status="bounded") == []
    assert claims(closed, problem=other, status="proven") == [
        "Aim min_fill: the plan says it is proven, but the proof is missing."
    ]


@pytest.mark.parametrize("tiers", [["fairness"], []])
def test_nothing_is_counted_of_a_plan_that_names_strangers(tiers):
    problem = make("A", charter={"tiers": tiers, "min_fill": 1})
    made = plan(problem, turn("Z"), status="impossible", tiers=(Tier("min_fill", 9, 12),))
    assert [violation.rule for violation in verify(problem, made).violations] == ["known"]


def test_no_result_means_no_turns():
    holds = "The plan says it has no result and yet holds turns."
    assert claims(status="cancelled") == [holds]
    assert claims(status="cancelled", turns=()) == []
    possible = "The plan says that none is possible, yet its turns obey every rule."
    assert claims(status="impossible") == [holds, possible]
    assert claims(status="impossible", turns=()) == [possible]
    assert claims(status="impossible", solver={"relaxations": [{}]}) == [possible]


@pytest.mark.parametrize(("asked", "proven", "so"), [(3, 3, True), (3, 0, True), (4, 2, False), (1, 2, False)])
def test_a_draw_asks_nobody_twice_and_proves_no_more_than_it_asked(asked, proven, so):
    said = f"Draw: the figures stated ({asked} asked, {proven} proven) cannot be those of this case."
    assert claims(solver={"draw": {"asked": asked, "proven": proven}}) == ([] if so else [said])


MODULES = "scheduler scheduler.codec scheduler.board scheduler.reasons scheduler.text scheduler.commands.verify"


def test_judging_never_loads_the_solver():
    """In a fresh process; the control imports the solver and is seen."""
    code = "import sys, importlib\nfor name in sys.argv[1:]: importlib.import_module(name)\n"
    code += "import json; print(json.dumps('ortools' in sys.modules))"

    def loads(*names):
        return json.loads(subprocess.run([sys.executable, "-c", code, *names], capture_output=True, check=True).stdout)

    assert loads(*MODULES.split()) is False
    assert loads("ortools") is True
