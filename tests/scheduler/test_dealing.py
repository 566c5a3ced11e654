"""The dealt plan: every rule kept, who waits for a quota comes in as soon as it allows, and quickly so."""

import pytest

from scheduler.board import Board
from scheduler.codec import decode_case
from scheduler.dealing import Table, deal
from scheduler.harder import harder
from scheduler.options import estimate
from scheduler.plan import Turn
from scheduler.problem import Problem
from scheduler.verify import verify
from tests.scheduler.builders import make, person, request, space

SCOPES = ("season", "space", "space-period")


def halves(kind: str, scope: str) -> Problem:
    """A man with nothing yet and two women with much, two stands, one period; at least (at most) half are women."""
    people = [person("A"), person("B", groups=["women"], received=9), person("C", groups=["women"], received=8)]
    charter = {"quotas": [{"group": "women", kind: 0.5, "scope": scope}]}
    return make(people, [space("S", 2)], [request(one["id"], "S") for one in people], 1, charter=charter)


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("kind", ["at_least", "at_most"])
def test_who_waits_for_a_quota_comes_in_once_it_allows(kind: str, scope: str) -> None:
    assert {turn.applicant for turn in deal(halves(kind, scope))} == {"A", "C"}


@pytest.mark.parametrize("scope", SCOPES)
def test_the_control_unless_somebody_sees_that_it_does(monkeypatch: pytest.MonkeyPatch, scope: str) -> None:
    monkeypatch.setattr(Table, "eases", lambda *_: False)
    assert {turn.applicant for turn in deal(halves("at_least", scope))} == {"B", "C"}


def test_only_a_turn_that_helps_lets_others_try_again() -> None:
    least, most = (Table(halves(kind, "season")) for kind in ("at_least", "at_most"))
    man, woman = (Turn(name, "S", "S/1", 0, 1) for name in "AB")
    assert [table.eases(turn, "season") for table in (least, most) for turn in (man, woman)] == [
        False,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize("name", ["tight-quotas-600", "many-pins-600", "heavy-tail-600"])
def test_a_dealt_plan_keeps_every_rule_and_asks_of_no_place_twice(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A city under tight quotas was dealt 16 turns a second: who was held back tried every place after each turn."""
    problem, asked, judge = decode_case(harder(name)), [0], Board.violations

    def counting(board: Board, swap: object) -> object:
        asked[0] += 1
        return judge(board, swap)

    monkeypatch.setattr(Board, "violations", counting)
    turns = deal(problem)
    assert verify(problem, turns).accepted
    assert len(turns) > 300
    assert asked[0] < estimate(problem) / 4


def test_pins_that_break_quotas_and_variety_are_dealt_beside_until_both_are_kept() -> None:
    """Alone they may break them: the plan without other turns is none, and the dealt one was none either."""
    people = [person(name, craft, groups=groups) for name, craft, groups in (
        ("A", "x", []), ("B", "x", []), ("C", "y", []), ("D", "z", ["women"]), ("E", "u", ["women"]),
    )]  # fmt: skip
    pins = [{"applicant": name, "space": "S", "start": 0, "length": 1} for name in "AB"]
    charter = {"min_activities": 3, "quotas": [{"group": "women", "at_least": 0.4, "scope": "season"}]}
    asked = [request(one["id"], "S", max_turns=1) for one in people]
    problem = make(people, [space("S", 6)], asked, 2, pins=pins, charter=charter)
    assert not verify(problem, [Turn(name, "S", f"S/{n}", 0, 1) for n, name in enumerate("AB", 1)]).accepted
    assert verify(problem, deal(problem)).accepted


def test_pins_are_seated_so_that_no_two_meet() -> None:
    """A takes the small stand though she comes first, so that B, who needs the large one, has it."""
    hall = {
        **space("S", 2),
        "stands": [{**one, "area_m2": area} for one, area in zip(space("S", 2)["stands"], (9, 6), strict=True)],
    }
    people = [person(name) for name in "AB"]
    asked = [request("A", "S"), request("B", "S", area_m2=9)]
    pins = [{"applicant": "A", "space": "S", "start": 0, "length": 2}]
    pins += [{"applicant": "B", "space": "S", "start": 1, "length": 1}]
    asked[0]["turn_length"] = {"min": 1, "max": 2}
    problem = make(people, [hall], asked, 2, pins=pins)
    assert {turn.applicant: turn.stand for turn in deal(problem) if turn.start + turn.length == 2} == {
        "A": "S/2",
        "B": "S/1",
    }
