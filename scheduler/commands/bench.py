"""`bench [NAMES]`: solve the reference cases within the time they are to take, and print what was reached."""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from scheduler.bench import CASES, reference
from scheduler.codec import decode_plan
from scheduler.plan import Plan

if TYPE_CHECKING:
    from scheduler.commands.parsers import Subparsers

SUMMARY = "solve reference cases and print times and gaps"
SECONDS = {"village-200": 10, "city-unit-600": 15, "city-mixed-600": 60, "region-2000": 300, "nation-20000": 1200}
"""The time each case is given, start of the process to written plan."""
USUAL = ("village-200", "city-unit-600", "city-mixed-600")


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser("bench", help=SUMMARY, description=SUMMARY.capitalize() + ".")
    parser.add_argument("names", metavar="NAMES", nargs="*", default=USUAL, help=f"of {', '.join(CASES)}")
    parser.add_argument("--runs", metavar="N", type=int, default=3, help="runs a case; the median is told (default: 3)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print one line a case: median seconds, fairness levels proven, the widest gap to a proven bound."""
    unknown = [name for name in arguments.names if name not in CASES]
    if unknown:
        print(f"no case {', '.join(unknown)}; there are {', '.join(CASES)}", file=sys.stderr)
        return 2
    print(f"{'case':<16}{'seconds':>9}{'allowed':>9}{'levels proven':>15}{'widest gap':>12}")
    with tempfile.TemporaryDirectory() as folder:
        for name in arguments.names:
            took, plans = zip(*(_solve(Path(folder), name) for _ in range(max(1, arguments.runs))), strict=True)
            print(_line(name, statistics.median(took), plans[-1]))
    return 0


def _solve(folder: Path, name: str) -> tuple[float, Plan]:
    """Run the solve command as anyone would; return its wall time and its plan."""
    case, out = folder / f"{name}.json", folder / f"{name}.plan.json"
    case.write_text(json.dumps(reference(CASES[name], name)), encoding="utf-8")
    words = ["solve", str(case), "--out", str(out), "--seconds", str(SECONDS[name])]
    started = time.monotonic()
    words = [sys.executable, "-m", "scheduler", *words]
    subprocess.run(words, check=True, capture_output=True)  # noqa: S603 (our own command)
    return time.monotonic() - started, decode_plan(out.read_bytes())


def _line(name: str, seconds: float, plan: Plan) -> str:
    levels = [level for tier in plan.tiers for level in tier.levels]
    proven = sum(level.bound == level.count for level in levels)
    pairs = [(tier.value, tier.bound) for tier in plan.tiers if tier.value is not None]
    pairs += [(level.count, level.bound) for level in levels]
    gaps = [None if bound is None else (bound - value) / max(1, bound) for value, bound in pairs]
    widest = "unknown" if None in gaps else f"{max(gap or 0 for gap in gaps):.2%}"
    return f"{name:<16}{seconds:>9.1f}{SECONDS[name]:>9}{f'{proven} of {len(levels)}':>15}{widest:>12}"
