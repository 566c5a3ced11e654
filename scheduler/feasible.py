"""Is there any plan at all? Two engines must agree before the answer is no; a plan shown is checked.

Only pins ask for anything: a case without them always has the empty plan. Two small questions come before the
whole case. Can the pinned turns stand alone, by the rules that no further turn can help? If not, nothing can. Is
there a plan of the people nearest to the pins, everybody else left out? If so, it is one of the case.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from scheduler.building import in_order
from scheduler.light import Light
from scheduler.limits import Clock
from scheduler.options import options
from scheduler.plan import Turn
from scheduler.problem import Problem
from scheduler.rulebook import rules_of
from scheduler.rules.parameters import quotas
from scheduler.second import opinion
from scheduler.variables import Goal, Variables
from scheduler.verify import verify

EFFORT = 20.0
"""Deterministic seconds of CP-SAT for one question."""
FEW = (12, 40)
"""People beside the pinned ones that a case is tried with before the whole."""
HELPED = frozenset(("quotas", "min_activities", "min_fill"))
"""Rules that further turns can help to keep; a plan that keeps all others keeps them with any turn left out."""
NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Answer:
    """`turns`: a plan that obeys every rule; None and `sure`: proven that there is none; None: not known."""

    turns: tuple[Turn, ...] | None
    sure: bool = False

    @property
    def impossible(self) -> bool:
        """Tell whether two engines agree that there is no plan."""
        return self.turns is None and self.sure


Ask = Callable[[Problem], Answer]


def feasible(problem: Problem, clock: Clock, without: frozenset[str] = NOTHING) -> Answer:
    """Look for any plan; rules whose code is in `without` are not asked for (nor is the plan checked then)."""
    if not problem.pins:
        return Answer(())
    pinned = frozenset(pin.applicant for pin in problem.pins)
    if len(problem.requests) > len(pinned):
        alone = _decide(_only(problem, pinned), clock, without | HELPED)
        if alone.impossible or alone.turns or clock.over():
            return alone
    for few in FEW:
        if len(problem.requests) > len(pinned) + 2 * few:
            near = _decide(_only(problem, _near(problem, pinned, few)), clock, without)
            if near.turns is not None or clock.over():
                return Answer(near.turns)
    return _decide(problem, clock, without)


def _only(problem: Problem, people: frozenset[str]) -> Problem:
    return replace(problem, requests=tuple(one for one in problem.requests if one.applicant in people))


def _near(problem: Problem, pinned: frozenset[str], few: int) -> frozenset[str]:
    """Return the pinned people and some who want the same spaces, those first of whom a quota wants more."""
    wanted = {quota.group for quota in quotas(problem) if quota.kind == "at_least"}
    spaces = {pin.space for pin in problem.pins}
    also = [
        request.applicant
        for request in problem.requests
        if request.applicant not in pinned and any(wish.space in spaces for wish in request.spaces)
    ]
    also.sort(key=lambda name: (wanted.isdisjoint(problem.applicant(name).groups), name))
    return pinned.union(also[:few])


def _decide(problem: Problem, clock: Clock, without: frozenset[str]) -> Answer:
    model, pins = _model(problem, without)
    demand = (Goal("pins", [(pin, 1) for pin in pins]), len(pins))
    free = (index for index in range(model.count) if index not in model.closed)
    start = model.settled(_one_each(model, pins))
    found = Light(model.count, model.rows, free, ()).best(None, [demand], start, clock.left(), EFFORT)
    if found.chosen is not None:
        return _checked(problem, model, found.chosen, without)
    if clock.over():
        return Answer(None)
    second = opinion(model, pins, clock.left())
    if second.chosen is not None:
        return _checked(problem, model, list(second.chosen), without)
    return Answer(None, sure=found.exhausted and second.impossible)


def _one_each(model: Variables, pins: list[int]) -> list[int]:
    """Return the first column of each pin: what a search starts from."""
    return [terms[0][0] for pin in pins if (terms := model.meaning(pin)[0])]


def _checked(problem: Problem, model: Variables, chosen: list[int], without: frozenset[str]) -> Answer:
    """Give out a plan the checkers accept; one they refuse decides nothing."""
    if without - HELPED:
        return Answer(())
    turns = model.extract(chosen)
    return Answer(turns if verify(problem, turns).accepted else None)


def _model(problem: Problem, without: frozenset[str]) -> tuple[Variables, list[int]]:
    """Post every rule; each pin becomes a boolean that may be 1 only if its turn is in the plan."""
    model = Variables(options(in_order(problem)))
    for rule in rules_of(problem):
        if rule.code not in without and rule.code != "pins":
            rule.post(model)
    pins = []
    for pin in model.problem.pins:
        wanted = (pin.applicant, pin.space, pin.start, pin.length)
        columns = [
            (index, 1)
            for index in model.of_applicant(pin.applicant)
            if model.column(index).turn == wanted and pin.stand in (None, *model.stand_ids(index))
        ]
        pins.append(model.boolean(columns, 1))
        model.add([(pins[-1], 1), *((index, -1) for index, _ in columns)], high=0)
    return model, pins
