"""What one more turn would cost: asked of a child process that ends in time, whatever becomes of the answer."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from app.planning.child import Child
from app.planning.judge import Namer
from app.planning.wording import render
from scheduler.codec.sentences import decode_message

SECONDS = 1.7  # for the child, its start included
PATIENCE = 8.0  # seconds after which the child is ended, its start included


def cost(
    case_text: str,
    plan_text: str,
    applicant: str,
    lang: str,
    names: Namer,
    *,
    space: str | None,
    period: int | None,
    memory_mb: int,
) -> list[str]:
    """What would fall and who would lose if an applicant had one more such turn; empty when no answer came in time."""
    with tempfile.TemporaryDirectory(prefix="dawra-why-") as folder:
        case, plan = Path(folder) / "case.json", Path(folder) / "plan.json"
        case.write_text(case_text, encoding="utf-8")
        plan.write_text(plan_text, encoding="utf-8")
        place = [] if space is None else ["--space", space]
        place += [] if period is None else ["--period", str(period)]
        asked = [
            "why",
            str(case),
            str(plan),
            applicant,
            *place,
            "--if",
            "--persons",
            "--json",
            "--seconds",
            str(SECONDS),
        ]
        child = Child([sys.executable, "-m", "scheduler", *asked], memory_mb)
        try:
            ended = child.wait_until(time.monotonic() + PATIENCE)
        finally:
            child.end()
    if ended != 0:
        return []
    return [render(decode_message(one["message"]), lang, names) for one in child.told if "message" in one]
