"""What a solve hands over: first a plan made without engines, then only plans that are not behind it.

So no deadline, and nobody who stops a solve, finds nothing. The dealt plan depends on how fast the machine is; what
is handed over at the end of a solve that no clock cut short does not depend on it.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace

from scheduler.dealing import deal
from scheduler.options import estimate
from scheduler.plan import Plan, Turn
from scheduler.problem import Problem
from scheduler.verify import verify

SHARE, LARGEST = 0.05, 0.6
"""The share of the time in which a first plan is dealt: of a small case, and of one the engines may not come to.

Counted in computing, so that a busy machine deals as much; what the clock shows may be the larger share at most.
"""
PACE = 100_000
"""Possible turns the engines take up in a second, roughly."""
LEAST = 0.5
"""Seconds to deal in, at least, where no limit is set."""


class Outlet:
    """Passes plans of one case on to `tell`; `floor`: what the tiers of the dealt plan reach."""

    def __init__(self, problem: Problem, tell: Callable[[Plan], None]) -> None:
        self.problem, self._tell = problem, tell
        self.floor: list[list[int]] = []
        self.dealt: tuple[Turn, ...] = ()

    def begin(self, seconds: float | None, visitors: frozenset[str]) -> None:
        """Hand over the plan without turns, then a dealt one, where they obey the rules.

        `visitors` are dealt nothing. Without a limit the dealt plan is for who stops the solve: it steers nothing.
        """
        self._offer(())
        computed = time.process_time() + dealing_time(estimate(self.problem), seconds)
        end = time.monotonic() + LARGEST * (math.inf if seconds is None else seconds)
        ours = tuple(request for request in self.problem.requests if request.applicant not in visitors)
        self._offer(
            deal(
                replace(self.problem, requests=ours),
                lambda: time.process_time() > computed or time.monotonic() > end,
            )
        )
        if seconds is None:
            self.dealt = ()

    def improved(self, plan: Plan) -> None:
        """Pass on a plan of a solve under way, unless the dealt one is better."""
        if _value(plan) >= self.floor:
            self._tell(plan)

    def done(self, plan: Plan) -> None:
        """Pass on what a solve ended with; where the clock cut it short, unless the dealt plan is better."""
        if plan.deterministic:
            self._tell(plan)
        else:
            self.improved(plan)

    def _offer(self, turns: tuple[Turn, ...]) -> None:
        verdict = verify(self.problem, turns)
        if verdict.accepted:
            plan = Plan(self.problem.sha256, "feasible", turns, verdict.tiers)
            self.floor, self.dealt = _value(plan), turns
            self._tell(plan)


def dealing_time(possible: int, seconds: float | None) -> float:
    """Return how many seconds of computing a first plan may take, by the number of turns possible."""
    if seconds is None:
        return LEAST + possible / PACE
    return max(SHARE * seconds, min(LARGEST * seconds, possible / PACE))


def _value(plan: Plan) -> list[list[int]]:
    """Return what the tiers reach, in the charter's order."""
    tiers = [tier for tier in plan.tiers if tier.name != "min_fill"]
    return [[level.count for level in tier.levels] if tier.value is None else [tier.value] for tier in tiers]
