"""`verify CASE PLAN`: is this a plan of this case, and is what it says of itself so?

Exit 0: yes. 1: no, every violation in a sentence. 2: a file cannot be read. With `--recompute`, 1 also for another
outcome and 3 where the two cannot be compared: the clock cut it short, or it was made by other versions.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from scheduler.commands.files import language_option, read_case, read_plan
from scheduler.plan import Level, Plan, Tier
from scheduler.problem import Problem
from scheduler.rulebook import TIERS
from scheduler.text import N_, Message, render
from scheduler.verify import verify

if TYPE_CHECKING:
    from scheduler.commands.parsers import Subparsers

SUMMARY = "judge a plan by every rule and recount its tiers"


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser("verify", help=SUMMARY, description=SUMMARY.capitalize() + ".")
    parser.add_argument("case", metavar="CASE")
    parser.add_argument("plan", metavar="PLAN")
    parser.add_argument("--recompute", action="store_true", help="solve it again as the plan says, compare the bytes")
    language_option(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the counted tiers and return 0, or every violation and return 1."""
    problem = read_case(arguments.case)
    plan = read_plan(arguments.plan)
    verdict = verify(problem, plan)
    for violation in verdict.violations:
        print(f"{violation.rule}: {render(violation.message, arguments.lang)}")
    if not verdict.accepted:
        return 1
    print(render(Message(_ACCEPTED, {"n": len(plan.turns)}), arguments.lang))
    claimed = {tier.name: tier for tier in plan.tiers}
    for tier in verdict.tiers:
        for line in _lines(tier, claimed.get(tier.name)):
            print("  " + render(line, arguments.lang))
    seed = plan.solver.get("seed", problem.seed)
    if seed != problem.seed:
        print(render(Message(_OTHER_SEED, {"theirs": str(seed), "ours": problem.seed}), arguments.lang))
    return _again(problem, plan, arguments.lang) if arguments.recompute else 0


def _again(problem: Problem, plan: Plan, lang: str) -> int:
    from scheduler.commands.recompute import recompute  # only here is the solver's process needed

    code, sentences = recompute(problem, plan)
    print("\n".join(render(sentence, lang) for sentence in sentences))
    return code


def _lines(tier: Tier, claimed: Tier | None) -> list[Message]:
    """Return the sentences of one counted tier, with the bounds the plan states."""
    title = Message(TIERS[tier.name].title)
    if tier.value is not None:
        return [_figure(title, tier.value, claimed.bound if claimed else None)]
    bounds = {level.at_least: level.bound for level in claimed.levels} if claimed else {}
    if not tier.levels:
        return [_figure(title, 0, None)]
    return [_level(title, level, bounds.get(level.at_least)) for level in tier.levels]


def _figure(title: Message, value: int, bound: int | None) -> Message:
    facts = {"tier": title, "value": value, "bound": bound}
    return Message(_VALUE if bound is None else _BOUNDED_VALUE, facts)


def _level(title: Message, level: Level, bound: int | None) -> Message:
    facts = {"tier": title, "level": level.at_least, "n": level.count, "bound": bound}
    return Message(_LEVEL if bound is None else _BOUNDED_LEVEL, facts)


_ACCEPTED = N_("Planning conforme : {n} tours, aucune règle enfreinte.")
_OTHER_SEED = N_("Attention : le tirage est fait avec la graine « {theirs} », le dossier dit « {ours} ».")
_VALUE = N_("{tier} : {value}")
_BOUNDED_VALUE = N_("{tier} : {value} (borne prouvée : {bound})")
_LEVEL = N_("{tier}, niveau {level} : {n} personnes")
_BOUNDED_LEVEL = N_("{tier}, niveau {level} : {n} personnes (borne prouvée : {bound})")
