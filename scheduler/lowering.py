"""Rows over some of the variables, lowered to CP-SAT's own messages.

The usual door to CP-SAT loads a data-frame library, and with it two seconds go by; and it takes terms one by one.
Here whole rows are cut out of the arrays: what is not allowed is 0 and leaves them, what is frozen is 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from ortools.sat.python import cp_model_helper as engine

from scheduler.matrix import Floats, Matrix, Numbers
from scheduler.variables import Terms

LEAST, MOST = -(2**62), 2**62


@dataclass(frozen=True, slots=True)
class Lowered:
    """`names[n]`: the variable of the model that is number n of the programme; `place`: the other way, −1 if none.

    `frozen`: the variables that are 1 whatever the programme says.
    """

    programme: engine.CpModelProto
    names: Numbers
    place: Numbers
    frozen: Numbers

    def maximise(self, terms: Terms) -> None:
        """Set the goal; what is frozen adds to it."""
        kept = [(int(self.place[index]), weight) for index, weight in terms if self.place[index] >= 0]
        self.programme.objective.vars.extend([number for number, _ in kept])
        self.programme.objective.coeffs.extend([-weight for _, weight in kept])
        ones = set(self.frozen.tolist())
        self.programme.objective.offset = -float(sum(weight for index, weight in terms if index in ones))
        self.programme.objective.scaling_factor = -1.0

    def hint(self, start: Sequence[int]) -> None:
        """Tell an assignment to start from."""
        self.programme.solution_hint.vars.extend(range(len(self.names)))
        self.programme.solution_hint.values.extend([start[index] for index in self.names.tolist()])

    def assignment(self, solution: Sequence[int]) -> list[int]:
        """Return a solution of the programme as 0 or 1 for each variable of the model."""
        chosen = np.zeros(len(self.place), dtype=np.int64)
        chosen[self.names] = np.array(list(solution), dtype=np.int64)
        chosen[self.frozen] = 1
        found: list[int] = chosen.tolist()
        return found


def lower(count: int, rows: Iterable[Matrix], allowed: Iterable[int], frozen: Iterable[int]) -> Lowered | None:
    """Return the rows over the allowed variables, of which the frozen ones stay 1; None if a row can never hold."""
    ones = np.array(sorted(frozen), dtype=np.int64)
    names = np.setdiff1d(np.fromiter(allowed, dtype=np.int64), ones)
    place, there = np.full(count, -1, dtype=np.int64), np.zeros(count)
    place[names] = np.arange(len(names))
    there[ones] = 1.0
    programme = engine.CpModelProto()
    for _ in range(len(names)):
        programme.variables.add().domain.extend((0, 1))
    for matrix in rows:
        if not _post(programme, matrix, place, matrix.times(there)):
            return None
    return Lowered(programme, names, place, ones)


def _post(programme: engine.CpModelProto, matrix: Matrix, place: Numbers, frozen: Floats) -> bool:
    """Add rows, in the form CP-SAT reads best; those that no assignment can break are left out.

    `frozen`: what the variables that stay 1 bring to each row.
    """
    low, high = matrix.low - frozen, matrix.high - frozen
    inside = place[matrix.column] >= 0
    row, column = matrix.row[inside], place[matrix.column[inside]]
    weight = matrix.weight[inside].astype(np.int64)
    least = np.bincount(row, weights=np.minimum(weight, 0), minlength=matrix.count)
    most = np.bincount(row, weights=np.maximum(weight, 0), minlength=matrix.count)
    if (most < low).any() or (least > high).any():
        return False
    size = np.bincount(row, minlength=matrix.count)
    plain = (np.bincount(row, weights=weight == 1, minlength=matrix.count) == size) & (high == 1)
    plain &= low <= 0
    ends = np.cumsum(size)
    for number in np.flatnonzero((most > high) | (least < low)).tolist():
        here = slice(int(ends[number] - size[number]), int(ends[number]))
        if plain[number]:
            programme.constraints.add().at_most_one.literals.extend(column[here].tolist())
        else:
            line = programme.constraints.add().linear
            line.vars.extend(column[here].tolist())
            line.coeffs.extend(weight[here].tolist())
            line.domain.extend((_whole(low[number], LEAST), _whole(high[number], MOST)))
    return True


def _whole(side: float, otherwise: int) -> int:
    return int(side) if np.isfinite(side) else otherwise
