"""Rotation cases of any size, drawn from a seed, and how fast they are solved.

`reference` makes the same documents, byte for byte, as the public generator of the benchmark's five reference
cases: it takes its random numbers in the same order and from the same choices (facts of the benchmark).
"""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

Spec = tuple[int, int, int, int, int, int, tuple[int, ...], int]
"""Sites, spaces a site, regions, periods, days a period, applicants, turn lengths, seed."""

CASES: dict[str, Spec] = {
    "village-200": (1, 2, 1, 26, 14, 200, (1, 2), 11),
    "city-unit-600": (1, 5, 1, 26, 14, 600, (1,), 12),
    "city-mixed-600": (1, 5, 1, 26, 14, 600, (1, 2, 3), 13),
    "region-2000": (10, 2, 1, 26, 14, 2000, (1, 2), 14),
    "nation-20000": (120, 2, 12, 26, 14, 20000, (1, 2), 15),
}
FIRST_DAY = dt.date(2027, 1, 4)
EQUIPMENT = ("power", "water", "wall")
SHARES = (("women", 0.35), ("newcomer", 0.2), ("rural", 0.15))
CRAFTS = tuple(f"activity-{n:02d}" for n in range(12))
DEMAND = tuple(1 / (n + 1) ** 0.8 for n in range(12))
KINDS = ("artisan", "maalem", "cooperative", "enterprise")
Document = dict[str, Any]


def reference(spec: Spec, name: str = "drawn") -> Document:
    """Return the case document of a specification, the same for the same one."""
    sites, halls, regions, periods, days, people, lengths, seed = spec
    rng = random.Random(seed)  # noqa: S311 (repeatable on purpose)
    spaces = [_hall(rng, site, hall, regions, periods) for site in range(sites) for hall in range(halls)]
    near: dict[str, list[int]] = {}
    for index, space in enumerate(spaces):
        near.setdefault(space["region"], []).append(index)
    folk = [_person(rng, n, near, regions, spaces, periods, lengths) for n in range(people)]
    return {
        "format": "dawra-case/1",
        "name": name,
        "periods": [_period(n, days) for n in range(periods)],
        "spaces": spaces,
        "applicants": [applicant for applicant, _ in folk],
        "requests": [request for _, request in folk],
        "pins": [],
        "charter": {
            "measure": "periods",
            "max_same_activity": 2,
            "min_activities": 3,
            "rest": 3,
            "quotas": [],
            "rivals_apart": False,
            "tiers": ["fairness", "fill", "preferences"],
        },
        "published": [],
        "seed": "reference",
    }


def _period(number: int, days: int) -> Document:
    start = FIRST_DAY + dt.timedelta(days=days * number)
    return {"start": start.isoformat(), "end": (start + dt.timedelta(days=days - 1)).isoformat(), "weight": 1}


def _hall(rng: random.Random, site: int, hall: int, regions: int, periods: int) -> Document:
    """A space with a third of large stands; one period in thirty is closed."""
    count = rng.choice((4, 6, 8, 10, 12))
    key = f"S{site:03d}-{hall}"
    features = [feature for feature in EQUIPMENT if rng.random() < 0.7]
    stands = [
        {
            "id": f"{key}-{n:02d}",
            "area_m2": 12 if n < count // 3 else 8,
            "features": features,
            "x": n % 4,
            "y": n // 4,
        }
        for n in range(count)
    ]
    return {
        "id": key,
        "site": f"S{site:03d}",
        "region": f"{site % regions + 1:02d}",
        "stands": stands,
        "closed": [period for period in range(periods) if rng.random() < 0.03],
        "weight": rng.choice((2, 3, 4)),
    }


def _person(
    rng: random.Random,
    number: int,
    near: dict[str, list[int]],
    regions: int,
    spaces: list[Document],
    periods: int,
    lengths: tuple[int, ...],
) -> tuple[Document, Document]:
    """An applicant and the request: spaces of the own region, now and then one elsewhere."""
    own = near[f"{rng.randrange(regions) + 1:02d}"]
    wanted = set(rng.sample(own, rng.randint(1, min(4, len(own)))))
    if regions > 1 and rng.random() < 0.2:
        wanted.add(rng.randrange(len(spaces)))
    away: set[int] = set()
    for _ in range(rng.randint(0, 2)):
        start = rng.randrange(periods)
        away |= set(range(start, min(periods, start + rng.randint(1, 4))))
    length = rng.choice(lengths)
    key = f"A{number:05d}"
    applicant = {
        "id": key,
        "kind": rng.choices(KINDS, (70, 10, 15, 5))[0],
        "activity": rng.choices(CRAFTS, DEMAND)[0],
        "groups": [group for group, share in SHARES if rng.random() < share],
        "received": rng.choice((0, 0, 1, 2, 3, 4)),
        "share": 1,
    }
    request = {
        "applicant": key,
        "spaces": [{"id": spaces[index]["id"], "rank": n + 1} for n, index in enumerate(sorted(wanted))],
        "unavailable": sorted(away),
        "preferred": {str(p): rng.randint(1, 3) for p in range(periods) if rng.random() < 0.2},
        "turn_length": {"min": length, "max": length},
        "max_turns": rng.choice((1, 2, 2, 3)),
        "area_m2": rng.choice((6, 6, 8, 8, 8, 10)),
        "features": [feature for feature in EQUIPMENT if rng.random() < 0.1],
    }
    return applicant, request
