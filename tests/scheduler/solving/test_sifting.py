"""The relaxation of a large model: all its rounds together within the time given."""

from __future__ import annotations

import numpy as np
import pytest

from scheduler import sifting
from scheduler.bench import reference
from scheduler.building import goals_of, model_of
from scheduler.codec import decode_case
from scheduler.interior import Programme
from scheduler.matrix import Floats
from scheduler.sifting import Sifting

Solution = tuple[Floats, Floats] | None


@pytest.mark.parametrize("question", ["bound", "corners", "nearest"])
def test_its_rounds_share_the_time_given(question: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is given what the rounds before left; twelve of them took twelve times the limit."""
    monkeypatch.setattr(sifting, "FEWEST", 0)
    monkeypatch.setattr(sifting, "SHARE", 0.02)
    solve = Programme.solve
    given: list[float] = []

    def noted(self: Programme, *, corner: bool = False, seed: int = 0, seconds: float = 0.0) -> Solution:
        given.append(seconds)
        return solve(self, corner=corner, seed=seed, seconds=seconds)

    monkeypatch.setattr(Programme, "solve", noted)
    model = model_of(decode_case(reference((1, 3, 1, 26, 14, 100, (1,), 10), "small")))
    goals = goals_of(model)
    relaxation = Sifting.of(model, goals, 1)
    for goal, count in zip(goals, (100, 95, 75, 54, 34, 17, 4), strict=False):
        relaxation.keep(goal, count)
    if question == "bound":
        assert relaxation.bound(goals[7], 60.0) is not None
    elif question == "nearest":
        assert relaxation.nearest(np.full(model.count, 1e-3), 60.0) is not None
    else:
        assert len(relaxation.corners(goals[7], [np.zeros(100)] * 3, 60.0)) == 3
    assert len(given) > 2
    assert given[0] == max(given) < 60.0
    assert len({*given}) == len(given)
