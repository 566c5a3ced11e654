"""What a solve hands over: a dealt plan before any engine is loaded, and never one behind it."""

from dataclasses import replace

from scheduler.bench import reference
from scheduler.codec import decode_case
from scheduler.codec.canonical import canonical_bytes
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


def test_without_a_limit_nothing_is_dealt_and_visitors_get_nothing():
    problem = decode_case(canonical_bytes(reference((1, 1, 1, 6, 14, 5, (1,), 0))))
    told: list[Plan] = []
    Outlet(problem, told.append).begin(None, frozenset())
    Outlet(problem, told.append).begin(100.0, frozenset(request.applicant for request in problem.requests))
    assert [plan.turns for plan in told] == [(), (), ()]


def test_a_case_the_engines_may_not_come_to_is_dealt_for_longer() -> None:
    assert dealing_time(9_707, 10.0) == 0.5
    assert dealing_time(9_000_000, 1200.0) == 90.0
    assert dealing_time(2_000_000, 10.0) == 6.0
