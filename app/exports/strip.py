"""The strip plot of a rotation: one dot an exhibitor, placed by how much she has received; drawn by a template."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from flask import Flask

#: Units of the drawing: a dot's diameter and its room, the least and the most dots side by side, and the foot.
DOT, STEP, NARROW, WIDE, HIGH, FOOT, MARGIN = 7, 9, 5, 24, 26, 34, 8


@dataclass(frozen=True)
class Pile:
    """Those who have received the same: its middle, and a dot for each."""

    units: int
    people: int
    middle: float
    dots: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Strip:
    """The drawing, in its own units; ``ground``: the height of the axis."""

    width: float
    height: float
    ground: float
    piles: tuple[Pile, ...]


def strip(people_by_units: Mapping[int, int]) -> Strip:
    """A pile of dots for each amount from the least to the largest, tall piles as broad as they must be."""
    most = max(people_by_units.values(), default=0)
    across = min(max(NARROW, ceil(most / HIGH)), WIDE)
    rows = max(1, ceil(most / across))
    ground = MARGIN + rows * STEP
    pile_width = across * STEP + 2 * STEP
    piles: list[Pile] = []
    for units in range(min(people_by_units, default=0), max(people_by_units, default=0) + 1):
        people = people_by_units.get(units, 0)
        left = MARGIN + len(piles) * pile_width
        dots = tuple(
            (left + STEP + (n % across) * STEP + STEP / 2, ground - (n // across) * STEP - STEP / 2)
            for n in range(people)
        )
        piles.append(Pile(units, people, left + pile_width / 2, dots))
    return Strip(2 * MARGIN + len(piles) * pile_width, ground + FOOT, ground, tuple(piles))


def init(app: Flask) -> None:
    """Offer the drawing to templates."""
    app.jinja_env.globals.update(strip_plot=strip)
