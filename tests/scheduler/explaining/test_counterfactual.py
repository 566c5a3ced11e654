"""What one more turn would cost, against the enumeration of every plan of tiny cases.

`DAWRA_COUNTERFACTUALS=400` asks about 400 cases instead of a few.
"""

import json
import os
import random
from functools import cache
from pathlib import Path

import pytest

from scheduler.codec import encode_plan
from scheduler.commands.parsers import main
from scheduler.consequences import sentences
from scheduler.counterfactual import Counterfactual, what_if
from scheduler.plan import Plan, Turn
from scheduler.problem import Problem
from scheduler.solver import solve
from scheduler.text import render
from scheduler.tickets import drawn_order, ticket
from scheduler.verify import verify
from scheduler.wishes.fairness import amounts
from tests.scheduler.builders import document, make, person, plan, request, space, turn
from tests.scheduler.solving.brute import key, plans, problem

COUNT = int(os.environ.get("DAWRA_COUNTERFACTUALS", "30"))
LONG = 60.0
"""Seconds no tiny question needs: only the engine's effort ends it."""


@cache
def every(seed: int) -> tuple[Problem, tuple[tuple[Turn, ...], ...]]:
    found = problem(seed)
    return found, tuple(plans(found))


def matching(turns: tuple[Turn, ...], who: str, hall: str | None, period: int | None) -> int:
    return sum(
        one.applicant == who and hall in (None, one.space) and (period is None or period in one.periods)
        for one in turns
    )


def flat(found: Problem, turns: tuple[Turn, ...]) -> list[tuple[str, int | None, int]]:
    """(tier, level, count or value) in the charter's order."""
    rows: list[tuple[str, int | None, int]] = []
    for name, vector in zip(found.charter.tiers, key(found, turns), strict=True):
        if name == "fairness":
            rows += [(name, level, count) for level, count in enumerate(vector, 1)]
        else:
            rows.append((name, None, vector[0]))
    return rows


def question(found: Problem, rng: random.Random) -> tuple[str, str | None, int | None]:
    asked = rng.choice(found.requests)
    hall = rng.choice([None, *(wish.space for wish in asked.spaces)])
    return asked.applicant, hall, rng.choice([None, rng.randrange(len(found.periods))])


def at_hand(found: Problem, all_plans: tuple[tuple[Turn, ...], ...], rng: random.Random) -> Plan:
    """The solver's proven plan, or any plan at all."""
    if rng.random() < 0.5:
        return solve(found)
    turns = rng.choice(all_plans)
    return plan(found, *turns)


@pytest.mark.parametrize("seed", range(COUNT))
def test_what_is_called_proven_is_the_enumerated_truth(seed: int) -> None:
    rng = random.Random(seed)
    found, all_plans = every(seed)
    given = at_hand(found, all_plans, rng)
    for asked in (question(found, rng), question(found, rng)):
        told = what_if(found, given, *asked, seconds=LONG)
        now = matching(given.turns, *asked)
        wanted = [turns for turns in all_plans if matching(turns, *asked) > now]
        judge(found, given, told, wanted)
        judge_at_once(found, given, what_if(found, given, *asked, seconds=0), wanted)
        for lang in ("fr", "ar", "en"):
            for persons in (False, True):
                assert all("{" not in render(m, lang) for m in sentences(found, given, told, persons=persons))


def judge(found: Problem, given: Plan, told: Counterfactual, wanted: list[tuple[Turn, ...]]) -> None:
    """Compare with the best of the wanted plans (`min_fill`, which needs an optimum, is left out of the proof)."""
    if told.kind == "given":
        return
    if told.turns:
        assert verify(found, told.turns).accepted
        assert matching_any(wanted, told.turns), "the turn asked for is in the plan shown"
        assert told.amounts == changed(found, given.turns, told.turns)
    if told.kind == "clash":
        assert wanted == []
        return
    assert wanted, "something was found, so something is there"
    if found.charter.min_fill is not None:
        return
    assert told.proven, "a tiny case is always exhausted"
    best = max(wanted, key=lambda turns: key(found, turns))
    now, then = flat(found, given.turns), flat(found, best)
    difference = next(((a, b) for a, b in zip(now, then, strict=True) if a != b), None)
    if told.kind == "draw":
        assert difference is None
        return
    assert difference is not None
    assert told.change is not None
    (tier, _, before), (_, _, after) = difference
    assert (told.change.tier, told.change.before, told.change.after) == (tier, before, after)
    assert told.kind == ("better" if after > before else "falls")


def judge_at_once(found: Problem, given: Plan, told: Counterfactual, wanted: list[tuple[Turn, ...]]) -> None:
    """Out of time before an engine was asked, what is told is so, and never called proven."""
    if told.kind in ("given", "unknown"):
        return
    assert not told.proven
    assert verify(found, told.turns).accepted
    assert matching_any(wanted, told.turns)
    assert told.amounts == changed(found, given.turns, told.turns)
    now, then = flat(found, given.turns), flat(found, told.turns)
    difference = next(((a, b) for a, b in zip(now, then, strict=True) if a != b), None)
    change = told.change and (told.change.tier, told.change.level, told.change.before, told.change.after)
    assert change == (difference and (*difference[0], difference[1][2]))


def matching_any(wanted: list[tuple[Turn, ...]], turns: tuple[Turn, ...]) -> bool:
    """Whether a plan is among others, whatever the stands of a kind are called."""
    return bare(turns) in [bare(other) for other in wanted]


def bare(turns: tuple[Turn, ...]) -> list[tuple[object, ...]]:
    return sorted((one.applicant, one.space, one.start, one.length, len(one.also)) for one in turns)


def changed(found: Problem, before: tuple[Turn, ...], after: tuple[Turn, ...]) -> dict[str, tuple[int, int]]:
    old, new = amounts(found, before), amounts(found, after)
    pairs = {name: (old.get(name, 0), new.get(name, 0)) for name in {*old, *new}}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def test_every_kind_of_answer_comes_up() -> None:
    kinds = set()
    for seed in range(40):
        rng = random.Random(seed)
        found, all_plans = every(seed)
        kinds.add(what_if(found, at_hand(found, all_plans, rng), *question(found, rng), seconds=LONG).kind)
    assert kinds == {"given", "clash", "falls", "better"}, "and the draw below"


def words(found: Problem, given: Plan, *asked: object, persons: bool = False) -> list[str]:
    told = what_if(found, given, *asked, seconds=LONG)
    return [render(message, "en") for message in sentences(found, given, told, persons=persons)]


def test_somebody_with_less_would_lose() -> None:
    found = make([person("A", received=2), person("B")], [space("S", 1)], season=1)
    given = solve(found)
    assert words(found, given, "A") == [
        "With such a turn for A, 1 person instead of 2 would have level 1.",
        "One other person would lose (level 1).",
        "This is proven: on this point no plan with this turn does better.",
    ]
    assert words(found, given, "A", persons=True)[1] == "Would lose, in periods: B (0 instead of 1)."


def test_journeys_are_counted_not_lowered() -> None:
    people, halls = [person("A", region="01"), person("B", region="02")], [space("S", 1, region="02")]
    problem = make(people, halls, season=1, charter={"tiers": ["fairness", "travel"]})
    plan = solve(problem)
    said = [render(message, "fr") for message in sentences(problem, plan, what_if(problem, plan, "A"))]
    assert said[0] == "Avec un tel tour pour A, 1 tour au lieu de 0 serait hors région."


def test_the_draw_shows_both_tickets() -> None:
    found = make("AB", [space("S", 1)], season=1, seed="noyau", charter={"tiers": ["fairness", "fill"]})
    given = solve(found)
    first, last = drawn_order("noyau", "AB")
    mine, theirs = ticket("noyau", last)[:8], ticket("noyau", first)[:8]
    assert words(found, given, last)[0] == (
        f"Equal in everything: the draw put ticket {theirs} before {mine}, that of {last}."
    )


def test_a_pin_in_the_way_is_named() -> None:
    pin = {"applicant": "B", "space": "S", "start": 0, "length": 1}
    found = make("AB", [space("S", 1)], season=1, pins=[pin])
    assert words(found, solve(found), "A") == [
        "No plan gives such a turn to A: One stand, one person at a time and Fixed turns together rule it out; "
        "this is proven."
    ]


def test_a_ban_and_an_absence_leave_no_such_turn() -> None:
    found = make("AB", forbidden=[{"applicant": "A", "periods": [0]}], requests=[request("A", "S", unavailable=[1])])
    given = plan(found)
    assert what_if(found, given, "A", None, 0, seconds=LONG).rules == ("forbidden",)
    assert what_if(found, given, "A", None, 1, seconds=LONG) == Counterfactual("clash", "A", proven=True)


def test_out_of_time_nothing_is_claimed() -> None:
    found = make([person("A", received=2), person("B")], [space("S", 1)], season=1)
    told = what_if(found, solve(found), "A", seconds=0)
    assert (told.kind, told.proven) == ("falls", False), "the direct exchange is known without the engine"
    pinned = make("AB", [space("S", 1)], season=1, pins=[{"applicant": "B", "space": "S", "start": 0, "length": 1}])
    assert what_if(pinned, plan(pinned, turn("B")), "A", seconds=0).kind == "unknown"


def test_a_part_of_the_case_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 14 people 12 are set free first; with time for that round alone the answer says it is not proven."""
    names = [f"P{n:02}" for n in range(14)]
    found = make([person(name) for name in names], [space("S", 1)], season=7)
    given = plan(found, *(turn(name, "S/1", n) for n, name in enumerate(names[:7])))
    monkeypatch.setattr("scheduler.counterfactual.SPARE", 1e9)
    told = what_if(found, given, names[13], seconds=LONG)
    assert told.turns
    assert not told.proven
    monkeypatch.undo()
    assert what_if(found, given, names[13], seconds=LONG).proven


def test_an_exchange_that_breaks_no_rule_is_looked_for_beyond_the_fairest(monkeypatch: pytest.MonkeyPatch) -> None:
    """C has most and would give up her turn first, but it is fixed; B's is the next."""
    people = [person("A"), person("B", received=2), person("C", received=5)]
    pin = {"applicant": "C", "space": "S", "start": 0, "length": 1}
    found = make(people, [space("S", 1)], season=2, pins=[pin])
    given = plan(found, turn("C"), turn("B", "S/1", 1))
    assert what_if(found, given, "A", seconds=0).losers == {"B": (1, 0)}
    monkeypatch.setattr("scheduler.counterfactual.TRIED", 1)
    assert what_if(found, given, "A", seconds=0).kind == "unknown"


def test_asked_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = document([person("A", received=2), person("B")], [space("S", 1)], season=1)
    made = solve(make([person("A", received=2), person("B")], [space("S", 1)], season=1))
    (tmp_path / "case").write_text(json.dumps(case))
    (tmp_path / "plan").write_text(json.dumps(encode_plan(made)))
    paths = [str(tmp_path / "case"), str(tmp_path / "plan")]
    assert main(["why", *paths, "A", "--if", "--seconds", "30", "--lang", "en"]) == 0
    assert capsys.readouterr().out.startswith("With such a turn for A, 1 person instead of 2 would have level 1.\n")
    assert main(["why", *paths, "Z", "--if"]) == 2
    assert main(["why", *paths, "A", "--if", "--period", "7"]) == 2
