"""The process that solves: `python -m scheduler.child`, started by the `solve` command and ended by it.

It reads one JSON line (the case and the limits) and writes JSON lines: `step` for each goal settled, `plan` for
each better plan, already verified, then one `end`. It dies with its parent: the kernel is asked to see to it,
and a closed standard input means the same.
"""

from __future__ import annotations

import contextlib
import ctypes
import dataclasses
import json
import os
import resource
import signal
import sys
import threading
import time
from typing import IO, Any

from scheduler.codec import decode_case, encode_plan
from scheduler.errors import Impossible, OutOfTime, TooLarge
from scheduler.limits import Limits, Step
from scheduler.outlet import Outlet
from scheduler.plan import Plan
from scheduler.sizing import MIB
from scheduler.text import LANGUAGES, render

PR_SET_PDEATHSIG = 1


def main() -> int:
    """Solve the one case on standard input; whatever takes too much memory, that it did is told."""
    try:
        return _solve()
    except MemoryError:
        _say({"kind": "end", "outcome": "memory"})
        return 0


def _solve() -> int:
    _die_with_parent()
    order = json.loads(sys.stdin.readline())
    threading.Thread(target=_watch, args=(sys.stdin,), daemon=True).start()
    problem = dataclasses.replace(decode_case(order["case"]), **order["names"])
    limits = Limits(**order["limits"])
    _confine(limits.memory)
    began, outlet, visitors = time.monotonic(), Outlet(problem, _plan), order["visitors"]
    outlet.begin(limits.seconds, frozenset(visitors or ()))
    from scheduler.solver import solve, solve_part  # the engines load while there is a plan already

    limits, began = _less(limits, time.monotonic() - began), time.monotonic()
    try:
        if visitors is None:
            outlet.done(solve(problem, limits, progress=_step, improved=outlet.improved, rival=outlet.dealt))
        else:
            away, dealt = frozenset(visitors), outlet.dealt
            outlet.done(solve_part(problem, limits, away, improved=outlet.improved, priced=_priced, rival=dealt))
        _say({"kind": "end", "outcome": "plan"})
    except Impossible as refusal:
        from scheduler.offer import tell_impossible

        tell_impossible(problem, refusal.diagnosis, limits, began, _plan)
        _say({"kind": "end", "outcome": "impossible"})
    except OutOfTime:
        _say({"kind": "end", "outcome": "nothing"})
    except TooLarge as refusal:
        _say(
            {
                "kind": "end",
                "outcome": "too_large",
                "sentence": {lang: render(refusal.sentence, lang) for lang in LANGUAGES},
            }
        )
    return 0


def _confine(memory: int | None) -> None:
    """Give this process so many MiB of its own and no more: it must not take the machine down."""
    if memory is not None:
        limit = memory * MIB
        hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
        if hard == resource.RLIM_INFINITY or limit < hard:
            resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def _less(limits: Limits, spent: float) -> Limits:
    """Count the seconds a first plan took as spent."""
    return limits if limits.seconds is None else dataclasses.replace(limits, seconds=max(0.05, limits.seconds - spent))


def _step(step: Step) -> None:
    _say({"kind": "step", **dataclasses.asdict(step)})


def _priced(goals: list[Any]) -> None:
    _say({"kind": "priced", "goals": [goal.document() for goal in goals]})


def _plan(plan: Plan) -> None:
    _say({"kind": "plan", "document": encode_plan(plan)})


def _say(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message, ensure_ascii=False, separators=(",", ":")) + "\n")
    sys.stdout.flush()


def _die_with_parent() -> None:
    """Ask Linux to kill this process when its parent ends; elsewhere the watch on standard input does it."""
    for number in (signal.SIGINT, signal.SIGTERM):  # may reach the whole group, as Ctrl-C does: the parent decides
        signal.signal(number, signal.SIG_IGN)
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _watch(source: IO[str]) -> None:
    """End at once when the other end of standard input is closed."""
    source.read()
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
