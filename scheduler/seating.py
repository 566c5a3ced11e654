"""Everybody keeps the levels reached; where and when is chosen anew. For the tiers after fairness, in large cases.

With the levels settled the linear relaxation is nearly exact: what is whole in a corner of it stays, and one worker
on the linear relaxation finds the rest. With the levels open the corners lie far from any plan, and the same search
ends a third below the bound (city-unit-600: preferences 2455 after minutes, this way 3479 of 3495 in seconds).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from scheduler.search import Found
from scheduler.variables import Goal

if TYPE_CHECKING:
    from scheduler.chain import Chain

CORNERS = 2
"""The corners at hand: the next one is tried when one led to nothing."""
AROUND = 12_000
"""The columns searched about a corner: those with the best reduced costs."""
WHOLE = 0.999
"""A turn of which a corner has so much is taken as it is."""
EFFORT = 1.5
"""The effort of one search, as a share of the limits'."""


def seats(chain: Chain, goal: Goal) -> Iterator[Found]:
    """Look for a plan with more of a goal in which all have the levels they have; what is found is adopted."""
    assert chain.chosen is not None  # noqa: S101 (first() comes before)
    counted = {index for step in chain.reached if step.goal.at_least for index, _ in step.goal.terms}
    levels = {index for index in counted if chain.chosen[index]}
    if goal.at_least is not None or not levels:
        return
    with chain.relaxation.demanding(Goal("levels", [(index, 1) for index in levels]), len(levels)):
        chain.relaxation.bound(goal, chain.clock.left())  # selects the columns the corners are made of
        corners = chain.corners(goal, CORNERS)
    before = chain.value(goal)
    for corner in corners:
        if chain.value(goal) > before or chain.clock.over():
            return
        best = np.argsort(-corner.prices[: chain.columns], kind="stable")[:AROUND].tolist()
        whole = np.flatnonzero(corner.values[: chain.columns] > WHOLE).tolist()
        yield ask(chain, {*best, *whole}, goal, frozen=levels.union(whole), shut=counted - levels)


def ask(
    chain: Chain, columns: Iterable[int], goal: Goal, *, frozen: Collection[int] = (), shut: Iterable[int] = ()
) -> Found:
    """Search some columns for more of a goal, from nothing: a plan far from the best is no help to the engine.

    `frozen`: allowed variables that stay 1; `shut`: booleans that stay 0. What is better is adopted.
    """
    allowed = {index for index in chain.alive if index >= chain.columns}.difference(shut)
    allowed |= chain.alive.intersection(columns)
    found = chain.search.best(
        allowed,
        goal,
        frozen=sorted(allowed.intersection(frozen)),
        effort=EFFORT * chain.clock.limits.effort,
        seconds=chain.clock.left(),
        alone=True,
    )
    chain.clock.cut |= found.cut
    if found.chosen is not None and goal.value(found.chosen) > chain.value(goal):
        chain.adopt(found.chosen)
    return Found(found.chosen, None, exhausted=False)
