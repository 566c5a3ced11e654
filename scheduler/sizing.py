"""What a case will take before anything is built: turns that may be given, and memory."""

from __future__ import annotations

import math
import os
import resource
from collections.abc import Sequence

from scheduler.errors import TooLarge
from scheduler.options import estimate
from scheduler.problem import Problem
from scheduler.regions import cut
from scheduler.text import N_, Message

BASE = 150
"""MiB of the engines and of a small case."""
EACH = 5_500
"""Bytes for each possible turn: its rows, the relaxation over a part of it, a search. Measured at 200,000."""
MIB = 1024 * 1024


def needed(problems: Sequence[Problem]) -> int:
    """Estimate from above the MiB that solving these cases at the same time takes."""
    return BASE + sum(BASE + math.ceil(estimate(problem) * EACH / MIB) for problem in problems)


def allowed(memory: int | None) -> int:
    """Return the MiB a solve may take: what was asked for, within what the process and the machine have."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // MIB
    limits = [resource.getrlimit(name)[0] for name in (resource.RLIMIT_AS, resource.RLIMIT_DATA)]
    bounds = [limit // MIB for limit in limits if limit != resource.RLIM_INFINITY]
    return min([machine, *bounds, *([memory] if memory else [])])


def refuse_too_large(problems: Sequence[Problem], memory: int | None) -> None:
    """Raise TooLarge, with what to do, if solving these cases at once needs more than it may take."""
    need, limit = needed(problems), allowed(memory)
    if need > limit:
        facts = {"turns": sum(map(estimate, problems)), "needed": need, "limit": limit}
        raise TooLarge(Message(_REFUSAL, facts))


def need(problem: Problem) -> int:
    """Estimate from above the MiB that solving a case takes, with as many of its parts at once as there are cores."""
    parts = [part.problem for part in cut(problem)]
    return needed(parts[: os.cpu_count() or 1])


def refuse_too_little(problem: Problem, memory: int | None) -> None:
    """Raise TooLarge if the engines would not even load: nothing could be begun, nor the case be looked at."""
    if allowed(memory) < 2 * BASE:
        raise TooLarge(Message(_TOO_LITTLE, {"needed": need(problem), "limit": allowed(memory)}))


_TOO_LITTLE = N_(
    "Limite de mémoire trop basse : {limit} Mio permis, il en faut environ {needed} pour ce dossier. "
    "Augmentez la limite."
)
_REFUSAL = N_(
    "Dossier trop grand : environ {turns} tours possibles, {needed} Mio de mémoire estimés, {limit} Mio permis. "
    "Augmentez la limite, ou réduisez le dossier : moins de salles par demande, durées de tour moins libres, "
    "ou un dossier par région."
)
