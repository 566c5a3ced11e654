from tests.scheduler.builders import broken, make, person, turn

PEOPLE = [person("A", family="clay"), person("B", family="clay"), person("C"), person("D")]
PROBLEM = make(PEOPLE, charter={"max_same_family": 1})


def test_two_crafts_of_one_family():
    first, second = turn("A", "S/1"), turn("B", "S/2")
    assert broken(PROBLEM, first, second) == [("max_same_family", (first, second))]


def test_another_period():
    assert broken(PROBLEM, turn("A", "S/1", 0), turn("B", "S/2", 1)) == []


def test_unknown_families_are_not_one_family():
    assert broken(PROBLEM, turn("C", "S/1"), turn("D", "S/2"), turn("A", "S/3")) == []


def test_one_craft_is_no_family():
    people = [person("A", "zellige", family="clay"), person("B", "zellige", family="stone")]
    assert broken(make(people, charter={"max_same_family": 1}), turn("A", "S/1"), turn("B", "S/2")) == []
