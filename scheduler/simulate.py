"""Seasons played one after the other under one charter: the ledger carried on, people leaving and coming.

Each season is solved by the solver with a small effort, or, where a case has more columns than that is quick for,
dealt by the fair heuristic of dealing.py; both are verified, and each season says which it was. The same case,
settings and seed give the same seasons, unless the clock cut one short.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from scheduler.dealing import deal
from scheduler.errors import Unsound
from scheduler.options import estimate
from scheduler.plan import Turn
from scheduler.population import Flow, Population
from scheduler.problem import Charter, Problem
from scheduler.verify import verify
from scheduler.wishes.fairness import amounts
from scheduler.yearbook import SeasonFacts, Yearbook, turn_around

Method = Literal["auto", "solver", "heuristic"]
METHODS: tuple[Method, ...] = ("auto", "solver", "heuristic")
SMALL = 3_000
"""So many columns are solved each season; more are dealt."""
STEADY = Flow()
"""Nobody comes, nobody leaves."""
EFFORT = 1.0
"""Deterministic seconds of one search."""


@dataclass(frozen=True, slots=True)
class Simulation:
    """What came of a charter. `turn_around`: the theoretical maximum (see yearbook.turn_around) of the case as it
    was; `longest`: the longest wait of anybody, in seasons without a turn; `complete`: no clock cut it short.
    """

    seasons: tuple[SeasonFacts, ...]
    turn_around: int | None
    longest: int
    complete: bool


def simulate(
    problem: Problem,
    seasons: int,
    flow: Flow = STEADY,
    *,
    charter: Charter | None = None,
    method: Method = "auto",
    carried: bool = True,
    seconds: float = math.inf,
    progress: Callable[[SeasonFacts], None] = lambda _: None,
) -> Simulation:
    """Play seasons under the case's charter, or under another one.

    `carried` False forgets the ledger after each season (to see what it is good for). `seconds` of wall time: once
    over, the seasons played so far are returned. Raises Impossible for a season no plan of which obeys the rules.
    """
    deadline = time.monotonic() + seconds
    if charter is not None:
        problem = replace(problem, charter=charter, sha256="")
    population, book, told = Population.of(problem), Yearbook(), list[SeasonFacts]()
    for season in range(1, seasons + 1):
        if time.monotonic() >= deadline:
            break
        population.turn_over(flow, season, problem.seed)
        case = population.case(problem, flow, season)
        turns, exact = _season(case, method, deadline)
        given = amounts(case, turns)
        if carried:
            population.lived(given)
        book.write(population, turns, season, given)
        told.append(book.facts(case, population, turns, season, exact=exact))
        progress(told[-1])
    longest = max(book.longest.values(), default=0)
    return Simulation(tuple(told), turn_around(problem), longest, len(told) == seasons)


def _season(case: Problem, method: Method, deadline: float) -> tuple[tuple[Turn, ...], bool]:
    """Return the turns of a season, verified, and whether they were solved."""
    if method == "heuristic" or (method == "auto" and estimate(case) > SMALL):
        turns = deal(case)
        broken = verify(case, turns).violations
        if not broken:
            return turns, False
        if method == "heuristic":
            raise Unsound(violation.message for violation in broken)
    from scheduler.limits import Limits  # the engines load with the solver, two seconds: only where it is needed
    from scheduler.solver import solve

    left = deadline - time.monotonic()
    plan = solve(case, Limits(seconds=max(0.5, left) if left < math.inf else None, effort=EFFORT))
    return plan.turns, True
