"""HiGHS on arrays: whole numbers where they are asked for, and no answer where there is none."""

from __future__ import annotations

import numpy as np
import pytest

from scheduler.interior import Programme


def programme(costs: list[float], rows: list[list[float]], high: list[float], upper: float = 10.0) -> Programme:
    """max cost · x, each row at most so much."""
    row, column = np.nonzero(np.array(rows))
    weight = np.array(rows)[row, column]
    low = np.full(len(rows), -np.inf)
    return Programme(np.array(costs), np.full(len(costs), upper), low, np.array(high), row, column, weight)


def test_the_best_in_whole_numbers_is_not_the_broken_one_rounded() -> None:
    found = programme([5.0, 4.0], [[6.0, 4.0], [1.0, 2.0]], [24.0, 6.0])
    broken = found.solve()
    assert broken is not None
    assert broken[0] == pytest.approx([3.0, 1.5], abs=1e-4)
    whole = found.whole()
    assert whole is not None
    assert whole.tolist() == [4.0, 0.0]


def test_what_has_no_whole_solution_has_none() -> None:
    """2x + 2y = 3 has broken ones only."""
    odd = programme([1.0, 1.0], [[2.0, 2.0], [-2.0, -2.0]], [3.0, -3.0])
    assert odd.solve() is not None
    assert odd.whole() is None
