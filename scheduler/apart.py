"""Solve a large case part by part, several parts at a time, each in a process of its own, and join them."""

from __future__ import annotations

import math
import os
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
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
from scheduler.tickets import drawn_order
from scheduler.undated import Undated
from scheduler.verify import verify

TOLD, PAUSE = 20.0, 20.0
"""Seconds at least between two joined plans told while the parts are still at work, and how many times longer than
joining them takes: it takes from their time."""
LAST = 0.12
"""The share of the time left that is kept for putting the parts together."""
ENOUGH = 0.8
"""How much of its even share of the time a part has if its levels have all their bounds by then: the rest is for parts
that find theirs harder to reach."""


class Apart:
    """The parts of one case and what came of them so far. `short`: the time cut short how they were made."""

    def __init__(
        self,
        problem: Problem,
        parts: Sequence[Part],
        clock: Clock,
        undated: Undated | None = None,
        *,
        short: bool = False,
    ) -> None:
        self.problem, self.parts, self.clock, self.undated, self.short = problem, parts, clock, undated, short
        self.runs: list[Run | None] = [None] * len(parts)
        self.documents: list[dict[str, Any] | None] = [None] * len(parts)
        self.priced: list[list[Priced]] = [[] for _ in parts]
        self._improved: Callable[[Plan], None] = lambda _: None
        self._lock, self._next = threading.Lock(), TOLD
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
        part, (seconds, enough) = self.parts[number], self._seconds(number)
        started = time.monotonic()

        def tell(message: dict[str, Any]) -> None:
            if message["kind"] == "priced":
                self.priced[number] = [Priced.read(document) for document in message["goals"]]
            if message["kind"] == "plan":
                self.documents[number] = message["document"]
                self._join()

        def stop() -> bool:
            rest = time.monotonic() > started + enough and fair(self.documents[number])
            return rest or self.clock.cancel()

        return supervise(
            part.problem,
            encode_case(part.problem),
            replace(self.clock.limits, seconds=seconds),
            started=started,
            tell=tell,
            stop=stop,
            visitors=sorted(part.visitors),
        )

    def _join(self) -> None:
        """Tell the plan of all parts as they stand, now and then: an end at any time finds it."""
        with self._lock:
            began = self.clock.elapsed
            if began >= self._next:
                with suppress(OutOfTime):
                    self._improved(self.plan())
                    self._next = self.clock.elapsed + max(TOLD, PAUSE * (self.clock.elapsed - began))

    def _seconds(self, number: int) -> tuple[float | None, float]:
        """Return how long a part may take, and after how long it makes room if its levels have all their bounds."""
        left = self.clock.left()
        if self.clock.limits.seconds is None:
            return None, math.inf
        if left <= 0:
            raise OutOfTime
        return shares(left * (1 - LAST), -(-(len(self.parts) - number) // self.hands))

    def plan(self) -> Plan:
        """Put together what the parts have given so far; OutOfTime if one with pins has given nothing yet.

        Unsound if the checkers reject it.
        """
        pairs = zip(self.parts, self.documents, strict=True)
        if any(document is None and part.problem.pins for part, document in pairs):
            raise OutOfTime
        plans = [decode_plan(document) for document in self.documents if document is not None]
        turns = tuple(sorted((turn for plan in plans for turn in plan.turns), key=lambda turn: turn.order))
        whole = all(run is not None and run.outcome == "plan" for run in self.runs)
        tiers = Joined(self.problem, turns, self.priced, self.undated).tiers()
        if whole and not self._tangled() and all(plan.status == "proven" for plan in plans):
            tiers = tuple(map(_closed, tiers))
        plan = Plan(
            case_sha256=self.problem.sha256,
            status=self._status(tiers, plans if whole else []),
            turns=turns,
            tiers=tiers,
            seconds=round(self.clock.elapsed, 3),
            deterministic=whole and not self.short and not self.clock.cut and all(plan.deterministic for plan in plans),
            solver=self._made_by(),
        )
        found = verify(self.problem, plan).violations
        if found:
            raise Unsound(violation.message for violation in found)
        return plan

    def _tangled(self) -> set[str]:
        """Return who could have gone to another part."""
        return {person for part in self.parts for person in part.visitors}

    def _status(self, tiers: Sequence[Tier], plans: Sequence[Plan]) -> Status:
        """proven: every part is, and nobody could have gone to another one."""
        pairs = [(tier.value, tier.bound) for tier in tiers if tier.value is not None]
        pairs += [(level.count, level.bound) for tier in tiers for level in tier.levels]
        if any(bound is None for _, bound in pairs):
            return "feasible"
        closed = bool(plans) and all(plan.status == "proven" for plan in plans) and not self._tangled()
        return "proven" if closed and all(value == bound for value, bound in pairs) else "bounded"

    def _drawn(self) -> dict[str, int] | None:
        """Count whom the draws of the parts asked, where each stays; proven only where nobody could be elsewhere."""
        asked = proven = found = 0
        tangled = self._tangled()
        for part, document in zip(self.parts, self.documents, strict=True):
            told = document and document["solver"].get("draw")
            if not told:
                continue
            found += 1
            people = [request.applicant for request in part.problem.requests]
            walked = drawn_order(self.problem.seed, people)[: told["asked"]]
            asked += sum(person not in part.visitors for person in walked)
            proven += told["proven"] if tangled.isdisjoint(people) else 0
        return {"asked": asked, "proven": proven} if found else None

    def _made_by(self) -> dict[str, object]:
        limits = self.clock.limits
        return {
            **made_with(),
            "seed": self.problem.seed,
            "parameters": {"workers": limits.workers, "effort": limits.effort},
            "parts": len(self.parts),
            "draw": self._drawn(),
        }


def shares(left: float, rounds: int) -> tuple[float, float]:
    """Return the most and the least seconds of a part, with the time left for so many parts one after the other.

    The most takes a third of what the parts would spare together if each of them had the least.
    """
    if rounds == 1:
        return max(0.5, left), math.inf
    least = ENOUGH * left / rounds
    return max(0.5, least + (1 - ENOUGH) * left / 3), least


def fair(document: dict[str, Any] | None) -> bool:
    """Tell whether a plan document bounds every tier, and every level has its bound."""
    tiers = (document or {}).get("tiers", ())
    levels = [level for tier in tiers for level in tier.get("levels", ())]
    bounded = all("bound" in told for tier in tiers for told in tier.get("levels", [tier]))
    return bool(levels) and bounded and all(level["count"] == level["bound"] for level in levels)


def _closed(tier: Tier) -> Tier:
    """Return a tier of parts that have nothing to do with each other, each proven the best: so is their sum."""
    levels = tuple(replace(level, bound=level.count) for level in tier.levels if level.count)
    return replace(tier, bound=tier.value, levels=levels)
