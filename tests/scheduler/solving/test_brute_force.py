"""On 200 tiny whole problems the solver's tiers are the enumerated optimum, and it says so: proven."""

import pytest

from scheduler.solver import solve
from scheduler.verify import verify
from tests.scheduler.solving.brute import best, key, problem


@pytest.mark.parametrize("batch", range(20))
def test_the_solver_finds_the_enumerated_optimum(batch: int) -> None:
    for seed in range(batch * 10, batch * 10 + 10):
        found = problem(seed)
        plan = solve(found)
        assert not verify(found, plan).violations, seed
        assert key(found, plan.turns) == best(found), seed
        assert plan.status == "proven", (seed, plan.tiers)
        assert plan.deterministic


def test_the_problems_are_of_every_sort() -> None:
    cases = [problem(seed) for seed in range(200)]
    assert {case.charter.measure for case in cases} == {"periods", "turns", "points"}
    charters = [case.charter for case in cases]
    for name in (
        "max_same_activity",
        "max_same_family",
        "min_activities",
        "rest",
        "return_after",
        "max_turns_per_site",
        "min_fill",
    ):
        assert sum(getattr(charter, name) is not None for charter in charters) >= 20, name
    assert sum(charter.rivals_apart for charter in charters) >= 20
    assert sum(bool(charter.quotas) for charter in charters) >= 20
    assert sum(bool(case.published) for case in cases) >= 20
    assert sum("travel" in charter.tiers for charter in charters) >= 20
    assert any(request.stands > 1 for case in cases for request in case.requests)
    assert any(applicant.share > 1 and applicant.received for case in cases for applicant in case.applicants)
