import pytest

from scheduler.building import model_of
from tests.scheduler.builders import broken, make, person, request, turn

PEOPLE = [person("A", "zellige"), person("B", "zellige"), person("C", "cuir"), person("D", "bois")]


def wanting(number, **more):
    return make(PEOPLE, charter={"min_activities": number}, **more)


def test_few_stands_owe_few_activities():
    assert broken(wanting(3), turn("A", "S/1")) == []
    assert broken(wanting(3), turn("A", "S/1"), turn("C", "S/2")) == []


def test_two_stands_of_one_activity():
    first, second = turn("A", "S/1"), turn("B", "S/2")
    assert broken(wanting(2), first, second) == [("min_activities", (first, second))]


def test_the_number_asked_is_enough_however_many_stands():
    assert broken(wanting(2), turn("A", "S/1"), turn("B", "S/2"), turn("C", "S/3")) == []
    three = (turn("A", "S/1"), turn("B", "S/2"), turn("C", "S/3"))
    assert broken(wanting(3), *three) == [("min_activities", three)]


def test_one_is_always_there():
    assert broken(wanting(1), turn("A", "S/1"), turn("B", "S/2")) == []


def test_other_periods_do_not_help():
    first, second = turn("A", "S/1", 0), turn("B", "S/2", 0)
    assert broken(wanting(2), first, second, turn("C", "S/3", 1)) == [("min_activities", (first, second))]


def test_a_wide_turn_alone_shows_one_activity_on_two_stands():
    wide = turn("A", "S/1", 0, 1, "S/2")
    problem = wanting(2, requests=[request("A", "S", stands=2), request("C", "S")])
    assert broken(problem, wide) == [("min_activities", (wide,))]
    assert broken(problem, wide, turn("C", "S/3")) == []


@pytest.mark.parametrize(("cap", "less"), [(None, -2), (2, -1)])
def test_the_row_counts_no_more_stands_of_an_activity_than_its_cap_allows(cap, less):
    """The posting's n_a ≤ 1 + (m − 1)·z with the least m: as true with a larger one, but a weaker relaxation."""
    model = model_of(make(PEOPLE[:2], season=1, charter={"min_activities": 2, "max_same_activity": cap}))
    enough = model.count - 1
    assert ([(0, 1), (1, 1), (enough, less)], None, 1) in [(row.terms, row.low, row.high) for row in model.rows]
