"""Parts: what is cut is put together again, and the bounds of the whole hold against all plans there are."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from math import inf

import pytest

from scheduler.apart import ENOUGH, Apart, fair, shares
from scheduler.codec import decode_case, encode_plan
from scheduler.dealing import deal
from scheduler.errors import OutOfTime
from scheduler.join import Joined
from scheduler.limits import Clock, Limits
from scheduler.plan import Plan, Turn
from scheduler.pricing import Priced
from scheduler.problem import Problem
from scheduler.regions import cut
from scheduler.solver import LARGE, _apart, solve, solve_part
from scheduler.supervisor import Run
from scheduler.undated import Undated
from scheduler.verify import verify
from tests.scheduler.builders import document, person, request, space
from tests.scheduler.solving.brute import problem
from tests.scheduler.solving.test_bounds import counted, too_low

BATCHES = 2
CASES = int(os.environ.get("DAWRA_BOUND_CASES", "60"))


def two_regions(seed: int) -> Problem:
    """A tiny problem whose spaces lie in regions of their own, however they are wished for together."""
    found = problem(seed)
    spaces = tuple(replace(space, region=space.id, site=space.id) for space in found.spaces)
    return replace(found, spaces=spaces, charter=replace(found.charter, min_fill=None))


def joined(found: Problem, limits: Limits) -> Plan:
    """Solve the parts one after the other, in this process."""
    turns, told = [], []
    for part in cut(found, 0, 0):
        priced: list[list[Priced]] = []
        turns += solve_part(part.problem, limits, part.visitors, priced=priced.append).turns
        told.append([Priced.read(goal.document()) for goal in priced[0]])
    held = tuple(sorted(turns, key=lambda turn: turn.order))
    undated = Undated(found, Clock(limits))
    undated.solve()
    return Plan(found.sha256, "bounded", held, tiers=Joined(found, held, told, undated).tiers())


@pytest.mark.parametrize("batch", range(BATCHES))
def test_no_plan_of_the_whole_exceeds_a_joined_bound(batch: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the levels of the parts are bounded by their dates or, as in large ones, without."""
    monkeypatch.setattr("scheduler.solver.LARGE", LARGE if batch else -1)
    cuts = 0
    for seed in range(batch, CASES, BATCHES):
        found = two_regions(seed)
        if len(cut(found, 0, 0)) < 2:
            continue
        cuts += 1
        every = counted(found)
        for limits in (Limits(), Limits(effort=0.0005)):
            plan = joined(found, limits)
            assert verify(found, plan).accepted, seed
            assert too_low(found, every, plan) == [], (seed, plan.tiers)
    assert cuts


def test_parts_share_no_space_and_everybody_stays_in_one() -> None:
    visiting = 0
    for seed in range(100):
        found = two_regions(seed)
        parts = cut(found, 0, 0)
        spaces = [space.id for part in parts for space in part.problem.spaces]
        assert len(spaces) == len(set(spaces))
        if len(parts) > 1:
            staying = [
                request.applicant
                for part in parts
                for request in part.problem.requests
                if request.applicant not in part.visitors
            ]
            assert sorted(staying) == sorted(request.applicant for request in found.requests)
        visiting += sum(len(part.visitors) for part in parts)
    assert visiting


def put_together(found: Problem) -> Plan:
    """The plan the process that holds the parts writes once each of them has ended."""
    parts = cut(found, 0, 0)
    apart = Apart(found, parts, Clock(Limits()))
    for number, part in enumerate(parts):
        priced: list[list[Priced]] = []
        plan = solve_part(part.problem, Limits(), part.visitors, priced=priced.append)
        apart.documents[number] = encode_plan(plan)
        apart.priced[number] = [Priced.read(goal.document()) for goal in priced[-1]]
        apart.runs[number] = Run("plan")
    return apart.plan()


def test_a_draw_is_called_complete_only_where_nobody_could_have_gone_elsewhere() -> None:
    """Visitors are asked in every part; counted each time, they made a draw look complete that is none of the whole."""
    shared = [request("A", "S"), request("B", "S", "T"), request("C", "T")]
    halls = [space("S", 1, region="01"), space("T", 1, region="02")]
    plan = put_together(decode_case(document("ABC", halls, shared, 1)))
    assert plan.solver["draw"] == {"asked": 3, "proven": 0}
    alone = decode_case(document("ABC", halls, [request("A", "S"), request("B", "S"), request("C", "T")], 1))
    assert put_together(alone).solver["draw"] == {"asked": 3, "proven": 3}


def test_parts_that_share_nobody_are_together_proven() -> None:
    """The prices of the parts alone leave a gap here: no part has prices for levels nobody there can climb."""
    people = [person("A", received=2), person("B"), person("C", received=9)]
    asked = [request("A", "S"), request("B", "T", area_m2=9), request("C", "S")]
    halls = [space("S", 1, region="01"), space("T", 1, region="02")]
    found = decode_case(document(people, halls, asked, 1, charter={"tiers": ["fill", "fairness"]}))
    plan, whole = put_together(found), solve(found)
    assert (plan.status, plan.tiers) == ("proven", whole.tiers)
    assert verify(found, plan).accepted


def test_parts_with_pins_are_not_put_together_before_they_have_given_something() -> None:
    """The checkers refused a plan without the pins of a part not begun yet, and the whole solve ended with it."""
    halls = [space("S", 1, region="01"), space("T", 1, region="02")]
    asked, pin = [request("A", "S"), request("B", "T")], {"applicant": "B", "space": "T", "start": 0, "length": 1}
    found = decode_case(document("AB", halls, asked, 1, pins=[pin]))
    parts = cut(found, 0, 0)
    apart = Apart(found, parts, Clock(Limits()))
    number = next(number for number, part in enumerate(parts) if part.problem.pins)
    apart.documents[1 - number] = encode_plan(solve_part(parts[1 - number].problem, Limits(), frozenset()))
    with pytest.raises(OutOfTime):
        apart.plan()
    apart.documents[number] = encode_plan(solve_part(parts[number].problem, Limits(), frozenset()))
    assert len(apart.plan().turns) == 2


def test_time_a_part_spares_goes_to_those_that_need_it() -> None:
    assert shares(900.0, 1) == (900.0, inf)
    assert shares(900.0, 6) == pytest.approx((120 + 60, 120))
    for hard in range(7):  # however many of six use all they may, the others have most of their even share
        left = 900.0
        for rounds in range(6, 0, -1):
            most, least = shares(left, rounds)
            left -= most if rounds > 6 - hard else min(most, least)
            assert min(most, least) >= ENOUGH * 75
        assert left >= -1e-9


def test_a_part_makes_room_when_its_levels_have_their_bounds() -> None:
    halls = [space("S", 1, region="01"), space("T", 1, region="02")]
    found = decode_case(document("AB", halls, [request("A", "S"), request("B", "T")], 1))
    told = encode_plan(solve(found))
    assert fair(told)
    assert not fair(None)
    assert not fair({**told, "tiers": []})
    first, fill, *others = told["tiers"]
    (level,) = first["levels"]
    for worse in ({"at_least": 1, "count": level["count"]}, {**level, "count": 1}):
        assert not fair({**told, "tiers": [{**first, "levels": [worse]}, fill, *others]})
    assert not fair({**told, "tiers": [first, {"name": "fill", "value": fill["value"]}, *others]})
    assert fair({**told, "tiers": [first, {**fill, "value": 0}, *others]}), "what is open after the levels can wait"


@pytest.mark.parametrize("enough", [0.0, ENOUGH])
def test_a_part_that_is_stopped_gives_what_it_has(monkeypatch: pytest.MonkeyPatch, enough: float) -> None:
    """Each part is stopped as soon as its levels are there: whole plans all the same, bounded, of the same levels."""
    monkeypatch.setattr("scheduler.apart.ENOUGH", enough)
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    names = [f"{letter}{number}" for letter in "STU" for number in range(12)]
    halls = [space(letter, 4, region=f"0{n}") for n, letter in enumerate("STU")]
    asked = [request(name, name[0], turn_length={"min": 1, "max": 2}, max_turns=3) for name in names]
    people = [person(name) for name in names]
    found = decode_case(document(people, halls, asked, 12))
    apart = Apart(found, cut(found, 0, 0), Clock(Limits(seconds=60)))
    plan = apart.solve(lambda _: None, lambda _: None)
    assert verify(found, plan).accepted
    assert all(map(fair, apart.documents))
    assert ("stopped" in [run.outcome for run in apart.runs if run]) is not bool(enough)


@pytest.mark.parametrize("short", [False, True])
def test_parts_that_the_time_made_say_that_another_run_may_differ(*, short: bool) -> None:
    halls = [space("S", 1, region="01"), space("T", 1, region="02")]
    found = decode_case(document("AB", halls, [request("A", "S"), request("B", "T")], 1))
    plan = Apart(found, cut(found, 0, 0), Clock(Limits()), short=short).solve(lambda _: None, lambda _: None)
    assert (len(plan.turns), plan.deterministic) == (2, not short)


def test_sharing_that_the_time_cut_short_leaves_time_to_say_why_a_part_is_impossible(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What cut it is its own share of the time: the clock of the whole goes on."""
    monkeypatch.setattr("scheduler.regions.cut.__defaults__", (0, 0, *cut.__defaults__[2:]))  # type: ignore[index]
    monkeypatch.setattr("scheduler.solver.SHARING", 0.0)
    halls = [space("S", 1, region="01"), space("T", 1, region="02")]
    asked = [request("A", "S", "T"), request("B", "T", "S")]
    clock = Clock(Limits(seconds=60))
    apart = _apart(decode_case(document("AB", halls, asked, 1)), clock, ())
    assert (apart.short, clock.over()) == (True, False)


def test_whom_a_part_cannot_serve_stays_where_she_was_dealt_turns() -> None:
    """Otherwise the parts together fall short of a dealt plan on the first level, and all their work is lost."""
    large = [{"id": "T/1", "area_m2": 12, "x": 0, "y": 0}]
    halls = [space("S", 5, region="01"), space("T", large, region="02")]
    asked = [request("A", "S", "T", area_m2=12), request("B", "S"), request("C", "T")]
    found = decode_case(document("ABC", halls, asked, 2))
    dealt = deal(found)
    assert [turn.space for turn in dealt if turn.applicant == "A"] == ["T"]
    assert _staying(found, ()) == {"A": "S", "B": "S", "C": "T"}, "the control: there is most room in S"
    assert _staying(found, dealt) == {"A": "T", "B": "S", "C": "T"}


def _staying(found: Problem, dealt: Sequence[Turn]) -> dict[str, str]:
    return {
        request.applicant: part.problem.spaces[0].id
        for part in cut(found, 0, 0, dealt)
        for request in part.problem.requests
        if request.applicant not in part.visitors
    }
