"""Towards the bounds of all levels from a plan at hand: what stands in their way is given up, all else is kept.

The nearest corner of the relaxation that has every bound keeps nearly all turns of a good plan. Those it does not
keep are freed, the others are constants, and what this corner and the one before it hold is searched: of a region's
2,600 turns seven hundred are free at first, a dozen in the end. Where a corner gained nothing, the next ones keep
less of the plan, and parts of it drawn by chance lead elsewhere. (A feasibility pump's distance, Fischetti, Glover &
Lodi 2005, and relaxation induced neighbourhoods, Danna, Rothberg & Le Pape 2005, the other way round: from the plan
to the corner, and back.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import TYPE_CHECKING, Literal

import numpy as np

from scheduler.dealing import deal
from scheduler.diving import GAIN, SOME, WHOLE
from scheduler.neighbourhoods import LEVELS, Neighbourhoods, mend, offering, useful
from scheduler.search import Assignment
from scheduler.variables import Goal
from scheduler.verify import verify

if TYPE_CHECKING:
    from scheduler.chain import Chain

Demands = list[tuple[Goal, int]]
Came = Literal["there", "short", "barred"]
"""A plan meets the demands; none was found; the relaxation has no solution that does."""

FEW = 200
"""Turns in the way of the demands for which all columns are searched."""
FIRST, AGAIN = 8, 10
"""Parts of the plan freed by chance before the first corner: a dealt plan has much to gain there; and after corners
that gained nothing."""
NEAR = (5.0, 0.95, 0.85, 0.75)
"""How much more a turn of the plan is worth to the corner than another one at most by chance; after each corner without
gain the next worth: from 1 on no turn is given up by chance, below that some thirty to eighty are."""
BESIDE, DRAWS = 150, 3
"""Turns of the plan drawn by chance and freed beside the few that a corner does not keep, and how often for one corner:
the last unit comes of a longer exchange than the corner tells, and a search costs a fifth of a corner."""
LITTLE, LEFT = 0.1, 8
"""The share of what is missing that a corner gains at least: else ten parts are freed in which columns of good reduced
costs are offered, and the next corner shows what it can do without draws, unless hardly anything is missing.
(free-lengths-600 after 130 s: 19 short on level 3, 47 by corners alone; the levels of region-2000 are at their bounds
after 50 s of corners, 71 units short after 79 s of such parts; of 52 weekly periods a corner after the second ten
parts reached all bounds in 12 s, after 99 s in all, where parts for as long as they gain a tenth took 134 s.)
"""
ASKED = 0.3
"""The share of the time left that those reduced costs may take."""
STUBBORN = 8
"""Corners without gain before the tiers that follow."""
CORNER = 0.4
"""The share of the time left that the first corner may take: of a million possible turns it takes minutes."""
SPARE = 0.15
"""The share of the time that is left for proving what the plan at hand comes near to."""


@dataclass(frozen=True, slots=True)
class Corner:
    """A corner of the relaxation: the turns it holds, and those it holds whole."""

    support: frozenset[int]
    whole: frozenset[int]


def met(chain: Chain, demands: Demands) -> bool:
    """Tell whether the plan at hand meets the demands."""
    return all(chain.value(goal) >= due for goal, due in demands)


def approach(chain: Chain, demands: Demands, *, rough: bool = True) -> Came:
    """Free parts by chance, then what of the plan stands in the way of the demands, for as long as that gains.

    `rough`: whether the plan at hand is a dealt one, of which parts have much to gain, or one that comes near already.
    """
    for goal, due in demands:
        chain.relaxation.keep(goal, due)
    if rough:
        _mend(chain, demands, FIRST)
    if met(chain, demands):
        return "there"
    rest = (1 - CORNER) * chain.clock.left()
    before, idle, draws = nearest(chain, share=CORNER), 0, DRAWS
    offered = cache(partial(_offering, chain, demands))
    if before is None:
        return "barred" if chain.clock.left() >= rest else _without(chain, demands)
    while idle < STUBBORN and _time(chain) and not met(chain, demands):
        corner = nearest(chain, NEAR[idle % len(NEAR)])
        if corner is None:
            break
        values, lacked = _levels(chain, demands), _missing(chain, demands)
        lifted = _use(chain, demands, corner, before, draws if lacked > LEFT else DRAWS)
        before, missing = corner, _missing(chain, demands)
        idle = 0 if _levels(chain, demands) > values else idle + 1
        if missing > LEFT and lacked - missing < LITTLE * lacked and not lifted:
            _mend(chain, demands, AGAIN, offered())
            draws = 0
            idle = 0 if _levels(chain, demands) > values else idle
        elif idle and not idle % len(NEAR):
            _mend(chain, demands, AGAIN)
    return "there" if met(chain, demands) else "short"


def _use(chain: Chain, demands: Demands, corner: Corner, before: Corner, draws: int) -> bool:
    """Raise the levels by what a corner tells, until something gains.

    Return whether it was the first one that is short by itself: then what later ones lost is missing for now.
    """
    values = _levels(chain, demands)
    _raise(chain, demands, corner, before)
    if _levels(chain, demands) > values:
        return False
    if _missing(chain, demands) <= LEFT:
        _lift(chain, demands, corner, before)
        if _levels(chain, demands) > values:
            return True
    for _ in range(draws):
        if _levels(chain, demands) > values or not _time(chain):
            break
        _raise(chain, demands, corner, before, BESIDE)
    return False


def _without(chain: Chain, demands: Demands) -> Came:
    """Free parts by chance for as long as there is time: a corner takes more than there is."""
    chain.short = True
    while _time(chain) and not met(chain, demands):
        _mend(chain, demands, AGAIN)
    return "there" if met(chain, demands) else "short"


def nearest(chain: Chain, near: float = NEAR[0], share: float = 1.0) -> Corner | None:
    """Return the corner with all that is kept that holds most of the plan at hand, and otherwise what chance says.

    None if there is none, or none within a share of the time left.
    """
    gains = np.zeros(chain.model.count)
    chance = np.random.default_rng(chain.random.randrange(2**31))
    gains[: chain.columns] = chance.random(chain.columns) * GAIN
    gains[chain.model.picked(chain.chosen or ())] += near * GAIN
    values = chain.relaxation.nearest(gains, share * chain.clock.left())
    if values is None:
        return None
    turns = values[: chain.columns]
    return Corner(frozenset(np.flatnonzero(turns > SOME).tolist()), frozenset(np.flatnonzero(turns > WHOLE).tolist()))


def begin(chain: Chain) -> None:
    """Adopt what is dealt without an engine, if it is ahead of the plan at hand."""
    _take(chain, chain.goals, dealt(chain))


def dealt(chain: Chain) -> Assignment | None:
    """Return a plan dealt without an engine; None if it does not obey the rules."""
    model = chain.model
    there = {model.options.columns[index].applicant for index in chain.alive if index < chain.columns}
    asking = tuple(request for request in model.problem.requests if request.applicant in there)
    turns = deal(replace(model.problem, requests=asking), chain.clock.over)
    columns = model.columns_of(turns)
    obeys = len(columns) == len(turns) and verify(model.problem, turns).accepted
    return model.settled(columns) if obeys else None


def _raise(chain: Chain, demands: Demands, corner: Corner, before: Corner, beside: int = 0) -> None:
    """Free the turns that the nearest corner does not keep, `beside` them others by chance, and fill what becomes free.

    By what that corner and the one before hold if much is free, else by whatever fits.
    """
    plan = set(chain.model.picked(chain.chosen or ()))
    loose = plan - corner.whole
    if not loose:
        return
    loose |= set(chain.random.sample(sorted(plan), min(beside, len(plan))))
    found = chain.search.best(
        _held_by(chain, corner, before) if len(loose) > FEW else chain.alive,
        falling(_lacking(chain, demands)),
        demands=_kept(chain, demands),
        start=chain.chosen,
        frozen=plan - loose,
        effort=chain.clock.limits.effort,
        seconds=chain.clock.left(),
        alone=True,
    )
    chain.clock.cut |= found.cut
    _take(chain, [goal for goal, _ in demands], found.chosen)


def _lift(chain: Chain, demands: Demands, corner: Corner, before: Corner) -> None:
    """Raise the first level that is short by itself, among what two corners hold, whatever later ones lose.

    Nothing of the plan is kept but the levels before. What the later ones lost they have again after the next corners.
    """
    goal, due = _lacking(chain, demands)[0]
    kept = demands[: demands.index((goal, due))]
    found = chain.search.best(
        _held_by(chain, corner, before),
        goal,
        demands=kept,
        ceiling=due,
        start=chain.chosen,
        effort=chain.clock.limits.effort,
        seconds=chain.clock.left(),
    )
    chain.clock.cut |= found.cut
    _take(chain, [goal for goal, _ in demands], found.chosen)


def _held_by(chain: Chain, *corners: Corner) -> set[int]:
    """Return the columns that the plan at hand or a corner holds, and all booleans."""
    booleans = {index for index in chain.alive if index >= chain.columns}
    held = booleans.union(chain.model.picked(chain.chosen or ()), *(corner.support for corner in corners))
    return held & chain.alive


def _mend(chain: Chain, demands: Demands, parts: int, offered: Neighbourhoods | None = None) -> None:
    """Free one part of the plan at a time and raise all levels that are short at once, a lower one first."""
    for _ in range(parts):
        if met(chain, demands) or not _time(chain):
            return
        short, kept = falling(_lacking(chain, demands)), _kept(chain, demands)
        found = mend(chain, short, luck=True, parts=offered, demands=kept)
        _take(chain, [goal for goal, _ in demands], found.chosen)


def _offering(chain: Chain, demands: Demands) -> Neighbourhoods | None:
    """Return parts in which what the relaxation thinks most of is offered; None if it told too little in time."""
    worth = range(len(demands), 0, -1)
    due = sum(each * (due - goal.constant) for (goal, due), each in zip(demands, worth, strict=True))
    rest = (1 - ASKED) * chain.clock.left()
    prices = useful(chain.relaxation.bound(falling(demands), ASKED * chain.clock.left()), due)
    chain.short |= chain.clock.left() < rest
    return None if prices is None else offering(chain, LEVELS, prices)


def _lacking(chain: Chain, demands: Demands) -> Demands:
    """Return the levels that are short."""
    return [(goal, due) for goal, due in demands if chain.value(goal) < due]


def _kept(chain: Chain, demands: Demands) -> Demands:
    """Return what levels keep while others are raised: those that are met what was asked of them, the first that is
    short what it has.

    What a met level has beyond that may be given up, and counts for nothing: more of a higher level often comes of
    less of a lower one, and a search for the sum of all finds that first.
    """
    first = _lacking(chain, demands)[0]
    return [
        (goal, min(due, chain.value(goal))) for goal, due in demands if (goal, due) == first or chain.value(goal) >= due
    ]


def _missing(chain: Chain, demands: Demands) -> int:
    """Return how many units are missing of all levels together."""
    return sum(max(0, due - chain.value(goal)) for goal, due in demands)


def _take(chain: Chain, goals: Sequence[Goal], chosen: Assignment | None) -> None:
    """Adopt a plan that has no less of the first goal in which it differs: another one as good leads elsewhere."""
    if chosen is not None and [goal.value(chosen) for goal in goals] >= [chain.value(goal) for goal in goals]:
        chain.adopt(chosen)


def _levels(chain: Chain, demands: Demands) -> list[int]:
    return [chain.value(goal) for goal, _ in demands]


def _time(chain: Chain) -> bool:
    """Tell whether there is time left beside what proving what is reached will take."""
    return chain.clock.left() > SPARE * (chain.clock.limits.seconds or 0)


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
