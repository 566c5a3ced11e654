"""Judge plans and word what the scheduler says: the door to ``verify`` and ``why_not`` for the application."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

from app.i18n import localized
from app.planning.keys import Directory
from app.planning.wording import render
from scheduler.codec import decode_case, decode_plan
from scheduler.errors import BadPlan
from scheduler.plan import Plan, Tier, Turn
from scheduler.problem import Problem
from scheduler.rules.base import Violation
from scheduler.text import Message, Name
from scheduler.verify import verify
from scheduler.why_not import why_not

Namer = Callable[[Name], str]


@dataclass(frozen=True)
class Judgement:
    """What judging a plan found: nothing wrong, or every violation; and the recounted tiers."""

    problem: Problem
    plan: Plan
    tiers: tuple[Tier, ...]
    violations: tuple[Message, ...]
    breaches: tuple[Violation, ...] = ()

    @property
    def accepted(self) -> bool:
        """Whether every rule holds and every claim is true."""
        return not self.violations


@lru_cache(maxsize=16)
def problem_of(case_text: str) -> Problem:
    """The problem a frozen case tells; raises BadCase with every fault."""
    return decode_case(case_text)


@lru_cache(maxsize=32)
def plan_of(plan_text: str) -> Plan:
    """The plan a stored text tells; raises BadPlan with every fault."""
    return decode_plan(plan_text)


def judge(case_text: str, plan_text: str) -> Judgement:
    """Judge a plan against the case it was made for, its claims included."""
    problem, plan = problem_of(case_text), plan_of(plan_text)
    return _judgement(problem, plan, plan)


def judge_again(case_text: str, plan: Plan) -> Judgement:
    """Judge a plan's turns against another, fresher case; what it claims of itself is left aside."""
    problem = problem_of(case_text)
    bare = replace(plan, case_sha256=problem.sha256, status="feasible", tiers=(), solver={})
    return _judgement(problem, plan, bare)


def _judgement(problem: Problem, plan: Plan, judged: Plan) -> Judgement:
    verdict = verify(problem, judged)
    messages = tuple(violation.message for violation in verdict.violations)
    return Judgement(problem, plan, verdict.tiers, messages, verdict.violations)


def readable(plan_text: str) -> Plan | None:
    """The plan a solver wrote, or None when it cannot be read."""
    try:
        return decode_plan(plan_text)
    except BadPlan:
        return None


def namer(known: Directory, only: str | None = None, other: str = "") -> Namer:
    """How to call people and places: by their names in the reader's language, or (``only`` one person's key given) the
    others by ``other``.
    """

    def call(name: Name) -> str:
        if name.kind == "applicant":
            person = known.exhibitors.get(name.id)
            if only is not None and name.id != only:
                return other
            return localized(person) if person else name.id
        if name.kind == "space" and name.id in known.spaces:
            return localized(known.spaces[name.id])
        if name.kind == "stand" and name.id in known.stands:
            return known.stands[name.id].code
        return name.id

    return call


def word(messages: tuple[Message, ...] | list[Message], lang: str, names: Namer | None = None) -> list[str]:
    """The sentences of some messages in a language."""
    return [render(message, lang, names) for message in messages]


def turns_of(plan_text: str) -> tuple[Turn, ...]:
    """The turns of a stored plan, in plan order."""
    return plan_of(plan_text).turns


def explain(
    case_text: str,
    plan_text: str,
    applicant: str,
    lang: str,
    names: Namer,
    *,
    space: str | None = None,
    period: int | None = None,
    persons: bool = False,
) -> list[str]:
    """Why an applicant has no (further) turn, as sentences: the first says what she has, the others why not more.

    Of others only levels are told unless ``persons``.
    """
    messages = why_not(problem_of(case_text), turns_of(plan_text), applicant, space, period, persons=persons)
    return word(messages, lang, names)
