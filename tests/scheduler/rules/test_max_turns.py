from tests.scheduler.builders import broken, make, request, space, turn

PROBLEM = make("AB", [space("S"), space("T")], [request("A", "S", "T", max_turns=2), request("B", "S")])


def test_as_many_as_asked():
    assert broken(PROBLEM, turn("A", start=0), turn("A", "T/1", start=2)) == []


def test_one_more_counts_all_spaces():
    held = (turn("A", "S/1", 0), turn("A", "T/1", 1), turn("A", "S/1", 3))
    assert broken(PROBLEM, *held) == [("max_turns", held)]


def test_a_request_without_a_number_has_no_limit():
    assert broken(PROBLEM, *(turn("B", start=period) for period in range(4))) == []
    held = [turn("B", start=period) for period in range(4)]
    assert broken(PROBLEM, *held, turn("B", "S/2", 3)) == [("one_place", (held[3], turn("B", "S/2", 3)))]


def test_nobody_must_come_who_asks_for_no_turn():
    problem = make("A", requests=[request("A", "S", max_turns=0)])
    assert broken(problem) == []
    assert broken(problem, turn("A")) == [("max_turns", (turn("A"),))]
