"""Line pictures of a simulation as SVG: no script, a title and a description, readable without colour.

Lines differ by dashes as well as colour and carry their name at their end. For a language written from the right
the seasons run from the right too.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 640, 320
LEFT, RIGHT, TOP, BOTTOM = 56, 150, 40, 44
COLOURS = ("#1b5e8c", "#b3541e", "#2f6b3a", "#7a3e8e", "#5a5a5a")
DASHES = ("", "8 4", "2 3", "10 3 2 3", "4 4")


def plain(value: Decimal) -> str:
    """Return a number as it is written where no language is asked for: ``0.5``."""
    return f"{value.normalize():f}"


def line_picture(
    title: str,
    description: str,
    lines: Mapping[str, Sequence[float]],
    *,
    across: str,
    rtl: bool = False,
    whole: bool = False,
    figure: Callable[[Decimal], str] = plain,
) -> str:
    """Return an SVG document: one line for each name, its values from season 1 on, none below 0.

    `across` names the axis of seasons. `whole`: the values count something, and the axis has whole numbers only.
    `figure` writes a number of the axis. The description should say in words what the picture shows.
    """
    count = max((len(values) for values in lines.values()), default=0)
    top = max((value for values in lines.values() for value in values), default=0) or 1
    frame = _Frame(count, _steps(top, whole=whole), figure, rtl=rtl)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-labelledby="title description" direction="{"rtl" if rtl else "ltr"}" font-family="sans-serif" '
        'font-size="13" fill="#222">',
        f'<title id="title">{escape(title)}</title>',
        f'<desc id="description">{escape(description)}</desc>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        _text(WIDTH / 2, 22, title, "middle", 'font-size="16" font-weight="bold"'),
        *frame.axes(across),
        *(part for number, (name, values) in enumerate(lines.items()) for part in frame.line(number, name, values)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _steps(top: float, *, whole: bool) -> list[Decimal]:
    """Return what the axis names: from 0 up to `top` or just over it, in at most four steps of 1, 2 or 5 · 10^k."""
    power = Decimal(1).scaleb(math.floor(math.log10(top)) - 1)
    sizes = (size * power * ten for ten in (1, 10, 100) for size in (1, 2, 5))
    step = next(size for size in sizes if size * 4 >= Decimal(repr(top)) and not (whole and size % 1))
    return [step * number for number in range(math.ceil(Decimal(repr(top)) / step) + 1)]


def _seasons_named(count: int) -> list[int]:
    """Return the seasons named below: all, or every 2nd, 5th, 10th …, at most a dozen."""
    step = next(size * ten for ten in (1, 10, 100, 1000) for size in (1, 2, 5) if size * ten * 11 >= count)
    return sorted({*range(step, count + 1, step), *([1] if step > 2 and count else [])})


class _Frame:
    """Where values lie on the sheet. `steps`: the values named beside it as `figure` writes them, the highest one at
    its top.
    """  # fmt: skip

    def __init__(self, count: int, steps: Sequence[Decimal], figure: Callable[[Decimal], str], *, rtl: bool) -> None:
        self.figure = figure
        self.count, self.steps, self.top, self.rtl = count, steps, float(steps[-1]), rtl

    def x(self, season: int) -> float:
        """Return where a season lies, counted from 1."""
        wide = WIDTH - LEFT - RIGHT
        at = LEFT + wide * (season - 1) / max(1, self.count - 1)
        return WIDTH - at if self.rtl else at

    def y(self, value: float) -> float:
        """Return where a value lies."""
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / self.top

    def axes(self, across: str) -> list[str]:
        """Return the grid with its figures: numbers on the side of season 1, seasons below."""
        near, far = self.x(1), self.x(max(1, self.count))
        outer = near + 8 if self.rtl else near - 8
        parts = []
        for value in self.steps:
            at = self.y(float(value))
            parts.append(_segment(near, at, far, at, "#ddd"))
            parts.append(_text(outer, at + 4, self.figure(value), "start" if self.rtl else "end", 'direction="ltr"'))
        parts += [
            _text(self.x(season), HEIGHT - BOTTOM + 18, str(season), "middle", 'direction="ltr"')
            for season in _seasons_named(self.count)
        ]
        parts.append(_text((near + far) / 2, HEIGHT - 8, across, "middle"))
        return parts

    def line(self, number: int, name: str, values: Sequence[float]) -> list[str]:
        """Return one line, its points, and its name at the end."""
        if not values:
            return []
        colour, dash = COLOURS[number % len(COLOURS)], DASHES[number % len(DASHES)]
        points = " ".join(f"{self.x(n):.1f},{self.y(value):.1f}" for n, value in enumerate(values, 1))
        end, beside = self.x(len(values)), -8 if self.rtl else 8
        label = TOP + 8 + 18 * number
        return [
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2.5" stroke-dasharray="{dash}"/>',
            *(f'<circle cx="{x}" cy="{y}" r="3" fill="{colour}"/>' for x, y in (p.split(",") for p in points.split())),
            _segment(end + beside, label - 4, end + 3.5 * beside, label - 4, colour, dash),
            _text(end + 4.2 * beside, label, name, "start", f'fill="{colour}"'),
        ]


def _segment(x1: float, y1: float, x2: float, y2: float, colour: str, dash: str = "") -> str:
    ends = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line {ends} stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"/>'


def _text(x: float, y: float, words: str, anchor: str, more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {more}>{escape(words)}</text>'
