"""The solver's process: started confined in a group of its own, listened to, ended for certain."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

CONFINE = Path(__file__).with_name("confine.py")
TAIL = 4000  # characters of what the solver said last, kept for the reason of a failure


def command(case: Path, plan: Path, seconds: int, solver: str = "") -> list[str]:
    """The solver's command line; ``solver`` replaces this Python's own scheduler."""
    program = shlex.split(solver) or [sys.executable, "-m", "scheduler"]
    return [*program, "solve", str(case), "--out", str(plan), "--seconds", str(seconds), "--progress"]


def years_command(case: Path, out: Path, seconds: float, flow: dict[str, Any]) -> list[str]:
    """The command line that plays seasons; ``flow``: how many, what share of people changes, where newcomers start."""
    share = f"{flow['turnover']}%"
    told = ["--arrivals", share, "--departures", share, "--policy", flow["newcomers"], "--seconds", f"{seconds:.1f}"]
    program = [sys.executable, "-m", "scheduler", "simulate", str(case), "--seasons", str(flow["seasons"])]
    return [*program, *told, "--out", str(out), "--progress"]


class Child:
    """One solver process. ``told`` are its progress lines, ``said`` the end of everything else it wrote.

    ``refusal`` says, by language, why a case too large was not begun.
    """

    def __init__(self, arguments: list[str], memory_mb: int) -> None:
        self.told: list[dict[str, Any]] = []
        self.said = ""
        self.refusal: dict[str, str] = {}
        self._rest = b""
        self._process = subprocess.Popen(  # noqa: S603 - the house's own command
            [sys.executable, str(CONFINE), str(memory_mb), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        assert self._process.stdout is not None  # noqa: S101 - it was asked for above
        self._out = self._process.stdout
        os.set_blocking(self._out.fileno(), False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._out, selectors.EVENT_READ)

    @property
    def pid(self) -> int:
        """The process, which leads its own group."""
        return self._process.pid

    def listen(self, seconds: float) -> int | None:
        """Take in what it writes for at most ``seconds``; its exit code once it has ended, negative for a signal."""
        if self._selector.get_map() and self._selector.select(seconds):
            self._take_in()
        elif not self._selector.get_map():
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(seconds)
        code = self._process.poll()
        if code is not None:
            self._take_in()
        return code

    def _take_in(self) -> None:
        while True:
            try:
                piece = os.read(self._out.fileno(), 65536)
            except (BlockingIOError, ValueError, OSError):
                return
            if not piece:
                with contextlib.suppress(KeyError, ValueError):
                    self._selector.unregister(self._out)
                self._line(self._rest)
                self._rest = b""
                return
            *lines, self._rest = (self._rest + piece).split(b"\n")
            for line in lines:
                self._line(line)

    def _line(self, line: bytes) -> None:
        text = line.decode(errors="replace").strip()
        if text.startswith("{"):
            with contextlib.suppress(ValueError):
                told = json.loads(text)
                if isinstance(told, dict):
                    self.refusal = told.get("sentence") or self.refusal
                    self.told.append(told)
                    return
        if text:
            self.said = f"{self.said}\n{text}"[-TAIL:].strip()

    def ask_to_end(self) -> None:
        """Ask for the best plan so far, within a second."""
        self._signal(signal.SIGTERM)

    def end(self) -> int:
        """End the whole group now and reap the process."""
        self._signal(signal.SIGKILL)
        code = self._process.wait()
        self._take_in()
        self._selector.close()
        self._out.close()
        return code

    def _signal(self, which: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, which)

    def wait_until(self, deadline: float) -> int | None:
        """Listen until it ends or the monotonic ``deadline``; its exit code if it ended."""
        code = self.listen(0)
        while code is None and time.monotonic() < deadline:
            code = self.listen(0.05)
        return code
