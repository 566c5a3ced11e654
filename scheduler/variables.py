"""The linear model every engine solves, asked by question: who may hold what, where and when.

A rule's `post` adds rows over the columns (and over booleans it makes); it never sees an engine.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from scheduler.charters import Charters
from scheduler.homing import at_home
from scheduler.options import Column, Options
from scheduler.plan import Turn
from scheduler.problem import Problem
from scheduler.stands import numbered

if TYPE_CHECKING:
    from scheduler.layers import Layers

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
    """One thing to maximise: `constant` + Σ weight · variable. `at_least`: the fairness level counted.

    `share`: what part of the value reached the goals after it must leave (1: all of it).
    """

    tier: str
    terms: Terms
    constant: int = 0
    at_least: int | None = None
    share: Fraction = Fraction(1)

    def due(self, value: int) -> int:
        """Return what must be kept of a value reached: ⌈share · value⌉."""
        return math.ceil(self.share * value)

    def value(self, chosen: Sequence[int]) -> int:
        """Return what an assignment (0 or 1 for each variable) reaches."""
        return self.constant + sum(weight * chosen[variable] for variable, weight in self.terms)

    @property
    def floor(self) -> int:
        """What every assignment reaches, whatever the rules."""
        return self.constant + sum(weight for _, weight in self.terms if weight < 0)

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
    charters: Charters = field(init=False)
    count: int = 0
    _of_applicant: dict[str, list[int]] = field(default_factory=dict)
    _at: dict[tuple[str, int], list[int]] = field(default_factory=dict)
    _on: dict[tuple[int, int], list[int]] = field(default_factory=dict)
    _alike: dict[tuple[str, int], dict[str, list[int]]] = field(default_factory=dict)
    _shows: dict[tuple[str, int, str], int] = field(default_factory=dict)
    _meanings: list[tuple[Terms, int]] = field(default_factory=list)
    _layers: Layers | None = None

    def __post_init__(self) -> None:
        self.count = len(self.options.columns)
        self.charters = Charters(self.problem)
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

    def columns_of(self, turns: Iterable[Turn]) -> list[int]:
        """Return the columns that stand for some turns; a turn that is none of them is left out."""
        kinds = {(kind.space, stand.id): n for n, kind in enumerate(self.options.kinds) for stand in kind.stands}
        found = []
        for turn in turns:
            held = tuple(sorted(kinds[turn.space, stand] for stand in turn.stands))
            wanted = Column(turn.applicant, turn.space, held, turn.start, turn.length)
            found += [index for index in self.of_applicant(turn.applicant) if self.column(index) == wanted]
        return found

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

    def by_activity(self, space: str, period: int) -> dict[str, list[int]]:
        """Return the columns present there and then by the activity their applicant shows."""
        alike = self._alike.get((space, period))
        if alike is None:
            alike = self._alike[space, period] = {}
            for index in self.present(space, period):
                activity = self.problem.applicant(self.column(index).applicant).activity
                alike.setdefault(activity, []).append(index)
        return alike

    def stands_held(self, columns: Iterable[int]) -> Terms:
        """Return the number of stands the columns hold, as a sum."""
        return [(index, len(self.column(index).kinds)) for index in columns]

    def stand_ids(self, index: int) -> set[str]:
        """Return the stands a column may be given."""
        kinds = self.options.kinds
        return {stand.id for kind in self.column(index).kinds for stand in kinds[kind].stands}

    def shows(self, space: str, period: int, activity: str) -> int:
        """Return a boolean that may be 1 only if the activity is shown there and then."""
        key = (space, period, activity)
        if key not in self._shows:
            showing = self.by_activity(space, period).get(activity, [])
            boolean = self.boolean([(index, 1) for index in showing], 1)
            self.add([(boolean, 1), *((index, -1) for index in showing)], high=0)
            self._shows[key] = boolean
        return self._shows[key]

    def boolean(self, meaning: Iterable[tuple[int, int]], least: int) -> int:
        """Make a further 0/1 variable that stands for Σ weight · variable ≥ least; post its rows yourself."""
        self._meanings.append((meaning if isinstance(meaning, list) else list(meaning), least))
        self._layers = None
        self.count += 1
        return self.count - 1

    def meaning(self, boolean: int) -> tuple[Terms, int]:
        """Return what a boolean stands for: Σ weight · variable ≥ least, as (terms, least)."""
        return self._meanings[boolean - len(self.options.columns)]

    def settled(self, columns: Iterable[int]) -> list[int]:
        """Return the assignment in which these columns are chosen and every boolean is as its meaning says."""
        from scheduler.layers import Layers  # numpy loads with the engines: checking does without

        if self._layers is None:
            self._layers = Layers(self._meanings, len(self.options.columns))
        return self._layers.settled(columns)

    def resting_on(self, columns: set[int]) -> list[int]:
        """Return the booleans whose meaning no column outside of these can change."""
        known = set(columns)
        for boolean, (meaning, _) in enumerate(self._meanings, len(self.options.columns)):
            if all(index in known for index, _ in meaning):
                known.add(boolean)
        return sorted(known - columns)

    def picked(self, chosen: Sequence[int]) -> list[int]:
        """Return the columns an assignment chooses."""
        return [index for index in range(len(self.options.columns)) if chosen[index]]

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

    def demand(self, variables: Sequence[int]) -> None:
        """Demand that one of the variables is 1; with none to choose from, no plan is possible."""
        self.rows.append(Row([(variable, 1) for variable in variables], 1, None))

    def close(self, variable: int) -> None:
        """Demand variable = 0."""
        self.closed.add(variable)

    def without_implied(self) -> list[Row]:
        """Return the rows, leaving out every «at most one of these» within another one."""
        cliques = {
            number: frozenset(variable for variable, _ in row.terms)
            for number, row in enumerate(self.rows)
            if row.high == 1 and row.low is None and all(weight == 1 for _, weight in row.terms)
        }
        through: dict[int, list[int]] = {}
        for number, members in cliques.items():
            for variable in members:
                through.setdefault(variable, []).append(number)
        implied = {
            number
            for number, members in cliques.items()
            for other in through[min(members, key=lambda variable: len(through[variable]))]
            if members < cliques[other] or (members == cliques[other] and other < number)
        }
        return [row for number, row in enumerate(self.rows) if number not in implied]

    def extract(self, chosen: Sequence[int]) -> tuple[Turn, ...]:
        """Turn an assignment into turns on numbered stands, the published ones on their own if that can be."""
        turns = numbered(self.options, (self.column(index) for index in self.picked(chosen)))
        return at_home(self.problem, turns)
