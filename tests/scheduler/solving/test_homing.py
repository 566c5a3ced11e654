"""Published turns on their own stands: as many as any exchange of stands in the hall allows, against all of them."""

from __future__ import annotations

import itertools
import random

import pytest

from scheduler.blocks import blocks
from scheduler.homing import at_home
from scheduler.plan import Turn
from scheduler.problem import Problem
from scheduler.solver import solve
from tests.scheduler.builders import broken, make, person, request, space


def published(turn: Turn) -> dict[str, object]:
    place = {"applicant": turn.applicant, "space": turn.space, "stand": turn.stand, "also": list(turn.also)}
    return {**place, "start": turn.start, "length": turn.length}


def drawn(seed: int) -> tuple[Problem, tuple[Turn, ...], tuple[Turn, ...]]:
    """A hall, a plan of it that breaks no rule, and other stands for the same turns, some of them published."""
    rng = random.Random(seed)
    stands = [
        {"id": f"S/{n}", "area_m2": rng.choice([6, 8, 8]), "x": n % 3, "y": n // 3, "closed": rng.choice([[], [], [1]])}
        for n in range(4)
    ]
    people = [person(name, rng.choice(["x", "y"])) for name in "ABCD"]
    asked = [
        request(who, "S", turn_length={"min": 1, "max": 2}, area_m2=rng.choice([0, 8]), stands=rng.choice([1, 1, 1, 2]))
        for who in "ABCD"
    ]
    charter = {"rivals_apart": rng.random() < 0.7}
    plain = make(people, [space("S", stands)], asked, charter=charter)
    wanted = []
    for who in "ABCD":
        start, length = rng.randrange(3), rng.choice([1, 2])
        wanted += [(who, start, length)] * bool(blocks(plain.space("S"), plain.request(who)))
    every = list(placed(plain, wanted))
    while not every and wanted:
        wanted.pop()
        every = list(placed(plain, wanted))
    if not every:
        return drawn(seed + 1000)
    old, new = rng.choice(every), rng.choice(every)
    known = [published(turn) for turn in old if rng.random() < 0.8]
    return make(people, [space("S", stands)], asked, charter=charter, published=known), old, new


def placed(problem: Problem, wanted: list[tuple[str, int, int]]) -> list[tuple[Turn, ...]]:
    """Every way to give these turns stands without breaking a rule."""
    blocks_of = {who: blocks(problem.space("S"), problem.request(who)) for who, _, _ in wanted}
    choices = [
        [Turn(who, "S", block[0], start, length, block[1:]) for block in blocks_of[who]]
        for who, start, length in wanted
    ]
    return [turns for turns in itertools.product(*choices) if not broken(problem, *turns)]


def at_theirs(problem: Problem, turns: tuple[Turn, ...]) -> int:
    return len(set(problem.published).intersection(turns))


@pytest.mark.parametrize("batch", range(2))
def test_no_exchange_of_stands_brings_more_turns_home(batch: int) -> None:
    gained = 0
    for seed in range(batch, 60, 2):
        problem, _, new = drawn(seed)
        settled = at_home(problem, new)
        assert broken(problem, *settled) == [], seed
        assert [(t.applicant, t.start, t.length) for t in sorted(settled, key=lambda t: t.applicant)] == [
            (t.applicant, t.start, t.length) for t in new
        ]
        same = [(turn.applicant, turn.start, turn.length) for turn in new]
        best = max(at_theirs(problem, turns) for turns in placed(problem, same))
        assert at_theirs(problem, settled) == best, seed
        gained += at_theirs(problem, settled) > at_theirs(problem, new)
    assert gained


@pytest.mark.parametrize("stand", ["S/1", "S/2", "S/3"])
def test_a_solved_plan_leaves_a_published_turn_where_it_was(stand: str) -> None:
    """With rivals apart each stand is a kind of its own: the engines took whichever came first."""
    held = {"applicant": "A", "space": "S", "stand": stand, "start": 0, "length": 1}
    requests = [request("A", "S", max_turns=1)]
    problem = make("A", [space()], requests, season=1, charter={"rivals_apart": True}, published=[held])
    assert [turn.stand for turn in solve(problem).turns] == [stand]


def test_a_pinned_turn_stays_on_its_stand() -> None:
    pin = {"applicant": "A", "space": "S", "start": 0, "length": 1, "stand": "S/1"}
    asked = [request("A", "S", max_turns=1), request("B", "S", max_turns=1)]
    known = [{**pin, "applicant": "B"}]
    problem = make("AB", [space()], asked, season=1, charter={"rivals_apart": True}, pins=[pin], published=known)
    turns = (Turn("A", "S", "S/1", 0, 1), Turn("B", "S", "S/2", 0, 1))
    assert at_home(problem, turns) == turns
