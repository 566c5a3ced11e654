"""Towards the bounds of all levels from a plan at hand: what stands in their way is given up, all else is kept.

Parts of the plan drawn by chance gain most of what a dealt plan lacks, the last few in a hundred hardly. The nearest
corner of the relaxation that has every bound keeps nearly all turns of a good plan. Those it does not
keep are freed, the others are constants, and whatever fits is searched: of a region's 2,600 turns some forty to six
hundred are free, and the search ends within seconds. (A feasibility pump's distance, Fischetti, Glover & Lodi 2005,
and relaxation induced neighbourhoods, Danna, Rothberg & Le Pape 2005, the other way round: from the plan to the
corner, and back.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from scheduler.dealing import deal
from scheduler.diving import Way, opened
from scheduler.matrix import Matrix, Numbers
from scheduler.neighbourhoods import mend
from scheduler.search import Assignment
from scheduler.variables import Goal, Row
from scheduler.verify import verify

if TYPE_CHECKING:
    from scheduler.chain import Chain

Demands = list[tuple[Goal, int]]

FEW = 200
"""Turns in the way of the demands for which all columns are searched."""
FIRST, AGAIN = 30, 10
"""Parts of the plan freed by chance before the first corner: a dealt plan has much to gain there, and the fewer turns
are in the way of the demands the more is found; and after a corner that gained nothing."""
STUBBORN = 2
"""Corners near the plan at hand, and after each parts by chance, tried without gain before the single levels."""
SPARE = 0.15
"""The share of the time that is left for proving what the plan at hand comes near to."""


def met(chain: Chain, demands: Demands) -> bool:
    """Tell whether the plan at hand meets the demands."""
    return all(chain.value(goal) >= due for goal, due in demands)


def approach(chain: Chain, demands: Demands, candidates: Numbers) -> None:
    """Free parts by chance, then what of the plan stands in the way of the demands, for as long as that gains."""
    _deal(chain)
    _mend(chain, demands, FIRST)
    idle = 0
    while idle < STUBBORN and _time(chain) and not met(chain, demands):
        before = _levels(chain, demands)
        corner = way(chain, demands, candidates, near=True)
        _raise(chain, demands, chain.model.picked(chain.chosen or ()), corner)
        if _levels(chain, demands) == before:
            _mend(chain, demands, AGAIN)
        idle = 0 if _levels(chain, demands) > before else idle + 1


def _deal(chain: Chain) -> None:
    """Adopt what is dealt without an engine, if it is ahead of the plan at hand."""
    model = chain.model
    there = {model.options.columns[index].applicant for index in chain.alive if index < chain.columns}
    asking = tuple(request for request in model.problem.requests if request.applicant in there)
    turns = deal(replace(model.problem, requests=asking), chain.clock.over)
    columns = model.columns_of(turns)
    if len(columns) == len(turns) and verify(model.problem, turns).accepted:
        _take(chain, chain.goals, model.settled(columns))


def _raise(chain: Chain, demands: Demands, plan: list[int], corner: Way) -> None:
    """Free the turns that the nearest corner with all demands does not keep, and fill what becomes free.

    By what that corner has if much is free, else by whatever fits.
    """
    loose = corner.loosened(plan)
    if not loose:
        return
    many = len(loose) > FEW
    booleans = {index for index in chain.alive if index >= chain.columns}
    found = chain.search.best(
        {*corner.support(), *plan, *booleans} if many else chain.alive,
        falling(demands),
        start=chain.chosen,
        frozen=set(plan) - loose,
        effort=chain.clock.limits.effort,
        seconds=chain.clock.left(),
        alone=True,
    )
    chain.clock.cut |= found.cut
    _take(chain, [goal for goal, _ in demands], found.chosen)


def _mend(chain: Chain, demands: Demands, parts: int) -> None:
    """Free one part of the plan at a time and raise all levels at once, a lower one first."""
    everything = falling(demands)
    for _ in range(parts):
        if met(chain, demands) or not _time(chain):
            return
        _take(chain, [goal for goal, _ in demands], mend(chain, everything, luck=True).chosen)


def _take(chain: Chain, goals: Sequence[Goal], chosen: Assignment | None) -> None:
    """Adopt a plan that has no less of the first goal in which it differs: another one as good leads elsewhere."""
    if chosen is not None and [goal.value(chosen) for goal in goals] >= [chain.value(goal) for goal in goals]:
        chain.adopt(chosen)


def _levels(chain: Chain, demands: Demands) -> list[int]:
    return [chain.value(goal) for goal, _ in demands]


def _time(chain: Chain) -> bool:
    """Tell whether there is time left beside what proving what is reached will take."""
    return chain.clock.left() > SPARE * (chain.clock.limits.seconds or 0)


def way(chain: Chain, demands: Demands, candidates: Numbers, *, near: bool) -> Way:
    """Return the way down from a corner with all demands, drawn by chance, or `near` the plan at hand."""
    rows = Matrix([Row(goal.terms, due - goal.constant, None) for goal, due in demands])
    plan = chain.model.picked(chain.chosen or ()) if near else []
    start = opened([*chain.search.rows_kept(), rows], np.union1d(candidates, plan).astype(np.int64), chain.model.count)
    seed = chain.random.randrange(2**31) if near else chain.search.seed
    return Way(start, chain.columns, len(demands), seed, chain.clock.left, plan)


def falling(demands: Demands) -> Goal:
    """Return all levels as one sum, in which a unit of a lower level counts for more."""
    return total([goal for goal, _ in demands], list(range(len(demands), 0, -1)))


def total(goals: list[Goal], worth: list[int]) -> Goal:
    """Return several goals as one sum."""
    terms: dict[int, int] = {}
    for goal, each in zip(goals, worth, strict=True):
        for variable, weight in goal.terms:
            terms[variable] = terms.get(variable, 0) + weight * each
    return Goal("levels", sorted(terms.items()))
