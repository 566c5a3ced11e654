# ruff: noqa: E501
"""What each rule says of a breach, word for word: the names, dates and figures are those of the breach."""

import pytest

from scheduler.plan import Tier
from scheduler.rulebook import rules_of
from scheduler.rules.parameters import quotas
from scheduler.rules.pins import Pins
from scheduler.rules.quotas import Quotas
from scheduler.rules.rest import Rest
from scheduler.text import render
from scheduler.verify import verify
from tests.scheduler.builders import make, person, plan, request, sentences, space, turn

POTTERS = [person(name, "pottery", family="clay") for name in "AB"]
PIN = {"applicant": "A", "space": "S", "start": 1, "length": 2, "stand": "S/2"}
BAN = {"applicant": "A", "space": "S", "periods": [0]}
PAIR = (turn("A", "S/1", 1), turn("B", "S/2", 1))
REST = [
    "Between two turns of one person, 1 period stays free.",
    "Site <site site-S>: Between two turns of one person, 2 periods stay free.",
    "Space <space S>: the rule “Rest between two turns” does not apply.",
]
QUARTER = {"group": "g", "at_most": 0.25}


@pytest.mark.parametrize(
    ("case", "turns", "said"),
    [
        (make(POTTERS, charter={"max_same_activity": 1}), PAIR, ["Too much of craft pottery (space S, from 18 to 31 January 2027): 2, at most 1."]),
        (make(POTTERS, charter={"max_same_family": 1}), PAIR, ["Too much of craft family clay (space S, from 18 to 31 January 2027): 2, at most 1."]),
        (make(POTTERS, charter={"min_activities": 3}), PAIR, ["Too few crafts (space S, from 18 to 31 January 2027): 1, at least 2."]),
        (make(POTTERS, charter={"rivals_apart": True}), PAIR, ["Neighbours of the same craft pottery (space S, from 18 to 31 January 2027): S/1 and S/2."]),
        (make("A", charter={"max_turns_per_site": 1}), (turn("A", "S/1", 0), turn("A", "S/1", 2)), ["A would have 2 turns at site site-S; at most 1."]),
        (make("A", pins=[PIN]), (), ["The fixed turn of A in space S from 18 January to 14 February 2027 is missing."]),
        (make("A", forbidden=[BAN | {"reason": "works"}]), (turn("A"),), ["A may not be in space S from 4 to 17 January 2027: works."]),
        (make("A", forbidden=[BAN]), (turn("A"),), ["A may not be in space S from 4 to 17 January 2027."]),
        (make("A", charter={"quotas": [{"group": "g", "at_least": 0.25}]}), (turn("A"),), ["g: 0 of 1 occupied places, at least 25% required."]),
        (make([person("A", groups=["g"])], charter={"quotas": [QUARTER | {"scope": "space-period"}]}), (turn("A"),), ["g, space S from 4 to 17 January 2027: 1 of 1 occupied places, at most 25% allowed."]),
        (make([person("A", groups=["g"])], charter={"sites": {"site-S": {"quotas": [QUARTER]}}}), (turn("A"),), ["g, site site-S: 1 of 1 occupied places, at most 25% allowed."]),
    ],
)  # fmt: skip
def test_a_breach_in_words(case, turns, said):
    assert sentences(case, *turns) == said


def known(name):
    """A person, space or site as the app would name it: by its kind."""
    return f"<{name.kind} {name.within}{name.id}>"


@pytest.mark.parametrize(
    ("case", "turns", "said"),
    [
        (make(POTTERS, charter={"rivals_apart": True}), PAIR, ["Neighbours of the same craft pottery (space <space S>, from 18 to 31 January 2027): <stand SS/1> and <stand SS/2>."]),
        (make("A", charter={"max_turns_per_site": 1}), (turn("A", "S/1", 0), turn("A", "S/1", 2)), ["<applicant A> would have 2 turns at site <site site-S>; at most 1."]),
        (make([person("A", groups=["g"])], charter={"sites": {"site-S": {"quotas": [QUARTER]}}}), (turn("A"),), ["g, site <site site-S>: 1 of 1 occupied places, at most 25% allowed."]),
        (make("AB"), (turn("Z"),), ["<applicant Z> is not on the list."]),
        (make("AB"), (turn("A", "X/1"),), ["There is no space <space X>."]),
        (make("AB"), (turn("A", "S/9"),), ["Space <space S> has no stand <stand SS/9>."]),
        (make("AB"), (turn("A", "S/1", 0, 1, "S/1"),), ["The turn of <applicant A> in space <space S> names the same stand twice."]),
        (make("AB"), (turn("A", "S/1", 3, 2),), ["The turn of <applicant A> in space <space S> goes outside the season."]),
        (make("AB"), (turn("A"), turn("B")), ["Stand <stand SS/1> given twice (space <space S>, from 4 to 17 January 2027): to <applicant A> and to <applicant B>."]),
        (make("AB", [space("S"), space("T")]), (turn("A"), turn("A", "T/1")), ["<applicant A> would be in two places from 4 to 17 January 2027: spaces <space S> and <space T>."]),
        (make("AB", [space("S"), space("T")], [request("A", "T")]), (turn("A"),), ["<applicant A> did not ask for space <space S>."]),
        (make("A", requests=[request("A", "S", unavailable=[0])]), (turn("A"),), ["<applicant A> is not available from 4 to 17 January 2027."]),
        (make("A", [space("S", closed=[0])]), (turn("A"),), ["Space <space S> is closed from 4 to 17 January 2027."]),
        (make("A", [space("S", [{"id": "S/1", "closed": [0]}])]), (turn("A"),), ["Stand <stand SS/1> of space <space S> is closed from 4 to 17 January 2027."]),
        (make("A", requests=[request("A", "S", area_m2=9)]), (turn("A"),), ["Stand <stand SS/1> (space <space S>) has 8 m², <applicant A> asks for 9."]),
        (make("A", requests=[request("A", "S", features=["water", "gas"])]), (turn("A"),), ["Stand <stand SS/1> (space <space S>) lacks what <applicant A> asks for: gas and water."]),
        (make("A", requests=[request("A", "S", stands=2)]), (turn("A"),), ["<applicant A> asked for 2 stands, the turn in space <space S> has 1."]),
        (make("A", requests=[request("A", "S", stands=2)]), (turn("A", "S/1", 0, 1, "S/3"),), ["The stands of <applicant A> in space <space S> do not touch."]),
        (make("A", requests=[request("A", "S", turn_length={"min": 2, "max": 2})]), (turn("A"),), ["Turn too short for <applicant A> (space <space S>): 1, at least 2 periods."]),
        (make("A"), (turn("A", "S/1", 0, 2),), ["Turn too long for <applicant A> (space <space S>): 2, at most 1 period."]),
        (make("A", requests=[request("A", "S", max_turns=0)]), (turn("A"),), ["<applicant A> would have 1 turns and asked for at most 0."]),
        (make(POTTERS, charter={"max_same_activity": 1}), PAIR, ["Too much of craft pottery (space <space S>, from 18 to 31 January 2027): 2, at most 1."]),
        (make(POTTERS, charter={"max_same_family": 1}), PAIR, ["Too much of craft family clay (space <space S>, from 18 to 31 January 2027): 2, at most 1."]),
        (make(POTTERS, charter={"min_activities": 2}), PAIR, ["Too few crafts (space <space S>, from 18 to 31 January 2027): 1, at least 2."]),
        (make("A", charter={"rest": 1}), (turn("A"), turn("A", "S/1", 1)), ["Rest too short for <applicant A> (<space S>, <space S>): 0, at least 1."]),
        (make("A", charter={"return_after": 1}), (turn("A"), turn("A", "S/1", 1)), ["<applicant A> would come back too soon to space <space S>: 0, at least 1."]),
        (make("A", pins=[PIN]), (), ["The fixed turn of <applicant A> in space <space S> from 18 January to 14 February 2027 is missing."]),
        (make("A", forbidden=[BAN]), (turn("A"),), ["<applicant A> may not be in space <space S> from 4 to 17 January 2027."]),
        (make([person("A", groups=["g"])], charter={"quotas": [QUARTER | {"scope": "space-period"}]}), (turn("A"),), ["g, space <space S> from 4 to 17 January 2027: 1 of 1 occupied places, at most 25% allowed."]),
    ],
)  # fmt: skip
def test_a_breach_names_each_thing_by_its_kind(case, turns, said):
    assert [render(one.message, "en", known) for one in verify(case, turns).violations] == said


@pytest.mark.parametrize("charter", [{"min_activities": 1}, {"sites": {"site-S": {"rest": None}}}])
def test_a_parameter_that_asks_for_nothing_switches_no_rule_on(charter):
    assert {"min_activities", "rest"}.isdisjoint(rule.code for rule in rules_of(make("A", charter=charter)))


@pytest.mark.parametrize(
    ("charter", "said"),
    [
        ({}, "Shares of the occupied places: g: at least 25% over the season."),
        ({"sites": "site-S"}, "Site <site site-S>: Shares of the occupied places: g: at least 25% over the season."),
        ({"spaces": "S"}, "Space <space S>: Shares of the occupied places: g: at least 25% over the season."),
    ],
)
def test_a_quota_alone_says_whose_it_is(charter, said):
    own = {"quotas": [{"group": "g", "at_least": 0.25}]}
    problem = make("A", charter={kind: {place: own} for kind, place in charter.items()} or own)
    (quota,) = quotas(problem)
    assert render(Quotas().demand(quota), "en", known) == said


def test_a_rule_is_said_for_each_place_that_has_it_otherwise():
    places = {"sites": {"site-S": {"rest": 2}}, "spaces": {"S": {"rest": None}}}
    problem = make("A", charter={"rest": 1} | places)
    assert [render(one, "en", known) for one in Rest().said(problem)] == REST
    assert [render(one, "en") for one in Pins().said(make("A", pins=[PIN]))] == [
        "1 turn is fixed in advance and stays in place."
    ]


def test_a_minimum_fill_in_words():
    problem = make("AB", charter={"min_fill": 0.5})
    judged = plan(problem, turn("A"), turn("B", "S/2"), tiers=(Tier("min_fill", 2, 5),))
    told = [render(violation.message, "en") for violation in verify(problem, judged).violations]
    assert told == ["2 places occupied of 5 possible, at least 50% are needed."]
