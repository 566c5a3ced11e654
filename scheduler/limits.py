"""How long a solve may take, and what it tells while it works."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from scheduler.errors import Cancelled


@dataclass(frozen=True, slots=True)
class Limits:
    """`seconds` of wall time (None: until the work is done), `workers` of CP-SAT
    where any plan will do, `effort` of one search, `memory` in MiB (None: what the machine has).

    Effort is counted in CP-SAT's deterministic seconds: it ends a search at the same point on any machine.
    Wall time is the safety limit; a plan it cut short says it is not deterministic.
    """

    seconds: float | None = None
    workers: int = 12
    effort: float = 6.0
    memory: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One line of progress: a tier (and level) was settled, or a better plan was found on the way."""

    tier: str
    level: int | None
    value: int
    bound: int | None
    elapsed: float
    turns: int


@dataclass(slots=True)
class Clock:
    """The wall time left, and the question whether somebody asked for the end."""

    limits: Limits
    cancel: Callable[[], bool] = lambda: False
    started: float = field(default_factory=time.monotonic)
    cut: bool = False

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.started

    def left(self) -> float:
        """Return the seconds left, infinite without a limit; raises Cancelled if the end was asked for."""
        if self.cancel():
            raise Cancelled
        if self.limits.seconds is None:
            return math.inf
        return self.limits.seconds - self.elapsed

    def share(self, part: float) -> Clock:
        """Return a clock for a part of the time left."""
        seconds = None if self.limits.seconds is None else self.elapsed + part * self.left()
        return Clock(replace(self.limits, seconds=seconds), self.cancel, self.started)

    def over(self) -> bool:
        """Tell whether time is up; remember that it cut the work short."""
        self.cut = self.cut or self.left() <= 0
        return self.cut


def age() -> float:
    """Return the seconds since this process was started; 0 where the system does not tell."""
    try:
        fields = Path("/proc/self/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        born = int(fields[19]) / os.sysconf("SC_CLK_TCK")
        return max(0.0, time.clock_gettime(time.CLOCK_BOOTTIME) - born)
    except (OSError, ValueError, IndexError, AttributeError):
        return 0.0
