from tests.scheduler.builders import broken, make, request, sentences, space, turn

TWO = [space("S"), space("T")]
ASK = [request("A", "S", "T", turn_length={"min": 1, "max": 4}), request("B", "S")]


def rested(rest):
    return make("AB", TWO, ASK, season=8, charter={"rest": rest})


def test_exactly_the_rest_is_enough():
    assert broken(rested(2), turn("A", "S/1", 0, 2), turn("A", "T/1", 4)) == []


def test_one_period_less_is_not_even_in_another_space():
    first, second = turn("A", "S/1", 0, 2), turn("A", "T/1", 3)
    assert broken(rested(2), first, second) == [("rest", (first, second))]


def test_it_binds_one_person_not_two():
    assert broken(rested(2), turn("A", "S/1", 0), turn("B", "S/1", 1)) == []


def test_no_rest_or_none_asks_nothing():
    assert broken(rested(0), turn("A", "S/1", 0), turn("A", "S/1", 1)) == []
    assert broken(rested(None), turn("A", "S/1", 0), turn("A", "S/1", 1)) == []


def test_turns_at_once_are_for_one_place_to_tell():
    first, second = turn("A", "S/1", 0, 2), turn("A", "T/1", 1)
    assert broken(rested(2), first, second) == [("one_place", (first, second))]


def test_a_short_turn_inside_a_long_one_hides_no_breach():
    long, inside, after = turn("A", "S/1", 0, 4), turn("A", "T/1", 1), turn("A", "S/2", 5)
    assert broken(rested(2), long, inside, after) == [("one_place", (long, inside)), ("rest", (long, after))]


def test_turns_back_to_back_late_in_the_season():
    first, second = turn("A", "S/1", 3, 2), turn("A", "T/1", 5)
    assert broken(rested(1), first, second) == [("rest", (first, second))]
    assert sentences(rested(2), first, turn("A", "T/1", 6)) == ["Rest too short for A (S, T): 1, at least 2."]
    assert broken(rested(2), first, turn("A", "T/1", 7)) == []


def test_each_pause_is_told_whatever_overlaps():
    first, long, after = turn("A", "S/1", 0), turn("A", "T/1", 0, 4), turn("A", "S/2", 2)
    assert broken(rested(2), first, long, after) == [
        ("one_place", (first, long)),
        ("one_place", (long, after)),
        ("rest", (first, after)),
    ]


def test_of_two_pauses_over_together_that_of_the_later_turn_is_told():
    halls = [space("S"), space("T")]
    problem = make("A", halls, charter={"spaces": {"S": {"rest": 2}, "T": {"rest": 1}}})
    early, late, third = turn("A", "S/1", 0), turn("A", "T/1", 1), turn("A", "T/2", 2)
    assert ("rest", (late, third)) in broken(problem, early, late, third)
