"""The goals in order: each is made as large as it can be, then kept while the next ones are improved.

Every bound is proven: by the relaxation's row prices, by a search that exhausted all columns that could
still matter, or because nobody can reach a level who does not reach the one below.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from scheduler.limits import Clock
from scheduler.neighbourhoods import neighbourhoods
from scheduler.relax import Relaxation, Vertex, spread
from scheduler.search import Assignment, Found, Search
from scheduler.variables import Goal, Variables

EXACT = 6_000
"""So many columns are searched as a whole; more only after reduced costs have thinned them out."""
THIN = 25_000
"""The most columns a search for the last few units is given."""
VERTICES = 3
"""Further corners of the relaxation whose support joins the pool before a goal is given up on it."""
NEAR = 0.002
"""A tier other than fairness this near its bound is left there."""
NOISE = 1e-4
"""Random gains on the columns that lead to another corner: a plan's worth of them is far below one unit."""
PATIENCE = 24
"""Neighbourhoods tried without gain before a goal is left as it is."""


@dataclass(frozen=True, slots=True)
class Reached:
    """A goal that is settled: no plan that keeps the goals before it has more than `bound`."""

    goal: Goal
    value: int
    bound: int


@dataclass(slots=True)
class _Guess:
    """A goal's bound, proven if the goals before it have the values it was computed with."""

    bound: int
    vertex: Vertex | None


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
    ) -> None:
        self.model, self.goals, self.clock, self.search = model, goals, clock, search
        self.relaxation = Relaxation(model)
        self.columns = len(model.options.columns)
        self.alive = set(range(model.count)) - model.closed
        self.pool: set[int] = set()
        self.chosen: Assignment | None = None
        self.reached: list[Reached] = []
        self.pending: Reached | None = None
        self._improved, self._settled = improved, settled
        self._random = random.Random(search.seed)  # noqa: S311 (repeatable on purpose)

    def run(self) -> None:
        """Settle every goal, or as many as time allows."""
        guesses: dict[int, _Guess] = {}
        for number, goal in enumerate(self.goals):
            if self.clock.over():
                return
            if goal.at_least is not None and (number == 0 or self.goals[number - 1].at_least is None):
                guesses = self._dive(number)
            guess = guesses.get(number)
            self._settle(goal, guess)
            if guess is not None and self.reached[-1].value != guess.bound:
                guesses = {}
                for later in self.goals[number + 1 :]:
                    self.relaxation.release(later)

    def first(self) -> bool:
        """Find any plan that obeys the rules; False if none was found (`found.exhausted`: there is none)."""
        if not any(row.low is not None and row.low > 0 for row in self.search.rows):
            self.adopt(self.model.settled(()))
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
        self._improved(self)

    def value(self, goal: Goal) -> int:
        """Return what the plan at hand reaches."""
        assert self.chosen is not None  # noqa: S101 (first() comes before)
        return goal.value(self.chosen)

    def may_pass(self, goal: Goal) -> bool:
        """Tell whether the relaxation leaves room for more of a goal than the plan at hand has."""
        vertex = self.relaxation.bound(goal, self.clock.left())
        return vertex is None or vertex.floor > self.value(goal)

    def _dive(self, first: int) -> dict[int, _Guess]:
        """Walk up the fairness levels by the relaxation alone, then look for one plan that has all the bounds."""
        guesses: dict[int, _Guess] = {}
        before: int | None = None
        for number, goal in enumerate(self.goals[first:], first):
            if goal.at_least is None or self.clock.over():
                break
            guesses[number] = self._guess(goal, before)
            before = guesses[number].bound
            self.relaxation.keep(goal, before)
            if number == first and self.value(goal) < before:
                self.look(self.pool, goal, ceiling=before, effort=0.1)
        demands = [(self.goals[number], guess.bound) for number, guess in guesses.items()]
        for widening in range(VERTICES):
            if self.clock.over() or all(self.value(goal) >= due for goal, due in demands):
                break
            if widening:
                self._widen(demands[-1][0])
            self.look(self.pool, None, demands=demands, effort=1.0 if widening else 0.1)
        return guesses

    def _guess(self, goal: Goal, before: int | None) -> _Guess:
        """Bound a goal by the relaxation; `before`: the bound of the level below, which is one of this too."""
        if before is not None and before <= goal.constant:
            return _Guess(goal.constant, None)
        ceiling = goal.ceiling if before is None else min(before, goal.ceiling)
        if self.value(goal) >= ceiling:
            return _Guess(ceiling, None)
        vertex = self.relaxation.bound(goal, self.clock.left())
        if vertex is None:
            return _Guess(ceiling, None)
        self.pool |= vertex.support(self.columns) & self.alive
        return _Guess(min(ceiling, vertex.floor), vertex)

    def _settle(self, goal: Goal, guess: _Guess | None) -> None:
        """Raise a goal as far as it goes and keep it there."""
        if guess is None:
            last = self.reached[-1] if self.reached else None
            below = last is not None and last.goal.at_least is not None and goal.at_least is not None
            guess = self._guess(goal, last.bound if last is not None and below else None)
        bound = guess.bound
        self.pending = Reached(goal, self.value(goal), bound)
        for found in self._attempts(goal, guess):
            if found.bound is not None:
                bound = min(bound, found.bound)
            if self.value(goal) >= bound or self.clock.over():
                break
        value = self.value(goal)
        self._keep(Reached(goal, value, max(value, bound)), guess.vertex)

    def _keep(self, reached: Reached, vertex: Vertex | None) -> None:
        """Make a value a demand on everything after, and drop the columns no such plan can hold."""
        self.reached.append(reached)
        self.pending = None
        due = reached.goal.due(reached.value)
        self.search.keep(reached.goal, due)
        self.relaxation.keep(reached.goal, due)
        if vertex is not None:
            hopeless = vertex.cannot_reach(due)
            self.relaxation.exclude(hopeless)
            self.alive.difference_update(hopeless)
            self.pool.difference_update(hopeless)
        self._improved(self)
        self._settled(self)

    def _attempts(self, goal: Goal, guess: _Guess) -> Iterator[Found]:
        """Try what is cheap first; `bound` of what is yielded holds for all plans."""
        if self.value(goal) >= guess.bound:
            return
        if len(self.alive) > EXACT:
            corner = guess.vertex.support(self.columns) & self.alive if guess.vertex else self.pool
            for columns in (corner, self.pool, self.pool):
                found = self.look(columns, goal, ceiling=guess.bound, effort=0.5)
                yield Found(found.chosen, None, exhausted=False)
                if self._near(goal, guess.bound):
                    break
                self._widen(goal)
        hopeful = self._hopeful(goal, guess.vertex)
        if len(hopeful) <= THIN:
            found = self.look(hopeful, goal, ceiling=guess.bound)
            yield Found(found.chosen, found.bound, found.exhausted)
        if not self._near(goal, guess.bound):
            yield from self._wander(goal, guess)

    def _near(self, goal: Goal, bound: int) -> bool:
        """Tell whether what is left to gain is not worth a long search; for fairness it always is."""
        return goal.at_least is None and bound - self.value(goal) <= bound * NEAR

    def _hopeful(self, goal: Goal, vertex: Vertex | None) -> set[int]:
        """Return what a plan with one unit more than the plan at hand can hold."""
        if vertex is None:
            return set(self.alive)
        return self.alive - set(vertex.cannot_reach(self.value(goal) + 1))

    def _wander(self, goal: Goal, guess: _Guess) -> Iterator[Found]:
        """Free one part of the plan at a time, over all columns, until nothing gains any more."""
        idle = 0
        while idle < PATIENCE and not self.clock.over():
            for area in neighbourhoods(self.model, self._random):
                before = self.value(goal)
                picked = set(self.model.picked(self.chosen or []))
                free = {index for index in area if index in self.alive}
                found = self.look(free | picked, goal, ceiling=guess.bound, frozen=sorted(picked - free), effort=0.1)
                yield Found(found.chosen, None, exhausted=False)
                idle = 0 if self.value(goal) > before else idle + 1
                if idle >= PATIENCE:
                    return

    def _widen(self, goal: Goal) -> None:
        """Add the support of another optimal vertex to the pool."""
        noise = np.random.default_rng(self._random.randrange(2**31)).random(self.columns)
        vertex = self.relaxation.maximise(spread(goal.terms, noise, NOISE), seconds=self.clock.left())
        if vertex is not None:
            self.pool |= vertex.support(self.columns) & self.alive

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
        """Search over some columns and what the plan at hand holds; adopt what is found."""
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
            effort=effort * self.clock.limits.effort,
            seconds=self.clock.left(),
        )
        self.clock.cut |= found.cut
        if found.chosen is not None:
            self.adopt(found.chosen)
        return found
