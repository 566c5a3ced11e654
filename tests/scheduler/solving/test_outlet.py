"""What a solve hands over: a dealt plan before any engine is loaded, and never one behind it."""

import time
from dataclasses import replace
from types import SimpleNamespace

import pytest

from scheduler.bench import reference
from scheduler.codec import decode_case
from scheduler.codec.canonical import canonical_bytes
from scheduler.dealing import deal
from scheduler.outlet import Outlet, dealing_time
from scheduler.plan import Plan
from scheduler.verify import verify


def test_a_dealt_plan_comes_first_and_nothing_behind_it_follows():
    problem = decode_case(canonical_bytes(reference((1, 1, 1, 6, 14, 5, (1,), 0))))
    told: list[Plan] = []
    outlet = Outlet(problem, told.append)
    outlet.begin(100.0, frozenset())
    empty, dealt = told
    assert empty.turns == ()
    assert dealt.turns
    assert verify(problem, dealt).accepted

    outlet.improved(empty)
    outlet.done(empty)
    assert told == [empty, dealt]
    outlet.done(replace(empty, deterministic=True))
    assert len(told) == 3


def test_visitors_are_dealt_nothing():
    problem = decode_case(canonical_bytes(reference((1, 1, 1, 6, 14, 5, (1,), 0))))
    told: list[Plan] = []
    Outlet(problem, told.append).begin(100.0, frozenset(request.applicant for request in problem.requests))
    assert [plan.turns for plan in told] == [(), ()]


@pytest.mark.parametrize(("seconds", "steers"), [(None, False), (100.0, True)])
def test_without_a_limit_the_dealt_plan_is_only_for_who_stops_the_solve(seconds, steers):
    """It depends on how fast the machine is; an unhurried solve must not."""
    problem = decode_case(canonical_bytes(reference((1, 1, 1, 6, 14, 5, (1,), 0))))
    told: list[Plan] = []
    outlet = Outlet(problem, told.append)
    outlet.begin(seconds, frozenset())
    assert [plan.turns for plan in told] == [(), deal(problem)]
    assert outlet.dealt == (deal(problem) if steers else ())


def test_a_case_the_engines_may_not_come_to_is_dealt_for_longer() -> None:
    assert dealing_time(9_707, 10.0) == 0.5
    assert dealing_time(9_000_000, 1200.0) == 90.0
    assert dealing_time(2_000_000, 10.0) == 6.0
    assert dealing_time(2_000_000, None) == 20.5


@pytest.mark.parametrize(("step", "whole"), [(1, True), (60, False)])
def test_a_busy_machine_deals_as_much_within_the_larger_share(
    monkeypatch: pytest.MonkeyPatch, step: int, whole: bool
) -> None:
    """The clock moves on by so many of 100 seconds for every turn dealt, while hardly any is computed."""
    problem = decode_case(canonical_bytes(reference((1, 1, 1, 6, 14, 5, (1,), 0))))
    shown = iter(range(0, 10_000, step))
    told: list[Plan] = []
    clock = SimpleNamespace(monotonic=lambda: float(next(shown)), process_time=time.process_time)
    monkeypatch.setattr("scheduler.outlet.time", clock)
    Outlet(problem, told.append).begin(100.0, frozenset())
    assert len(told[-1].turns) == (5 if whole else 1)
    assert (told[-1].turns == deal(problem)) is whole
