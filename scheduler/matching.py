"""One plan that has the bound of every level: looked for on the way down from a corner, then among several corners."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from scheduler.diving import Open, Way, opened
from scheduler.interior import CORES
from scheduler.matrix import Matrix, Numbers
from scheduler.search import Found
from scheduler.variables import Goal, Row

if TYPE_CHECKING:
    from scheduler.chain import Chain

Demands = list[tuple[Goal, int]]

MANY = 20_000
"""Above so many variables a corner takes longer than mending a plan."""
PEEK = 0.08
"""The effort of a look for a plan below one state, as a share of that of a search: there is one soon or none."""
ROUNDED = 0.2
"""The effort of the best plan below the deepest state."""
PATIENCE = 48
"""Parts tried without gain before a large case is left to the single levels."""
SPARE = 0.25
"""The share of the time that is left for proving what the plan at hand comes near to."""
VERTICES = 4
"""Further corners of the relaxation whose support joins the pool before it is left to the single levels."""
GLANCE = 0.01
"""The effort of a first look among corners."""
HELD = 0.25
"""The effort of a look for one plan that has every bound, as a share: too few corners are told soon."""


def match(chain: Chain, demands: Demands) -> None:
    """Look for a plan that meets the demands; what is found is adopted, and bounded where it falls short."""
    if met(chain, demands):
        return
    bare = not chain.pool - set(chain.model.picked(chain.chosen or ()))
    candidates = np.array(sorted(chain.alive & chain.relaxation.selected()), dtype=np.int64)
    many = len(candidates) > MANY
    lowest = _dive(chain, demands, candidates)
    if met(chain, demands):
        return
    if lowest is not None:
        _round(chain, demands, lowest)
    if many and lowest is not None:
        _mend(chain, demands)
        chain.bounds.follow(chain.goals.index(demands[0][0]))
    else:
        _corners(chain, demands, bare=bare)


def _mend(chain: Chain, demands: Demands) -> None:
    """Free one part of the plan at a time and raise all levels at once, a lower one first, until nothing gains."""
    everything, idle, spare = _falling(demands), 0, SPARE * (chain.clock.limits.seconds or 0)
    while idle < PATIENCE and chain.clock.left() > spare and not met(chain, demands):
        before = [chain.value(goal) for goal, _ in demands]
        found = chain.mend(everything, luck=True)
        if found.chosen is not None and [goal.value(found.chosen) for goal, _ in demands] >= before:
            chain.adopt(found.chosen)
        idle = 0 if [chain.value(goal) for goal, _ in demands] > before else idle + 1


def _corners(chain: Chain, demands: Demands, *, bare: bool) -> None:
    """Look among the columns of a few corners of the relaxation."""
    for widening in range(bare, VERTICES + bare):
        if chain.clock.over() or met(chain, demands):
            return
        if widening:
            chain.widen(demands[-1][0], CORES)
        effort = (widening - bare / 2) * HELD if widening else GLANCE  # a first pair serves soon or not at all
        chain.look(chain.pool, None, demands=demands, effort=effort)


def met(chain: Chain, demands: Demands) -> bool:
    """Tell whether the plan at hand meets the demands."""
    return all(chain.value(goal) >= due for goal, due in demands)


def _dive(chain: Chain, demands: Demands, candidates: Numbers) -> Open | None:
    """Go down from a corner; a plan found on the way that meets the demands is adopted. Return the deepest state."""
    rows = Matrix([Row(goal.terms, due - goal.constant, None) for goal, due in demands])
    start = opened([*chain.search.rows_kept(), rows], candidates, chain.model.count)
    way = Way(start, chain.columns, len(demands), chain.search.seed, chain.clock.left)
    chain.pool |= way.support()
    states = way.down()
    for state in reversed(states):
        if chain.clock.over():
            break
        found = chain.look(_open(state), None, demands=demands, frozen=_ones(chain, state), effort=PEEK)
        if found.chosen is not None or not found.exhausted:
            break
    return states[-1] if states else None


def _round(chain: Chain, demands: Demands, deepest: Open) -> None:
    """Adopt the best plan below a state by all levels at once, if it is ahead of the plan at hand.

    First none may exceed its bound, so that a level cannot make up for another one; where that finds nothing in its
    time, a unit of a lower level counts for more.
    """
    caps = [(_negative(goal), -due) for goal, due in demands]
    even = _sum([goal for goal, _ in demands], [1] * len(demands))
    for goal, under in ((even, caps), (_falling(demands), [])):
        found = chain.search.best(
            chain.alive.intersection(_open(deepest)),
            goal,
            demands=under,
            frozen=_ones(chain, deepest),
            effort=ROUNDED * chain.clock.limits.effort,
            seconds=chain.clock.left(),
            alone=bool(under),
        )
        _adopted(chain, found)
        if found.chosen is not None:
            return


def _adopted(chain: Chain, found: Found) -> bool:
    """Adopt what was found if it is ahead of the plan at hand."""
    chain.clock.cut |= found.cut
    if found.chosen is None:
        return False
    ahead = [goal.value(found.chosen) for goal in chain.goals] > [chain.value(goal) for goal in chain.goals]
    if ahead:
        chain.adopt(found.chosen)
    return ahead


def _falling(demands: Demands) -> Goal:
    """Return all levels as one sum, in which a unit of a lower level counts for more."""
    return _sum([goal for goal, _ in demands], list(range(len(demands), 0, -1)))


def _sum(goals: list[Goal], worth: list[int]) -> Goal:
    """Return several goals as one sum."""
    terms: dict[int, int] = {}
    for goal, each in zip(goals, worth, strict=True):
        for variable, weight in goal.terms:
            terms[variable] = terms.get(variable, 0) + weight * each
    return Goal("levels", sorted(terms.items()))


def _negative(goal: Goal) -> Goal:
    """Return what is at most −n where a goal is at least n."""
    return Goal("cap", [(variable, -weight) for variable, weight in goal.terms], -goal.constant)


def _open(state: Open) -> set[int]:
    return {*state.names.tolist(), *state.ones.tolist()}


def _ones(chain: Chain, state: Open) -> list[int]:
    return sorted(one for one in state.ones.tolist() if one < chain.columns)
