from tests.scheduler.builders import broken, make, space, turn

SPACES = [space("S", site="medina"), space("T", site="medina"), space("U", site="port")]
PROBLEM = make("AB", SPACES, charter={"max_turns_per_site": 2})


def test_the_limit_is_for_each_site_and_each_person():
    assert broken(PROBLEM, turn("A", "S/1", 0), turn("A", "T/1", 1), turn("A", "U/1", 2), turn("B", "S/1", 1)) == []


def test_spaces_of_one_site_count_together():
    held = (turn("A", "S/1", 0), turn("A", "T/1", 1), turn("A", "S/2", 2))
    assert broken(PROBLEM, *held) == [("max_turns_per_site", held)]


def test_off_without_a_limit():
    assert broken(make("A", SPACES), *(turn("A", "S/1", period) for period in range(4))) == []
