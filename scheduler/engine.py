"""A small 0/1 programme, goal after goal, by CP-SAT. For questions asked in passing: repair.

The programme is written as text and handed to CP-SAT's own core: its usual Python door loads pandas, and with it
two seconds go by before anything is solved. Variables that are settled beforehand never reach it. Runs are
reproducible: the workers take turns, the effort is counted in deterministic time, the seed is fixed.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ortools.sat.python import cp_model_helper as core

from scheduler.stopping import solve_within
from scheduler.variables import Goal, Row, Terms

WORKERS = 4
EFFORT = 2.0
"""Deterministic seconds one search may take, unless told otherwise."""
WIDEST = 2**40
"""The largest weight: far above, engines lose count."""
LOW, HIGH = -(2**63), 2**63 - 1


@dataclass(frozen=True, slots=True)
class Settled:
    """What one goal came to: `value`, and whether nothing larger is possible (`proven`)."""

    goal: Goal
    value: int
    proven: bool


@dataclass(slots=True)
class Programme:
    """Rows over 0/1 variables of which some are fixed; `chosen` is the best assignment so far, None before one.

    `impossible`: no assignment obeys the rows; None: not known yet.
    """

    rows: list[Row]
    fixed: Mapping[int, int]
    count: int
    seed: int = 0
    deadline: float = math.inf
    effort: float = EFFORT
    chosen: list[int] | None = None
    impossible: bool | None = None
    settled: list[Settled] = field(default_factory=list)
    _kept: list[Row] = field(default_factory=list)
    _names: dict[int, int] = field(default_factory=dict)
    _caps: dict[int, list[tuple[frozenset[int], int]]] = field(default_factory=dict)
    """By variable: sets of variables it is in of which so many at most can be 1."""

    def __post_init__(self) -> None:
        self._names = {v: n for n, v in enumerate(v for v in range(self.count) if v not in self.fixed)}
        for row in self.rows:
            self.demand(row.terms, row.low, row.high)

    def demand(self, terms: Terms, low: int | None, high: int | None) -> None:
        """Add a row; what is fixed is reckoned at once."""
        free, given = self._folded(terms)
        low = None if low is None else low - given
        high = None if high is None else high - given
        least = sum(weight for _, weight in free if weight < 0)
        most = sum(weight for _, weight in free if weight > 0)
        if (low is not None and most < low) or (high is not None and least > high):
            self.impossible = True
        elif (low is not None and low > least) or (high is not None and high < most):
            self._kept.append(Row(free, low, high))
            if high is not None and all(weight == 1 for _, weight in free):
                cap = frozenset(variable for variable, _ in free), high
                for variable in cap[0]:
                    self._caps.setdefault(variable, []).append(cap)

    def climb(self, goals: Sequence[Goal]) -> bool:
        """Make each goal as large as it can be, the earlier ones first; False if no assignment was found.

        Goals that follow each other are climbed at once while weights can keep them apart: a unit of one weighs
        more than all that the later ones can add up to, so the order is exact.
        """
        if self.chosen is None:
            self._solve([])
        waiting = list(goals)
        while waiting and self.chosen is not None:
            if self._barren(waiting[0]):
                goal = waiting.pop(0)
                self.settled.append(Settled(goal, goal.value(self.chosen), proven=True))
                continue
            batch = [waiting.pop(0)]
            span = self._span(batch[0])
            while waiting and batch[-1].share == 1 and span * self._span(waiting[0]) <= WIDEST:
                span *= self._span(waiting[0])
                batch.append(waiting.pop(0))
            self._settle(batch)
        return self.chosen is not None

    def _barren(self, goal: Goal) -> bool:
        """Tell whether nobody whose level is open reached the fairness level below: then nobody reaches this one."""
        below = self.settled[-1] if self.settled else None
        if below is None or not below.proven or goal.at_least is None or below.goal.at_least is None:
            return False
        chosen = self.chosen or ()
        return not any(chosen[variable] for variable, _ in self._folded(below.goal.terms)[0])

    def begin(self, chosen: list[int]) -> None:
        """Start from an assignment that obeys the rows."""
        self.chosen, self.impossible = chosen, False

    def late(self) -> bool:
        """Tell whether the wall clock has passed the deadline."""
        return time.monotonic() >= self.deadline

    def _settle(self, batch: Sequence[Goal]) -> None:
        """Climb some goals, then keep what they leave due."""
        terms: dict[int, int] = {}
        for goal in batch:
            span = self._span(goal)
            terms = {variable: weight * span for variable, weight in terms.items()}
            for variable, weight in self._folded(goal.terms)[0]:
                terms[variable] = terms.get(variable, 0) + weight
        proven = all(map(self._full, batch)) or (not self.late() and self._solve(sorted(terms.items())))
        for goal in batch:
            value = goal.value(self.chosen or ())
            self.settled.append(Settled(goal, value, proven))
            self.demand(goal.terms, goal.due(value) - goal.constant, None)

    def _span(self, goal: Goal) -> int:
        """Return how many values a goal can have, at most."""
        free = self._folded(goal.terms)[0]
        return 1 + self._most(free) + self._most([(variable, -weight) for variable, weight in free])

    def _most(self, free: Terms) -> int:
        """Return what the positive terms of free variables can add up to at most.

        Where a row says that only so many of them can be 1 (the turns of one person), these: the heaviest.
        """
        weights = {variable: weight for variable, weight in free if weight > 0}
        if not weights:
            return 0
        heaviest = sorted(weights.values(), reverse=True)
        caps = [most for among, most in self._caps.get(next(iter(weights)), ()) if among >= weights.keys()]
        return sum(heaviest[: max(0, min(caps, default=len(heaviest)))])

    def _full(self, goal: Goal) -> bool:
        """Tell whether a goal has all it could have, whatever the rows."""
        free, given = self._folded(goal.terms)
        ceiling = goal.constant + given + self._most(free)
        return goal.value(self.chosen or ()) >= ceiling

    def _folded(self, terms: Terms) -> tuple[Terms, int]:
        """Return the terms of free variables, and what the fixed ones add up to."""
        free = [(variable, weight) for variable, weight in terms if variable in self._names]
        given = sum(weight * self.fixed[variable] for variable, weight in terms if variable in self.fixed)
        return free, given

    def _solve(self, goal: Terms) -> bool:
        """Maximise some terms from the best assignment so far; True if the answer is final."""
        return self.impossible or self._search(goal, 1) or (not self.late() and self._search(goal, WORKERS))

    def _search(self, goal: Terms, workers: int) -> bool:
        """Search once: alone first, which proves most of what can be proven; then several in turns, which find more."""
        programme = core.CpModelProto()
        programme.parse_text_format(self._text(goal))
        left = max(0.05, self.deadline - time.monotonic())
        answer, _ = solve_within(left, self._parameters(workers), programme)
        if answer.status == core.CpSolverStatus.INFEASIBLE:
            self.impossible = self.chosen is None
            return True
        if answer.status in (core.CpSolverStatus.OPTIMAL, core.CpSolverStatus.FEASIBLE):
            self._adopt(list(answer.solution))
        return bool(answer.status == core.CpSolverStatus.OPTIMAL)

    def _adopt(self, solution: list[int]) -> None:
        chosen = [self.fixed.get(variable, 0) for variable in range(self.count)]
        for variable, name in self._names.items():
            chosen[variable] = int(solution[name])
        self.chosen, self.impossible = chosen, False

    def _parameters(self, workers: int) -> core.SatParameters:
        parameters = core.SatParameters()
        parameters.num_workers = workers
        parameters.interleave_search = workers > 1
        parameters.random_seed = self.seed
        parameters.catch_sigint_signal = False  # Ctrl-C ends the command, not only this search
        parameters.max_deterministic_time = self.effort
        return parameters

    def _text(self, goal: Terms) -> str:
        """Write the programme in the text format of CpModelProto."""
        parts = ["variables{domain:[0,1]}"] * len(self._names)
        for row in self._kept:
            low, high = (LOW if row.low is None else row.low), (HIGH if row.high is None else row.high)
            parts.append(f"constraints{{linear{{{self._sum(row.terms)} domain:[{low},{high}]}}}}")
        if goal:
            parts.append(f"objective{{{self._sum([(variable, -weight) for variable, weight in goal])}}}")
        if self.chosen is not None and self._names:
            values = ",".join(str(self.chosen[variable]) for variable in self._names)
            parts.append(f"solution_hint{{vars:[{','.join(map(str, self._names.values()))}] values:[{values}]}}")
        return "\n".join(parts)

    def _sum(self, terms: Terms) -> str:
        variables = ",".join(str(self._names[variable]) for variable, _ in terms)
        return f"vars:[{variables}] coeffs:[{','.join(str(weight) for _, weight in terms)}]"
