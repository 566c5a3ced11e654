"""What a shell may do to a command: start it with its standard streams closed, ask it to end (Ctrl-C, SIGTERM)."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TypeAlias

Handler: TypeAlias = Callable[[int, FrameType | None], object]

ENDS = (signal.SIGINT, signal.SIGTERM)
_ending: list[tuple[str, int | None]] = []
"""What is said, and the exit code (None: 128 and the signal's number), when the end is asked for; the last holds."""


def open_streams() -> None:
    """Let standard streams that are closed lead nowhere, before a file that is opened takes the number of one."""
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        try:
            os.fstat(number)
        except OSError:
            opened = os.open(os.devnull, os.O_RDWR)
            if opened != number:
                os.dup2(opened, number)
                os.close(opened)
            os.set_inheritable(number, True)
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115 (for good)


def end_when_asked() -> None:
    """From now on end on the spot when asked to, be it in the middle of an engine's work, and say so.

    The kernel's word goes through a pipe to a thread: the main one would only listen once its engine is done.
    """
    read, write = os.pipe()
    os.set_blocking(write, False)
    signal.set_wakeup_fd(write)
    _ending.append(("cancelled", None))
    for number in ENDS:
        signal.signal(number, lambda *_: None)
    threading.Thread(target=_listen, args=(read,), daemon=True).start()


@contextmanager
def ending_with(sentence: str, code: int) -> Iterator[None]:
    """Say this, and end with this code, if the end is asked for meanwhile."""
    _ending.append((sentence, code))
    try:
        yield
    finally:
        _ending.pop()


def heed(handler: Handler) -> None:
    """Let a handler decide what becomes of Ctrl-C and SIGTERM from now on."""
    for number in ENDS:
        signal.signal(number, handler)
    if _ending:  # nobody else is to listen then
        signal.set_wakeup_fd(-1)


def ended() -> None:
    """Let nobody who asks once more change the exit code of what is done."""
    for number in ENDS:
        signal.signal(number, signal.SIG_IGN)


def _listen(pipe: int) -> None:
    while told := os.read(pipe, 1):
        if told[0] in ENDS:
            sentence, code = _ending[-1]
            with contextlib.suppress(OSError):
                os.write(2, f"{sentence}\n".encode())
            os._exit(128 + told[0] if code is None else code)
