"""What is freed of a plan is as large as asked, with all that it can change; what is frozen counts as ever."""

from __future__ import annotations

import itertools
import random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.bench import reference
from scheduler.building import model_of
from scheduler.codec import decode_case
from scheduler.neighbourhoods import LEAST, SUM, Manner, Neighbourhoods
from scheduler.search import Search
from scheduler.variables import Goal, Row

COUNT = 5
TOWN = (1, 6, 1, 26, 14, 200, (1, 2), 31)
rows = st.builds(
    lambda terms, low, span: Row(list(terms.items()), low, None if span is None else low + span),
    st.dictionaries(st.integers(0, COUNT - 1), st.sampled_from([-2, -1, 1, 2, 3]), min_size=1),
    st.integers(-3, 3),
    st.none() | st.integers(0, 3),
)


def obeys(row: Row, values: tuple[int, ...]) -> bool:
    total = sum(weight * values[index] for index, weight in row.terms)
    return (row.low is None or row.low <= total) and (row.high is None or total <= row.high)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(rows, max_size=4),
    st.sets(st.integers(0, COUNT - 1)),
    st.sets(st.integers(0, COUNT - 1)),
    st.lists(st.integers(-4, 4), min_size=COUNT, max_size=COUNT),
)
def test_the_best_beside_what_is_frozen_is_the_best_of_all_such(
    given_rows: list[Row], allowed: set[int], frozen: set[int], worth: list[int]
) -> None:
    goal = Goal("levels", [(index, weight) for index, weight in enumerate(worth) if weight], 7)
    every = itertools.product((0, 1), repeat=COUNT)
    sound = [v for v in every if all(obeys(row, v) for row in given_rows)]
    kept = [
        v
        for v in sound
        if all(v[i] for i in frozen) and not any(v[i] for i in range(COUNT) if i not in allowed | frozen)
    ]
    found = Search(COUNT, given_rows).best(allowed | frozen, goal, frozen=frozen, alone=True)
    if not kept:
        assert found.chosen is None
        assert found.exhausted
        return
    best = max(goal.value(values) for values in kept)
    assert found.chosen is not None
    assert tuple(found.chosen) in kept
    assert (goal.value(found.chosen), found.bound, found.exhausted) == (best, best, True)


def test_a_part_is_as_large_as_asked_and_holds_all_it_can_change() -> None:
    model = model_of(decode_case(reference(TOWN, "town")))
    parts = Neighbourhoods(model, random.Random(3))
    columns, shapes = len(model.options.columns), set()
    for size in [600, 1500, 4000] * 8:
        parts.size = size
        drawn = parts.draw()
        turns = [model.column(index) for index in drawn.tolist() if index < columns]
        window = max(t.start + t.length for t in turns) - min(t.start for t in turns)
        spaces = {turn.space for turn in turns}
        shapes.add((len(spaces), window))
        assert len(turns) <= size
        free = set(drawn.tolist())
        for boolean in range(columns, model.count):
            touched = any(index in free for index, _ in model.meaning(boolean)[0])
            assert (boolean in free) == touched
    assert len(shapes) > 5, "parts have all kinds of shapes"


def test_a_part_offers_what_is_priced_best_and_the_plans_own() -> None:
    """The control: without prices the parts offer columns of every price."""
    model = model_of(decode_case(reference(TOWN, "town")))
    columns = len(model.options.columns)
    prices = np.random.default_rng(5).permutation(model.count).astype(float)
    best = set(np.argsort(-prices[:columns])[:180].tolist())
    plan = [int(index) for index in np.argsort(prices[:columns])[:60]]
    seen, drawn = set[int](), set[int]()
    parts = Neighbourhoods(model, random.Random(3), Manner(90, 1.0, 6), prices, 30)
    for _ in range(60):
        free = set(parts.draw(plan).tolist())
        turns = {index for index in free if index < columns}
        assert len(turns - set(plan)) <= 90
        seen |= turns
        booleans = range(columns, model.count)
        moved = {boolean for boolean in booleans if any(index in free for index, _ in model.meaning(boolean)[0])}
        assert free - turns == moved
    assert seen == best | set(plan)
    unpriced = Neighbourhoods(model, random.Random(3))
    for _ in range(5):
        drawn |= set(unpriced.draw(plan).tolist())
    assert len({index for index in drawn if index < columns} - best) > 500
    assert Neighbourhoods(model, random.Random(3), SUM).draw().tolist(), "without prices everything is offered"


def test_the_size_follows_what_the_engine_masters() -> None:
    model = model_of(decode_case(reference(TOWN, "town")))
    parts = Neighbourhoods(model, random.Random(3))
    first = parts.size
    parts.told(exhausted=True)
    assert parts.size > first
    for _ in range(40):
        parts.told(exhausted=False)
    assert parts.size == LEAST
