"""Each tier recounted by hand on tiny plans."""

import pytest

from scheduler.plan import Level, Tier
from scheduler.rulebook import TIERS
from tests.scheduler.builders import make, periods, person, request, space, turn


def measure(name, problem, *turns):
    return TIERS[name].measure(problem, turns)


def levels(problem, *turns):
    return [(level.at_least, level.count) for level in measure("fairness", problem, *turns).levels]


WEIGHTED = [{**period, "weight": n} for n, period in enumerate(periods())]
LONG = [request("A", "S", "T", turn_length={"min": 1, "max": 4}, stands=1), request("B", "S")]


@pytest.mark.parametrize(
    ("unit", "expected"), [("periods", [(1, 2), (2, 1), (3, 1)]), ("turns", [(1, 2), (2, 1)]), ("points", None)]
)
def test_what_a_turn_gives_depends_on_the_measure(unit, expected):
    problem = make("AB", [space("S", weight=3), space("T")], LONG, periods=WEIGHTED, charter={"measure": unit})
    found = levels(problem, turn("A", "S/1", 1, 2), turn("A", "T/1", 3), turn("B", "S/2", 0))
    if expected is None:  # A: 3 × (1 + 2) + 1 × 3 = 12 points, B: 3 × 0
        expected = [(level, 1) for level in range(1, 13)]
    assert found == expected


def test_the_ledger_and_the_share_count():
    people = [person("A", received=3, share=2), person("B", received=0, share=2), person("C", received=5)]
    problem = make(people, requests=[request("A", "S"), request("B", "S")])
    assert levels(problem) == [(1, 1)]
    assert levels(problem, turn("A", "S/1", 0), turn("B", "S/2", 0), turn("B", "S/2", 1)) == [(1, 2), (2, 1)]


def test_who_asks_for_nothing_is_not_counted():
    assert levels(make([person("A", received=9)], requests=[])) == []


def test_several_stands_count_once():
    problem = make("A", requests=[request("A", "S", stands=2)])
    assert levels(problem, turn("A", "S/1", 0, 1, "S/2")) == [(1, 1)]


def test_high_levels_are_told_where_the_count_changes():
    problem = make([person("A", received=1000), person("B", received=150)])
    found = measure("fairness", problem).levels
    assert found[149:151] == (Level(150, 2), Level(151, 1))
    assert (found[199], found[200], len(found)) == (Level(200, 1), Level(1000, 1), 201)


def test_fill_counts_stands_and_periods():
    problem = make("AB", requests=[request("A", "S", stands=2, turn_length={"min": 1, "max": 3}), request("B", "S")])
    assert measure("fill", problem, turn("A", "S/1", 0, 3, "S/2"), turn("B", "S/3")) == Tier("fill", 7)


def test_preferences_add_rank_and_period():
    spaces = [space(name) for name in "STUVW"]
    asked = request("A", *"STUVW", preferred={"1": 3, "2": 1}, turn_length={"min": 1, "max": 3})
    problem = make("A", spaces, [asked])
    by_rank = [measure("preferences", problem, turn("A", f"{name}/1", 0)).value for name in "STUVW"]
    assert by_rank == [3, 2, 1, 0, 0]
    assert measure("preferences", problem, turn("A", "T/1", 0, 3)) == Tier("preferences", 3 * 2 + 3 + 1)


def test_diversity_counts_each_craft_once_a_space_and_period():
    problem = make([person("A", "x"), person("B", "x"), person("C", "y")], [space("S"), space("T")])
    turns = [turn("A", "S/1", 0), turn("B", "S/2", 0), turn("C", "S/3", 0), turn("B", "S/2", 1), turn("A", "T/1", 2)]
    assert measure("diversity", problem, *turns) == Tier("diversity", 4)


def test_travel_counts_turns_out_of_the_region_once_each():
    people = [person("A", region="05"), person("B", region="07"), person("C")]
    spaces = [space("S", region="05"), space("T", region="07"), space("U")]
    requests = [
        request(name, "S", "T", "U", stands=2 if name == "A" else 1, turn_length={"min": 1, "max": 3}) for name in "ABC"
    ]
    problem = make(people, spaces, requests)
    at_home, unknown = [turn("A", "S/1", 0), turn("B", "T/1", 0)], [turn("C", "S/1", 1), turn("A", "U/1", 1)]
    assert measure("travel", problem, *at_home, *unknown) == Tier("travel", 0)
    away = [turn("A", "T/1", 0, 3, "T/2"), turn("B", "S/1", 3)]
    assert measure("travel", problem, *at_home, *unknown, *away) == Tier("travel", -2)


def test_stability_counts_published_turns_that_stay():
    published = [
        {"applicant": name, "space": "S", "stand": "S/1", "start": start, "length": 1}
        for name, start in (("A", 0), ("A", 2), ("B", 1))
    ]
    problem = make("AB", published=published)
    kept_on_another_stand, moved = turn("A", "S/2", 0), turn("A", "S/1", 3)
    assert measure("stability", problem, kept_on_another_stand, moved, turn("B", "S/1", 1)) == Tier("stability", 2)
