"""CP-SAT on a few thousand variables, started in a quarter of a second.

The usual door to CP-SAT loads a data-frame library that takes longer than the answer may; this one speaks to the
engine's own messages. Frozen variables are folded into the rows.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model_helper as engine

from scheduler.variables import Goal, Row, Terms

LEAST, MOST = -(2**62), 2**62


@dataclass(frozen=True, slots=True)
class Result:
    """`chosen`: the best assignment found (0 or 1 a variable); `exhausted`: none is better, or none exists."""

    chosen: list[int] | None
    exhausted: bool


class Light:
    """Rows over free variables, asked again and again with other goals and demands.

    `frozen` variables are 1; those neither free nor frozen are 0.
    """

    def __init__(self, count: int, rows: Sequence[Row], free: Iterable[int], frozen: Iterable[int]) -> None:
        self._free = sorted(free)
        self._place = {variable: place for place, variable in enumerate(self._free)}
        self._frozen = frozenset(frozen)
        self._count = count
        self._base = engine.CpModelProto()
        for _ in self._free:
            self._base.variables.add().domain.extend((0, 1))
        self.broken = not all(self._post(self._base, row.terms, row.low, row.high) for row in rows)

    def _post(self, model: engine.CpModelProto, terms: Terms, low: int | None, high: int | None) -> bool:
        """Add a row; False if what is frozen breaks it already."""
        constant = sum(weight for variable, weight in terms if variable in self._frozen)
        kept = [(self._place[variable], weight) for variable, weight in terms if variable in self._place]
        least = constant + sum(weight for _, weight in kept if weight < 0)
        most = constant + sum(weight for _, weight in kept if weight > 0)
        if (low is None or least >= low) and (high is None or most <= high):
            return True
        if (low is not None and most < low) or (high is not None and least > high):
            return False
        row = model.constraints.add().linear
        row.vars.extend([place for place, _ in kept])
        row.coeffs.extend([weight for _, weight in kept])
        row.domain.extend((LEAST if low is None else low - constant, MOST if high is None else high - constant))
        return True

    def best(
        self,
        goal: Goal | None,
        demands: Sequence[tuple[Goal, int]],
        hint: Sequence[int],
        seconds: float,
        effort: float,
    ) -> Result:
        """Maximise a goal (None: anything will do) with each demanded goal at least at its value."""
        if self.broken or seconds <= 0:
            return Result(None, exhausted=self.broken)
        model = engine.CpModelProto()
        model.copy_from(self._base)
        for wanted, value in demands:
            if not self._post(model, wanted.terms, value - wanted.constant, None):
                return Result(None, exhausted=True)
        if goal is not None:
            kept = [(self._place[variable], weight) for variable, weight in goal.terms if variable in self._place]
            model.objective.vars.extend([place for place, _ in kept])
            model.objective.coeffs.extend([-weight for _, weight in kept])
            model.objective.scaling_factor = -1.0
        model.solution_hint.vars.extend(range(len(self._free)))
        model.solution_hint.values.extend([hint[variable] for variable in self._free])
        return self._answer(model, seconds, effort)

    def _answer(self, model: engine.CpModelProto, seconds: float, effort: float) -> Result:
        solver = engine.SolveWrapper()
        solver.set_parameters(_parameters(seconds, effort))
        response = solver.solve(model)  # type: ignore[no-untyped-call]
        if response.status == engine.CpSolverStatus.INFEASIBLE:
            return Result(None, exhausted=True)
        if response.status not in (engine.CpSolverStatus.OPTIMAL, engine.CpSolverStatus.FEASIBLE):
            return Result(None, exhausted=False)
        chosen = [0] * self._count
        for variable in self._frozen:
            chosen[variable] = 1
        for place, variable in enumerate(self._free):
            chosen[variable] = int(response.solution[place])
        return Result(chosen, exhausted=response.status == engine.CpSolverStatus.OPTIMAL)


def _parameters(seconds: float, effort: float) -> engine.SatParameters:
    """Return the settings of a run: one worker on the linear relaxation, which is nearly exact here.

    Several workers taking turns abort on a hint that breaks a row (OR-Tools 9.15: «fixed_search != nullptr»).
    """
    parameters = engine.SatParameters()
    parameters.num_workers = 1
    parameters.linearization_level = 2
    parameters.random_seed = 1
    parameters.catch_sigint_signal = False  # Ctrl-C ends the command, not only this search
    parameters.max_deterministic_time = effort
    if seconds < math.inf:
        parameters.max_time_in_seconds = seconds
    return parameters
