"""`why CASE PLAN APPLICANT`: why has this person no (further) turn, and what would it cost if she had it?"""

from __future__ import annotations

import argparse
import json
import sys
import time
from typing import TYPE_CHECKING

from scheduler.codec.sentences import encode_sentence
from scheduler.commands.files import language_option, read_case, read_plan
from scheduler.errors import BadPlan, Fault
from scheduler.plan import Plan
from scheduler.problem import Problem
from scheduler.rules.known import Known
from scheduler.text import Message, render
from scheduler.why_not import why_not

if TYPE_CHECKING:
    from scheduler.commands.parsers import Subparsers

SUMMARY = "say why an applicant has no further turn"


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser("why", help=SUMMARY, description=SUMMARY.capitalize() + ".")
    parser.add_argument("case", metavar="CASE")
    parser.add_argument("plan", metavar="PLAN")
    parser.add_argument("applicant", metavar="APPLICANT")
    parser.add_argument("--space", metavar="S", help="in this space only")
    parser.add_argument("--period", metavar="P", type=int, help="in this period only (index from 0)")
    parser.add_argument("--persons", action="store_true", help="name other people too, not only their levels")
    parser.add_argument(
        "--if", "--what-if", dest="what_if", action="store_true", help="say what one more such turn would cost instead"
    )
    parser.add_argument(
        "--seconds", metavar="S", type=_seconds, default=1.7, help="wall time for all of --if (default: 1.7)"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line: the sentence and its facts")
    language_option(parser)
    parser.set_defaults(run=run)


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds <= 3600:
        raise argparse.ArgumentTypeError("must be more than 0, at most 3600")
    return seconds


def run(arguments: argparse.Namespace) -> int:
    """Print one sentence a line; a plan that names unknown things is refused."""
    problem = read_case(arguments.case)
    plan = read_plan(arguments.plan)
    strange = [render(violation.message, "en") for violation in Known().check(problem, plan.turns)]
    if strange:
        raise BadPlan(Fault("turns", sentence) for sentence in strange)
    if plan.case_sha256 != problem.sha256:
        print("warning: this plan was made for another case", file=sys.stderr)
    asked = (arguments.applicant, arguments.space, arguments.period)
    for message in (
        _if(problem, plan, arguments)
        if arguments.what_if
        else why_not(problem, plan.turns, *asked, persons=arguments.persons)
    ):
        line = render(message, arguments.lang)
        print(json.dumps(encode_sentence(message), ensure_ascii=False) if arguments.json else line)
    return 0


def _if(problem: Problem, plan: Plan, arguments: argparse.Namespace) -> list[Message]:
    """Answer the counterfactual; only here the engine is loaded."""
    from scheduler.consequences import judge_question, sentences
    from scheduler.counterfactual import what_if

    asked = (arguments.applicant, arguments.space, arguments.period)
    judge_question(problem, *asked)
    left = arguments.started + arguments.seconds - time.monotonic()
    told = what_if(problem, plan, *asked, seconds=left)
    return sentences(problem, plan, told, persons=arguments.persons)
