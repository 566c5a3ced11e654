"""The least change of one part of a case that makes a plan possible, found by solving, never by guessing.

A parameter is moved step by step away from what it asks (a share by whole percents, a number by ones); as each step
asks less than the one before, the first step that leaves a plan possible is found by halving. Everything else can
only be left out.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial

from scheduler.feasible import Ask
from scheduler.part import Lift, Number, Part, Place
from scheduler.parts_of_charters import with_quota
from scheduler.plan import Turn
from scheduler.problem import Problem, Quota
from scheduler.text import N_, Message

Value = int | float | bool | None


@dataclass(frozen=True, slots=True)
class Step:
    """One change: its sentence, the new value at the part's path (None: leave it out), and how to do it."""

    message: Message
    value: Value
    apply: Lift


@dataclass(frozen=True, slots=True)
class Relaxation:
    """A change with which there is a plan, `turns`. `touches`: exhibitors with a request it speaks about.

    `alone`: nothing else need change; else the other clashes of the case were lifted.
    """

    part: Part
    step: Step
    turns: tuple[Turn, ...]
    alone: bool = True

    @property
    def touches(self) -> int:
        """The number of exhibitors it speaks about."""
        return len(self.part.binds)


def least(problem: Problem, part: Part, ask: Ask) -> Relaxation | None:
    """Return the least change of this part alone with which there is a plan; None if none was found."""
    steps = [*_steps(problem, part), left_out(part)]
    last = ask(steps[-1].apply(problem)).turns
    if last is None:
        return None
    best, found = len(steps) - 1, last
    below = 0
    while below < best:
        middle = (below + best) // 2
        turns = ask(steps[middle].apply(problem)).turns
        if turns is None:
            below = middle + 1
        else:
            best, found = middle, turns
    return Relaxation(part, steps[best], found)


def left_out(part: Part) -> Step:
    """Return the change that does without the part."""
    return Step(Message(N_("Possible sans ceci : {rule}"), {"rule": part.message}), None, part.lift)


def _steps(problem: Problem, part: Part) -> Iterator[Step]:
    """Yield the changes short of leaving the part out, the least first."""
    if part.quota is not None:
        yield from _quota_steps(*part.quota)
    elif part.number is not None:
        yield from _number_steps(problem, part.number)


def _quota_steps(place: Place, quota: Quota) -> Iterator[Step]:
    percent = quota.share * 100
    fewer, more = range(math.ceil(percent) - 1, 0, -1), range(math.floor(percent) + 1, 100)
    for share in fewer if quota.kind == "at_least" else more:
        after = replace(quota, share=Fraction(share, 100))
        facts = {"group": quota.group, "before": quota.share, "after": after.share}
        apply = partial(with_quota, place=place, before=quota, after=after)
        yield Step(Message(_SHARES[quota.kind], facts), share / 100, apply)


_SHARES = {
    "at_least": N_("{group} : au moins {after} au lieu de {before} est possible."),
    "at_most": N_("{group} : au plus {after} au lieu de {before} est possible."),
}


def _number_steps(problem: Problem, number: Number) -> Iterator[Step]:
    before, name = number.value, number.rule.name
    if isinstance(before, bool):
        return
    stands = max((len(space.stands) for space in problem.spaces), default=0)
    ranges = {
        "max_same_activity": range(before + 1, stands),
        "max_same_family": range(before + 1, stands),
        "max_turns_per_site": range(before + 1, len(problem.periods)),
        "rest": range(before - 1, 0, -1),
        "return_after": range(before - 1, 0, -1),
        "min_activities": range(before - 1, 1, -1),
    }
    for value in ranges.get(name, range(0)):
        facts = {"rule": Message(number.rule.title), "before": before, "after": value}
        said = Message(N_("« {rule} » : {after} au lieu de {before} est possible."), facts)
        yield Step(said, value, partial(number.adjust, value=value))
