"""Every place told before a card is dropped is what judging that very move says."""

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.board import Board, judge_move
from scheduler.rulebook import RULES
from scheduler.targets import OVERRIDABLE, Targets, state_of
from tests.scheduler.builders import make, person, request, space, turn
from tests.scheduler.strategies import problems, sound, turns

NEVER = {"known", "stand_single", "one_place", "availability", "open_stands", "pins", "forbidden"}


def test_which_rules_nobody_may_decide_against():
    assert {rule.code for rule in RULES if not rule.overridable} >= NEVER
    assert not OVERRIDABLE & NEVER
    assert {"max_same_activity", "rest", "quotas", "fit", "wanted_spaces", "rivals_apart"} <= OVERRIDABLE


def places(problem, held, who, mine=None):
    found = Targets(Board(problem, held), who, mine).moves()
    return {(stand, start): (target.state, [v.rule for v in target.violations]) for _, stand, start, target in found}


def test_each_place_is_allowed_a_breach_or_impossible():
    halls = [space("S", 2, closed=[3])]
    people = [person("A", "x"), person("B", "x"), person("C", "y")]
    problem = make(people, halls, charter={"max_same_activity": 1})
    told = places(problem, [turn("A", "S/1", 0), turn("C", "S/2", 1)], "B")
    assert told["S/1", 0] == ("impossible", ["stand_single"])
    assert told["S/2", 0] == ("breach", ["max_same_activity"])
    assert told["S/1", 1] == ("allowed", [])
    assert told["S/2", 1] == ("impossible", ["stand_single"])
    assert told["S/1", 3] == ("impossible", ["open_stands"])
    assert len(told) == 8


def test_from_the_reserve_the_longest_turn_that_fits_is_offered():
    problem = make("AB", requests=[request("A", "S", turn_length={"min": 1, "max": 3}), request("B", "S")])
    found = {
        (stand, start): target.swap.added[0].length
        for _, stand, start, target in Targets(Board(problem, [turn("B", "S/1", 2)]), "A").moves()
        if stand == "S/1" and target.state == "allowed"
    }
    assert found == {("S/1", 0): 2, ("S/1", 1): 1, ("S/1", 3): 1}


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_what_is_told_is_what_the_move_would_be(data):
    problem = data.draw(problems())
    held = sound(problem, data.draw(turns(problem)))
    who = data.draw(st.sampled_from(problem.applicants)).id
    own = [one for one in held if one.applicant == who]
    mine = data.draw(st.sampled_from(own)) if own and data.draw(st.booleans()) else None
    targets = Targets(Board(problem, held), who, mine)
    told = [target for *_, target in targets.moves()]
    shortly = [target for _, target in targets.exchanges()]
    for target in [*told, *shortly, targets.leaving()]:
        whole = judge_move(problem, held, target.swap).violations
        assert target.state == state_of(whole)
        assert {v.rule for v in target.violations} <= {v.rule for v in whole}
        if target.state == "breach" and target not in shortly:
            assert {v.rule for v in target.violations} == {v.rule for v in whole}
