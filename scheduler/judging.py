"""How fast judging is: one move, a whole plan, a repair; medians, each told with its count."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from scheduler.contest import timed
from scheduler.plan import Plan
from scheduler.problem import Problem
from scheduler.verify import verify
from scheduler.why_not import why_not

ASKED, IMAGINED = 40, 10
"""So many unserved applicants are asked about, and what it would cost if so many of them had a turn."""


def judging_times(problem: Problem, plan: Plan | None, case: Path) -> Iterator[str]:
    """Yield a line each: `why_not` for people who want more, with what a turn would cost, `verify`, `repair`."""
    if plan is None or not plan.turns:
        return
    served = {turn.applicant for turn in plan.turns}
    unserved = [one.applicant for one in problem.requests if one.applicant not in served][:ASKED]
    if unserved:
        told = [_seconds(partial(why_not, problem, plan.turns, who)) for who in unserved]
        yield f"why_not: {statistics.median(told) * 1000:.1f} ms (median of {len(told)} people)"
    judged = [_seconds(partial(verify, problem, plan)) for _ in range(3)]
    yield f"verify: {statistics.median(judged):.2f} s (median of 3)"
    asked = [_what_if(case, who) for who in unserved[:IMAGINED]]
    if asked:
        yield f"why --if: {statistics.median(asked):.1f} s, at most {max(asked):.1f} s ({len(asked)} people)"
    withdrawn = plan.turns[len(plan.turns) // 2].applicant
    path, out = str(case.with_suffix(".plan")), str(case.with_suffix(".repaired"))
    words = ["-m", "scheduler", "repair", str(case), path, "--withdraw", withdrawn, "--out", out]
    took, peak, note = timed(words, 60)
    yield f"repair after a withdrawal: {took:.1f} s, start of Python included, {peak} MiB {note}".rstrip()


def _what_if(case: Path, who: str) -> float:
    """Ask on the command line, as the app does."""
    took, _, _ = timed(["-m", "scheduler", "why", str(case), str(case.with_suffix(".plan")), who, "--if"], 60)
    return took


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
