"""`bench [CASES]`: Dawra and what one could use instead on the reference cases or one's own, in one run.

Everybody has equal time. Exit 0: nobody is ahead of Dawra. 1: somebody is. 2: a case is not known or not sound.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from scheduler.bench import CASES, reference
from scheduler.codec import canonical_bytes, decode_case, encode_plan
from scheduler.commands.files import positive, read_bytes
from scheduler.contest import RIVALS, WHERE_INSTALLED, Entry, ahead, contender, dawra, rival
from scheduler.deadlines import campaign
from scheduler.errors import BadCase, Fault
from scheduler.judging import judging_times
from scheduler.problem import Problem
from scheduler.provenance import made_with

if TYPE_CHECKING:
    from scheduler.commands.parsers import Subparsers

SUMMARY = "compare with the alternatives on the reference cases"
SECONDS = {"village-200": 10, "city-unit-600": 15, "city-mixed-600": 60, "region-2000": 300, "nation-20000": 1200}
"""The time each case is given, start of the process to written plan."""
OTHERWISE = 60.0
"""The time one's own case is given."""
USUAL = ("village-200", "city-unit-600", "city-mixed-600")
QUICK = 0.2
"""The share of its time a case is given by --quick."""


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser("bench", help=SUMMARY, description=SUMMARY.capitalize() + ".")
    parser.add_argument("names", metavar="CASES", nargs="*", default=USUAL, help=f"files, or of {', '.join(CASES)}")
    parser.add_argument(
        "--seconds", metavar="S", type=positive, help="time for each case (default: as is asked of it; 60 for a file)"
    )
    parser.add_argument(
        "--runs", metavar="N", type=int, default=1, help="runs a contender; medians are told (default: 1)"
    )
    parser.add_argument("--quick", action="store_true", help="a fifth of the time")
    parser.add_argument("--alone", action="store_true", help="Dawra only")
    parser.add_argument(
        "--repeat", metavar="N", type=int, default=0, help="solve N times more, without a clock: same bytes?"
    )
    parser.add_argument(
        "--deadlines", metavar="N", type=int, help="instead: how time limits hold on N cases of all sizes"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print a table a case, then who is ahead; 1 if Dawra is behind anywhere."""
    if arguments.deadlines:
        return _deadlines(arguments.deadlines)
    unknown = [name for name in arguments.names if name not in CASES and not _there(name)]
    if unknown:
        print(f"no case {', '.join(unknown)}; there are {', '.join(CASES)}, or a case file", file=sys.stderr)
        return 2
    sources = _sources(arguments.names)
    asked = () if arguments.alone else (*RIVALS, *WHERE_INSTALLED)
    print("\n".join(_settings(asked)))
    rivals = tuple(name for name in asked if not contender(name).missing())
    behind = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, source in sources.items():
            path = Path(folder) / "case.json"  # what contenders write is put beside it
            path.write_bytes(source)
            behind += _case(name, path, arguments, rivals)
    return 1 if behind else 0


def _there(name: str) -> bool:
    """Tell whether there is a file, or something that cannot be read as one."""
    try:
        return Path(name).exists()
    except OSError:
        return True


def _sources(names: Sequence[str]) -> dict[str, bytes]:
    """Return the cases, of the reference or one's own; raises BadCase with the faults of all."""
    sources, faults = dict[str, bytes](), list[Fault]()
    for name in names:
        if name in CASES:
            sources[name] = json.dumps(reference(CASES[name], name)).encode()
            continue
        try:
            sources[name] = read_bytes(name, BadCase)
        except BadCase as error:
            faults += error.faults
            continue
        try:
            decode_case(sources[name])
        except BadCase as error:
            faults += [Fault(": ".join(filter(None, (name, fault.path))), fault.message) for fault in error.faults]
    if faults:
        raise BadCase(faults)
    return sources


def _deadlines(count: int) -> int:
    """Print one line a run; exit 1 if a limit was not kept within 10 % (2 s under 20 s)."""
    broken = 0
    print(f"{'people':>8}{'given':>8}{'took':>8}{'exit':>6}")
    with tempfile.TemporaryDirectory() as folder:
        for kept in campaign(count, Path(folder)):
            broken += not kept.promise
            late = "" if kept.promise else "  late"
            print(f"{kept.people:>8}{kept.given:>8}{kept.took:>8.1f}{kept.code:>6}{late}", flush=True)
    print(f"{count - broken} of {count} within the limit")
    return 1 if broken else 0


def _settings(rivals: tuple[str, ...]) -> Iterator[str]:
    versions = " · ".join(f"{key} {value[:12]}" for key, value in made_with().items())
    yield f"{os.cpu_count()} cores · Python {platform.python_version()} · {versions}"
    yield "Equal wall time, a process each, one after the other; plans judged and levels recounted by verify."
    yield from map(introduced, rivals)


def introduced(name: str) -> str:
    """Tell a contender's settings, or why it is not compared here and how to have it."""
    module = contender(name)
    return f"  {module.TITLE}: {module.missing() or module.SETTINGS}"


def _case(name: str, path: Path, arguments: argparse.Namespace, rivals: tuple[str, ...]) -> int:
    """Run everybody on one case and print it; return how many are ahead of Dawra."""
    problem = decode_case(path.read_bytes())
    seconds = (arguments.seconds or SECONDS.get(name, OTHERWISE)) * (QUICK if arguments.quick else 1)
    print(f"\n{name}, {seconds:g} s each, {arguments.runs} runs")
    runs = range(max(1, arguments.runs))
    ours = _median([dawra(problem, path, seconds) for _ in runs])
    others = [_median([rival(one, problem, path, seconds) for _ in runs]) for one in rivals]
    for entry in (ours, *others):
        print(_line(entry, ours))
    for line in _bounds(ours):
        print(line)
    lost = [entry.title for entry in others if entry.tiers and ahead(ours, entry) < 0]
    print("  behind " + ", ".join(lost) if lost else "  nobody is ahead of Dawra in the charter's order of tiers")
    for line in judging_times(problem, ours.plan, path):
        print("  " + line)
    if arguments.repeat:
        print("  " + _repeated(problem, path, arguments.repeat))
    return len(lost)


def _median(entries: list[Entry]) -> Entry:
    """Return the middle entry by quality, with the median seconds and the largest memory."""
    ranked = sorted(entries, key=lambda entry: (bool(entry.tiers), entry.value))
    middle = ranked[len(ranked) // 2]
    took = statistics.median(entry.seconds for entry in entries)
    return replace(middle, seconds=took, peak=max(entry.peak for entry in entries))


def _line(entry: Entry, ours: Entry) -> str:
    if not entry.tiers:
        return f"  {entry.title:<14} {entry.seconds:7.1f} s  {entry.peak:5} MiB  {entry.note}"
    values = [f"{tier.name} {tier.value}" for tier in entry.tiers if tier.value is not None]
    ratio = f"{sum(entry.levels) / max(1, sum(ours.levels)):.3f}"
    reached = f"levels {entry.levels} (sum ×{ratio})"
    cost = f"{entry.seconds:7.1f} s  {entry.peak:5} MiB"
    return f"  {entry.title:<14} {cost}  {reached} {', '.join(values)} {entry.note}".rstrip()


def _bounds(ours: Entry) -> Iterator[str]:
    """Tell Dawra's proven bounds, to which every contender can be compared."""
    plan = ours.plan
    if plan is None:
        return
    levels = [level for tier in plan.tiers for level in tier.levels]
    proven = sum(level.bound == level.count for level in levels)
    rest = [f"{tier.name} ≤ {tier.bound}" for tier in plan.tiers if tier.value is not None]
    bounds = [level.bound for level in levels]
    yield f"  bounds         levels {bounds}, {proven} of {len(levels)} proven; {', '.join(rest)}"
    yield f"  status         {plan.status}{'' if plan.deterministic else ', cut short by the clock'}"


def _repeated(problem: Problem, path: Path, times: int) -> str:
    """Solve again and again without a clock; tell how often the bytes were the same."""
    found = []
    for _ in range(times):
        plan = dawra(problem, path, 3600).plan
        found.append(None if plan is None else canonical_bytes(encode_plan(replace(plan, seconds=0))))
    same = found.count(found[0])
    return f"same bytes in {same} of {times} runs"
