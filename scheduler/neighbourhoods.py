"""Parts of a plan that are freed and solved anew: some spaces that people wish together, over some periods.

A part is drawn by its size, not by its shape: one space over the season, or many spaces over a few periods, whatever
makes up the columns asked for. (Large neighbourhood search: Shaw 1998; the size follows what the engine masters.)
Where prices are known, a part offers the turns at hand and those of the best reduced costs only, a tenth of all, and
reaches the further for it: region-2000 has 17,120 points of preferences after 300 s instead of 15,990.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from scheduler.matrix import Flags, Floats, Numbers, Vertex
from scheduler.search import Found
from scheduler.variables import Goal, Variables

if TYPE_CHECKING:
    from scheduler.chain import Chain

SIZE, LEAST = 8_000, 500
"""The columns of the first part, and of the smallest."""
GROWTH, SHRINKING = 1.05, 0.8
"""A part solved to its end was small, one that was not was large."""
STEP = 1 / 6
"""The effort on one part of a plan, as a share of that of a search."""
LUCK, WORTH = 10, 4_000
"""What chance gives to a turn is less than the first; a unit of a goal counts as much as the second: a part has
fewer than four hundred turns."""
POOR = 0.1
"""Reduced costs that prove a bound this share above what is known say nothing: the relaxation was cut short."""
PATIENCE = 24
"""Parts of a plan tried without gain before a goal is left as it is."""
STRANGERS = 0.01
"""How much a space weighs that nobody wishes together with the others, beside one that one person does."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How parts are freed: of how many columns the first one, with how much effort; `each`: how many columns are
    offered for a turn of the plan, those of the best reduced costs (None: all there are).
    """

    size: int = SIZE
    effort: float = STEP
    each: int | None = None


CHANCE = Manner()
SUM = Manner(3_000, STEP, 6)
"""For a sum over the turns, of which every column has its worth."""
LEVELS = Manner(6_000, 1 / 2, 40)
"""For levels, of which most columns have the same: who is to gain one does so by a long exchange."""


class Neighbourhoods:
    """Draws parts of a plan. `size`: the most columns of the next one; `told` adapts it.

    `prices`: the reduced costs that say which columns are offered beside the plan's own, so many for each of `turns`.
    """

    def __init__(
        self,
        model: Variables,
        order: random.Random,
        manner: Manner = CHANCE,
        prices: Floats | None = None,
        turns: int = 0,
    ) -> None:
        columns, self._order, self.effort = model.options.columns, order, manner.effort
        self.size = float(manner.size)
        self._among = np.ones(len(columns), dtype=bool)
        if prices is not None and manner.each is not None:
            self._among[np.argsort(-prices[: len(columns)], kind="stable")[manner.each * turns :]] = False
        self._periods = len(model.problem.periods)
        place = {space: number for number, space in enumerate(sorted({column.space for column in columns}))}
        self._space = np.array([place[column.space] for column in columns], dtype=np.int64)
        self._start = np.array([column.start for column in columns], dtype=np.int64)
        self._stop = self._start + np.array([column.length for column in columns], dtype=np.int64)
        self._together = _together(model, place)
        self._count = model.count
        booleans = range(len(columns), model.count)
        owned = [(boolean, index) for boolean in booleans for index, _ in model.meaning(boolean)[0]]
        pairs = np.array(owned, dtype=np.int64).reshape(-1, 2)
        self._boolean, self._term = pairs[:, 0], pairs[:, 1]

    def draw(self, plan: Sequence[int] = ()) -> Numbers:
        """Return the columns offered of a part, those of the plan in it, and the booleans they can change."""
        group, middle, half = self._group(), self._order.randrange(self._periods), 1
        while len(group) > 1 and self._size(group, middle, half) > self.size:
            group = group[: len(group) // 2]
        while half < self._periods and self._size(group, middle, half + 1) <= self.size:
            half += 1
        offered = self._among.copy()
        offered[list(plan)] = True
        return self._moved(np.flatnonzero(self._part(group, middle, half) & offered))

    def told(self, *, exhausted: bool) -> None:
        """Take note of whether the last part was solved to its end."""
        self.size = self.size * GROWTH if exhausted else max(float(LEAST), self.size * SHRINKING)

    def _size(self, group: list[int], middle: int, half: int) -> int:
        """Return how many columns a part offers."""
        return int((self._part(group, middle, half) & self._among).sum())

    def _part(self, group: list[int], middle: int, half: int) -> Flags:
        """Tell which columns lie in these spaces, within so many periods of a moment."""
        return np.isin(self._space, group) & (self._start >= middle - half) & (self._stop <= middle + half)

    def _group(self) -> list[int]:
        """Return a space and some of those wished together with it, by place: 1, 2, 4, 8 … in all."""
        count = len(self._together)
        many = min(count, 2 ** self._order.randrange(count.bit_length()))
        group = [self._order.randrange(count)]
        while len(group) < many:
            weights = self._together[group].sum(axis=0) + STRANGERS
            weights[group] = 0.0
            group.append(self._order.choices(range(count), weights.tolist())[0])
        return group

    def _moved(self, columns: Numbers) -> Numbers:
        """Return columns with the booleans whose meaning they can change."""
        moved = np.zeros(self._count, dtype=bool)
        moved[columns] = True
        while True:
            new = self._boolean[moved[self._term] & ~moved[self._boolean]]
            if not len(new):
                return np.flatnonzero(moved)
            moved[new] = True


def mend(
    chain: Chain,
    goal: Goal,
    ceiling: int | None = None,
    *,
    luck: bool = False,
    parts: Neighbourhoods | None = None,
    demands: Sequence[tuple[Goal, int]] = (),
) -> Found:
    """Search a part of the plan at hand for more of a goal, all else being kept; nothing is adopted.

    `luck`: among plans as good any may be found, not always the one at hand, and the next part sees another plan;
    a ceiling means nothing to it. `parts`: of which one is drawn, if not of those over all columns. `demands`: what
    other goals keep.
    """
    assert chain.chosen is not None  # noqa: S101
    if parts is None:
        parts = chain.parts = chain.parts or Neighbourhoods(chain.model, chain.random)
    plan = chain.model.picked(chain.chosen)
    free = chain.alive.intersection(parts.draw(plan).tolist())
    frozen = [index for index, value in enumerate(chain.chosen) if value and index not in free]
    found = chain.search.best(
        free.union(frozen),
        _lucky(chain, goal, free) if luck else goal,
        demands=demands,
        ceiling=None if luck else ceiling,
        start=chain.chosen,
        frozen=frozen,
        effort=parts.effort * chain.clock.limits.effort,
        seconds=chain.clock.left(),
        alone=True,
    )
    chain.clock.cut |= found.cut
    parts.told(exhausted=found.exhausted)
    return found


def wander(chain: Chain, goal: Goal, bound: int, prices: Floats | None = None) -> Iterator[Found]:
    """Free one part of the plan at a time until nothing gains any more.

    `prices`: reduced costs that say which columns are worth being offered; without them all are.
    """
    parts, idle = None if prices is None else offering(chain, SUM, prices), 0
    while idle < PATIENCE and chain.value(goal) < bound and not chain.clock.over():
        found = mend(chain, goal, bound, luck=goal.at_least is not None, parts=parts)
        gained = found.chosen is not None and goal.value(found.chosen) > chain.value(goal)
        if found.chosen is not None and goal.value(found.chosen) >= chain.value(goal):
            chain.adopt(found.chosen)  # another plan as good leads elsewhere
        yield Found(found.chosen, None, exhausted=False)
        idle = 0 if gained else idle + 1


def useful(proof: Vertex | None, bound: int) -> Floats | None:
    """Return the reduced costs of a proof; None if it is far from proving the bound that is known."""
    return proof.prices if proof is not None and proof.bound - bound <= POOR * abs(bound) else None


def offering(chain: Chain, manner: Manner, prices: Floats) -> Neighbourhoods:
    """Return the parts of the plan at hand in which columns of the best reduced costs are offered."""
    return Neighbourhoods(chain.model, chain.random, manner, prices, len(chain.model.picked(chain.chosen or ())))


def _lucky(chain: Chain, goal: Goal, free: set[int]) -> Goal:
    """Return a goal of which a unit outweighs what chance gives to the turns of a part."""
    terms = {index: weight * WORTH for index, weight in goal.terms}
    for index in sorted(free):
        if index < chain.columns:
            terms[index] = terms.get(index, 0) + chain.random.randrange(LUCK)
    return Goal(goal.tier, sorted(terms.items()))


def _together(model: Variables, place: dict[str, int]) -> Floats:
    """Return how many people wish each pair of spaces."""
    together = np.zeros((len(place), len(place)))
    wished: dict[str, set[int]] = {}
    for column in model.options.columns:
        wished.setdefault(column.applicant, set()).add(place[column.space])
    for spaces in wished.values():
        for one, other in combinations(sorted(spaces), 2):
            together[one, other] += 1
            together[other, one] += 1
    return together
