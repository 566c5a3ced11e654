"""The floor plan of a space: where each numbered stand lies, and what it is on a day, for an SVG with a table behind.

Templates draw it: ``{% from "macros/floorplan.html" import floor_plan with context %}`` then
``{{ floor_plan(space) }}`` or ``{{ floor_plan(space, states) }}``, ``states`` mapping a stand's id to a ``StandState``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask

from app.i18n import _
from app.models import Space, Stand
from app.phrases import feature

#: A square of the grid, in units of the drawing (pixels at its natural size), and the white around it.
CELL_WIDTH, CELL_HEIGHT, GAP, MARGIN = 104, 84, 8, 8

#: Shapes drawn for the features the forms offer, in a square of 14 by 14; other features show as a dot.
SHAPES = {
    "power": "M8 0 L2 8 H6 L5 14 L12 5 H8 Z",
    "water": "M7 0 C9 4 12 6 12 9 A5 5 0 0 1 2 9 C2 6 5 4 7 0 Z",
    "wall": "M0 3 H14 V11 H0 Z M0 7 H14 M5 3 V7 M9 7 V11",
    "light": "M7 3 A4 4 0 1 0 7.01 3 Z M7 0 V2 M7 12 V14 M0 7 H2 M12 7 H14",
    "storage": "M1 4 L7 1 L13 4 V13 H1 Z M4 13 V8 H10 V13",
    "street_front": "M1 13 V1 H13 M5 13 V5 H13",
}
DOT = "M7 4 A3 3 0 1 0 7.01 4 Z"


@dataclass(frozen=True)
class StandState:
    """What a stand is on a day: ``free``, ``held`` or ``closed``; who holds it (or why it is closed), her craft
    family's code, and where a click leads.
    """

    code: str
    who: str = ""
    family_code: str = ""
    url: str = ""

    @property
    def label(self) -> str:
        """The state in a word."""
        return {"free": _("Libre"), "held": _("Occupé"), "closed": _("Fermé")}[self.code]


@dataclass(frozen=True)
class Square:
    """A stand on the drawing: its corner and what to write in it."""

    stand: Stand
    left: int
    top: int
    state: StandState | None

    @property
    def features(self) -> list[tuple[int, str, str]]:
        """Offset, shape and words of each feature, five at most in the drawing (the table has them all)."""
        return [(8 + 18 * n, SHAPES.get(code, DOT), feature(code)) for n, code in enumerate(self.stand.features[:5])]

    @property
    def title(self) -> str:
        """The stand in one sentence: what a screen reader says."""
        parts = [
            _("Emplacement %(code)s, %(area)s m²", code=self.stand.code, area=self.stand.area_m2),
            *(feature(code) for code in self.stand.features),
        ]
        if self.state:
            parts.append(self.state.label + (f"{_(' : ')}{self.state.who}" if self.state.who else ""))
        return _(", ").join(parts)


@dataclass(frozen=True)
class FloorPlan:
    """A drawing of ``width`` by ``height`` units and its squares, in the order of the stands."""

    width: int
    height: int
    squares: list[Square]

    @property
    def has_states(self) -> bool:
        """Whether the plan tells what each stand is."""
        return any(square.state for square in self.squares)


def lay_out(space: Space, states: Mapping[int, StandState] | None = None) -> FloorPlan:
    """The drawing of a space's stands; empty rows and columns before the first stand are cut away."""
    stands = space.stands
    if not stands:
        return FloorPlan(0, 0, [])
    first_x, first_y = min(stand.x for stand in stands), min(stand.y for stand in stands)
    squares = [
        Square(
            stand,
            MARGIN + (stand.x - first_x) * (CELL_WIDTH + GAP),
            MARGIN + (stand.y - first_y) * (CELL_HEIGHT + GAP),
            (states or {}).get(stand.id),
        )
        for stand in stands
    ]
    width = max(square.left for square in squares) + CELL_WIDTH + MARGIN
    height = max(square.top for square in squares) + CELL_HEIGHT + MARGIN
    return FloorPlan(width, height, squares)


def init(app: Flask) -> None:
    """Offer the drawing to templates."""
    app.jinja_env.globals.update(lay_out=lay_out, CELL_WIDTH=CELL_WIDTH, CELL_HEIGHT=CELL_HEIGHT)
