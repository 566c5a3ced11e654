"""Turns in plan order, and what changes between two plans."""

from scheduler.plan import Changes, Move, Plan, changes
from tests.scheduler.builders import turn


def test_turns_are_sorted_by_space_start_and_stand():
    turns = (turn("A", "T/1", 0), turn("B", "S/2", 1), turn("C", "S/1", 1), turn("D", "S/9", 0))
    assert [one.applicant for one in Plan("", "feasible", turns).turns] == ["D", "C", "B", "A"]


def test_periods_and_stands_of_a_turn():
    wide = turn("A", "S/2", 3, 2, "S/1")
    assert (list(wide.periods), wide.stands) == ([3, 4], ("S/2", "S/1"))


def test_the_same_plan_has_no_changes():
    one = Plan("", "feasible", (turn("A"), turn("B", "S/2")))
    assert one.diff(one) == Changes((), (), ())


def test_placed_moved_and_dropped():
    stays, gone, new = turn("A"), turn("B", "S/2"), turn("C", "S/3")
    before, after = turn("D", "S/1", 1), turn("D", "S/1", 2)
    old, fresh = Plan("", "feasible", (stays, gone, before)), Plan("", "feasible", (stays, new, after))
    assert old.diff(fresh) == Changes((new,), (Move(before, after),), (gone,))
    assert fresh.diff(old) == Changes((gone,), (Move(after, before),), (new,))


def test_moves_within_a_space_are_paired_first_then_by_date():
    first, second = turn("A", "S/1", 0), turn("A", "T/1", 1)
    new_t, new_s, extra = turn("A", "T/2", 0), turn("A", "S/2", 3), turn("A", "U/1", 2)
    assert changes([first, second], [new_t, new_s, extra]) == Changes(
        (extra,), (Move(first, new_s), Move(second, new_t)), ()
    )


def test_one_turn_more_of_the_same_person_is_placed():
    first, second = turn("A", "S/1", 0), turn("A", "S/1", 2)
    assert changes([first], [first, second]) == Changes((second,), (), ())
    assert changes([first, second], [first]) == Changes((), (), (second,))
