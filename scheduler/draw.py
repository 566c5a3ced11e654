"""The draw among equals: the last tier, open to anyone who holds the list and the published seed.

Applicants are walked in the order of their tickets (see tickets.py): can this one be given more, in the
charter's measure, without lowering a tier or anyone drawn before? The answer is fixed before the next one is
asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scheduler.matching import MANY
from scheduler.tickets import drawn_order
from scheduler.variables import Goal
from scheduler.wishes.levels import gain

if TYPE_CHECKING:
    from scheduler.chain import Chain

WHOLE = 6_000
"""Up to so many columns that still matter, a question is asked of all of them and its answer is proven. Beyond, the
places she wishes are looked at first; where all tiers are at their bounds, the relaxation and then what searches have
found useful is asked, too, and «no» is only a proof where the relaxation says so.
"""
EFFORT, WIDER = 0.02, 0.05
"""What one question may cost, as a share of the effort of a search: of all that matters or the places she wishes, and
of what searches have found useful. (city-unit-600 without preferences, the first 300: two of them gain by what was
useful alone, five by their places, six by both; region-2000: none of 150, three, and a question there takes 0.1 s
where the relaxation takes 25 s.)
"""


@dataclass(frozen=True, slots=True)
class Drawn:
    """How many applicants were asked about, and for how many the answer is proven."""

    asked: int
    proven: int


def draw(chain: Chain, seed: str) -> Drawn:
    """Walk the applicants in ticket order, giving each what the ones before and the tiers leave."""
    order = drawn_order(seed, [request.applicant for request in chain.model.problem.requests])
    matter = {index for index in chain.alive if index < chain.columns}  # every goal is settled: it stays the same
    asked = proven = 0
    for applicant in order:
        if chain.clock.over():
            break
        asked += 1
        proven += _ask(chain, applicant, matter)
    return Drawn(asked, proven)


def _ask(chain: Chain, applicant: str, matter: set[int]) -> bool:
    """Give one applicant as much as can be; tell whether more is proven impossible."""
    columns = [index for index in chain.model.of_applicant(applicant) if index in chain.alive]
    gains = [(index, gain(chain.model.problem, chain.model.column(index))) for index in columns]
    goal = Goal("draw", gains)
    turns = chain.model.problem.most_turns(applicant)
    most = sum(sorted((worth for _, worth in gains), reverse=True)[:turns])
    search = _among_all if len(matter) <= WHOLE else _among_some
    sure, before = False, -1
    while not sure and before < chain.value(goal) < most:
        before = chain.value(goal)
        sure = search(chain, goal, most, matter)
    chain.search.keep(goal, chain.value(goal))
    return sure or chain.value(goal) >= most


def _among_all(chain: Chain, goal: Goal, most: int, matter: set[int]) -> bool:
    """Look for a plan that gives her more; tell whether there is proven to be no more than she has then."""
    more = [(goal, chain.value(goal) + 1)]
    return not chain.may_pass(goal) or chain.look(matter, goal, demands=more, ceiling=most, effort=EFFORT).exhausted


def _among_some(chain: Chain, goal: Goal, most: int, matter: set[int]) -> bool:
    """Look where she wishes a place, then further; tell whether there is proven to be no more than she has then."""
    column, more = chain.model.column, [(goal, chain.value(goal) + 1)]
    own = {index for index, _ in goal.terms}
    wished = {column(index).space for index in own}
    useful = (chain.pool & matter) | own
    near = {index for index in useful if column(index).space in wished}
    far = [index for index in chain.model.picked(chain.chosen or ()) if column(index).space not in wished]
    if chain.look(near, goal, demands=more, ceiling=most, frozen=far, effort=EFFORT).chosen is not None:
        return False
    if not _closed(chain) or len(chain.relaxation.selected()) > MANY:
        return False
    if not chain.may_pass(goal):
        return True
    chain.look(useful, goal, demands=more, ceiling=most, effort=WIDER)
    return False


def _closed(chain: Chain) -> bool:
    """Tell whether every tier has its bound: only then is it known who the equals are."""
    return len(chain.reached) == len(chain.goals) and all(step.value == step.bound for step in chain.reached)
