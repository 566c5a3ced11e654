"""Solve a large case part by part, several parts at a time, each in a process of its own, and join them."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from scheduler.codec import decode_plan, encode_case
from scheduler.diagnose import diagnose
from scheduler.errors import Impossible, OutOfTime, Unsound
from scheduler.join import Joined
from scheduler.limits import Clock, Step
from scheduler.plan import Plan, Status, Tier
from scheduler.pricing import Priced
from scheduler.problem import Problem
from scheduler.provenance import made_with
from scheduler.regions import Part
from scheduler.supervisor import Run, supervise
from scheduler.verify import verify

TOLD = 20.0
"""Seconds at least between two joined plans told while the parts are still at work."""
LAST = 0.12
"""The share of the time left that is kept for putting the parts together."""


class Apart:
    """The parts of one case and what came of them so far."""

    def __init__(self, problem: Problem, parts: Sequence[Part], clock: Clock) -> None:
        self.problem, self.parts, self.clock = problem, parts, clock
        self.runs: list[Run | None] = [None] * len(parts)
        self.documents: list[dict[str, Any] | None] = [None] * len(parts)
        self.priced: list[list[Priced]] = [[] for _ in parts]
        self._improved: Callable[[Plan], None] = lambda _: None
        self._lock, self._told = threading.Lock(), 0.0
        self.hands = min(len(parts), os.cpu_count() or 1)

    def solve(self, progress: Callable[[Step], None], improved: Callable[[Plan], None]) -> Plan:
        """Return the joined plan; raises Impossible if a part is."""
        self._improved = improved
        with ThreadPoolExecutor(self.hands) as pool:
            for number, run in zip(range(len(self.parts)), pool.map(self._run, range(len(self.parts))), strict=True):
                self.runs[number] = run
                if run.outcome == "impossible":
                    raise Impossible(diagnose(self.parts[number].problem, self.clock))
                self.documents[number] = run.document
        plan = self.plan()
        for tier in plan.tiers:
            for level in tier.levels:
                progress(Step(tier.name, level.at_least, level.count, level.bound, self.clock.elapsed, len(plan.turns)))
            if tier.value is not None:
                progress(Step(tier.name, None, tier.value, tier.bound, self.clock.elapsed, len(plan.turns)))
        return plan

    def _run(self, number: int) -> Run:
        """Solve one part within its share of the time."""
        part, seconds = self.parts[number], self._seconds(number)

        def tell(message: dict[str, Any]) -> None:
            if message["kind"] == "priced":
                self.priced[number] = [Priced.read(document) for document in message["goals"]]
            if message["kind"] == "plan":
                self.documents[number] = message["document"]
                self._join()

        return supervise(
            part.problem,
            encode_case(part.problem),
            replace(self.clock.limits, seconds=seconds),
            started=time.monotonic(),
            tell=tell,
            stop=self.clock.cancel,
            visitors=sorted(part.visitors),
        )

    def _join(self) -> None:
        """Tell the plan of all parts as they stand, now and then: an end at any time finds it."""
        with self._lock:
            if self.clock.elapsed - self._told >= TOLD:
                self._improved(self.plan())
                self._told = self.clock.elapsed

    def _seconds(self, number: int) -> float | None:
        """Share the time left among the parts still to come, by hands."""
        left = self.clock.left()
        if self.clock.limits.seconds is None:
            return None
        if left <= 0:
            raise OutOfTime
        rounds = -(-(len(self.parts) - number) // self.hands)
        return max(0.5, left * (1 - LAST) / rounds)

    def plan(self) -> Plan:
        """Put together what the parts have given so far; Unsound if the checkers reject it."""
        plans = [decode_plan(document) for document in self.documents if document is not None]
        turns = tuple(sorted((turn for plan in plans for turn in plan.turns), key=lambda turn: turn.order))
        tiers = Joined(self.problem, turns, self.priced).tiers()
        whole = all(run is not None and run.outcome == "plan" for run in self.runs)
        plan = Plan(
            case_sha256=self.problem.sha256,
            status=self._status(tiers, plans if whole else []),
            turns=turns,
            tiers=tiers,
            seconds=round(self.clock.elapsed, 3),
            deterministic=whole and all(plan.deterministic for plan in plans),
            solver=self._made_by(plans),
        )
        found = verify(self.problem, plan).violations
        if found:
            raise Unsound(violation.message for violation in found)
        return plan

    def _status(self, tiers: Sequence[Tier], plans: Sequence[Plan]) -> Status:
        """proven: every part is, and nobody could have gone to another one."""
        pairs = [(tier.value, tier.bound) for tier in tiers if tier.value is not None]
        pairs += [(level.count, level.bound) for tier in tiers for level in tier.levels]
        if any(bound is None for _, bound in pairs):
            return "feasible"
        alone = not any(part.visitors for part in self.parts)
        closed = bool(plans) and all(plan.status == "proven" for plan in plans)
        return "proven" if alone and closed and all(value == bound for value, bound in pairs) else "bounded"

    def _made_by(self, plans: Sequence[Plan]) -> dict[str, object]:
        limits = self.clock.limits
        draws = [drawn for plan in plans if isinstance(drawn := plan.solver.get("draw"), dict)]
        return {
            **made_with(),
            "seed": self.problem.seed,
            "parameters": {"workers": limits.workers, "effort": limits.effort},
            "parts": len(self.parts),
            "draw": {key: sum(drawn[key] for drawn in draws) for key in ("asked", "proven")} if draws else None,
        }
