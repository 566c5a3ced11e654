"""Numbered stands: one turn a stand at a time, the same stand for the whole turn, never a closed one."""

import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.options import Column, options
from scheduler.plan import Turn
from scheduler.stands import fewest_moves, numbered
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


def published(who, stand, start, length=1):
    return {"applicant": who, "space": "S", "stand": stand, "start": start, "length": length}


def test_a_turn_that_stays_keeps_its_published_stand():
    problem = make("AB", [space(stands=2)], published=[published("A", "S/2", 0), published("B", "S/1", 1)])
    chosen = [Column("A", "S", (0,), 0, 1), Column("B", "S", (0,), 0, 1), Column("B", "S", (0,), 1, 1)]
    assert [(turn.applicant, turn.start, turn.stand) for turn in numbered(options(problem), chosen)] == [
        ("B", 0, "S/1"),
        ("A", 0, "S/2"),
        ("B", 1, "S/1"),
    ]


@pytest.mark.parametrize("seed", range(60))
def test_no_numbering_moves_fewer(seed):
    """Against every numbering of a few turns; the plain one, without a look at what was published, moves more."""
    rng = random.Random(seed)
    stands, season = rng.choice([2, 3]), 6
    names = [f"P{n}" for n in range(7)]
    requests = [request(name, "S", turn_length={"min": 1, "max": 3}) for name in names]
    busy, chosen = [0] * season, []
    for name in names:
        start = rng.randrange(season)
        length = rng.randint(1, min(3, season - start))
        if all(busy[period] < stands for period in range(start, start + length)):
            chosen.append(Column(name, "S", (0,), start, length))
            for period in range(start, start + length):
                busy[period] += 1
    before = [
        published(one.applicant, f"S/{rng.randint(1, stands)}", one.start, one.length)
        for one in chosen
        if rng.random() < 0.7
    ]
    problem = make(
        [{"id": n, "activity": n} for n in names], [space(stands=stands)], requests, season, published=before
    )
    turns, proven = fewest_moves(options(problem), chosen)
    assert proven
    assert broken(problem, *turns) == []
    assert kept(problem, turns) == max(
        kept(problem, other)
        for places in itertools.product(range(1, stands + 1), repeat=len(chosen))
        if not broken(
            problem,
            *(
                other := tuple(
                    Turn(one.applicant, "S", f"S/{place}", one.start, one.length)
                    for one, place in zip(chosen, places, strict=True)
                )
            ),
        )
    )


def test_a_very_long_row_is_not_searched():
    season = 1000
    requests = [
        request("A", "S", turn_length={"min": 2, "max": 2}),
        request("B", "S", turn_length={"min": 2, "max": 2}),
    ]
    before = [published("A", "S/2", 0, 2), published("B", "S/2", 1, 2)]
    problem = make("AB", [space(stands=2)], requests, season, published=before)
    chosen = [Column("AB"[n % 2], "S", (0,), n, 2) for n in range(season - 1)]
    turns, proven = fewest_moves(options(problem), chosen)
    assert (len(turns), proven, kept(problem, turns)) == (season - 1, False, 1)


def kept(problem, turns):
    return len(set(turns) & set(problem.published))
