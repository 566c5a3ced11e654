"""The fairness levels in the model: which booleans say who reaches what, tied to the columns.

For one request let g_j be what column j gives, and t_1 < t_2 < … the totals a level asks for that she can
reach at all. Boolean u_i says «she has t_i at least»; u_1 ≥ u_2 ≥ …; and for each divisor d::

    Σ ⌈g_j / d⌉ · x_j  ≥  Σ_i (⌈t_i / d⌉ − ⌈t_{i−1} / d⌉) · u_i

is true of every plan, because Σ ⌈g_j / d⌉ x_j ≥ ⌈t_i / d⌉ whenever she has t_i. With d = 1 it defines u (so
does d = g where every column gives the same g); the largest g_j as divisor makes half a turn worth half a turn,
which keeps the linear bound tight.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from itertools import pairwise
from operator import itemgetter
from typing import TYPE_CHECKING, Protocol

from scheduler.variables import Goal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from scheduler.options import Column
    from scheduler.problem import Problem, Request
    from scheduler.variables import Terms


Step = tuple[int, int | None]
"""(the highest level reached with it, its boolean; None: reached before the plan gives anything)."""


class Climbed(Protocol):
    """What levels ask of a model: the turns of each applicant, and to take further variables and rows."""

    @property
    def problem(self) -> Problem:
        """The facts."""

    def column(self, index: int) -> Column:
        """Return what a variable stands for."""

    def of_applicant(self, applicant: str) -> list[int]:
        """Return an applicant's variables."""

    def boolean(self, meaning: Iterable[tuple[int, int]], least: int) -> int:
        """Make a variable for Σ weight · variable ≥ least."""

    def add(self, terms: Iterable[tuple[int, int]], *, low: int | None = None, high: int | None = None) -> None:
        """Demand low ≤ Σ coefficient · variable ≤ high."""


def level_goals(model: Climbed, most: Callable[[Request], int] | None = None) -> list[Goal]:
    """Return one goal a level, from the lowest to the highest anyone can reach.

    A level is left out when the same requests reach the next one: then both counts and bounds are equal.
    `most`: what no plan can give a request more than, if it is not to be read from the dates of the columns.
    """
    most = most or (lambda request: _most(model, request))
    ladders = [
        _ladder(model, request, most(request))
        for request in sorted(model.problem.requests, key=lambda request: request.applicant)
    ]
    levels = sorted({top for ladder in ladders for top, _ in ladder if top > 0})
    return [_goal(level, ladders) for level in levels]


def _goal(level: int, ladders: list[list[Step]]) -> Goal:
    """Count who reaches the level: the first step of a ladder that is high enough tells by what."""
    steps = [(ladder, bisect_left(ladder, level, key=itemgetter(0))) for ladder in ladders]
    reached = [ladder[step][1] for ladder, step in steps if step < len(ladder)]
    terms = [(boolean, 1) for boolean in reached if boolean is not None]
    return Goal("fairness", terms, len(reached) - len(terms), level)


def _ladder(model: Climbed, request: Request, most: int) -> list[Step]:
    """Return the steps one request can climb, lowest first, and post their rows."""
    applicant = model.problem.applicant(request.applicant)
    gains = {index: gain(model.problem, model.column(index)) for index in model.of_applicant(request.applicant)}
    meaning = list(gains.items())
    tops = {applicant.received // applicant.share: 0}
    turns = model.problem.most_turns(request.applicant)
    for total in _totals(set(gains.values()), turns, most):
        tops.setdefault((applicant.received + total) // applicant.share, total)
    first, *further = tops
    booleans = {top: model.boolean(meaning, tops[top]) for top in further}
    _tie(model, gains, [(tops[top], booleans[top]) for top in further])
    return [(first, None), *booleans.items()]


def gain(problem: Problem, column: Column) -> int:
    """Return what a column gives in the charter's measure."""
    if problem.charter.measure == "turns":
        return 1
    if problem.charter.measure == "periods":
        return column.length
    return problem.space(column.space).weight * sum(problem.periods[p].weight for p in column.periods)


def _most(model: Climbed, request: Request) -> int:
    """Return what no plan can give her more than: in each period the best she may hold, or a turn a period."""
    problem = model.problem
    if problem.charter.measure != "points":
        return len(problem.periods)
    best: dict[int, int] = {}
    for index in model.of_applicant(request.applicant):
        column = model.column(index)
        weight = problem.space(column.space).weight
        for period in column.periods:
            best[period] = max(best.get(period, 0), weight * problem.periods[period].weight)
    return sum(best.values())


def _totals(gains: set[int], turns: int, most: int) -> list[int]:
    """Return every total > 0 that at most `turns` gains can make, up to `most`, sorted (dates are left out).

    Bit n of `made` says that n units of the gains' common divisor can be made.
    """
    unit = math.gcd(*gains)
    if not unit:
        return []
    made, mask = 1, (1 << most // unit + 1) - 1
    for _ in range(turns):
        before = made
        for gain in gains:
            made |= before << gain // unit
        made &= mask
        if made == before:
            break
    return [number * unit for number in range(1, made.bit_length()) if made >> number & 1]


def _tie(model: Climbed, gains: dict[int, int], steps: list[tuple[int, int]]) -> None:
    """Post the rows of the module's docstring for one request; nothing to tie where no turn lifts her."""
    if not steps:
        return
    for (_, lower), (_, higher) in pairwise(steps):
        model.add([(lower, 1), (higher, -1)], low=0)
    worths = set(gains.values())
    divisors = worths if len(worths) == 1 else {1, max(worths, default=1)}
    for divisor in sorted(divisors):
        terms: Terms = [(index, -(-gain // divisor)) for index, gain in gains.items()]
        before = 0
        for total, boolean in steps:
            due = -(-total // divisor)
            terms.append((boolean, before - due))
            before = due
        model.add(terms, low=0)
