"""One move judged by what it touches says the same as judging the whole plan before and after."""

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.board import Board, Gain, Swap, judge_move
from scheduler.verify import verify
from tests.scheduler.builders import make, person, request, space, turn
from tests.scheduler.strategies import problems, sound, turns

PEOPLE = [person("A", "x"), person("B", "x"), person("C", "y", received=5)]
PROBLEM = make(PEOPLE, [space("S"), space("T")], charter={"max_same_activity": 1, "rest": 1})


def test_adding_a_turn_that_is_free():
    judgement = judge_move(PROBLEM, [turn("A")], Swap(added=(turn("C", "S/2"),)))
    assert judgement.allowed
    assert judgement.better == 1
    assert judgement.gains[:2] == (Gain("fairness", 0, 1), Gain("fill", 1, 2))


def test_adding_a_turn_that_breaks_two_rules():
    judgement = judge_move(PROBLEM, [turn("A"), turn("B", "T/1", 1)], Swap(added=(turn("B", "S/2", 0),)))
    assert [violation.rule for violation in judgement.violations] == ["rest", "max_same_activity"]


def test_what_was_broken_before_and_stays_so_is_not_the_movers_fault():
    broken = [turn("A", "S/1"), turn("B", "S/2")]
    assert judge_move(PROBLEM, broken, Swap(added=(turn("C", "S/3"),))).allowed
    assert judge_move(PROBLEM, broken, Swap(removed=(broken[1],))).allowed


def test_removing_a_pinned_turn():
    problem = make("A", pins=[{"applicant": "A", "space": "S", "start": 0, "length": 1}])
    assert [v.rule for v in judge_move(problem, [turn("A")], Swap(removed=(turn("A"),))).violations] == ["pins"]
    moved = Swap((turn("A", "S/1"),), (turn("A", "S/2"),))
    assert judge_move(problem, [turn("A")], moved).allowed


def test_fairness_looks_at_those_who_gain_and_lose():
    held = [turn("C", "S/1")]
    take = Swap((held[0],), (turn("A", "S/1"),))
    assert Board(PROBLEM, held).fairer(take) == 1
    assert Board(PROBLEM, [turn("A", "S/1")]).fairer(Swap((turn("A", "S/1"),), (turn("B", "S/1"),))) == 0


def test_unknown_names_are_told():
    judgement = judge_move(PROBLEM, [], Swap(added=(turn("Z"),)))
    assert [violation.rule for violation in judgement.violations] == ["known"]


def test_moving_the_wide_turn_of_two():
    problem = make("AB", requests=[request("A", "S", stands=2), request("B", "S")])
    wide = turn("A", "S/1", 0, 1, "S/2")
    assert [v.rule for v in judge_move(problem, [wide], Swap(added=(turn("B", "S/2"),))).violations] == ["stand_single"]
    assert judge_move(problem, [wide], Swap((wide,), (turn("B", "S/2"),))).allowed


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_move_judged_alone_agrees_with_the_whole_plan(data):
    """From any sound plan: the move breaks exactly the rules the whole plan after it breaks."""
    problem = data.draw(problems())
    held = sound(problem, data.draw(turns(problem)))
    added = tuple(data.draw(turns(problem, 2)))
    removed = tuple(data.draw(st.lists(st.sampled_from(held), unique=True, max_size=2))) if held else ()
    judgement = judge_move(problem, held, Swap(removed, added))
    after = [one for one in held if one not in removed] + list(added)
    before, whole = verify(problem, held), verify(problem, after)
    assert {violation.rule for violation in judgement.violations} == {v.rule for v in whole.violations}
    for gain, old, new in zip(judgement.gains, before.tiers, whole.tiers, strict=True):
        if gain.tier == "fairness":
            counts = [[level.count for level in tier.levels] for tier in (old, new)]
            assert gain.after - gain.before == (counts[1] > counts[0]) - (counts[1] < counts[0])
        else:
            assert gain.after - gain.before == (new.value or 0) - (old.value or 0)
