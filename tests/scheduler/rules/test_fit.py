from tests.scheduler.builders import broken, make, request, space, turn

HALL = space(
    "S",
    stands=[
        {"id": "S/1", "area_m2": 7.5, "features": ["power"], "x": 0, "y": 0},
        {"id": "S/2", "area_m2": 7.4, "features": ["power", "water"], "x": 1, "y": 0},
        {"id": "S/3", "area_m2": 20, "x": 2, "y": 0},
    ],
)
PROBLEM = make("A", [HALL], [request("A", "S", area_m2=7.5, features=["power"])])


def test_just_enough_is_enough():
    assert broken(PROBLEM, turn("A", "S/1")) == []


def test_a_stand_a_little_too_small():
    small = turn("A", "S/2")
    assert broken(PROBLEM, small) == [("fit", (small,))]


def test_a_stand_without_a_feature():
    dark = turn("A", "S/3")
    assert broken(PROBLEM, dark) == [("fit", (dark,))]


def test_too_small_and_without_are_two_facts():
    problem = make("A", [HALL], [request("A", "S", area_m2=50, features=["wall"])])
    wrong = turn("A", "S/1")
    assert broken(problem, wrong) == [("fit", (wrong,)), ("fit", (wrong,))]


def test_each_of_several_stands_must_fit_by_itself():
    problem = make("A", [HALL], [request("A", "S", area_m2=7.5, features=["power"], stands=2)])
    wide = turn("A", "S/1", 0, 1, "S/2")
    assert broken(problem, wide) == [("fit", (wide,))]
