"""Who takes over a turn that falls free, in which order, and what a place in the waiting list depends on."""

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.reserve import candidates, outlook, queue
from scheduler.text import render
from scheduler.tickets import drawn_order, ticket
from scheduler.verify import verify
from tests.scheduler.builders import make, person, request, space, turn
from tests.scheduler.strategies import full_plan, problems

ONE = [space("S", 1)]


def names(found):
    return [one.applicant for one in found]


def said(messages):
    return [render(message, "en") for message in messages]


def test_the_lowest_level_comes_first():
    people = [person("A"), person("B", received=2), person("C", received=1), person("D", received=3, share=3)]
    found = candidates(make(people, ONE), [turn("A", "S/1", 0)], turn("A", "S/1", 0))
    assert [(one.applicant, one.level, one.level_after) for one in found] == [("C", 1, 2), ("D", 1, 1), ("B", 2, 3)]
    assert said(one.message for one in found) == [
        f"C comes first: level 1, ticket {ticket('', 'C')[:8]}.",
        "D comes after C: same level, but this turn lifts less high (1 against 2).",
        "B comes after D: level 2 against 1.",
    ]


def test_turns_held_count_as_much_as_the_ledger():
    people = [person("A"), person("B"), person("C", received=1)]
    plan = [turn("A", "S/1", 0), turn("B", "S/1", 1), turn("B", "S/1", 2)]
    assert names(candidates(make(people, ONE), plan, plan[0])) == ["C", "B"]


def test_the_rank_then_the_period_then_the_draw():
    halls = [space("S", 1), space("T", 1)]
    requests = [
        request("A", "S"),
        request("B", "T", "S"),
        request("C", "S", "T"),
        request("D", "S", preferred={"0": 2}),
        request("E", "S"),
    ]
    problem = make("ABCDE", halls, requests, seed="x")
    found = candidates(problem, [turn("A")], turn("A"))
    assert names(found) == ["D", *drawn_order("x", "CE"), "B"]
    assert [one.earned for one in found] == [5, 3, 3, 2]
    first, second = drawn_order("x", "CE")
    assert render(found[2].message, "en") == (
        f"{second} comes after {first}: equal in everything, decided by the draw "
        f"(ticket {ticket('x', second)[:8]} after {ticket('x', first)[:8]})."
    )


def test_who_can_take_only_a_part_is_given_that_part():
    requests = [
        request("A", "S", turn_length={"min": 3, "max": 3}),
        request("B", "S", turn_length={"min": 1, "max": 2}, unavailable=[0]),
        request("C", "S", turn_length={"min": 1, "max": 3}),
        request("D", "S", turn_length={"min": 4, "max": 4}),
    ]
    found = candidates(make("ABCD", ONE, requests), [turn("A", "S/1", 0, 3)], turn("A", "S/1", 0, 3))
    assert [(one.turn, one.whole) for one in found] == [
        (turn("C", "S/1", 0, 3), True),
        (turn("B", "S/1", 1, 2), False),
    ]


def test_the_charters_order_of_tiers_is_the_order_of_the_reserve():
    people = [person("A"), person("B"), person("C", received=4)]
    requests = [
        request("A", "S", turn_length={"min": 2, "max": 2}),
        request("B", "S"),
        request("C", "S", turn_length={"min": 2, "max": 2}),
    ]
    fair = make(people, ONE, requests)
    full = make(people, ONE, requests, charter={"tiers": ["fill", "fairness"]})
    vacated = turn("A", "S/1", 0, 2)
    assert names(candidates(fair, [vacated], vacated)) == ["B", "C"]
    assert names(candidates(full, [vacated], vacated)) == ["C", "B"]


def test_who_breaks_a_rule_is_no_candidate():
    people = [person("A", "x"), person("B", "y"), person("C", "x"), person("D", "z")]
    requests = [
        request("A", "S"),
        request("B", "S"),
        request("C", "S"),
        request("D", "S", max_turns=1),
    ]
    problem = make(people, [space("S", 3)], requests, charter={"max_same_activity": 1, "rest": 1})
    plan = [turn("B", "S/1", 0), turn("A", "S/2", 0), turn("D", "S/1", 1), turn("C", "S/2", 2)]
    assert names(candidates(problem, plan, plan[0])) == []  # A, C: x is shown; D: has her one turn
    assert names(candidates(problem, plan, plan[1])) == ["C"]  # and B is there already


def test_a_quota_the_vacated_turn_kept_is_kept_by_the_candidates():
    people = [person("A", groups=["g"]), person("B", groups=["g"]), person("C"), person("D")]
    quota = [{"group": "g", "at_least": 0.5}]
    problem = make(people, ONE, charter={"quotas": quota})
    plan = [turn("A", "S/1", 0), turn("C", "S/1", 1)]
    assert names(candidates(problem, plan, plan[0])) == ["B"]
    assert names(candidates(make(people, ONE), plan, plan[0])) == [*drawn_order("", "BD"), "C"]


def test_the_rest_of_a_turn_begun_is_taken_over_and_what_was_lived_stays():
    lengths = {"min": 3, "max": 3}
    requests = [request("A", "S", turn_length=lengths), request("B", "S", turn_length={"min": 1, "max": 3})]
    problem = make("AB", ONE, requests, pins=[{"applicant": "A", "space": "S", "start": 0, "length": 3}])
    found = candidates(problem, [turn("A", "S/1", 0, 3)], turn("A", "S/1", 1, 2))
    assert [one.turn for one in found] == [turn("B", "S/1", 1, 2)]


def test_a_wide_turn_is_taken_over_by_part_or_whole():
    requests = [
        request("A", "S", stands=2),
        request("B", "S"),
        request("C", "S", stands=2),
        request("D", "S", stands=3),
    ]
    wide = turn("A", "S/1", 0, 1, "S/2")
    found = candidates(make("ABCD", requests=requests), [wide], wide)
    assert [(one.turn, one.whole) for one in found] == [
        (turn("C", "S/1", 0, 1, "S/2"), True),
        (turn("B", "S/1"), False),
    ]


def test_those_who_declined_are_passed_over_and_the_turn_may_be_gone_already():
    problem = make("ABC", ONE, seed="x")
    vacated = turn("A")
    assert names(candidates(problem, [vacated], vacated)) == drawn_order("x", "BC")
    assert names(candidates(problem, [], vacated)) == drawn_order("x", "BC")
    assert names(candidates(problem, [vacated], vacated, passed_over={"B"})) == ["C"]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_every_candidate_makes_a_plan_without_new_breaches(data):
    problem = data.draw(problems())
    plan = full_plan(problem, data.draw(st.integers(0, 99))) if problem.requests else []
    for vacated in plan:
        others = [one for one in plan if one != vacated]
        broken = {(v.rule, v.turns) for v in verify(problem, plan).violations}
        for one in candidates(problem, plan, vacated):
            after = verify(problem, [*others, one.turn]).violations
            assert [v for v in after if (v.rule, v.turns) not in broken] == []


def test_the_queue_says_positions_and_what_they_depend_on():
    halls = [space("S", 1), space("T", 1)]
    people = [person("A"), person("B", received=1), person("C"), person("D"), person("E")]
    requests = [
        request("A", "S"),
        request("B", "S"),
        request("C", "T", "S"),
        request("D", "S", max_turns=1),
        request("E", "S", area_m2=20),
    ]
    problem = make(people, halls, requests)
    found = queue(problem, [turn("D", "S/1", 0), turn("A", "S/1", 1)], "S")
    assert [(one.position, one.applicant, one.level, one.held, one.rank) for one in found] == [
        (1, "C", 0, 0, 2),
        *((n, name, 1, int(name == "A"), 1) for n, name in enumerate(drawn_order("", "AB"), 2)),
    ]
    assert [said(one.depends) for one in found] == [
        ["Position 1 for space S: level 0, choice no. 2."],
        ["Position 2 for space S: level 1, choice no. 1.", "1 person comes before by a lower level."],
        [
            "Position 3 for space S: level 1, choice no. 1.",
            "1 person comes before by a lower level.",
            "1 equal person comes before by the draw.",
        ],
    ]


def test_a_stronger_wish_comes_before_at_the_same_level():
    halls = [space("S", 1), space("T", 1)]
    problem = make("AB", halls, [request("A", "T", "S"), request("B", "S")])
    found = queue(problem, [], "S")
    assert names(found) == ["B", "A"]
    assert said(found[1].depends)[1] == "1 person comes before by a stronger wish."


def test_the_outlook_counts_the_turns_that_could_be_taken_over():
    people = [person("A", "x"), person("B", "y"), person("C", "x")]
    requests = [request("A", "S"), request("B", "S"), request("C", "S", unavailable=[1])]
    problem = make(people, [space("S", 2)], requests, charter={"max_same_activity": 1})
    plan = [turn("B", "S/1", 0), turn("A", "S/2", 0), turn("B", "S/1", 1), turn("A", "S/1", 2)]
    found = outlook(problem, plan, "S", "C")
    assert (found.could, found.turns, found.obstacles) == (2, 4, {"availability": 1, "max_same_activity": 1})
    assert said(found.messages) == [
        "Space S: 2 turns of 4 could be taken over if they fell free.",
        "For 1 other turn, the rule “Impossible periods respected” prevents it.",
        "For 1 other turn, the rule “Variety of crafts” prevents it.",
    ]
    assert outlook(problem, plan, "S", "C", since=2).turns == 1
