"""The linear model every engine solves, asked by question: who may hold what, where and when.

A rule's `post` adds rows over the columns (and over booleans it makes); it never sees an engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from scheduler.options import Column, Options
from scheduler.plan import Turn
from scheduler.problem import Problem
from scheduler.stands import numbered

Terms = list[tuple[int, int]]
"""A linear sum: (variable, integer coefficient) pairs, a variable at most once."""


@dataclass(frozen=True, slots=True)
class Row:
    """low ≤ Σ coefficient · variable ≤ high; None leaves a side open."""

    terms: Terms
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class Goal:
    """One thing to maximise: `constant` + Σ weight · variable. `at_least`: the fairness level counted."""

    tier: str
    terms: Terms
    constant: int = 0
    at_least: int | None = None

    def value(self, chosen: Sequence[int]) -> int:
        """Return what an assignment (0 or 1 for each variable) reaches."""
        return self.constant + sum(weight * chosen[variable] for variable, weight in self.terms)

    @property
    def ceiling(self) -> int:
        """What no assignment can exceed, whatever the rules."""
        return self.constant + sum(weight for _, weight in self.terms if weight > 0)


@dataclass(slots=True)
class Variables:
    """0/1 variables: the columns first (x_j = 1: the turn is in the plan), then the booleans of the rules."""

    options: Options
    rows: list[Row] = field(default_factory=list)
    closed: set[int] = field(default_factory=set)
    count: int = 0
    _of_applicant: dict[str, list[int]] = field(default_factory=dict)
    _at: dict[tuple[str, int], list[int]] = field(default_factory=dict)
    _on: dict[tuple[int, int], list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.count = len(self.options.columns)
        for index, column in enumerate(self.options.columns):
            self._of_applicant.setdefault(column.applicant, []).append(index)
            for period in column.periods:
                self._at.setdefault((column.space, period), []).append(index)
                for kind in column.kinds:
                    self._on.setdefault((kind, period), []).append(index)

    @property
    def problem(self) -> Problem:
        """The facts the columns come from."""
        return self.options.problem

    def column(self, index: int) -> Column:
        """Return the turn a column variable stands for."""
        return self.options.columns[index]

    def of_applicant(self, applicant: str) -> list[int]:
        """Return every column of an applicant."""
        return self._of_applicant.get(applicant, [])

    def present(self, space: str, period: int) -> list[int]:
        """Return the columns that occupy the space in the period."""
        return self._at.get((space, period), [])

    def on(self, kind: int, period: int) -> list[int]:
        """Return the columns that hold a stand of the kind in the period."""
        return self._on.get((kind, period), [])

    def holds(self, applicant: str, space: str, period: int) -> list[int]:
        """Return the columns by which the applicant holds the space in the period; at most one is chosen."""
        return [index for index in self.present(space, period) if self.column(index).applicant == applicant]

    def meetings(self) -> Iterator[tuple[str, int, list[int]]]:
        """Yield (space, period, columns present) wherever somebody may be."""
        for (space, period), present in sorted(self._at.items()):
            yield space, period, present

    def boolean(self) -> int:
        """Make a further 0/1 variable."""
        self.count += 1
        return self.count - 1

    def add(self, terms: Iterable[tuple[int, int]], *, low: int | None = None, high: int | None = None) -> None:
        """Demand low ≤ Σ coefficient · variable ≤ high; a row nothing can break is left out."""
        kept = [(variable, weight) for variable, weight in terms if weight]
        least = sum(weight for _, weight in kept if weight < 0)
        most = sum(weight for _, weight in kept if weight > 0)
        low = None if low is not None and low <= least else low
        high = None if high is not None and high >= most else high
        if low is not None or high is not None:
            self.rows.append(Row(kept, low, high))

    def at_most(self, variables: Iterable[int], high: int) -> None:
        """Demand Σ variables ≤ high."""
        self.add(((variable, 1) for variable in variables), high=high)

    def close(self, variable: int) -> None:
        """Demand variable = 0."""
        self.closed.add(variable)

    def extract(self, chosen: Sequence[int]) -> tuple[Turn, ...]:
        """Turn an assignment into turns on numbered stands."""
        picked = [column for index, column in enumerate(self.options.columns) if chosen[index]]
        return numbered(self.options, picked)
