"""A case too large to be searched as a whole: once levels and fill are settled, preferences come near their bound."""

from scheduler.bench import reference
from scheduler.codec import decode_case
from scheduler.solver import solve


def test_preferences_come_near_their_bound() -> None:
    plan = solve(decode_case(reference((1, 3, 1, 26, 14, 200, (1,), 31), "town")))
    fairness, fill, preferences = plan.tiers
    assert [level.count for level in fairness.levels] == [level.bound for level in fairness.levels]
    assert (fill.value, fill.bound) == (380, 380)
    assert preferences.value is not None
    assert preferences.bound is not None
    assert preferences.bound - preferences.value <= 0.002 * preferences.bound, "a random search ends a fifth below"
