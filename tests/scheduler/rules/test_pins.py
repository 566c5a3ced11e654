from tests.scheduler.builders import broken, make, request, turn

PIN = {"applicant": "A", "space": "S", "start": 1, "length": 1}


def test_a_pinned_turn_on_any_stand():
    assert broken(make("A", pins=[PIN]), turn("A", "S/3", 1)) == []


def test_a_pin_left_out():
    assert broken(make("AB", pins=[PIN]), turn("B", "S/3", 1)) == [("pins", ())]


def test_another_date_or_length_is_not_the_pinned_turn():
    problem = make("A", pins=[PIN], requests=[request("A", "S", turn_length={"min": 1, "max": 2})])
    assert broken(problem, turn("A", "S/1", 0)) == [("pins", ())]
    assert broken(problem, turn("A", "S/1", 1, 2)) == [("pins", ())]


def test_a_pin_with_a_stand():
    problem = make("A", pins=[{**PIN, "stand": "S/2"}])
    assert broken(problem, turn("A", "S/2", 1)) == []
    assert broken(problem, turn("A", "S/1", 1)) == [("pins", ())]


def test_the_stand_may_be_any_of_a_wide_turn():
    problem = make("A", pins=[{**PIN, "stand": "S/2"}], requests=[request("A", "S", stands=2)])
    assert broken(problem, turn("A", "S/1", 1, 1, "S/2")) == []


def test_a_pin_lifts_no_other_rule():
    problem = make("A", pins=[PIN], requests=[request("A", "S", unavailable=[1])])
    pinned = turn("A", "S/1", 1)
    assert broken(problem, pinned) == [("availability", (pinned,))]
    assert broken(problem) == [("pins", ())]
