from tests.scheduler.builders import broken, make, request, turn

PROBLEM = make("A", requests=[request("A", "S", turn_length={"min": 2, "max": 3})])


def test_both_limits_are_allowed():
    assert broken(PROBLEM, turn("A", start=0, length=2)) == []
    assert broken(PROBLEM, turn("A", start=0, length=3)) == []


def test_one_beyond_each_limit():
    short, long = turn("A", start=0, length=1), turn("A", start=0, length=4)
    assert broken(PROBLEM, short) == [("turn_length", (short,))]
    assert broken(PROBLEM, long) == [("turn_length", (long,))]
