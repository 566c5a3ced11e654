"""One plan that has the bound of every level: on the way down from a corner, or near a plan that comes close."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from scheduler.approach import Came, Demands, approach, begin, falling, met, total
from scheduler.diving import Open, Way, opened
from scheduler.interior import CORES
from scheduler.matrix import Matrix, Numbers
from scheduler.search import Found
from scheduler.variables import Goal, Row

if TYPE_CHECKING:
    from scheduler.chain import Chain

MANY = 20_000
"""Above so many variables a way down takes longer than mending a dealt plan, and so does a search from nothing."""
CITY = 6_000
"""Variables above which the plan found on the way down is brought nearer by what stands in its way: of so few, the
columns of some corners are searched whole."""
PEEK = 0.08
"""The effort of a look for a plan below one state, as a share of that of a search: there is one soon or none."""
ROUNDED = 0.2
"""The effort of the best plan below the deepest state."""
VERTICES = 4
"""Further corners of the relaxation whose support joins the pool before it is left to the single levels."""
GLANCE = 0.01
"""The effort of a first look among corners."""
HELD = 0.25
"""The effort of a look for one plan that has every bound, as a share: too few corners are told soon."""


def match(chain: Chain, demands: Demands) -> Came:
    """Look for a plan that meets the demands; what is found is adopted. Tell what came of it in a large case."""
    if met(chain, demands):
        return "there"
    candidates = np.array(sorted(chain.alive & chain.relaxation.selected()), dtype=np.int64)
    if chain.brief or len(candidates) > MANY:
        begin(chain)
        return approach(chain, demands)
    bare = not chain.pool - set(chain.model.picked(chain.chosen or ()))
    lowest = _dive(chain, demands, candidates)
    if lowest is not None and not met(chain, demands):
        _round(chain, demands, lowest)
    if len(chain.alive) > CITY:
        return approach(chain, demands, rough=False)
    _corners(chain, demands, bare=bare)
    return "there"


def _corners(chain: Chain, demands: Demands, *, bare: bool) -> None:
    """Look among the columns of a few corners of the relaxation."""
    for widening in range(bare, VERTICES + bare):
        if chain.clock.over() or met(chain, demands):
            return
        if widening:
            chain.widen(demands[-1][0], CORES)
        effort = (widening - bare / 2) * HELD if widening else GLANCE  # a first pair serves soon or not at all
        chain.look(chain.pool, None, demands=demands, effort=effort)


def _dive(chain: Chain, demands: Demands, candidates: Numbers) -> Open | None:
    """Go down from a corner; a plan found on the way that meets the demands is adopted. Return the deepest state."""
    down = way(chain, demands, candidates)
    chain.pool |= down.support()
    states = down.down()
    for state in reversed(states):
        if chain.clock.over():
            break
        found = chain.look(_open(state), None, demands=demands, frozen=_ones(chain, state), effort=PEEK)
        if found.chosen is not None or not found.exhausted:
            break
    return states[-1] if states else None


def way(chain: Chain, demands: Demands, candidates: Numbers) -> Way:
    """Return the way down from a corner with all demands, drawn by chance."""
    rows = Matrix([Row(goal.terms, due - goal.constant, None) for goal, due in demands])
    start = opened([*chain.search.rows_kept(), rows], candidates, chain.model.count)
    return Way(start, chain.columns, len(demands), chain.search.seed, chain.clock.left)


def _round(chain: Chain, demands: Demands, deepest: Open) -> None:
    """Adopt the best plan below a state by all levels at once, if it is ahead of the plan at hand.

    First none may exceed its bound, so that a level cannot make up for another one; where that finds nothing in its
    time, a unit of a lower level counts for more.
    """
    caps = [(_negative(goal), -due) for goal, due in demands]
    even = total([goal for goal, _ in demands], [1] * len(demands))
    for goal, under in ((even, caps), (falling(demands), [])):
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


def _adopted(chain: Chain, found: Found) -> None:
    """Adopt what was found if it is ahead of the plan at hand."""
    chain.clock.cut |= found.cut
    chosen = found.chosen
    if chosen is not None and [goal.value(chosen) for goal in chain.goals] > [chain.value(g) for g in chain.goals]:
        chain.adopt(chosen)


def _negative(goal: Goal) -> Goal:
    """Return what is at most −n where a goal is at least n."""
    return Goal("cap", [(variable, -weight) for variable, weight in goal.terms], -goal.constant)


def _open(state: Open) -> set[int]:
    return {*state.names.tolist(), *state.ones.tolist()}


def _ones(chain: Chain, state: Open) -> list[int]:
    return sorted(one for one in state.ones.tolist() if one < chain.columns)
