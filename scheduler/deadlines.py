"""How well a time limit holds: cases from tiny to millions of possible turns, each solved within a few seconds."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scheduler.bench import Spec, reference

SIZES: tuple[Spec, ...] = (
    (1, 1, 1, 6, 14, 5, (1,), 0),
    (1, 2, 1, 26, 14, 200, (1, 2), 0),
    (1, 5, 1, 26, 14, 600, (1, 2, 3), 0),
    (4, 2, 2, 52, 7, 500, (1, 2, 3, 4, 5, 6), 0),
    (10, 2, 1, 26, 14, 2_000, (1, 2), 0),
    (120, 2, 12, 26, 14, 20_000, (1, 2), 0),
    (330, 2, 12, 26, 14, 55_000, (1, 2), 0),
)
"""From 50 possible turns to five million."""
LIMITS = (3, 5, 10, 25)
"""Seconds given, in turn."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One run: the seconds given and taken, how the command ended, and whether that is within the promise."""

    people: int
    given: float
    took: float
    code: int

    @property
    def promise(self) -> bool:
        """Within 10 %, or 2 s under 20 s."""
        return self.took <= max(self.given * 1.1, self.given + 2 if self.given < 20 else 0)


def campaign(count: int, folder: Path, seed: int = 1) -> Iterator[Kept]:
    """Run so many cases, small and large in turn, each with its own facts."""
    rng = random.Random(seed)  # noqa: S311 (repeatable on purpose)
    for number in range(count):
        spec = SIZES[number % len(SIZES)]
        case, out = folder / "case.json", folder / "plan.json"
        case.write_text(json.dumps(reference((*spec[:7], rng.randrange(10**6)))), encoding="utf-8")
        given = LIMITS[number % len(LIMITS)]
        words = [sys.executable, "-m", "scheduler", "solve", str(case), "--out", str(out), "--seconds", str(given)]
        started = time.monotonic()
        done = subprocess.run(words, check=False, capture_output=True)  # noqa: S603 (our own command)
        yield Kept(spec[5], given, time.monotonic() - started, done.returncode)
