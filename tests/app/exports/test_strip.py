"""The strip plot: one dot an exhibitor, inside the drawing, no two in one place."""

from __future__ import annotations

import pytest

from app.exports.strip import strip


@pytest.mark.parametrize("people", [{}, {0: 1}, {2: 3, 5: 1}, {1: 200, 2: 7}, {0: 900}])
def test_a_dot_each(people: dict[int, int]) -> None:
    plot = strip(people)
    assert {pile.units: pile.people for pile in plot.piles if pile.people} == people
    dots = [dot for pile in plot.piles for dot in pile.dots]
    assert len(dots) == len(set(dots)) == sum(people.values())
    assert all(0 < x < plot.width and 0 < y < plot.ground for x, y in dots)


def test_amounts_in_between_keep_their_place() -> None:
    assert [(pile.units, pile.people) for pile in strip({2: 3, 5: 1}).piles] == [(2, 3), (3, 0), (4, 0), (5, 1)]
