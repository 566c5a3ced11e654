"""`simulate CASE --seasons N`: what a charter does over the years; with `--charter`, two of them side by side.

Exit 0: the seasons were played (fewer, and said so, when `--seconds` is over). 1: a season no plan of which obeys
every rule. 2: a bad case or charter.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scheduler.codec.cases import FORMAT
from scheduler.codec.charters import decode_charter
from scheduler.codec.parsing import UnreadableError, parse
from scheduler.codec.reading import Faults
from scheduler.commands.files import language_option, positive, read_bytes, read_case, writable, write_whole
from scheduler.errors import BadCase, BadQuestion, Fault, Impossible
from scheduler.pictures import line_picture
from scheduler.population import STARTS, Flow
from scheduler.problem import Charter, Problem
from scheduler.simulate import METHODS, Simulation, simulate
from scheduler.simulate_words import FIGURES, SEASON, WHOLE, described, headline
from scheduler.text import Message, render
from scheduler.yearbook import SeasonFacts

if TYPE_CHECKING:
    from scheduler.commands.parsers import Subparsers

SUMMARY = "play seasons under a charter: who waits, who is worst off, how equal, how full"
MOST = 200
"""Seasons at most."""


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser("simulate", help=SUMMARY, description=SUMMARY.capitalize() + ".")
    add = parser.add_argument
    add("case", metavar="CASE")
    add("--seasons", metavar="N", type=_seasons, required=True, help=f"seasons to play, 1 to {MOST}")
    add("--charter", metavar="FILE", help="another charter (or a case with one) to set beside the case's own")
    add("--arrivals", metavar="R", type=_rate, default=(0.0, False), help="people a season, or a share: 12 or 10%%")
    add("--departures", metavar="R", type=_rate, default=(0.0, False), help="people a season, or a share: 12 or 10%%")
    add("--policy", choices=STARTS, default="lowest", help="where a newcomer's ledger starts (default: lowest)")
    add("--reserved", metavar="SHARE", type=_share, default=0.0, help="share of the places for newcomers, 0 to 1")
    add("--method", choices=METHODS, default="auto", help="solve each season, or deal it by the fair heuristic")
    add("--seed", metavar="TEXT", help="instead of the case's own")
    add("--seconds", metavar="S", type=positive, default=math.inf, help="wall time for everything")
    add("--svg", metavar="DIR", help="write pictures there")
    add("--json", action="store_true", help="print the figures as JSON")
    add("--out", metavar="FILE", help="write the figures there as JSON")
    add("--progress", action="store_true", help="JSON lines on standard error")
    language_option(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Play the seasons under one charter or two and print them."""
    deadline = time.monotonic() + arguments.seconds
    problem = read_case(arguments.case)
    if arguments.seed is not None:
        problem = replace(problem, seed=arguments.seed)
    charters: dict[str, Charter | None] = {"A": None}
    if arguments.charter is not None:
        charters["B"] = read_charter(arguments.charter, problem)
    if arguments.svg is not None:
        _folder(arguments.svg)
    out = None if arguments.out is None else writable(arguments.out, arguments.case, arguments.charter)
    (arrivals, one), (departures, other) = arguments.arrivals, arguments.departures
    flow = Flow(arrivals, departures, one, other, arguments.policy, arguments.reserved)
    played: dict[str, Simulation] = {}
    for number, (name, charter) in enumerate(charters.items()):
        left = (deadline - time.monotonic()) / (len(charters) - number)
        try:
            played[name] = simulate(
                problem,
                arguments.seasons,
                flow,
                charter=charter,
                method=arguments.method,
                seconds=left,
                progress=_teller(name, arguments.seasons, lines=arguments.progress),
            )
        except Impossible as refusal:
            print(f"charter {name}: a season cannot be played: {refusal}", file=sys.stderr)
            return 1
    if arguments.svg is not None:
        _draw(Path(arguments.svg), played, arguments.lang)
    if out is not None:
        write_whole(out, _document(played))
    if arguments.json:
        print(json.dumps(_document(played), ensure_ascii=False))
    else:
        _print(played, arguments.seasons, arguments.lang)
    return 0


def read_charter(path: str, problem: Problem) -> Charter:
    """Read a charter document, or the charter of a case document; BadCase with every fault."""
    try:
        document = parse(read_bytes(path, BadCase))
    except UnreadableError as error:
        raise BadCase([Fault("", f"the charter {error}")]) from None
    if isinstance(document, dict) and ("charter" in document or document.get("format") == FORMAT):
        document = document.get("charter")
    faults = Faults()
    charter = decode_charter(document, faults, {space.id: space.site for space in problem.spaces})
    if faults.found:
        raise BadCase(faults.found)
    return charter


def _teller(name: str, seasons: int, *, lines: bool) -> Any:
    """Return what tells a season on standard error: as a line of JSON, or on a terminal; else silent."""

    def tell(facts: SeasonFacts) -> None:
        if lines:
            print(json.dumps({"charter": name, "season": facts.season, "of": seasons}), file=sys.stderr, flush=True)
        elif sys.stderr.isatty():
            print(f"\rcharter {name}: season {facts.season} of {seasons}", end="", file=sys.stderr, flush=True)
            if facts.season == seasons:
                print(file=sys.stderr)

    return tell


def _document(played: dict[str, Simulation]) -> dict[str, Any]:
    charters = {
        name: {
            "complete": one.complete,
            "turn_around": one.turn_around,
            "longest_wait": one.longest,
            "seasons": [asdict(facts) for facts in one.seasons],
        }
        for name, one in played.items()
    }
    return {"format": "dawra-simulation/1", "charters": charters}


def _print(played: dict[str, Simulation], seasons: int, lang: str) -> None:
    """Print a table: a row for each season, for each figure one column a charter."""
    heads = [render(Message(SEASON), lang)]
    heads += [f"{render(Message(title), lang)} {name}" for title in FIGURES.values() for name in played]
    rows = [
        [str(number + 1), *(_cell(one, number, figure) for figure in FIGURES for one in played.values())]
        for number in range(max(len(one.seasons) for one in played.values()))
    ]
    widths = [max(len(row[column]) for row in (heads, *rows)) for column in range(len(heads))]
    for row in (heads, *rows):
        print("  ".join(word.rjust(width) for word, width in zip(row, widths, strict=True)))
    for name, one in played.items():
        for message in headline(name, one, seasons):
            print(render(message, lang))


def _cell(one: Simulation, number: int, figure: str) -> str:
    if number >= len(one.seasons):
        return "–"
    value = getattr(one.seasons[number], figure)
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _draw(folder: Path, played: dict[str, Simulation], lang: str) -> None:
    """Write a picture for each figure."""
    for figure, title in FIGURES.items():
        lines = {name: [float(getattr(facts, figure)) for facts in one.seasons] for name, one in played.items()}
        picture = line_picture(
            render(Message(title), lang),
            " ".join(render(message, lang) for message in described(title, lines)),
            lines,
            across=render(Message(SEASON), lang),
            rtl=lang == "ar",
            whole=figure in WHOLE,
        )
        (folder / f"{figure}.svg").write_text(picture, encoding="utf-8")


def _folder(path: str) -> None:
    """Make the folder of the pictures; BadQuestion if nothing can be written there."""
    try:
        Path(path).mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "no such file"
        raise BadQuestion(f"{path!a} cannot be made: {reason.lower()}") from None
    writable(str(Path(path) / "fill.svg"))


def _seasons(text: str) -> int:
    number = int(text)
    if not 1 <= number <= MOST:
        raise argparse.ArgumentTypeError(f"must be 1 to {MOST}")
    return number


def _rate(text: str) -> tuple[float, bool]:
    relative = text.endswith("%")
    number = float(text.removesuffix("%")) / (100 if relative else 1)
    if not 0 <= number <= (1 if relative else 100_000):
        raise argparse.ArgumentTypeError("must be a number of people, or 0% to 100%")
    return number, relative


def _share(text: str) -> float:
    number = float(text)
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError("must be 0 to 1")
    return number
