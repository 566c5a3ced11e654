"""Numbered stands: one turn a stand at a time, the same stand for the whole turn, never a closed one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.options import Column, options
from scheduler.stands import numbered
from tests.scheduler.builders import broken, make, request, space

SEASON = 8


@given(st.lists(st.tuples(st.integers(0, SEASON - 1), st.integers(1, 4)), max_size=20), st.integers(1, 5))
@settings(max_examples=200, deadline=None)
def test_turns_that_respect_the_count_always_get_stands(stretches, stands):
    names = [f"P{n}" for n in range(len(stretches))]
    requests = [request(name, "S", turn_length={"min": 1, "max": 4}) for name in names]
    people = [{"id": name, "activity": name} for name in names]
    problem = make(people, [space(stands=stands)], requests, season=SEASON)
    busy = [0] * SEASON
    chosen = []
    for name, (start, length) in zip(names, stretches, strict=True):
        held = range(start, min(SEASON, start + length))
        if all(busy[period] < stands for period in held):
            chosen.append(Column(name, "S", (0,), start, len(held)))
            for period in held:
                busy[period] += 1
    turns = numbered(options(problem), chosen)
    assert len(turns) == len(chosen)
    assert broken(problem, *turns) == []


def test_one_turn_too_many_is_refused():
    problem = make("AB", [space(stands=1)])
    with pytest.raises(ValueError, match="more turns than stands"):
        numbered(options(problem), [Column("A", "S", (0,), 0, 1), Column("B", "S", (0,), 0, 1)])


def test_stands_with_other_closures_are_other_kinds():
    stands = [{"id": f"S/{n}", "area_m2": 8, "closed": closed} for n, closed in ((1, []), (2, [1]), (3, []))]
    problem = make("A", [space(stands=stands)])
    kinds = options(problem).kinds
    assert [[stand.id for stand in kind.stands] for kind in kinds] == [["S/1", "S/3"], ["S/2"]]
    assert sorted(kinds[1].open) == [0, 2, 3]


def test_a_pinned_stand_is_a_kind_of_its_own():
    pin = {"applicant": "A", "space": "S", "start": 0, "length": 1, "stand": "S/2"}
    kinds = options(make("A", pins=[pin])).kinds
    assert [[stand.id for stand in kind.stands] for kind in kinds] == [["S/1", "S/3"], ["S/2"]]
