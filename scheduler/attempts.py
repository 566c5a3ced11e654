"""What is tried to raise one goal, those before it being kept: what is cheap first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scheduler.matching import MANY
from scheduler.neighbourhoods import useful, wander
from scheduler.search import Found
from scheduler.seating import ask, seats

if TYPE_CHECKING:
    from scheduler.chain import Chain

EXACT = 6_000
"""So many columns are searched as a whole; more only after reduced costs have thinned them out."""
THIN = 25_000
"""The most columns a search for the last few units is given."""


def attempts(chain: Chain, number: int, bound: int) -> Iterator[Found]:
    """Try to bring a goal to its bound; `bound` of what is yielded holds for all plans."""
    goal = chain.goals[number]
    if chain.value(goal) >= bound:
        return
    if chain.brief:  # what a part's levels lack was sought for all of them at once (approach.py)
        yield from wander(chain, goal, bound) if goal.at_least is None else ()
        return
    if len(chain.alive) > EXACT:
        yield from _thinned(chain, number, bound)
        if chain.near(goal, bound):
            return
    hopeful = chain.alive - set(chain.bounds.hopeless(number, chain.value(goal) + 1))
    if len(hopeful) <= THIN:
        found = chain.look(hopeful, goal, ceiling=bound)
        yield Found(found.chosen, found.bound, found.exhausted)
    if not chain.near(goal, bound):
        yield from wander(chain, goal, bound)


def _thinned(chain: Chain, number: int, bound: int) -> Iterator[Found]:
    """Try what needs only some of many columns: seats chosen anew, parts of the plan, corners of the relaxation."""
    goal, proof = chain.goals[number], chain.bounds.proofs.get(number)
    small = len(chain.relaxation.selected()) <= MANY
    if small:
        yield from seats(chain, goal)
    prices = useful(proof, bound)
    if not chain.near(goal, bound) and goal.at_least is None:
        yield from wander(chain, goal, bound, prices)
        if prices is not None and not small:  # of region-2000 corners take 90 s after such parts and gain nothing
            return
    if chain.near(goal, bound):
        return
    corner = proof.support(chain.columns) & chain.alive if proof else set()
    for columns in (corner or chain.pool, chain.pool, chain.pool):
        levels = goal.at_least is not None
        found = chain.look(columns, goal, ceiling=bound, effort=0.5) if levels else ask(chain, columns, goal)
        yield Found(found.chosen, None, exhausted=False)
        if chain.near(goal, bound):
            return
        chain.widen(goal)
