"""Cases at the edge of what the format allows, each once found to be solved wrongly or not at all."""

import pytest

from scheduler.codec import decode_plan, encode_plan
from scheduler.plan import Level
from scheduler.solver import solve
from scheduler.verify import verify
from tests.scheduler.builders import make, periods, person, request, space


def test_turns_may_all_be_worth_nothing():
    weightless = [{**period, "weight": 0} for period in periods(2)]
    found = make("A", [space(stands=1)], charter={"measure": "points"}, periods=weightless)
    plan = solve(found)
    assert (plan.status, len(plan.turns)) == ("proven", 2)


def test_a_level_beyond_the_largest_ledger_can_be_read_again():
    people = [person("A", received=1_000_000)]
    found = make(people, [space(stands=1)], [request("A", "S")], season=1)
    plan = solve(found)
    assert plan.tiers[0].levels[-1] == Level(1_000_001, 1, 1)
    assert verify(found, decode_plan(encode_plan(plan))).accepted


@pytest.mark.parametrize(
    ("quota", "fill"),
    [({"at_least": 5e-324}, 4), ({"at_most": 5e-324}, 2), ({"at_least": 0.5000000000000001}, 3)],
)
def test_a_share_of_any_number_of_digits(quota, fill):
    people = [person("W", groups=["women"]), person("M")]
    requests = [request("W", "S", max_turns=2), request("M", "S", max_turns=2)]
    found = make(people, [space(stands=2)], requests, charter={"quotas": [{"group": "women", **quota}]})
    plan = solve(found)
    assert (plan.status, len(plan.turns)) == ("proven", fill)
