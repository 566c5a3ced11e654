from tests.scheduler.builders import broken, make, request, turn

PROBLEM = make("A", requests=[request("A", "S", unavailable=[1, 3], turn_length={"min": 1, "max": 3})])


def test_the_periods_around_are_free():
    assert broken(PROBLEM, turn("A", start=0), turn("A", start=2)) == []


def test_an_impossible_period_anywhere_in_the_turn():
    at, over = turn("A", start=1), turn("A", start=2, length=2)
    assert broken(PROBLEM, at) == [("availability", (at,))]
    assert broken(PROBLEM, over) == [("availability", (over,))]


def test_it_is_told_once_a_turn():
    season = turn("A", start=1, length=3)
    assert broken(PROBLEM, season) == [("availability", (season,))]


def test_those_after_somebody_who_asked_for_nothing_are_judged_too():
    problem = make("AB", requests=[request("A", "S", unavailable=[1])])
    stranger, away = turn("B", "S/2", 0), turn("A", "S/1", 1)
    assert ("availability", (away,)) in broken(problem, stranger, away)
