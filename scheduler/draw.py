"""The draw among equals: the last tier, open to anyone who holds the list and the published seed.

Applicants are walked in the order of their tickets (see tickets.py): can this one be given more, in the
charter's measure, without lowering a tier or anyone drawn before? The answer is fixed before the next one is
asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scheduler.tickets import drawn_order
from scheduler.variables import Goal
from scheduler.wishes.levels import gain

if TYPE_CHECKING:
    from scheduler.chain import Chain

WHOLE = 6_000
"""Up to so many columns that still matter, a question is asked of all of them and its answer is proven.
Beyond, it is asked of those a search has found useful, and «no» is not a proof."""
EFFORT = 0.02
"""What one question may cost, as a share of the effort of a search."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """How many applicants were asked about, and for how many the answer is proven."""

    asked: int
    proven: int


def draw(chain: Chain, seed: str) -> Drawn:
    """Walk the applicants in ticket order, giving each what the ones before and the tiers leave."""
    order = drawn_order(seed, [request.applicant for request in chain.model.problem.requests])
    asked = proven = 0
    for applicant in order:
        if chain.clock.over():
            break
        asked += 1
        proven += _ask(chain, applicant)
    return Drawn(asked, proven)


def _ask(chain: Chain, applicant: str) -> bool:
    """Give one applicant as much as can be; tell whether more is proven impossible."""
    columns = [index for index in chain.model.of_applicant(applicant) if index in chain.alive]
    gains = [(index, gain(chain.model.problem, chain.model.column(index))) for index in columns]
    goal = Goal("draw", gains)
    turns = chain.model.problem.most_turns(applicant)
    most = sum(sorted((worth for _, worth in gains), reverse=True)[:turns])
    sure = chain.value(goal) >= most or not chain.may_pass(goal)
    if not sure:
        matter = {index for index in chain.alive if index < chain.columns}
        whole = len(matter) <= WHOLE
        more = [(goal, chain.value(goal) + 1)]
        found = chain.look(matter if whole else chain.pool, goal, demands=more, ceiling=most, effort=EFFORT)
        sure = whole and found.exhausted
    chain.search.keep(goal, chain.value(goal))
    return sure
