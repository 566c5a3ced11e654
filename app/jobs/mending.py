"""Seek places after a closure in a child process; each way of ending told apart."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from pathlib import Path

from app.jobs.watching import Lost, Watch
from app.models import RunState
from app.planning import mending
from app.planning.child import Child
from app.planning.endings import Ending, without_plan
from app.services import runs, seeking
from app.services.runs import Claim
from app.settings import Settings


def mend(taken: Claim, settings: Settings, leaving: Callable[[], bool]) -> bool:
    """Work on a claimed search until it has ended; False when it was lost to another attempt; raises Leaving."""
    watch = Watch(taken, settings, leaving)
    try:
        end = _sought(watch, settings)
    except Lost:
        return False
    return runs.finish(taken, end, watch.progress(), seeking.keep)


def _sought(watch: Watch, settings: Settings) -> Ending:
    told = watch.taken.scope
    with tempfile.TemporaryDirectory(prefix="dawra-repair-") as folder:
        case, plan, out = (Path(folder) / name for name in ("case.json", "plan.json", "after.json"))
        text = watch.taken.case_text.encode()
        case.write_bytes(text)
        before = mending.plan_text(hashlib.sha256(text).hexdigest(), mending.turns_in(told))
        plan.write_text(before, encoding="utf-8")
        command = mending.command(told, case, plan, out, settings.solver_command)
        child = Child(command, settings.solve_memory_mb)
        try:
            code, stopped = watch.until_end(child, watch.taken.seconds)
        finally:
            child.end()
    return _ending(code, stopped, child.said, watch.report)


def _ending(code: int, stopped: str, said: str, report: dict[str, object] | None) -> Ending:
    if report is not None and code == 0:
        return Ending(RunState.DONE, "done", report=report)
    if stopped == "cancelled":
        return Ending(RunState.CANCELLED, "cancelled")
    end = without_plan(code, said, stopped)
    return Ending(RunState.DONE, "none") if end.state is RunState.IMPOSSIBLE else end
