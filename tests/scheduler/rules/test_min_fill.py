from scheduler.plan import Tier
from scheduler.rulebook import rules_of
from scheduler.verify import verify
from tests.scheduler.builders import broken, make, plan, turn

PROBLEM = make("AB", charter={"min_fill": 0.5})
FILLED = (turn("A", "S/1", 0), turn("B", "S/2", 0))


def found(problem, *tiers):
    return [v.rule for v in verify(problem, plan(problem, *FILLED, tiers=tiers)).violations]


def test_turns_alone_cannot_show_it():
    assert broken(PROBLEM, turn("A")) == []


def test_a_plan_is_judged_by_the_largest_fill_it_states():
    assert found(PROBLEM, Tier("min_fill", 2, 4)) == []
    assert found(PROBLEM, Tier("min_fill", 2, 5)) == ["min_fill"]


def test_the_bound_of_a_later_fill_tier_is_another_matter():
    assert found(PROBLEM, Tier("fill", 2, 5)) == []
    first = make("AB", charter={"min_fill": 0.5, "tiers": ["fill", "fairness"]})
    assert found(first, Tier("fill", 2, 5)) == ["min_fill"]


def test_a_wide_turn_fills_all_its_stands():
    problem = make("A", charter={"min_fill": 0.5})
    wide = plan(problem, turn("A", "S/1", 0, 2, "S/2"), tiers=(Tier("min_fill", 4, 8),))
    assert "min_fill" not in [v.rule for v in verify(problem, wide).violations]
    few = plan(problem, turn("A", "S/1", 0, 2, "S/2"), tiers=(Tier("min_fill", 4, 9),))
    assert "min_fill" in [v.rule for v in verify(problem, few).violations]


def test_it_is_among_the_rules_of_a_charter_that_asks_for_it():
    assert "min_fill" in [rule.code for rule in rules_of(PROBLEM)]
    assert "min_fill" not in [rule.code for rule in rules_of(make("AB"))]


def test_off_without_a_share():
    assert found(make("AB"), Tier("min_fill", 2, 5)) == []
