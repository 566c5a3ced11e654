"""One case, one contender after the other: same files, same time, a process each, judged by `verify` alike."""

from __future__ import annotations

import importlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from types import ModuleType

from scheduler.codec import decode_plan
from scheduler.plan import Plan, Tier
from scheduler.problem import Problem
from scheduler.verify import verify

RIVALS = ("greedy", "cpsat", "highs")
"""The modules of scheduler/contenders/, from the simplest to the strongest."""
WHERE_INSTALLED = ("timefold",)
"""Further ones, compared where what they need is there: nothing Dawra itself depends on."""
GRACE = 1.1
"""A contender may overrun its time by a tenth and two seconds; then its processes are ended."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What one contender reached on one case: recounted tiers, wall seconds, peak MiB; `note`: what failed."""

    title: str
    tiers: tuple[Tier, ...] = ()
    seconds: float = 0.0
    peak: int = 0
    note: str = ""
    plan: Plan | None = None

    @property
    def value(self) -> list[list[int]]:
        """The tiers in order, to be compared: levels first reached by most, then each value."""
        return [[level.count for level in tier.levels] if tier.value is None else [tier.value] for tier in self.tiers]

    @property
    def levels(self) -> list[int]:
        """How many reach each fairness level, from the first."""
        return next(([level.count for level in tier.levels] for tier in self.tiers if tier.value is None), [])


def dawra(problem: Problem, case: Path, seconds: float) -> Entry:
    """Run `solve` as anyone would."""
    out = case.with_suffix(".plan")
    out.unlink(missing_ok=True)
    words = ["-m", "scheduler", "solve", str(case), "--out", str(out), "--seconds", str(seconds)]
    took, peak, note = timed(words, seconds)
    if not out.exists():
        return Entry("Dawra", seconds=took, peak=peak, note=note or "no plan")
    plan = decode_plan(out.read_bytes())
    if plan.status == "impossible":
        return Entry("Dawra", seconds=took, peak=peak, note="says that no plan obeys every rule")
    verdict = verify(problem, plan)
    broken = "" if verdict.accepted else "breaks " + verdict.violations[0].rule
    return Entry("Dawra", verdict.tiers, took, peak, broken, plan)


def contender(name: str) -> ModuleType:
    """Return a module of scheduler/contenders/; its docstring says what is in one."""
    return importlib.import_module(f"scheduler.contenders.{name}")


def rival(name: str, problem: Problem, case: Path, seconds: float) -> Entry:
    """Run one contender in its process; its last plan counts, if it breaks no rule."""
    module = contender(name)
    lacking = module.missing()
    if lacking:
        return Entry(module.TITLE, note=lacking)
    out = case.with_suffix(f".{name}")
    out.unlink(missing_ok=True)
    took, peak, note = timed(["-m", "scheduler.contenders", name, str(case), str(out), str(seconds)], seconds)
    if not out.exists():
        return Entry(module.TITLE, seconds=took, peak=peak, note=note or "no plan")
    sha256 = problem.sha256
    turns = json.loads(out.read_bytes())
    plan = decode_plan({"format": "dawra-plan/1", "case_sha256": sha256, "status": "feasible", "turns": turns})
    verdict = verify(problem, plan)
    broken = "" if verdict.accepted else "breaks " + verdict.violations[0].rule
    return Entry(module.TITLE, verdict.tiers if verdict.accepted else (), took, peak, broken or note, plan)


def timed(words: Sequence[str], seconds: float) -> tuple[float, int, str]:
    """Run Python with these words; return wall seconds, peak MiB of its largest process, and how it failed."""
    started = time.monotonic()
    end, late = started + seconds * GRACE + 2, False
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said:
        process = subprocess.Popen(  # noqa: S603 (our own command)
            [sys.executable, *words],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=said,
            start_new_session=True,
        )
        while True:
            ended, status, usage = os.wait4(process.pid, os.WNOHANG)
            if ended:
                break
            if time.monotonic() > end and not late:
                late = True
                os.killpg(process.pid, signal.SIGKILL)
            time.sleep(0.02)
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        told = said.read().strip().splitlines()
    note = "ended at its deadline" if late else (told[-1][:70] if process.returncode and told else "")
    return time.monotonic() - started, usage.ru_maxrss // 1024, note


def ahead(one: Entry, other: Entry) -> int:
    """Return 1 if the first is better in the charter's order of tiers, −1 if worse, 0 if equal."""
    nothing: list[int] = []
    for mine, theirs in zip_longest(one.value, other.value, fillvalue=nothing):
        if mine != theirs:
            return 1 if mine > theirs else -1
    return 0
