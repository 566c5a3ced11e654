"""Solve one claimed job in a child process: watched, fenced, bounded; each way of ending told apart."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from app.planning.child import Child, command
from app.planning.endings import Ending, ending
from app.services import runs
from app.services.runs import Claim
from app.settings import Settings

TICK = 0.15  # seconds between looks at the row: how soon a stop is heard
TELL = 0.7  # seconds between writes of progress
LAST_WORD = 0.6  # seconds a solver asked to stop has for its best plan
SHORT, SLACK_SHORT, SLACK = 20, 2.0, 1.1  # a solver keeps its limit within 2 s (under 20 s) or 10 %
GRACE = 3.0  # seconds beyond that before it is ended
STEPS = 40  # settled levels kept for the page


class Leaving(Exception):
    """The worker is asked to end; the job was put back."""


def solve(taken: Claim, settings: Settings, leaving: Callable[[], bool]) -> bool:
    """Work on a claimed job until it has ended; False when it was lost to another attempt.

    Raises Leaving after putting the job back, when ``leaving()`` turns true.
    """
    with tempfile.TemporaryDirectory(prefix="dawra-solve-") as folder:
        case, plan = Path(folder) / "case.json", Path(folder) / "plan.json"
        case.write_text(taken.case_text, encoding="utf-8")
        child = Child(command(case, plan, taken.seconds, settings.solver_command), settings.solve_memory_mb)
        try:
            return _Watch(taken, settings, child, plan).until_end(leaving)
        finally:
            child.end()


class _Watch:
    """One child and the row it works for."""

    def __init__(self, taken: Claim, settings: Settings, child: Child, plan: Path) -> None:
        self.taken, self.child, self.plan = taken, child, plan
        self.lease = timedelta(seconds=settings.lease_seconds)
        self.renew_every = min(TELL, settings.lease_seconds / 3)
        self.steps: list[dict[str, Any]] = []
        self.turns: int | None = None
        self.began = self.told_at = time.monotonic()

    def until_end(self, leaving: Callable[[], bool]) -> bool:
        """Watch until the child ends by itself or is ended; then judge what it left."""
        limit = self.taken.seconds
        deadline = self.began + max(limit * SLACK, limit + SLACK_SHORT if limit < SHORT else 0) + GRACE
        code, stopped = self.child.listen(0), ""
        while code is None:
            code = self.child.listen(TICK)
            held, asked = runs.look(self.taken)
            if not held:
                return False
            if code is None and leaving():
                runs.release(self.taken)
                raise Leaving
            if code is None and (asked or time.monotonic() > deadline):
                stopped = "cancelled" if asked else "timed_out"
                code = self._stop()
            if code is None and not self._tell():
                return False
        return runs.finish(self.taken, self._ending(code, stopped), self._progress())

    def _stop(self) -> int:
        """Ask for the best plan so far, then end the child."""
        self.child.ask_to_end()
        code = self.child.wait_until(time.monotonic() + LAST_WORD)
        return self.child.end() if code is None else code

    def _tell(self) -> bool:
        if time.monotonic() - self.told_at < self.renew_every:
            return True
        self.told_at = time.monotonic()
        return runs.renew(self.taken, self.lease, self._progress())

    def _progress(self) -> dict[str, Any]:
        """What the page shows: each tier and level settled with its count and bound, the turns of the best plan."""
        for line in self.child.told:
            self.turns = line.get("turns", self.turns)
            if "tier" in line:
                step = {key: line.get(key) for key in ("tier", "level", "count", "bound")}
                same = self.steps and all(self.steps[-1][key] == step[key] for key in ("tier", "level"))
                self.steps[-1:] = [step] if same else [*self.steps[-1:], step]
        self.child.told.clear()
        elapsed = round(time.monotonic() - self.began, 1)
        return {"elapsed": elapsed, "turns": self.turns, "steps": self.steps[-STEPS:]}

    def _ending(self, code: int, stopped: str) -> Ending:
        text = self.plan.read_text(encoding="utf-8", errors="replace") if self.plan.exists() else None
        return ending(self.taken.case_text, text, code, self.child, stopped)
