from tests.scheduler.builders import broken, make, request, space, turn

PROBLEM = make("AB", [space("S"), space("T")], [request("A", "S")])


def test_a_space_asked_for():
    assert broken(PROBLEM, turn("A", "S/1")) == []


def test_a_space_not_asked_for():
    astray = turn("A", "T/1")
    assert broken(PROBLEM, astray) == [("wanted_spaces", (astray,))]


def test_who_asks_for_nothing_gets_nothing():
    unasked = turn("B", "S/1")
    assert broken(PROBLEM, unasked) == [("wanted_spaces", (unasked,))]
