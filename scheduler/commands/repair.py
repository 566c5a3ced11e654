"""`repair CASE PLAN --withdraw … --out PLAN2`: the least disruption, who moves and why, and what else could be done.

Exit 0: PLAN2 was written, verified. 1: no plan obeys every rule after this change, or PLAN breaks rules already.
2: a bad file or a change that cannot be asked. Where the case itself must say what changed (a closure of a pinned
turn, an urgent pin, a turn cut short), PLAN2 is a plan of the changed case, which is written beside it.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scheduler.codec import case_sha256, encode_case, encode_plan, encode_turn
from scheduler.commands.files import language_option, positive, read_case, read_plan, writable, write_whole
from scheduler.errors import Unmendable
from scheduler.orders import judge_order, parse_order
from scheduler.plan import Move, Plan
from scheduler.problem import Problem
from scheduler.text import LANGUAGES, Message, render
from scheduler.verify import verify

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO

    from scheduler.commands.parsers import Subparsers
    from scheduler.repair import Option, Repair

SUMMARY = "mend a plan after a withdrawal, a closure or an urgent pin, moving as few as can be"
NAMES = ("fewest", "one", "best")
TOLD = 5
"""Reserve candidates printed for each place; `--json` has all."""


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser("repair", help=SUMMARY, description=SUMMARY.capitalize() + ".")
    parser.add_argument("case", metavar="CASE")
    parser.add_argument("plan", metavar="PLAN")
    add = parser.add_argument
    add("--withdraw", metavar="A[:S:P]", action="append", default=[], help="APPLICANT, or APPLICANT:SPACE:START")
    add("--close", metavar="S[:STAND]:P-P", action="append", default=[], help="SPACE:FROM-TO or SPACE:STAND:FROM-TO")
    add("--pin", metavar="A:S:P:N[:STAND]", action="append", default=[], help="APPLICANT:SPACE:START:LENGTH[:STAND]")
    add("--from", metavar="P", dest="since", type=int, default=0, help="first period that may change (default: 0)")
    add("--out", metavar="PLAN2", required=True, help="the plan to write")
    add("--case-out", metavar="CASE2", help="the case after the change (default, where it is needed: PLAN2.case.json)")
    add("--option", choices=NAMES, default="fewest", help="which option PLAN2 holds (default: fewest)")
    add("--seconds", metavar="S", type=positive, default=60.0, help="wall time (default: 60)")
    add("--json", action="store_true", help="every option and candidate as JSON on standard output")
    language_option(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Repair, write the plan, tell who moves."""
    started = time.monotonic()
    outputs = [(arguments.out, arguments.case)]
    if arguments.case_out is not None:
        outputs += [(arguments.case_out, arguments.plan), (arguments.case_out, arguments.out)]
    for path, kept in outputs:
        writable(path, kept)
    problem, plan = read_case(arguments.case), read_plan(arguments.plan)
    order = parse_order(problem, arguments.withdraw, arguments.close, arguments.pin, arguments.since)
    judge_order(problem, plan.turns, order)
    for path, kept in outputs:
        writable(path, kept)
    if plan.case_sha256 != problem.sha256:
        print("warning: this plan was made for another case", file=sys.stderr)
    broken = verify(problem, plan.turns).violations
    if broken:
        print("the plan breaks rules before anything changes:", file=sys.stderr)
        _say((violation.message for violation in broken), arguments.lang, sys.stderr)
        return 1
    from scheduler.repair import repair  # the engine loads with it: not before the order is sound

    left = arguments.seconds - (time.monotonic() - started)
    try:
        found = repair(problem, plan.turns, order, seconds=left)
    except Unmendable as refusal:
        print("no plan obeys every rule after this change:", file=sys.stderr)
        _say(refusal.reasons, arguments.lang, sys.stderr)
        return 1
    option = next((one for one in found.options if one.name == arguments.option), found.options[0])
    written = _write(arguments, problem, found.problem, option, started)
    if arguments.json:
        print(json.dumps(_document(found, option, written), ensure_ascii=False))
    else:
        _tell(found, option, written, arguments.lang)
    return 0


def _say(messages: Iterable[Message], lang: str, stream: TextIO | None = None) -> None:
    for message in messages:
        print("  " + render(message, lang), file=stream or sys.stdout)


def _write(
    arguments: argparse.Namespace, before: Problem, after: Problem, option: Option, started: float
) -> str | None:
    """Write the plan; return the name of the changed case where one was written."""
    verdict = verify(before, option.turns)
    path = arguments.case_out or (None if verdict.accepted else arguments.out + ".case.json")
    case = encode_case(after)
    plan = Plan(
        case_sha256=before.sha256 if path is None else case_sha256(case),
        status="feasible",
        turns=option.turns,
        tiers=verify(after, option.turns).tiers,
        seconds=round(time.monotonic() - started, 3),
        deterministic=True,
        solver={"repair": {"option": option.name, "changed": option.given_up, "proven": option.proven}},
    )
    if path is not None:
        write_whole(Path(path), case)
    write_whole(Path(arguments.out), encode_plan(plan))
    return path


def _tell(found: Repair, chosen: Option, written: str | None, lang: str) -> None:
    """Print each option, the reserve of each place, and what was written."""
    for option in found.options:
        print(("* " if option is chosen else "- ") + render(option.messages[0], lang))
        _say(option.messages[1:], lang)
    for vacated, candidates in found.reserve:
        turn = replace(vacated, applicant="")
        print(f"{turn.space} {'+'.join(turn.stands)} {turn.start}-{turn.start + turn.length - 1}:")
        _say((candidate.message for candidate in candidates[:TOLD]), lang)
    if written is not None:
        print(f"the changed case: {written}")


def _document(found: Repair, chosen: Option, written: str | None) -> dict[str, Any]:
    """Return the report of `--json`."""
    return {
        "format": "dawra-repair/1",
        "written": chosen.name,
        "case": written,
        "options": [_option_document(option) for option in found.options],
        "reserve": [
            {
                "vacated": encode_turn(vacated),
                "candidates": [
                    {
                        "applicant": one.applicant,
                        "turn": encode_turn(one.turn),
                        "whole": one.whole,
                        "level": one.level,
                        "level_after": one.level_after,
                        "rank": one.rank,
                        "ticket": one.ticket,
                        "why": _in_all(one.message),
                    }
                    for one in candidates
                ],
            }
            for vacated, candidates in found.reserve
        ],
    }


def _option_document(option: Option) -> dict[str, Any]:
    return {
        "name": option.name,
        "changed": option.given_up,
        "proven": option.proven,
        "better": option.better,
        "empty": option.empty,
        "placed": [encode_turn(turn) for turn in option.placed],
        "moved": [_move(move) for move in option.moved],
        "again": [_move(move) for move in option.again],
        "restood": [_move(move) for move in option.restood],
        "dropped": [encode_turn(turn) for turn in option.dropped],
        "turns": [encode_turn(turn) for turn in option.turns],
        "sentences": [_in_all(message) for message in option.messages],
    }


def _move(move: Move) -> dict[str, Any]:
    return {"before": encode_turn(move.before), "after": encode_turn(move.after)}


def _in_all(message: Message) -> dict[str, str]:
    return {lang: render(message, lang) for lang in LANGUAGES}
