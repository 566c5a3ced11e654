from tests.scheduler.builders import broken, make, person, request, space, turn

PEOPLE = [person("A", "zellige"), person("B", "zellige"), person("C", "cuir")]
TWO = [space("S"), space("T")]
PROBLEM = make(PEOPLE, TWO, charter={"rivals_apart": True})


def test_rivals_side_by_side():
    first, second = turn("A", "S/1"), turn("B", "S/2")
    assert broken(PROBLEM, first, second) == [("rivals_apart", (first, second))]


def test_a_stand_between_them_is_enough():
    assert broken(PROBLEM, turn("A", "S/1"), turn("B", "S/3")) == []


def test_other_crafts_periods_and_spaces():
    assert broken(PROBLEM, turn("A", "S/1"), turn("C", "S/2")) == []
    assert broken(PROBLEM, turn("A", "S/1", 0), turn("B", "S/2", 1)) == []
    assert broken(PROBLEM, turn("A", "S/1"), turn("B", "T/2")) == []


def test_a_pair_is_told_once_for_all_its_periods():
    problem = make(
        PEOPLE,
        requests=[request(name, "S", turn_length={"min": 1, "max": 3}) for name in "AB"],
        charter={"rivals_apart": True},
    )
    first, second = turn("A", "S/1", 0, 3), turn("B", "S/2", 1, 3)
    assert broken(problem, first, second) == [("rivals_apart", (first, second))]


def test_ones_own_stands_are_no_rivals():
    problem = make(PEOPLE, requests=[request("A", "S", stands=2), request("B", "S")], charter={"rivals_apart": True})
    wide, other = turn("A", "S/1", 0, 1, "S/2"), turn("B", "S/3")
    assert broken(problem, wide) == []
    assert broken(problem, wide, other) == [("rivals_apart", (wide, other))]


def test_off_unless_asked():
    assert broken(make(PEOPLE), turn("A", "S/1"), turn("B", "S/2")) == []
