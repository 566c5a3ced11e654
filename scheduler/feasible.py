"""Is there any plan at all? Two engines must agree before the answer is no; a plan shown is checked.

Only pins ask for anything: a case without them always has the empty plan. A large case is tried first with the
people nearest to the pins alone, everybody else left out: a plan of theirs is one of the case.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from scheduler.building import in_order
from scheduler.limits import Clock
from scheduler.options import options
from scheduler.plan import Turn
from scheduler.problem import Problem
from scheduler.rulebook import rules_of
from scheduler.search import Search
from scheduler.second import opinion
from scheduler.variables import Goal, Variables
from scheduler.verify import verify

EFFORT = 20.0
"""Deterministic seconds of CP-SAT for one question."""
FEW = 120
"""Requests a large case is first tried with."""
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
    near = _near(problem)
    if near is not None:
        first = _decide(near, clock, without)
        if first.turns is not None:
            return first
    return _decide(problem, clock, without)


def _near(problem: Problem) -> Problem | None:
    """Return the case with only the pinned people and some who want the same spaces; None if it is small."""
    if len(problem.requests) <= 2 * FEW:
        return None
    pinned = {pin.applicant for pin in problem.pins}
    spaces = {pin.space for pin in problem.pins}
    also = [
        request.applicant
        for request in problem.requests
        if request.applicant not in pinned and any(wish.space in spaces for wish in request.spaces)
    ]
    kept = pinned.union(sorted(also)[:: max(1, len(also) // FEW)])
    return replace(problem, requests=tuple(one for one in problem.requests if one.applicant in kept))


def _decide(problem: Problem, clock: Clock, without: frozenset[str]) -> Answer:
    model, pins = _model(problem, without)
    search = Search(model.count, list(model.rows), 1, clock.limits.workers)
    demand = (Goal("pins", [(pin, 1) for pin in pins]), len(pins))
    allowed = set(range(model.count)) - model.closed
    found = search.best(allowed, demands=[demand], effort=EFFORT, seconds=clock.left())
    if found.chosen is not None:
        return _checked(problem, model, found.chosen, without)
    if clock.over():
        return Answer(None)
    second = opinion(model, pins, clock.left())
    if second.chosen is not None:
        return _checked(problem, model, list(second.chosen), without)
    return Answer(None, sure=found.exhausted and second.impossible)


def _checked(problem: Problem, model: Variables, chosen: list[int], without: frozenset[str]) -> Answer:
    """Give out a plan the checkers accept; one they refuse decides nothing."""
    if without:
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
