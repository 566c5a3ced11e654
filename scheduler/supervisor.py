"""Run a solve in a child process and keep its best plan: a deadline, a signal or a crash cannot lose it."""

from __future__ import annotations

import contextlib
import json
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from scheduler.limits import Limits
from scheduler.problem import Problem

Outcome = Literal["plan", "impossible", "nothing", "stopped", "late", "crashed", "too_large", "memory"]
Message = dict[str, Any]

GRACE = 0.25
"""Seconds past the deadline in which the child may still hand over what it has."""
SPARE = 0.5
"""Seconds the child is told to leave for handing over and writing."""
BEAT = 0.1
"""Seconds between two looks at the clock and at `stop`."""


@dataclass(slots=True)
class Run:
    """What a child process gave: the last plan document (verified by the child), and how it ended.

    `refusal` says, by language, why the case was not even begun.
    """

    outcome: Outcome = "crashed"
    document: Message | None = None
    complaint: str = ""
    refusal: dict[str, str] = field(default_factory=dict)


def supervise(
    problem: Problem,
    case: Message,
    limits: Limits,
    *,
    started: float,
    tell: Callable[[Message], None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
    visitors: Sequence[str] | None = None,
) -> Run:
    """Solve the case in a child; `started` is the monotonic time its seconds count from.

    `visitors`: the case is a part of a larger one, in which these applicants have their turns elsewhere.

    `tell` gets every message of the child as it comes; `stop` is asked ten times a second.
    """
    run, inbox = Run(), queue.SimpleQueue[Message | None]()
    child = subprocess.Popen(
        [sys.executable, "-m", "scheduler.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        cwd=Path(__file__).parents[1],
    )
    errors: list[str] = []
    deadline = None if limits.seconds is None else started + limits.seconds
    order = (child, problem, case, limits, deadline, visitors)
    threads = [
        threading.Thread(target=_order, args=order, daemon=True),  # a child may be slow to take it
        threading.Thread(target=_read, args=(child, inbox), daemon=True),
        threading.Thread(target=lambda: errors.extend(child.stderr or ()), daemon=True),
    ]
    for thread in threads:
        thread.start()
    try:
        for message in _messages(inbox, run, deadline, stop):
            _note(run, message)
            tell(message)
    finally:
        child.kill()
        child.wait()
        for thread in threads:
            thread.join()
        for pipe in filter(None, (child.stdin, child.stdout, child.stderr)):
            with contextlib.suppress(BrokenPipeError):  # an order that a dead child never took
                pipe.close()
    run.complaint = "".join(errors)[-2000:]
    return run


def _order(
    child: subprocess.Popen[str],
    problem: Problem,
    case: Message,
    limits: Limits,
    deadline: float | None,
    visitors: Sequence[str] | None,
) -> None:
    """Send the case; the child counts its seconds from here."""
    left = None if deadline is None else max(0.05, deadline - time.monotonic() - SPARE)
    names = {"seed": problem.seed, "sha256": problem.sha256}
    order = {"case": case, "names": names, "limits": asdict(limits) | {"seconds": left}, "visitors": visitors}
    assert child.stdin is not None  # noqa: S101 (a pipe was asked for)
    try:
        child.stdin.write(json.dumps(order) + "\n")
        child.stdin.flush()
    except BrokenPipeError:
        return  # it died at once; what it said is read below


def _read(child: subprocess.Popen[str], inbox: queue.SimpleQueue[Message | None]) -> None:
    """Pass on the child's lines; a line cut short by its end is none."""
    for line in child.stdout or ():
        if line.endswith("\n"):
            inbox.put(json.loads(line))
    inbox.put(None)


def _messages(
    inbox: queue.SimpleQueue[Message | None], run: Run, deadline: float | None, stop: Callable[[], bool]
) -> Iterator[Message]:
    """Yield messages until the child ends, is late, or `stop` says so."""
    while True:
        if stop():
            run.outcome = "stopped"
            return
        if deadline is not None and time.monotonic() > deadline + GRACE:
            run.outcome = "late"
            return
        try:
            message = inbox.get(timeout=BEAT)
        except queue.Empty:
            continue
        if message is None:
            if run.outcome == "crashed" and stop():  # what asked for the end may have reached the child as well
                run.outcome = "stopped"
            return
        yield message


def _note(run: Run, message: Message) -> None:
    if message["kind"] == "plan":
        run.document = message["document"]
    elif message["kind"] == "end":
        run.outcome = message["outcome"]
        run.refusal = message.get("sentence", {})
