from scheduler.plan import Tier
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


def test_off_without_a_share():
    assert found(make("AB"), Tier("min_fill", 2, 5)) == []
