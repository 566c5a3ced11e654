from tests.scheduler.builders import broken, make, request, sentences, space, turn

TWO = [space("S"), space("T")]


def test_turns_of_one_person_one_after_the_other():
    assert broken(make("A", TWO), turn("A", "S/1", 0), turn("A", "T/1", 1)) == []


def test_two_spaces_at_once():
    here, there = turn("A", "S/1", 0), turn("A", "T/1", 0)
    assert broken(make("A", TWO), here, there) == [("one_place", (here, there))]


def test_two_stands_of_one_space_at_once_are_two_places():
    first, second = turn("A", "S/1", 0), turn("A", "S/2", 0)
    assert broken(make("A"), first, second) == [("one_place", (first, second))]


def test_a_long_turn_covers_a_later_start():
    problem = make("A", TWO, [request("A", "S", "T", turn_length={"min": 1, "max": 3})])
    long, inside = turn("A", "S/1", 0, 3), turn("A", "T/1", 2)
    assert broken(problem, long, inside) == [("one_place", (long, inside))]


def test_two_people_may_be_there_at_once():
    assert broken(make("AB", TWO), turn("A", "S/1", 0), turn("B", "T/1", 0)) == []


def test_the_shared_periods_are_named():
    problem = make("A", TWO, [request("A", "S", "T", turn_length={"min": 1, "max": 4})])
    assert sentences(problem, turn("A", "S/1", 0, 4), turn("A", "T/1", 1, 2)) == [
        "A would be in two places from 18 January to 14 February 2027: spaces S and T."
    ]
