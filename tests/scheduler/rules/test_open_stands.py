from tests.scheduler.builders import broken, make, request, space, turn


def hall(**more):
    made = space("S", 3, **more)
    made["stands"][1]["closed"] = [2]
    return made


PROBLEM = make("AB", [hall(closed=[0])], [request("A", "S", turn_length={"min": 1, "max": 3}), request("B", "S")])


def test_open_stands_of_an_open_space():
    assert broken(PROBLEM, turn("A", "S/1", 1, 3), turn("B", "S/2", 1)) == []


def test_a_closed_space():
    closed = turn("A", "S/1", 0)
    assert broken(PROBLEM, closed) == [("open_stands", (closed,))]


def test_a_closed_stand_shuts_no_other():
    assert broken(PROBLEM, turn("B", "S/1", 2)) == []
    closed = turn("A", "S/2", 1, 2)
    assert broken(PROBLEM, closed) == [("open_stands", (closed,))]


def test_closed_space_and_closed_stand_are_two_facts():
    both = turn("A", "S/2", 0, 3)
    assert broken(PROBLEM, both) == [("open_stands", (both,)), ("open_stands", (both,))]


def test_the_further_stands_of_a_turn_must_be_open_too():
    problem = make("A", [hall()], [request("A", "S", stands=2)])
    wide = turn("A", "S/1", 2, 1, "S/2")
    assert broken(problem, wide) == [("open_stands", (wide,))]
