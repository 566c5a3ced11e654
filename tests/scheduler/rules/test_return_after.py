from scheduler.rules.return_after import ReturnAfter
from scheduler.text import render
from tests.scheduler.builders import broken, make, sentences, space, turn

HALLS = [space("S", 2), space("T", 2)]
PROBLEM = make("AB", HALLS, season=6, charter={"return_after": 2})


def test_too_soon_in_the_same_space():
    first, second = turn("A", "S/1", 0), turn("A", "S/2", 2)
    assert broken(PROBLEM, first, second) == [("return_after", (first, second))]
    assert sentences(PROBLEM, first, second) == ["A would come back too soon to space S: 1, at least 2."]
    assert broken(PROBLEM, turn("A", "S/1", 0), turn("A", "S/1", 1)) != []


def test_late_enough_elsewhere_or_somebody_else():
    assert broken(PROBLEM, turn("A", "S/1", 0), turn("A", "S/1", 3)) == []
    assert broken(PROBLEM, turn("A", "S/1", 0), turn("A", "T/1", 1), turn("B", "S/1", 1)) == []


def test_the_pause_counts_from_the_end_of_the_turn():
    long = make(
        "A",
        HALLS,
        [{"applicant": "A", "spaces": [{"id": "S"}], "turn_length": {"min": 1, "max": 2}}],
        season=6,
        charter={"return_after": 2},
    )
    assert broken(long, turn("A", "S/1", 0, 2), turn("A", "S/1", 4)) == []
    visits = turn("A", "S/1", 0, 2), turn("A", "S/1", 3)
    assert broken(long, *visits) == [("return_after", visits)]
    late = turn("A", "S/1", 1), turn("A", "S/2", 3)
    assert sentences(PROBLEM, *late) == ["A would come back too soon to space S: 1, at least 2."]


def test_each_return_is_told_whatever_lies_between():
    visits = [turn("A", "S/1", n) for n in (0, 2, 4)]
    between = [turn("A", "T/1", n) for n in (1, 5)]
    assert broken(PROBLEM, *visits, *between) == [
        ("return_after", tuple(visits[:2])),
        ("return_after", tuple(visits[1:])),
    ]


def test_turns_at_once_are_the_matter_of_one_place():
    assert [rule for rule, _ in broken(PROBLEM, turn("A", "S/1", 0), turn("A", "S/2", 0))] == ["one_place"]


def test_a_space_may_have_it_otherwise():
    problem = make("A", HALLS, season=6, charter={"return_after": 3, "spaces": {"T": {"return_after": 0}}})
    assert broken(problem, turn("A", "T/1", 0), turn("A", "T/1", 1)) == []
    visits = turn("A", "S/1", 0), turn("A", "S/1", 3)
    assert broken(problem, *visits) == [("return_after", visits)]


def test_off_without_a_number():
    problem = make("A", HALLS, season=6, charter={"return_after": 0})
    assert (ReturnAfter().applies(problem), ReturnAfter().applies(make("A"))) == (False, False)
    assert broken(problem, turn("A", "S/1", 0), turn("A", "S/1", 1)) == []


def test_said():
    assert (
        render(ReturnAfter().sentence(PROBLEM), "en")
        == "Whoever has shown in a space comes back to it only after 2 periods."
    )


def test_a_visit_inside_a_longer_one_hides_no_return():
    long, inside, after = turn("A", "S/1", 0, 3), turn("A", "S/2", 1), turn("A", "S/1", 4)
    told = [found for rule, found in broken(PROBLEM, long, inside, after) if rule == "return_after"]
    assert told == [(long, after)]
