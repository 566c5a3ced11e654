"""Solve one claimed job in a child process: watched, fenced, bounded; each way of ending told apart."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from app.jobs.watching import Leaving, Lost, Watch
from app.planning.child import Child, command
from app.planning.endings import Ending, ending
from app.services import runs
from app.services.runs import Claim
from app.settings import Settings

__all__ = ["Leaving", "season", "solve"]


def solve(taken: Claim, settings: Settings, leaving: Callable[[], bool]) -> bool:
    """Work on a claimed job until it has ended; False when it was lost to another attempt.

    Raises Leaving after putting the job back, when ``leaving()`` turns true.
    """
    watch = Watch(taken, settings, leaving)
    try:
        end = season(watch, settings, taken.case_text, taken.seconds)
    except Lost:
        return False
    return runs.finish(taken, end, watch.progress())


def season(watch: Watch, settings: Settings, case_text: str, seconds: int) -> Ending:
    """Solve one case in a child, and judge what it left; raises Lost or Leaving."""
    with tempfile.TemporaryDirectory(prefix="dawra-solve-") as folder:
        case, plan = Path(folder) / "case.json", Path(folder) / "plan.json"
        case.write_text(case_text, encoding="utf-8")
        child = Child(command(case, plan, seconds, settings.solver_command), settings.solve_memory_mb)
        try:
            code, stopped = watch.until_end(child, seconds)
            text = plan.read_text(encoding="utf-8", errors="replace") if plan.exists() else None
            return ending(case_text, text, code, child, stopped)
        finally:
            child.end()
