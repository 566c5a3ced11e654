from tests.scheduler.builders import broken, make, request, sentences, turn

LONG = [request(name, "S", turn_length={"min": 1, "max": 4}) for name in "ABC"]


def test_two_turns_may_follow_each_other_on_a_stand():
    assert broken(make("AB"), turn("A", "S/1", 0), turn("B", "S/1", 1)) == []


def test_two_turns_on_one_stand_in_one_period():
    first, second = turn("A", "S/1", 0), turn("B", "S/1", 0)
    assert broken(make("AB"), first, second) == [("stand_single", (first, second))]


def test_neighbouring_stands_are_two():
    assert broken(make("AB"), turn("A", "S/1", 0), turn("B", "S/2", 0)) == []


def test_each_later_turn_is_told_against_the_one_that_ends_last():
    long, short, late = turn("A", "S/1", 0, 4), turn("B", "S/1", 1, 1), turn("C", "S/1", 3, 1)
    assert broken(make("ABC", requests=LONG), long, short, late) == [
        ("stand_single", (long, short)),
        ("stand_single", (long, late)),
    ]


def test_of_two_turns_that_end_together_the_later_one_is_told():
    first, second, third = turn("A", "S/1", 0, 2), turn("B", "S/1", 1, 1), turn("C", "S/1", 1, 2)
    assert broken(make("ABC", requests=LONG), first, second, third) == [
        ("stand_single", (first, second)),
        ("stand_single", (second, third)),
    ]


def test_every_stand_of_a_wide_turn_is_held():
    problem = make("AB", requests=[request("A", "S", stands=2), request("B", "S")])
    wide, other = turn("A", "S/1", 0, 1, "S/2"), turn("B", "S/2", 0)
    assert broken(problem, wide, other) == [("stand_single", (wide, other))]


def test_a_thousand_turns_on_one_stand_are_told_once_each():
    problem = make([{"id": f"A{n}", "activity": "a"} for n in range(1000)])
    assert len(broken(problem, *(turn(f"A{n}") for n in range(1000)))) == 999


def test_the_shared_periods_are_named():
    problem = make("AB", requests=LONG[:2])
    assert sentences(problem, turn("A", "S/1", 0, 4), turn("B", "S/1", 1, 2)) == [
        "Stand S/1 given twice (space S, from 18 January to 14 February 2027): to A and to B."
    ]
