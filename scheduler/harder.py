"""Harder cases of the family of bench.py, each hard in a way of its own, and one in all ways at once.

Drawn from a seed like the reference cases; no solver is tuned to them.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from scheduler.bench import SHARES, Document, Spec, reference
from scheduler.codec import decode_case
from scheduler.dealing import deal

CITY: Spec = (1, 5, 1, 26, 14, 600, (1, 2, 3), 31)
"""A city's showrooms, as city-mixed-600, with other facts."""
WEEKLY: Spec = (1, 5, 1, 52, 7, 600, (1, 2, 3), 32)
CROWDED: Spec = (1, 5, 1, 26, 14, 1500, (1, 2, 3), 33)
"""About five stand-periods asked for each there is."""
CRAFTS = tuple(f"activity-{number:02d}" for number in range(40))
TAIL = 1.6
"""The craft of rank n is asked for n^−TAIL times as much as the first (0.8 in the reference cases)."""


def heavy_tail(case: Document, rng: random.Random) -> None:
    """Let four in ten practise one craft of forty, of which a hall shows two stands at most."""
    weights = [1 / (rank + 1) ** TAIL for rank in range(len(CRAFTS))]
    for person in case["applicants"]:
        person["activity"] = rng.choices(CRAFTS, weights)[0]


def tight_quotas(case: Document, rng: random.Random) -> None:
    """Ask for more of some groups than their share of the applicants, for less of another; in each hall, too."""
    women, newcomers, rural = (name for name, _ in SHARES)
    case["charter"]["quotas"] = [
        {"group": women, "at_least": 0.45, "scope": "season"},
        {"group": newcomers, "at_least": 0.25, "scope": "space"},
        {"group": rural, "at_most": 0.1, "scope": "space"},
    ]


def many_pins(case: Document, rng: random.Random) -> None:
    """Pin 120 turns of a plan that obeys the rules."""
    turns = rng.sample(deal(decode_case(case)), 120)
    case["pins"] = [
        {"applicant": one.applicant, "space": one.space, "start": one.start, "length": one.length} for one in turns
    ]


def free_lengths(case: Document, rng: random.Random) -> None:
    """Leave the length of a turn free: one to six periods, or within less than that."""
    for asked in case["requests"]:
        shortest = rng.choice((1, 1, 1, 2, 3))
        asked["turn_length"] = {"min": shortest, "max": rng.randint(shortest, 6)}


Change = Callable[[Document, random.Random], None]
HARDER: dict[str, tuple[Spec, tuple[Change, ...]]] = {
    "heavy-tail-600": (CITY, (heavy_tail,)),
    "tight-quotas-600": (CITY, (tight_quotas,)),
    "many-pins-600": (CITY, (many_pins,)),
    "weekly-600": (WEEKLY, ()),
    "free-lengths-600": (CITY, (free_lengths,)),
    "crowded-1500": (CROWDED, ()),
    "hardest-1500": ((1, 5, 1, 52, 7, 1500, (1, 2, 3), 34), (heavy_tail, free_lengths, tight_quotas, many_pins)),
}


def harder(name: str) -> Document:
    """Return the case document of a name, the same for the same one."""
    spec, changes = HARDER[name]
    case, rng = reference(spec, name), random.Random(name)  # noqa: S311 (repeatable on purpose)
    for change in changes:
        change(case, rng)
    return case
