"""The goals in order: each is made as large as it can be, then kept while the next ones are improved.

Every bound is proven: by the relaxation's row prices, by a search that exhausted all columns that could
still matter, or because nobody can reach a level who does not reach the one below.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from scheduler.approach import dealt
from scheduler.attempts import EXACT, attempts
from scheduler.bounds import Bounds
from scheduler.limits import Clock
from scheduler.matching import match
from scheduler.matrix import Vertex
from scheduler.neighbourhoods import Neighbourhoods
from scheduler.relax import relaxation_of
from scheduler.search import Assignment, Found, Search
from scheduler.undated import Undated
from scheduler.variables import Goal, Variables

NEAR = 0.002
"""A tier other than fairness this near its bound is left there."""
NOISE = 1e-4
"""Random gains on the columns that lead to another corner: a plan's worth of them is far below one unit."""


@dataclass(frozen=True, slots=True)
class Reached:
    """A goal that is settled: no plan that keeps the goals before it has more than `bound`."""

    goal: Goal
    value: int
    bound: int


class Chain:
    """The state of one solve: the plan at hand, the goals settled, the columns that can still matter."""

    def __init__(
        self,
        model: Variables,
        goals: list[Goal],
        clock: Clock,
        search: Search,
        improved: Callable[[Chain], None],
        settled: Callable[[Chain], None],
        bounded: Callable[[Chain], None],
        outline: Undated | None = None,
        *,
        brief: bool = False,
    ) -> None:
        """Begin a solve.

        `outline`: what is known of the goals beside the relaxation; `brief`: it does instead of it, and what the plan
        lacks of the levels is sought for all of them at once, unless the relaxation has no solution with all of them.
        `short`: whether something was cut short by a share of the time, the clock itself going on.
        """
        self.model, self.goals, self.clock, self.search, self.outline = model, goals, clock, search, outline
        self.brief = brief and outline is not None
        self.short = outline is not None and outline.cut
        self.relaxation = relaxation_of(model, goals, search.seed)
        self.bounds = Bounds(goals, self.relaxation, clock, self._standing, outline=outline.bound if outline else None)
        if not self.brief:
            self.bounds.doubt()
        self.columns = len(model.options.columns)
        self.alive = set(range(model.count)) - model.closed
        self.pool: set[int] = set()
        self.chosen: Assignment | None = None
        self.reached: list[Reached] = []
        self._improved, self._settled, self._bounded = improved, settled, bounded
        self.random = random.Random(search.seed)  # noqa: S311 (repeatable on purpose)
        self.parts: Neighbourhoods | None = None

    def run(self) -> None:
        """Settle every goal, or as many as time allows."""
        for number, goal in enumerate(self.goals):
            if self.clock.over():
                return
            if goal.at_least is not None and (number == 0 or self.goals[number - 1].at_least is None):
                self._dive(number)
            self._settle(number)

    def known(self, other: Assignment | None = None) -> list[Reached]:
        """Return what is proven of every goal, settled or not, given what the plan at hand reaches before it.

        Who reaches a level reaches the one below: of a level nothing is known of, that one's bound holds.
        `other`: given what that plan reaches instead; only while nothing is settled.
        """
        reached = self._standing if other is None else lambda goal: goal.value(other)
        known = list(self.reached)
        for number, goal in enumerate(self.goals[len(known) :], len(known)):
            bound = self.bounds.of(number, reached)
            if bound is None and known and None not in (goal.at_least, known[-1].goal.at_least):
                bound = known[-1].bound
            if bound is not None:
                known.append(Reached(goal, reached(goal), bound))
        return known

    def first(self) -> bool:
        """Find any plan that obeys the rules; False if none was found (`found.exhausted`: there is none)."""
        if not any(row.low is not None and row.low > 0 for row in self.search.rows):
            self.adopt(self.model.settled(()))
            return True
        easy = dealt(self) if len(self.alive) > EXACT else None  # a search over a million columns takes 20 GB
        if easy is not None:
            self.adopt(easy)
            return True
        found = self.search.best(self.alive, effort=100.0, seconds=self.clock.left())
        self.clock.cut |= found.cut
        if found.chosen is not None:
            self.adopt(found.chosen)
        return found.chosen is not None or not found.exhausted

    def adopt(self, chosen: Assignment) -> None:
        """Take a plan as the one at hand."""
        picked = self.model.picked(chosen)
        self.chosen = self.model.settled(picked)
        self.pool.update(picked)
        self.relaxation.include(picked)
        self._improved(self)

    def value(self, goal: Goal) -> int:
        """Return what the plan at hand reaches."""
        assert self.chosen is not None  # noqa: S101 (first() comes before)
        return goal.value(self.chosen)

    def _standing(self, goal: Goal) -> int:
        """Return what a goal was settled at, or what the plan at hand reaches of it."""
        return next((step.value for step in self.reached if step.goal is goal), self.value(goal))

    def may_pass(self, goal: Goal) -> bool:
        """Tell whether the relaxation leaves room for more of a goal than the plan at hand has."""
        vertex = self.relaxation.bound(goal, self.clock.left())
        return vertex is None or vertex.floor > self.value(goal)

    def _dive(self, first: int) -> None:
        """Bound every level by the relaxation alone, look for one plan that has all bounds, bound the other tiers.

        Where no solution has all that the outline tells, the relaxation tells more.
        """
        levels: list[int] = []
        for number in self.bounds.dive(first):
            goal = self.goals[number]
            self._learn(number)
            self._improved(self)
            if goal.at_least is None:
                continue
            if number == first and not self.brief and self.value(goal) < self._bound(number):
                self.look(self.pool, goal, ceiling=self._bound(number), effort=0.1)
            levels.append(number)
            if number + 1 == len(self.goals) or self.goals[number + 1].at_least is None:
                self._bounded(self)
                came = match(self, [(self.goals[number], self.bounds.aims[number]) for number in levels])
                if came == "barred" and self.brief:
                    self.brief = False
                    self.bounds.doubt()
                    self._dive(first)
                    return
                if self.brief:  # what is left of the time is better spent on the plan of a part
                    break
                if came != "there":
                    self.bounds.follow(first)
        self._bounded(self)
        self.bounds.rise(first)

    def _learn(self, number: int) -> None:
        """Count on the columns of the corner that proved a goal's bound."""
        proof = self.bounds.proofs.get(number)
        if proof is not None:
            self.pool |= proof.support(self.columns) & self.alive

    def _settle(self, number: int) -> None:
        """Raise a goal as far as it goes and keep it there."""
        goal = self.goals[number]
        self.bounds.refresh(number)
        self._learn(number)
        for found in attempts(self, number, self._bound(number)):
            if found.bound is not None:
                self.bounds.lower(number, found.bound)
            if self.value(goal) >= self._bound(number) or self.clock.over():
                break
        value = self.value(goal)
        self._keep(number, Reached(goal, value, max(value, self._bound(number))))

    def _bound(self, number: int) -> int:
        """Return the bound of a goal; without a proof, what no assignment can exceed."""
        bound = self.bounds.of(number)
        return self.goals[number].ceiling if bound is None else bound

    def _keep(self, number: int, reached: Reached) -> None:
        """Make a value a demand on everything after, and drop the columns no such plan can hold."""
        self.reached.append(reached)
        due = reached.goal.due(reached.value)
        self.search.keep(reached.goal, due)
        self.relaxation.keep(reached.goal, due)
        hopeless = self.alive.intersection(self.bounds.hopeless(number, due))
        self.bounds.exclude(hopeless)
        self.relaxation.exclude(hopeless)
        self.alive.difference_update(hopeless)
        self.pool.difference_update(hopeless)
        self._improved(self)
        self._settled(self)

    def near(self, goal: Goal, bound: int) -> bool:
        """Tell whether what is left to gain is not worth a long search; for fairness it always is."""
        return goal.at_least is None and bound - self.value(goal) <= bound * NEAR

    def widen(self, goal: Goal, count: int = 1) -> None:
        """Add the support of further optimal vertices to the pool."""
        for corner in self.corners(goal, count):
            self.pool |= corner.support(self.columns) & self.alive

    def corners(self, goal: Goal, count: int) -> list[Vertex]:
        """Return some optimal vertices of the relaxation, told apart by small random gains."""
        chances = [np.random.default_rng(self.random.randrange(2**31)) for _ in range(count)]
        noises = [chance.random(self.columns) * NOISE for chance in chances]
        return self.relaxation.corners(goal, noises, self.clock.left())

    def look(
        self,
        columns: set[int],
        goal: Goal | None,
        *,
        demands: list[tuple[Goal, int]] | None = None,
        ceiling: int | None = None,
        frozen: list[int] | None = None,
        effort: float = 1.0,
    ) -> Found:
        """Search over some columns and what the plan at hand holds; adopt what is found unless it is behind."""
        assert self.chosen is not None  # noqa: S101
        booleans = {index for index in self.alive if index >= self.columns}
        allowed = {index for index in columns if index < self.columns} | booleans
        allowed |= {index for index, value in enumerate(self.chosen) if value}
        found = self.search.best(
            allowed,
            goal,
            demands=demands or (),
            ceiling=ceiling,
            start=None if demands else self.chosen,
            frozen=frozen or (),
            near=NEAR / 2 if goal and goal.at_least is None and len(self.alive) > EXACT and not demands else 0.0,
            effort=effort * self.clock.limits.effort,
            seconds=self.clock.left(),
        )
        self.clock.cut |= found.cut
        if found.chosen is not None and (demands or not self._behind(found.chosen)):
            self.adopt(found.chosen)
        return found

    def _behind(self, chosen: Assignment) -> bool:
        """Tell whether a plan has less than the one at hand of the first goal in which they differ."""
        return [goal.value(chosen) for goal in self.goals] < [self.value(goal) for goal in self.goals]
