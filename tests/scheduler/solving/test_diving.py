"""What is settled on the way down follows from what was settled, no more; and a way down keeps every demand."""

from __future__ import annotations

import itertools
import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.bench import reference
from scheduler.building import goals_of, model_of
from scheduler.codec import decode_case
from scheduler.diving import Open, Way, opened
from scheduler.matrix import Matrix
from scheduler.search import Search
from scheduler.variables import Row

COUNT = 6

rows = st.builds(
    lambda terms, low, span: Row(list(terms.items()), low, None if span is None else low + span),
    st.dictionaries(st.integers(0, COUNT - 1), st.sampled_from([-2, -1, 1, 2, 3]), min_size=1),
    st.integers(-3, 3),
    st.none() | st.integers(0, 3),
)


def solutions(matrix: Matrix, fixed: dict[int, int]) -> set[tuple[int, ...]]:
    """Every assignment that obeys the rows and has these values."""
    found = set()
    for values in itertools.product((0, 1), repeat=COUNT):
        sums = matrix.times(np.array(values, dtype=float))
        if (sums >= matrix.low).all() and (sums <= matrix.high).all():
            found.add(values)
    return {values for values in found if all(values[index] == value for index, value in fixed.items())}


def read(there: Open, values: tuple[int, ...]) -> bool:
    """Tell whether an assignment has what is settled: the ones at 1, what is not open any more at 0."""
    decided = set(range(COUNT)) - set(there.names.tolist())
    return all(values[index] == (index in set(there.ones.tolist())) for index in decided)


@settings(max_examples=300, deadline=None)
@given(st.lists(rows, max_size=5), st.sets(st.integers(0, COUNT - 1)))
def test_settling_loses_no_plan(given_rows: list[Row], chosen: set[int]) -> None:
    matrix = Matrix(given_rows)
    start = opened([matrix], np.arange(COUNT), COUNT)
    left = solutions(matrix, dict.fromkeys(chosen, 1))
    there = start.settled(np.array(sorted(chosen), dtype=np.int64))
    if there is None:
        assert not left
        return
    assert all(read(there, values) for values in left)
    assert completions(there) == left, "what is left says the same of what is open"


def completions(there: Open) -> set[tuple[int, ...]]:
    """Every assignment that has what is settled and obeys the rows that are left."""
    ones, found = set(there.ones.tolist()), set()
    for bits in itertools.product((0, 1), repeat=len(there.names)):
        if _holds(there, np.array(bits, dtype=float)):
            taken = ones | {name for name, bit in zip(there.names.tolist(), bits, strict=True) if bit}
            found.add(tuple(int(index in taken) for index in range(COUNT)))
    return found


def _holds(there: Open, values: np.ndarray) -> bool:
    sums = np.bincount(there.row, weights=there.weight * values[there.column], minlength=len(there.low))
    return bool((sums >= there.low - 1e-9).all() and (sums <= there.high + 1e-9).all())


AIMS = (196, 174, 135, 91, 62, 33, 7)
"""The bounds of the town's levels, all reached by some plan."""


def test_a_way_down_ends_in_a_plan_with_every_bound() -> None:
    model = model_of(decode_case(reference((1, 3, 1, 26, 14, 200, (1,), 31), "town")))
    levels = [goal for goal in goals_of(model) if goal.at_least is not None]
    search, columns = Search(model.count, model.without_implied()), len(model.options.columns)
    demands = list(zip(levels, AIMS, strict=False))
    wanted = Matrix([Row(goal.terms, due - goal.constant, None) for goal, due in demands])
    start = opened([*search.rows_kept(), wanted], np.arange(model.count), model.count)
    way = Way(start, columns, len(demands), 1, lambda: math.inf)
    states = way.down()
    settled = [set(there.ones.tolist()) for there in states]
    assert all(above < below for above, below in itertools.pairwise(settled))
    deepest, ones = states[-1], settled[-1]
    found = search.best({*deepest.names.tolist(), *ones}, demands=demands, frozen=ones, effort=1)
    assert found.chosen is not None
    assert tuple(goal.value(found.chosen) for goal in levels[: len(AIMS)]) == AIMS
    assert len(deepest.names) < len(start.names) / 10


def test_what_is_demanded_too_much_has_no_way_down() -> None:
    model = model_of(decode_case(reference((1, 3, 1, 26, 14, 200, (1,), 31), "town")))
    columns = len(model.options.columns)
    first = next(goal for goal in goals_of(model) if goal.at_least == 1)
    wanted = Matrix([Row(first.terms, AIMS[0] + 1 - first.constant, None)])
    start = opened([Matrix(model.rows), wanted], np.arange(model.count), model.count)
    assert Way(start, columns, 1, 1, lambda: math.inf).down() == []
