"""Every place told before a card is dropped is what judging that very move says."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.board import Board, Swap, judge_move
from scheduler.plan import Turn
from scheduler.problem import Pin
from scheduler.rulebook import RULES
from scheduler.targets import OVERRIDABLE, Targets, state_of
from scheduler.verify import verify
from tests.scheduler.builders import make, person, request, space, turn
from tests.scheduler.strategies import problems, sound, turns

NEVER = {"known", "stand_single", "one_place", "availability", "open_stands", "pins", "forbidden"}


def test_which_rules_nobody_may_decide_against():
    assert {rule.code for rule in RULES if not rule.overridable} >= NEVER
    assert not OVERRIDABLE & NEVER
    assert {"max_same_activity", "rest", "quotas", "fit", "wanted_spaces", "rivals_apart"} <= OVERRIDABLE


def places(problem, held, who, mine=None):
    targets = Targets(Board(problem, held), who, mine)
    return {
        (stand, start): (target.state, [v.rule for v in target.violations])
        for _, stand, start, target in targets.moves()
    } | {(stand, start): ("taken", holder.applicant) for _, stand, start, holder in targets.taken()}


def test_each_place_is_allowed_a_breach_or_impossible():
    halls = [space("S", 2, closed=[3])]
    people = [person("A", "x"), person("B", "x"), person("C", "y")]
    problem = make(people, halls, charter={"max_same_activity": 1})
    told = places(problem, [turn("A", "S/1", 0), turn("C", "S/2", 1)], "B")
    assert told["S/1", 0] == ("taken", "A")
    assert told["S/2", 0] == ("breach", ["max_same_activity"])
    assert told["S/1", 1] == ("allowed", [])
    assert told["S/2", 1] == ("taken", "C")
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


def whole_state(problem, held, swap):
    """The state by the whole plan with the change made, against the whole plan as it is, and the rules newly broken."""
    after = list(held)
    for one in swap.removed:
        after.remove(one)
    after += swap.added
    before = [(v.rule, v.message) for v in verify(problem, held).violations]
    new = [v for v in verify(problem, after).violations if (v.rule, v.message) not in before]
    return state_of(new), {v.rule for v in new}


@st.composite
def scenes(draw):
    """A problem, a sound plan of it, now and then with a pin on one of its turns; somebody, perhaps with a turn."""
    problem = draw(problems())
    held = sound(problem, draw(turns(problem)))
    if held and draw(st.booleans()):
        one = draw(st.sampled_from(held))
        stand = draw(st.sampled_from([None, one.stand]))
        problem = replace(problem, pins=(Pin(one.applicant, one.space, one.start, one.length, stand),))
    who = draw(st.sampled_from(problem.applicants)).id
    own = [one for one in held if one.applicant == who]
    return problem, held, who, draw(st.sampled_from(own)) if own and draw(st.booleans()) else None


@settings(max_examples=150, deadline=None)
@given(scenes())
def test_every_place_told_is_what_the_whole_plan_with_the_move_made_would_be(scene):
    """All stands and periods are told, once; each as verifying the whole plan says, no rule more, no rule less."""
    problem, held, who, mine = scene
    targets = Targets(Board(problem, held), who, mine)
    moves, taken = list(targets.moves()), list(targets.taken())
    last = (
        len(problem.periods) - min(turn.length for *_, target in moves for turn in target.swap.added) if moves else -1
    )
    stands = {(hall.id, stand.id, n) for hall in problem.spaces for stand in hall.stands for n in range(last + 1)}
    told = [place for *place, _ in [*moves, *taken]]
    assert len(told) == len(set(map(tuple, told)))
    assert stands <= set(map(tuple, told))
    for hall, stand, start, holder in taken:
        assert (holder.space, holder != mine) == (hall, True)
        placed = Swap((mine,) if mine else (), (Turn(who, hall, stand, start, 1),))
        assert "stand_single" in whole_state(problem, held, placed)[1]
    exchanges = [target for _, target in targets.exchanges()]
    for target in [*(target for *_, target in moves), *exchanges, targets.leaving()]:
        state, broken = whole_state(problem, held, target.swap)
        assert target.state == state, target
        rules = {v.rule for v in target.violations}
        assert rules <= broken
        if state == "breach" and target not in exchanges:
            assert rules == broken


def test_a_turn_that_grows_into_another_cannot_change_places():
    """The one case in which an exchange meets a third turn: the lengths differ."""
    problem = make(
        "ABC",
        [space("S", 1), space("T", 1)],
        requests=[request("A", "S", "T", turn_length={"min": 2, "max": 2}), request("B", "S", "T"), request("C", "T")],
    )
    held = [turn("A", "S/1", 0, 2), turn("B", "T/1", 0), turn("C", "T/1", 1)]
    found = {other.applicant: target for other, target in Targets(Board(problem, held), "A", held[0]).exchanges()}
    assert [v.rule for v in found["B"].violations] == ["stand_single"]
    assert held[2] in found["B"].violations[0].turns


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_plan_with_breaches_in_it_is_judged_move_by_move_too(data):
    """Overridden rules stay in a plan: what is told is what judging that very move says, no more."""
    problem = data.draw(problems())
    held = data.draw(turns(problem))
    who = data.draw(st.sampled_from(problem.applicants)).id
    mine = next((one for one in held if one.applicant == who), None)
    targets = Targets(Board(problem, held), who, mine)
    moves, exchanges = [target for *_, target in targets.moves()], [target for _, target in targets.exchanges()]
    for target in [*moves, *exchanges, targets.leaving()]:
        whole = judge_move(problem, held, target.swap).violations
        assert target.state == state_of(whole), target
        assert {v.rule for v in target.violations} <= {v.rule for v in whole}
