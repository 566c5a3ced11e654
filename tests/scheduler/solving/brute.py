"""Tiny whole problems of every shape, and their optimum by enumeration: no solver, only checks and measures."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from scheduler.options import Column, options
from scheduler.plan import Tier, Turn
from scheduler.problem import Problem
from scheduler.rulebook import rules_of, tiers_of
from scheduler.stands import numbered
from scheduler.wishes.fill import Fill
from tests.scheduler.builders import make, person, request, space

TIERS = ["fairness", "fill", "preferences", "diversity", "stability"]
FAR = ["fairness", "travel", "fill", "preferences"]


MOST = 2_000
"""More ways to give each applicant turns than this would take the enumeration too long."""


def problem(seed: int) -> Problem:
    """A problem of at most two spaces, four stands, four applicants and four periods."""
    found = drawn(seed)
    return found if ways(found) <= MOST else problem(seed + 1000)


def ways(found: Problem) -> int:
    """How many sets of columns there are that respect each applicant's number of turns."""
    columns = [column.applicant for column in options(found).columns]
    return math.prod(
        sum(math.comb(columns.count(request.applicant), size) for size in range(request.max_turns + 1))
        for request in found.requests
    )


def drawn(seed: int) -> Problem:
    rng = random.Random(seed)
    season = rng.choice([3, 3, 4])
    halls = [hall(rng, name, season) for name in "ST"[: rng.choice([1, 2])]]
    people = [somebody(rng, name) for name in "ABCD"[: rng.choice([3, 3, 4])]]
    requests = [asked(rng, one["id"], halls, season) for one in people]
    periods = make(season=season).periods
    more: dict[str, Any] = {
        "charter": charter(rng),
        "forbidden": [{"applicant": "A", "periods": [0], "reason": "x"}] if rng.random() < 0.2 else [],
        "seed": f"seed {seed}",
    }
    found = make(people, halls, requests, season=season, **more)
    if rng.random() < 0.5:
        document = {"published": [published(rng, found)]} if options(found).columns else {}
        found = make(people, halls, requests, season=season, **more, **document)
    assert len(found.periods) == len(periods)
    return found


def hall(rng: random.Random, name: str, season: int) -> dict[str, Any]:
    stands = [
        {
            "id": f"{name}/{n + 1}",
            "area_m2": rng.choice([6, 12, 12]),
            "x": n,
            "y": 0,
            "closed": [rng.randrange(season)] if rng.random() < 0.15 else [],
        }
        for n in range(rng.choice([1, 2, 2]))
    ]
    closed = [rng.randrange(season)] if rng.random() < 0.15 else []
    return space(name, stands, closed=closed, weight=rng.choice([1, 2]), region=rng.choice(["", "01", "02"]))


def somebody(rng: random.Random, name: str) -> dict[str, Any]:
    return person(
        name,
        rng.choice(["pottery", "weaving"]),
        family=rng.choice(["", "clay", "wool"]),
        groups=rng.choice([[], ["women"]]),
        received=rng.choice([0, 0, 1, 3]),
        share=rng.choice([1, 1, 2]),
        region=rng.choice(["", "01", "02"]),
    )


def asked(rng: random.Random, name: str, halls: list[dict[str, Any]], season: int) -> dict[str, Any]:
    wanted = rng.sample([one["id"] for one in halls], rng.randint(1, len(halls)))
    shortest = rng.choice([1, 1, 2])
    return request(
        name,
        *wanted,
        turn_length={"min": shortest, "max": min(season, shortest + rng.choice([0, 0, 1]))},
        max_turns=rng.choice([1, 2]),
        unavailable=[rng.randrange(season)] if rng.random() < 0.25 else [],
        preferred={str(rng.randrange(season)): rng.randint(1, 3)},
        area_m2=rng.choice([5, 5, 10]),
        stands=2 if rng.random() < 0.1 else 1,
    )


def charter(rng: random.Random) -> dict[str, Any]:
    rules: dict[str, Any] = {
        "measure": rng.choice(["periods", "turns", "points"]),
        "tiers": rng.choice([TIERS, TIERS, FAR, ["fill", "fairness", "preferences"]]),
    }
    chances: dict[str, Any] = {
        "max_same_activity": 1,
        "max_same_family": 1,
        "min_activities": 2,
        "rest": rng.choice([1, 2]),
        "return_after": rng.choice([1, 2]),
        "rivals_apart": True,
        "max_turns_per_site": 1,
        "quotas": [{"group": "women", rng.choice(["at_least", "at_most"]): 0.5, "scope": rng.choice(SCOPES)}],
        "min_fill": 0.75,
    }
    return rules | {name: value for name, value in chances.items() if rng.random() < 0.2}


SCOPES = ["season", "space", "space-period"]


def published(rng: random.Random, found: Problem) -> dict[str, Any]:
    column = rng.choice(options(found).columns)
    stand = numbered(options(found), [column])[0].stand
    return {
        "applicant": column.applicant,
        "space": column.space,
        "stand": stand,
        "start": column.start,
        "length": column.length,
    }


def plans(found: Problem) -> Iterator[tuple[Turn, ...]]:
    """Every plan the checks accept, up to the numbering of alike stands."""
    choice = options(found)
    rules = [rule for rule in rules_of(found) if rule.reach in ("applicant", "turn")]
    own: dict[str, list[tuple[Column, ...]]] = {}
    for applicant in sorted({column.applicant for column in choice.columns}):
        columns = [column for column in choice.columns if column.applicant == applicant]
        most = found.request(applicant).max_turns
        own[applicant] = [
            group
            for size in range(most + 1)
            for group in itertools.combinations(columns, size)
            if obeys(found, rules, numbered_or_none(found, group))
        ]
    for picked in itertools.product(*own.values()):
        turns = numbered_or_none(found, itertools.chain.from_iterable(picked))
        if obeys(found, rules_of(found), turns):
            yield turns or ()


def numbered_or_none(found: Problem, columns: Any) -> tuple[Turn, ...] | None:
    try:
        return numbered(options(found), columns)
    except ValueError:
        return None


def obeys(found: Problem, rules: Any, turns: tuple[Turn, ...] | None) -> bool:
    return turns is not None and not any(list(rule.check(found, turns)) for rule in rules)


def key(found: Problem, turns: tuple[Turn, ...]) -> tuple[tuple[int, ...], ...]:
    """What the charter compares, first to last; Python's order of tuples is the order of plans."""
    return tuple(vector(tier.measure(found, turns)) for tier in tiers_of(found))


def vector(tier: Tier) -> tuple[int, ...]:
    """The counts of all levels up to 40 (higher than any tiny problem goes), or the value."""
    if tier.value is not None:
        return (tier.value,)
    counts = {level.at_least: level.count for level in tier.levels}
    rising: list[int] = []
    following = 0
    for level in range(40, 0, -1):
        following = counts.get(level, following)
        rising.append(following)
    return tuple(reversed(rising))


def best(found: Problem) -> tuple[tuple[int, ...], ...]:
    """The optimum of the enumeration; min_fill first cuts away what fills too little."""
    every = list(plans(found))
    share = found.charter.min_fill or Fraction(0)
    fills = [Fill().measure(found, turns).value or 0 for turns in every]
    most = max(fills)
    return max(key(found, turns) for turns, fill in zip(every, fills, strict=True) if fill >= share * most)
