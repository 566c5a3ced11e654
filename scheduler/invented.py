"""Invented applicants for a given hall and season, drawn from a seed: for a charter nobody has asked under yet.

Kinds, groups and how unlike crafts are in demand are those of the benchmark cases (bench.py). Half have no past; the
others were shown once to four times. Everybody invented is named so (`invented-0001`).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from scheduler.bench import DEMAND, KINDS, SHARES

Document = dict[str, Any]


def invented(case: Document, people: int, crafts: Sequence[tuple[str, str]], turns: tuple[int, int]) -> Document:
    """Return the case with so many invented applicants for its spaces, the same for the same seed.

    `crafts`: (activity, family), the most wanted first; `turns`: the longest turn and the most turns of the call.
    """
    rng = random.Random(f"{case['seed']}:{people}")  # noqa: S311 (repeatable on purpose)
    periods = len(case["periods"])
    known = list(crafts)[: len(DEMAND)]
    folk = [_person(rng, number + 1, case, known, periods, turns) for number in range(people)]
    return {**case, "applicants": [one for one, _ in folk], "requests": [asked for _, asked in folk]}


def _person(
    rng: random.Random, number: int, case: Document, crafts: list[tuple[str, str]], periods: int,
    turns: tuple[int, int],
) -> tuple[Document, Document]:  # fmt: skip
    activity, family = rng.choices(crafts, DEMAND[: len(crafts)])[0]
    spaces = [space["id"] for space in case["spaces"]]
    wanted = rng.sample(spaces, rng.randint(1, len(spaces)))
    longest = rng.randint(1, max(1, min(turns[0], periods)))
    away = set(rng.sample(range(periods), min(rng.randint(0, 2), periods - longest)))
    key = f"invented-{number:04d}"
    applicant = {
        "id": key, "kind": rng.choices(KINDS, (70, 10, 15, 5))[0], "activity": activity, "family": family,
        "region": case["spaces"][0]["region"], "received": rng.choice((0, 0, 0, 0, 1, 2, 3, 4)), "share": 1,
        "groups": [group for group, share in SHARES if rng.random() < share],
    }  # fmt: skip
    request = {
        "applicant": key, "spaces": [{"id": space, "rank": n + 1} for n, space in enumerate(wanted)],
        "unavailable": sorted(away),
        "preferred": {str(p): rng.randint(1, 3) for p in range(periods) if p not in away and rng.random() < 0.2},
        "turn_length": {"min": 1, "max": longest}, "max_turns": rng.randint(1, max(1, turns[1])), "area_m2": 0,
        "features": [], "stands": 1,
    }  # fmt: skip
    return applicant, request
