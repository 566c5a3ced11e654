"""Rows as parallel arrays, and the bound that row prices prove.

The bound is not an engine's word: it is computed here from row prices y alone, and is right whatever y is
(weak duality)::

    Σ c_j x_j ≤ Σ_i max(y_i · low_i, y_i · high_i) + Σ_j max(0, c_j − Σ_i y_i a_ij) · upper_j
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from scheduler.variables import Row, Terms

ROUNDING = 1e-6
"""Added before rounding a bound down: far above the float error of the sum, far below one unit."""

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]


Key = tuple[str, int | None]
"""What names a goal: its tier, and the fairness level."""


@dataclass(frozen=True, slots=True)
class Vertex:
    """A solution of the relaxation. `bound` holds for every plan; `prices` are c_j − Σ y_i a_ij.

    `corner`: it lies in a corner, where few variables are not zero, and not in the interior of a face.
    `kept`: for each goal kept, what a unit less of it would add to the bound, and the sum demanded of it.
    `rows`: the price of each row of the model.
    """

    bound: float
    values: Floats
    prices: Floats
    corner: bool = True
    kept: dict[Key, tuple[float, float]] = field(default_factory=dict)
    rows: Floats = field(default_factory=lambda: np.zeros(0))

    @property
    def floor(self) -> int:
        """The bound for whole numbers."""
        return math.floor(self.bound + ROUNDING)

    def bound_if(self, demanded: Mapping[Key, int]) -> float:
        """Return the bound that the same row prices prove if the goals kept had these sums demanded of them.

        Infinite if it rests on a goal of which nothing is demanded; what every sum has (0 or less) rests on nothing.
        """
        if any(price > ROUNDING and low > 0 and key not in demanded for key, (price, low) in self.kept.items()):
            return math.inf
        return self.bound + sum(price * (low - demanded.get(key, low)) for key, (price, low) in self.kept.items())

    def support(self, count: int) -> set[int]:
        """Return which of the first `count` variables are not zero; nothing can be learnt from an interior."""
        return set(np.flatnonzero(self.values[:count] > ROUNDING).tolist()) if self.corner else set()

    def cannot_reach(self, value: int, bound: float | None = None) -> list[int]:
        """Return the variables that are 0 in every plan that reaches the value (reduced-cost fixing)."""
        bound = self.bound if bound is None else bound
        hopeless: list[int] = np.flatnonzero(bound + self.prices < value - ROUNDING).tolist()
        return hopeless


class Matrix:
    """The rows low ≤ Σ weight · variable ≤ high in parallel arrays, growing at the end."""

    def __init__(self, rows: Sequence[Row] = ()) -> None:
        self.count = 0
        self.low: Floats = np.empty(0)
        self.high: Floats = np.empty(0)
        self.row: Numbers = np.empty(0, dtype=np.int64)
        self.column: Numbers = np.empty(0, dtype=np.int64)
        self.weight: Floats = np.empty(0)
        self.extend(rows)

    def append(self, row: Row) -> None:
        """Add one row."""
        self.extend((row,))

    def extend(self, rows: Sequence[Row]) -> None:
        """Add rows."""
        lengths = [len(row.terms) for row in rows]
        numbers = np.repeat(np.arange(self.count, self.count + len(rows)), lengths)
        terms = np.array([term for row in rows for term in row.terms], dtype=np.int64).reshape(-1, 2)
        low = [-math.inf if row.low is None else float(row.low) for row in rows]
        high = [math.inf if row.high is None else float(row.high) for row in rows]
        self.low = np.concatenate([self.low, low])
        self.high = np.concatenate([self.high, high])
        self.row = np.concatenate([self.row, numbers])
        self.column = np.concatenate([self.column, terms[:, 0]])
        self.weight = np.concatenate([self.weight, terms[:, 1].astype(np.float64)])
        self.count += len(rows)

    def times(self, x: Floats) -> Floats:
        """Return Σ_j a_ij x_j for each row i."""
        return np.bincount(self.row, weights=self.weight * x[self.column], minlength=self.count).astype(np.float64)

    def transposed_times(self, y: Floats, count: int) -> Floats:
        """Return Σ_i y_i a_ij for each of `count` columns j."""
        return np.bincount(self.column, weights=self.weight * y[self.row], minlength=count).astype(np.float64)

    def certified(self, costs: Floats, upper: Floats, prices: Floats) -> tuple[float, Floats]:
        """Return the bound of max Σ cost · variable that row prices prove, and the columns' reduced costs."""
        y = self.signed(prices)
        reduced = costs - self.transposed_times(y, len(costs))
        return float(self.worth(y).sum() + (np.maximum(reduced, 0.0) * upper).sum()), reduced

    def signed(self, prices: Floats) -> Floats:
        """Return row prices, 0 where a side that is open has one."""
        y = np.where(np.isinf(self.high), np.minimum(prices, 0.0), prices)
        return np.where(np.isinf(self.low), np.maximum(y, 0.0), y)

    def worth(self, y: Floats) -> Floats:
        """Return max(y_i · low_i, y_i · high_i) for each row i; y as `signed`."""
        return np.where(y > 0, y * np.where(y > 0, self.high, 0.0), y * np.where(y < 0, self.low, 0.0))


def dense(terms: Terms | Sequence[tuple[int, float]], count: int) -> Floats:
    """Return a linear sum as one coefficient for each of `count` variables."""
    costs = np.zeros(count)
    if terms:
        numbers, weights = zip(*terms, strict=True)
        np.add.at(costs, np.array(numbers, dtype=np.int64), np.array(weights, dtype=np.float64))
    return costs
