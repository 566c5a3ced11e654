from tests.scheduler.builders import broken, make, turn

PROBLEM = make("AB")


def test_a_plan_of_known_names_within_the_season_passes():
    assert broken(PROBLEM, turn("A", "S/1", 0), turn("B", "S/3", 3)) == []


def test_every_unknown_name_is_told_and_kept_from_the_other_rules():
    stranger, nowhere, no_stand = turn("Z"), turn("A", "T/1"), turn("B", "S/9", 1)
    assert broken(PROBLEM, stranger, nowhere, no_stand) == [
        ("known", (stranger,)),
        ("known", (nowhere,)),
        ("known", (no_stand,)),
    ]


def test_a_turn_must_lie_within_the_season():
    early, late, empty = turn("A", start=-1), turn("B", start=3, length=2), turn("B", "S/2", 1, 0)
    assert broken(PROBLEM, early, late, empty) == [("known", (early,)), ("known", (late,)), ("known", (empty,))]


def test_the_same_stand_twice_in_one_turn_is_no_pair():
    problem = make("A", requests=[{"applicant": "A", "spaces": [{"id": "S"}], "stands": 2}])
    twice = turn("A", "S/1", 0, 1, "S/1")
    assert broken(problem, twice) == [("known", (twice,))]
