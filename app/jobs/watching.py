"""Watch the children of one claimed job: the lease kept, progress told, a stop heard, each child ended in time."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from app.planning.child import Child
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


class Lost(Exception):
    """Another attempt has the job: whatever was done here counts for nothing."""


class Watch:
    """The row of a job and what its children told; ``stage`` says which of several parts is under way."""

    def __init__(self, taken: Claim, settings: Settings, leaving: Callable[[], bool]) -> None:
        self.taken, self.leaving = taken, leaving
        self.lease = timedelta(seconds=settings.lease_seconds)
        self.renew_every = min(TELL, settings.lease_seconds / 3)
        self.steps: list[dict[str, Any]] = []
        self.turns: int | None = None
        self.report: dict[str, Any] | None = None
        self.stage: dict[str, Any] = {}
        self.began = self.told_at = time.monotonic()

    @property
    def left(self) -> float:
        """Seconds of the job's time that remain."""
        return self.taken.seconds - (time.monotonic() - self.began)

    def enter(self, **stage: Any) -> None:
        """Begin a part: what the one before told is no longer shown."""
        self.stage, self.steps, self.turns = stage, [], None

    def until_end(self, child: Child, limit: float) -> tuple[int, str]:
        """Watch a child until it ends by itself or is ended: its exit code, and ``cancelled``, ``timed_out`` or ""."""
        deadline = time.monotonic() + max(limit * SLACK, limit + SLACK_SHORT if limit < SHORT else 0) + GRACE
        code, stopped = child.listen(0), ""
        while code is None:
            code = child.listen(TICK)
            held, asked = runs.look(self.taken)
            if not held:
                raise Lost
            if code is None and self.leaving():
                runs.release(self.taken)
                raise Leaving
            if code is None and (asked or time.monotonic() > deadline):
                stopped = "cancelled" if asked else "timed_out"
                code = _stop(child)
            if code is None:
                self._tell(child)
        self.hear(child)
        return code, stopped

    def _tell(self, child: Child) -> None:
        if time.monotonic() - self.told_at < self.renew_every:
            return
        self.told_at = time.monotonic()
        self.hear(child)
        if not runs.renew(self.taken, self.lease, self.progress()):
            raise Lost

    def hear(self, child: Child) -> None:
        """Take in what a child told: levels settled, the turns of its best plan, seasons played, its report."""
        for line in child.told:
            self.report = line if "format" in line else self.report
            self.turns = line.get("turns", self.turns)
            if "season" in line:
                self.stage |= {key: line.get(key) for key in ("season", "of")}
            if "tier" in line:
                step = {key: line.get(key) for key in ("tier", "level", "count", "bound")}
                same = self.steps and all(self.steps[-1][key] == step[key] for key in ("tier", "level"))
                self.steps[-1:] = [step] if same else [*self.steps[-1:], step]
        child.told.clear()

    def progress(self) -> dict[str, Any]:
        """What the page shows."""
        elapsed = round(time.monotonic() - self.began, 1)
        told = {"elapsed": elapsed, "turns": self.turns, "steps": self.steps[-STEPS:]}
        return {**told, "stage": self.stage} if self.stage else told


def _stop(child: Child) -> int:
    """Ask for the best plan so far, then end the child."""
    child.ask_to_end()
    code = child.wait_until(time.monotonic() + LAST_WORD)
    return child.end() if code is None else code
