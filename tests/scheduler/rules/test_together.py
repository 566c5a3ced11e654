from tests.scheduler.builders import broken, make, request, sentences, space, turn

FLOOR = [(0, 0), (1, 0), (1, 1), (3, 0), (0, 1), None]
HALL = space(
    "S",
    stands=[{"id": f"S/{n + 1}"} | ({"x": cell[0], "y": cell[1]} if cell else {}) for n, cell in enumerate(FLOOR)],
)


def ask(stands):
    return make("A", [HALL], [request("A", "S", stands=stands)])


def test_one_stand_is_always_together():
    assert broken(ask(1), turn("A", "S/6")) == []


def test_two_stands_share_a_side():
    assert broken(ask(2), turn("A", "S/1", 0, 1, "S/2")) == []


def test_a_corner_is_no_side():
    corner = turn("A", "S/1", 0, 1, "S/3")
    assert broken(ask(2), corner) == [("together", (corner,))]


def test_a_gap_of_one_cell():
    apart = turn("A", "S/2", 0, 1, "S/4")
    assert broken(ask(2), apart) == [("together", (apart,))]


def test_three_in_a_bend_reach_each_other_through_the_middle():
    assert broken(ask(3), turn("A", "S/1", 0, 1, "S/2", "S/3")) == []
    assert broken(ask(4), turn("A", "S/1", 0, 1, "S/2", "S/3", "S/5")) == []


def test_a_stand_off_the_floor_plan_is_beside_none():
    lost = turn("A", "S/1", 0, 1, "S/6")
    assert broken(ask(2), lost) == [("together", (lost,))]


def test_too_few_and_too_many():
    few, many = turn("A", "S/1"), turn("A", "S/1", 0, 1, "S/2", "S/3")
    assert broken(ask(2), few) == [("together", (few,))]
    assert broken(ask(2), many) == [("together", (many,))]


def test_the_number_given_is_named():
    assert sentences(ask(2), turn("A", "S/1")) == ["A asked for 2 stands, the turn in space S has 1."]
