"""The small programmes behind a repair: goals in their order, exact; held against every assignment."""

import random
from itertools import product

import pytest

from scheduler import engine
from scheduler.engine import Programme
from scheduler.variables import Goal, Row


def best(rows: list[Row], count: int, goals: list[Goal]) -> list[int] | None:
    """The lexicographic optimum of the goals, by trying every assignment."""
    found = [
        [goal.value(list(chosen)) for goal in goals]
        for chosen in product((0, 1), repeat=count)
        if all(
            (row.low is None or row.low <= sum(w * chosen[v] for v, w in row.terms))
            and (row.high is None or sum(w * chosen[v] for v, w in row.terms) <= row.high)
            for row in rows
        )
    ]
    return max(found, default=None)


@pytest.mark.parametrize("seed", range(40))
def test_goals_are_climbed_exactly(seed: int) -> None:
    rng, count = random.Random(seed), 9
    people = [list(range(n, n + 3)) for n in (0, 3, 6)]
    rows = [Row([(v, 1) for v in own], None, rng.randint(1, 2)) for own in people]
    rows += [
        Row([(v, rng.choice((1, 1, 2, -1))) for v in rng.sample(range(count), 4)], None, rng.randint(0, 3))
        for _n in range(3)
    ]
    goals = [Goal("draw", [(v, rng.randint(1, 3)) for v in own]) for own in rng.sample(people, 3)]
    goals.insert(rng.randint(0, 3), Goal("near", [(v, -rng.randint(0, 4)) for v in range(count)]))
    programme = Programme(rows, {}, count)
    assert programme.climb(goals)
    assert [one.value for one in programme.settled] == best(rows, count, goals)
    assert all(one.proven for one in programme.settled)


def test_who_has_all_she_can_have_is_not_searched_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """One turn a person at most: once each has one, the draw among them is settled without a search."""
    searches = []
    solve = Programme._search
    monkeypatch.setattr(
        engine.Programme, "_search", lambda self, goal, workers: searches.append(workers) or solve(self, goal, workers)
    )
    own = [[(person * 4 + n, 1) for n in range(4)] for person in range(5)]
    programme = Programme([Row(columns, None, 1) for columns in own], {}, 20)
    placed = Goal("placed again", [term for columns in own for term in columns])
    assert programme.climb([placed, *(Goal("draw", columns) for columns in own)])
    assert [one.value for one in programme.settled] == [5, 1, 1, 1, 1, 1]
    assert searches == [1, 1]
