from tests.scheduler.builders import broken, make, person, request, space, turn

PEOPLE = [person("A", "zellige"), person("B", "zellige"), person("C", "cuir")]
TWO = [space("S"), space("T")]
ONE_EACH = make(PEOPLE, TWO, charter={"max_same_activity": 1})


def test_other_crafts_other_periods_other_spaces():
    assert broken(ONE_EACH, turn("A", "S/1", 0), turn("C", "S/2", 0)) == []
    assert broken(ONE_EACH, turn("A", "S/1", 0), turn("B", "S/1", 1)) == []
    assert broken(ONE_EACH, turn("A", "S/1", 0), turn("B", "T/1", 0)) == []


def test_one_too_many():
    first, second = turn("A", "S/1", 0), turn("B", "S/2", 0)
    assert broken(ONE_EACH, first, second) == [("max_same_activity", (first, second))]
    assert broken(make(PEOPLE, TWO, charter={"max_same_activity": 2}), first, second) == []


def test_each_period_is_told():
    problem = make(
        PEOPLE,
        requests=[request(name, "S", turn_length={"min": 2, "max": 2}) for name in "AB"],
        charter={"max_same_activity": 1},
    )
    first, second = turn("A", "S/1", 0, 2), turn("B", "S/2", 1, 2)
    assert broken(problem, first, second) == [("max_same_activity", (first, second))]
    third = turn("B", "S/2", 0, 2)
    assert broken(problem, first, third) == [("max_same_activity", (first, third))] * 2


def test_stands_are_counted_not_people():
    problem = make(PEOPLE, requests=[request("A", "S", stands=2)], charter={"max_same_activity": 1})
    wide = turn("A", "S/1", 0, 1, "S/2")
    assert broken(problem, wide) == [("max_same_activity", (wide,))]


def test_off_without_a_limit():
    assert broken(make(PEOPLE), turn("A", "S/1"), turn("B", "S/2")) == []
