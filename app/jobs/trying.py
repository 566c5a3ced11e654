"""Try a charter in child processes: one season, then many, under one charter or two; every part told apart."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.jobs.solving import season
from app.jobs.watching import Lost, Watch
from app.models import RunState
from app.planning.child import Child, years_command
from app.planning.endings import OUT_OF_MEMORY_SIGNS, Ending
from app.planning.judge import problem_of
from app.planning.measures import measure
from app.planning.trial import written
from app.services import runs
from app.services.runs import Claim
from app.settings import Settings

HALF = 2  # the seasons solved share half of the time, those played the rest


def play(taken: Claim, settings: Settings, leaving: Callable[[], bool]) -> bool:
    """Work on a claimed trial until it has ended; False when it was lost to another attempt; raises Leaving."""
    trial = _Trial(Watch(taken, settings, leaving), settings, taken.scope)
    try:
        end = trial.played()
    except Lost:
        return False
    return runs.finish(taken, end, trial.watch.progress())


class _Trial:
    """The parts of a trial, as far as they have come."""

    def __init__(self, watch: Watch, settings: Settings, order: dict[str, Any]) -> None:
        self.watch, self.settings, self.order = watch, settings, order
        self.texts = {letter: runs.case_text(sha256) for letter, sha256 in sorted(order["cases"].items())}
        self.seasons: dict[str, Any] = {}
        self.years: dict[str, Any] = {}
        self.missing: dict[str, Any] = {}

    def played(self) -> Ending:
        """Solve a season under each charter, then play the years of those that can be kept."""
        each = max(1, self.watch.taken.seconds // HALF // len(self.texts))
        for letter, text in self.texts.items():
            self.watch.enter(part="season", charter=letter)
            end = season(self.watch, self.settings, text, each)
            if end.plan is not None:
                self.seasons[letter] = measure(problem_of(text), end.plan).document()
            elif not self.seasons:
                return Ending(end.state, f"trial_{end.code}" if end.code == "impossible" else end.code, end.details)
            else:
                self.missing[letter] = {"code": end.code, "details": end.details}
            if end.state is RunState.CANCELLED:
                return self._ended("trial_cancelled")
        for number, letter in enumerate(self.seasons):
            why = self._years(letter, max(1.0, self.watch.left / (len(self.seasons) - number)))
            if why == "cancelled":
                return self._ended("trial_cancelled")
            if why:
                self.missing[letter] = {"code": f"years_{why}", "details": []}
        return self._ended("trial")

    def _ended(self, code: str) -> Ending:
        state = RunState.DONE if code == "trial" else RunState.CANCELLED
        return Ending(state, code, result=written(self.order, self.seasons, self.years, self.missing))

    def _years(self, letter: str, seconds: float) -> str:
        """Play the seasons of one charter; why there are none: empty when there are."""
        self.watch.enter(part="years", charter=letter)
        with tempfile.TemporaryDirectory(prefix="dawra-years-") as folder:
            case, out = Path(folder) / "case.json", Path(folder) / "years.json"
            case.write_text(self.texts[letter], encoding="utf-8")
            child = Child(years_command(case, out, seconds, self.order), self.settings.solve_memory_mb)
            try:
                code, stopped = self.watch.until_end(child, seconds)
            finally:
                child.end()
            if out.exists():
                self.years[letter] = json.loads(out.read_text(encoding="utf-8"))["charters"]["A"]
                return ""
            crashed = "Traceback (most recent call last)" in child.said
            memory = any(sign in child.said for sign in OUT_OF_MEMORY_SIGNS)
            return stopped or ("memory" if memory else "impossible" if code == 1 and not crashed else "crashed")
