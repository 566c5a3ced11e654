"""CP-SAT on some of the columns: the plan at hand made better, or proven best among those columns.

Runs are reproducible: the workers take turns (`interleave_search`), the effort is counted in CP-SAT's own
deterministic time and the seed is fixed. Wall time only cuts a run short, and `cut` says so.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ortools.sat.python import cp_model_helper as engine

from scheduler.lowering import Lowered, lower
from scheduler.matrix import Matrix
from scheduler.stopping import solve_within
from scheduler.variables import Goal, Row

WORKERS = 12
"""Subsolvers taking turns when any plan will do, whatever the number of cores: below twelve CP-SAT leaves out
the local searches that find one fastest."""
LINEAR = ("max_lp", "reduced_costs")
"""Subsolvers taking turns when a goal is maximised: the two that live on the linear relaxation, which is
nearly exact here, prove in a third of the time of the whole choir."""

FEW = 3_000
"""Above so many variables a goal far from its bound needs the local searches of the whole choir."""

Assignment = list[int]
"""0 or 1 for each variable of the model."""


@dataclass(frozen=True, slots=True)
class Found:
    """What one run gave: the best assignment, or None; `bound`: no assignment of the columns searched has
    more; `exhausted`: nothing was left to look at; `cut`: the wall clock ended it.
    """

    chosen: Assignment | None
    bound: int | None
    exhausted: bool
    cut: bool = False


@dataclass(slots=True)
class Search:
    """The rows of the model and of the goals kept, ready to be searched over any subset of columns."""

    count: int
    rows: list[Row]
    seed: int = 0
    workers: int = WORKERS
    _matrix: Matrix = field(init=False)
    _kept: Matrix = field(default_factory=Matrix)

    def __post_init__(self) -> None:
        self._matrix = Matrix(self.rows)

    def keep(self, goal: Goal, value: int) -> None:
        """Demand goal ≥ value from now on."""
        self._kept.append(Row(goal.terms, value - goal.constant, None))

    def rows_kept(self) -> tuple[Matrix, Matrix]:
        """Return the rows of the model, and those of the goals kept."""
        return self._matrix, self._kept

    def best(
        self,
        allowed: Iterable[int],
        goal: Goal | None = None,
        *,
        demands: Sequence[tuple[Goal, int]] = (),
        ceiling: int | None = None,
        start: Assignment | None = None,
        frozen: Iterable[int] = (),
        effort: float = 10.0,
        seconds: float = math.inf,
        presolve: bool = True,
        near: float = 0.0,
        alone: bool = False,
    ) -> Found:
        """Maximise the goal (None: any assignment will do) over the allowed variables, all others 0.

        `demands` are goals with the least value wanted, `ceiling` a proven bound of the goal, `start` an
        assignment to improve on, `frozen` allowed variables that stay 1, `effort` deterministic seconds,
        `near` the share of the bound that may be missed, `alone`: one worker on the linear relaxation, for columns
        on which that is nearly a plan.
        """
        wanted = [Row(one.terms, value - one.constant, None) for one, value in demands]
        if goal is not None and ceiling is not None:
            wanted.append(Row(goal.terms, None, ceiling - goal.constant))
        lowered = self.model(allowed, wanted, frozen)
        if lowered is None:
            return Found(None, None, exhausted=True)
        if goal is not None:
            lowered.maximise(goal.terms)
        if start is not None:
            lowered.hint(start)
        parameters = self._parameters(effort)
        parameters.cp_model_presolve = presolve
        parameters.relative_gap_limit = near
        _staff(parameters, goal, 0 if alone else len(lowered.names), quick=bool(demands) and not alone)
        answer, cut = solve_within(seconds, parameters, lowered.programme)
        return self._found(answer, lowered, goal, cut=cut)

    def model(self, allowed: Iterable[int], wanted: Sequence[Row] = (), frozen: Iterable[int] = ()) -> Lowered | None:
        """Return the rows over the allowed variables, all others being 0; None if they cannot all hold."""
        return lower(self.count, (self._matrix, self._kept, Matrix(wanted)), allowed, frozen)

    def _parameters(self, effort: float) -> engine.SatParameters:
        parameters = engine.SatParameters()
        parameters.num_workers = self.workers
        parameters.interleave_search = self.workers > 1  # one worker taking turns with itself can abort (or-tools)
        parameters.random_seed = self.seed
        parameters.catch_sigint_signal = False  # Ctrl-C ends the command, not only this search
        parameters.max_deterministic_time = effort
        return parameters

    def _found(self, answer: engine.CpSolverResponse, lowered: Lowered, goal: Goal | None, *, cut: bool) -> Found:
        if answer.status == engine.CpSolverStatus.INFEASIBLE:
            return Found(None, None, exhausted=True)
        if answer.status not in (engine.CpSolverStatus.OPTIMAL, engine.CpSolverStatus.FEASIBLE):
            # Stopped before it looked at anything, the engine answers with a bound of 0 that it never proved.
            return Found(None, None, exhausted=False, cut=cut)
        bound = None
        if goal is not None and math.isfinite(answer.best_objective_bound):
            bound = goal.constant + math.floor(answer.best_objective_bound + 1e-6)
        chosen = lowered.assignment(answer.solution)
        ended = answer.status == engine.CpSolverStatus.OPTIMAL
        exhausted = ended and (goal is None or bound is None or goal.value(chosen) >= bound)
        return Found(chosen, bound, exhausted, cut)


def _staff(parameters: engine.SatParameters, goal: Goal | None, size: int, *, quick: bool) -> None:
    """Name who searches: the whole choir for any plan at all, else those that live on the linear relaxation.

    A sum over the columns is raised fastest by one of them alone, if there are few.
    """
    if goal is None:
        return
    if quick or goal.at_least is not None:
        parameters.num_workers = len(LINEAR)
        parameters.subsolvers.extend(LINEAR)
    elif size < FEW:
        parameters.num_workers = 1
        parameters.interleave_search = False
        parameters.linearization_level = 2
