"""A place with its own charter: what counts where, and how it is said."""

from fractions import Fraction

from scheduler.board import Board, Swap
from scheduler.diagnose import diagnose
from scheduler.limits import Clock, Limits
from scheduler.problem import Quota
from scheduler.rulebook import RULES
from scheduler.rules import parameters
from scheduler.text import render
from tests.scheduler.builders import broken, make, person, request, sentences, space, turn

HALLS = [space("S", 3, site="x"), space("T", 3, site="x"), space("U", 3, site="y")]
POTTERS = [person(name, "pottery", groups=["women"] if name == "A" else []) for name in "ABC"]


def case(**charter):
    return make(POTTERS, HALLS, charter=charter)


def said(problem, code, lang="en"):
    rule = next(rule for rule in RULES if rule.code == code)
    return [render(message, lang) for message in rule.said(problem)]


def test_the_nearest_charter_counts():
    problem = case(
        max_same_activity=3,
        sites={"x": {"max_same_activity": 2}},
        spaces={"T": {"max_same_activity": 1}, "U": {"max_same_activity": None}},
    )
    assert [parameters.limit(problem, name, "max_same_activity") for name in "STU"] == [2, 1, None]
    pair = (turn("A", "S/1"), turn("B", "S/2"))
    assert broken(problem, *pair) == []
    assert broken(problem, turn("A", "T/1"), turn("B", "T/2")) == [
        ("max_same_activity", (turn("A", "T/1"), turn("B", "T/2")))
    ]
    crowd = tuple(turn(name, f"U/{n + 1}") for n, name in enumerate("ABC"))
    assert broken(problem, *crowd) == []


def test_a_site_may_hold_rivals_apart_and_one_of_its_spaces_not():
    problem = case(sites={"x": {"rivals_apart": True}}, spaces={"T": {"rivals_apart": False}})
    assert [parameters.apart(problem, name) for name in "STU"] == [True, False, False]
    assert broken(problem, turn("A", "T/1"), turn("B", "T/2"), turn("A", "U/1", 1), turn("B", "U/2", 1)) == []
    assert [rule for rule, _ in broken(problem, turn("A", "S/1"), turn("B", "S/2"))] == ["rivals_apart"]


def test_after_a_turn_the_rest_of_the_space_left_counts():
    problem = case(rest=1, spaces={"S": {"rest": 3}, "T": {"rest": None}})
    assert broken(problem, turn("A", "T/1", 0), turn("A", "S/1", 1)) == []
    assert broken(problem, turn("A", "U/1", 0), turn("A", "S/1", 2)) == []
    left = turn("A", "S/1", 0), turn("A", "T/1", 1), turn("A", "U/1", 3)
    assert broken(problem, *left) == [("rest", (left[0], left[1])), ("rest", (left[0], left[2]))]
    assert sentences(problem, *left)[1] == "Rest too short for A (S, U): 2, at least 3."


def test_turns_per_site_where_one_site_has_it_otherwise():
    problem = case(max_turns_per_site=1, sites={"x": {"max_turns_per_site": 2}, "y": {"max_turns_per_site": None}})
    assert (parameters.turns_at(problem, "x"), parameters.turns_at(problem, "y")) == (2, None)
    at_x = (turn("A", "S/1", 0), turn("A", "T/1", 1), turn("A", "S/1", 2))
    assert broken(problem, *at_x[:2], *(turn("B", "U/1", n) for n in range(3))) == []
    assert broken(problem, *at_x) == [("max_turns_per_site", at_x)]


def test_quotas_of_a_site_are_about_its_places_and_replace_those_for_each_space():
    half = {"group": "women", "at_least": 0.5, "scope": "space"}
    problem = case(
        quotas=[half],
        sites={"x": {"quotas": [{"group": "women", "at_least": 0.5}]}},
        spaces={"T": {"quotas": [{"group": "women", "at_most": 0}]}},
    )
    assert list(parameters.quotas(problem)) == [
        Quota("women", "at_least", Fraction(1, 2), "space"),
        Quota("women", "at_least", Fraction(1, 2), "season", site="x"),
        Quota("women", "at_most", Fraction(0), "space", space="T"),
    ]
    assert broken(problem, turn("A", "S/1"), turn("B", "S/2"), turn("A", "U/1", 1)) == []
    assert sentences(problem, turn("B", "S/1"), turn("C", "U/1"), turn("A", "T/1")) == [
        "women, space U: 0 of 1 occupied places, at least 50% required.",
        "women, space T: 1 of 1 occupied places, at most 0% allowed.",
    ]
    assert sentences(problem, turn("B", "S/1")) == ["women, site x: 0 of 1 occupied places, at least 50% required."]


def test_a_move_is_judged_by_the_quotas_of_its_place():
    problem = case(spaces={"T": {"quotas": [{"group": "women", "at_least": 0.5, "scope": "space-period"}]}})
    board = Board(problem, [])
    assert board.violations(Swap(added=(turn("B", "S/1"),))) == []
    assert [violation.rule for violation in board.violations(Swap(added=(turn("B", "T/1"),)))] == ["quotas"]


def test_a_rule_is_said_for_each_place_that_has_it_otherwise():
    problem = case(
        rest=1,
        sites={"x": {"rest": 2, "rivals_apart": True}},
        spaces={"T": {"rest": None}, "S": {"rest": 3, "quotas": [{"group": "women", "at_least": 0.5}]}},
    )
    assert said(problem, "rest") == [
        "Between two turns of one person, 1 period stays free.",
        "Site x: Between two turns of one person, 2 periods stay free.",
        "Space S: Between two turns of one person, 3 periods stay free.",
        "Space T: the rule “Rest between two turns” does not apply.",
    ]
    assert said(problem, "rivals_apart", "fr") == [
        "Site x : Deux stands voisins ne montrent pas la même activité en même temps."
    ]
    assert said(problem, "quotas") == ["Space S: Shares of the occupied places: women: at least 50% over the season."]
    assert said(problem, "known") == ["The plan only names people, spaces, stands and dates of the call."]


def told(problem):
    found = diagnose(problem, Clock(Limits()))
    return {render(part.message, "en") for clash in found.clashes for part in clash.parts}


def test_a_clash_with_the_charter_of_a_place_is_told_and_lifted():
    pins = [{"applicant": name, "space": "S", "start": 0, "length": 1} for name in "AB"]
    requests = [request(name, "S") for name in "ABC"]
    problem = make(POTTERS, HALLS, requests, pins=pins, charter={"spaces": {"S": {"max_same_activity": 1}}})
    clash = told(problem)
    assert "Space S: In one space, at most 1 stand of the same craft at a time." in clash
    assert len(clash) == 3
    quota = {"quotas": [{"group": "women", "at_most": 0}]}
    problem = make(POTTERS, HALLS, requests, pins=pins[:1], charter={"sites": {"x": quota}, "spaces": {"T": quota}})
    clash = told(problem)
    assert "Site x: Shares of the occupied places: women: at most 0% over the season." in clash
    assert len(clash) == 2
