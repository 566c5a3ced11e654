"""`solve CASE --out PLAN`: the best plan the limits allow, with its proven bounds.

Exit 0: a plan was written (also when the time was up or a signal came: the best one so far). 1: no plan obeys
every rule: which ones clash is told, with what would help; PLAN holds the best plan with that done. 2: a bad
case, or one too large for the memory it may take. 3: no plan was found before the end, or the solve broke off, for
want of memory for instance: the best plan so far is written then, if there is one.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, NoReturn

from scheduler.codec import decode_plan, encode_case, encode_plan
from scheduler.commands.files import language_option, positive, read_case, seed, writable, write_whole
from scheduler.commands.shell import ending_with, heed
from scheduler.errors import OutOfTime, TooLarge
from scheduler.limits import Limits
from scheduler.plan import Plan
from scheduler.problem import Problem
from scheduler.result import impossible, summary
from scheduler.sizing import allowed, need, refuse_too_little
from scheduler.supervisor import Message, Run, supervise
from scheduler.text import LANGUAGES, render

if TYPE_CHECKING:
    from scheduler.commands.parsers import Subparsers

SUMMARY = "find the best plan of a case, with proven bounds"


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser("solve", help=SUMMARY, description=SUMMARY.capitalize() + ".")
    parser.add_argument("case", metavar="CASE")
    parser.add_argument("--out", metavar="PLAN", required=True, help="the file to write")
    parser.add_argument("--seconds", metavar="S", type=positive, help="wall time for everything")
    parser.add_argument("--seed", metavar="TEXT", type=seed, help="seed of the draw, instead of the case's own")
    parser.add_argument(
        "--workers", metavar="N", type=_count, default=Limits().workers, help="of the engine (default: 12)"
    )
    parser.add_argument(
        "--memory", metavar="MIB", type=_size, help="the solve may take (default: what the machine has)"
    )
    parser.add_argument("--progress", action="store_true", help="JSON lines on standard error")
    language_option(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Solve in a child process and write its best plan."""
    started: float = arguments.started
    out = writable(arguments.out, arguments.case)
    try:
        with ending_with("cancelled before the case was read", 3), _at_most(arguments.seconds, started):
            problem = read_case(arguments.case)
            case = encode_case(problem)
    except OutOfTime:
        print("the time was up before the case was read", file=sys.stderr)
        return 3
    if arguments.seed is not None:
        problem = replace(problem, seed=arguments.seed)
    stopped: list[int] = []
    heed(lambda number, _: stopped.append(number))
    try:
        refuse_too_little(problem, arguments.memory)
    except TooLarge as refusal:
        said = {lang: render(refusal.sentence, lang) for lang in LANGUAGES}
        if arguments.progress:
            _Teller()({"kind": "end", "outcome": "too_large", "sentence": said})
        print(said[arguments.lang], file=sys.stderr)
        return 2
    done = supervise(
        problem,
        case,
        Limits(arguments.seconds, arguments.workers, memory=arguments.memory),
        started=started,
        tell=_Teller() if arguments.progress else lambda _: None,
        stop=lambda: bool(stopped),
    )
    if done.outcome == "too_large":
        print(done.refusal[arguments.lang], file=sys.stderr)
        return 2
    plan = _plan(problem, done, time.monotonic() - started)
    write_whole(out, encode_plan(plan))
    return _report(done, plan, problem, arguments)


@contextmanager
def _at_most(seconds: float | None, started: float) -> Iterator[None]:
    """Raise OutOfTime when the seconds are up while the case is still being read."""

    def ring(*_: object) -> NoReturn:
        raise OutOfTime

    signal.signal(signal.SIGALRM, ring)
    left = 0 if seconds is None else max(0.001, started + seconds - time.monotonic())
    signal.setitimer(signal.ITIMER_REAL, left)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _count(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 64:
        raise argparse.ArgumentTypeError("must be 1 to 64")
    return number


def _size(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


class _Teller:
    """Writes a line of JSON for each message: what was settled or found, and the best tiers so far."""

    def __init__(self) -> None:
        self.best: dict[str, Any] = {}

    def __call__(self, message: Message) -> None:
        if message["kind"] == "plan":
            document = message["document"]
            self.best = {
                tier["name"]: tier.get("value", [level["count"] for level in tier.get("levels", ())])
                for tier in document["tiers"]
            }
            line = {"kind": "plan", "turns": len(document["turns"]), "elapsed": document["seconds"]}
        elif message["kind"] == "step":
            line = {("count" if key == "value" else key): value for key, value in message.items()}
        else:
            line = dict(message)
        print(json.dumps(line | {"best": self.best}, ensure_ascii=False), file=sys.stderr, flush=True)


def _plan(problem: Problem, done: Run, seconds: float) -> Plan:
    """Return the plan to write: the best one found, the one that says which rules clash, or an empty one."""
    if done.document is not None:
        plan = decode_plan(done.document)
        complete = done.outcome == "plan"
        return replace(plan, seconds=round(seconds, 3), deterministic=plan.deterministic and complete)
    return Plan(
        case_sha256=problem.sha256,
        status="cancelled",
        turns=(),
        seconds=round(seconds, 3),
        solver={"ortools": version("ortools"), "seed": problem.seed, "clashes": []},
    )


def _report(done: Run, plan: Plan, problem: Problem, arguments: argparse.Namespace) -> int:
    """Print how it ended and return the exit code."""
    if plan.status == "impossible":
        print("\n".join(impossible(plan, arguments.lang)), file=sys.stderr)
        return 1
    broken = done.outcome in ("memory", "crashed")
    if done.document is None:
        print(f"no plan was found before the end ({done.outcome}) {done.complaint}".rstrip(), file=sys.stderr)
    elif broken:
        print(f"the solve ended early ({done.outcome}); the best plan so far is written", file=sys.stderr)
    if broken and (done.outcome == "memory" or arguments.memory is not None):
        limit, estimated = allowed(arguments.memory), need(problem)
        print(f"the memory limit was {limit} MiB; about {estimated} MiB were estimated", file=sys.stderr)
    if done.document is not None:
        print(summary(plan))
    return 3 if broken or done.document is None else 0
