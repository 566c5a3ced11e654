"""Whoever waits for a solve is not kept waiting by it."""

import sys
import time
from pathlib import Path

import pytest

from scheduler.bench import reference
from scheduler.codec import decode_case, encode_case
from scheduler.limits import Limits
from scheduler.supervisor import supervise
from tests.conftest import within

STUCK = 6
"""Seconds the child does nothing, not even read its case."""


def test_a_child_that_does_not_take_its_case_is_ended_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The case is larger than what a pipe holds, so that handing it over waits for the child."""
    problem = decode_case(reference((1, 2, 1, 26, 14, 200, (1, 2), 1)))
    stuck = tmp_path / "stuck"
    stuck.write_text(f"#!/bin/sh\nexec sleep {STUCK}\n")
    stuck.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(stuck))
    started = time.monotonic()
    run = supervise(problem, encode_case(problem), Limits(seconds=0.3), started=started)
    assert (run.outcome, run.document) == ("late", None)
    assert time.monotonic() - started < min(within(1), STUCK - 1)
