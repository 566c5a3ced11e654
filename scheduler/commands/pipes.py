"""Named pipes at whose other end nobody is: waited for a while, not for ever."""

from __future__ import annotations

import errno
import os
import queue
import threading
from pathlib import Path

PATIENCE = 10.0
"""Seconds."""


def patient(path: str, flags: int) -> int:
    """Open a file as `os.open` does; TimeoutError for a named pipe that nobody writes to, or reads, for too long."""
    if not Path(path).resolve().is_fifo():
        return os.open(path, flags, 0o666)
    answer = queue.SimpleQueue[int | OSError]()

    def wait() -> None:
        try:
            answer.put(os.open(path, flags))
        except OSError as error:
            answer.put(error)

    threading.Thread(target=wait, daemon=True).start()
    try:
        opened = answer.get(timeout=PATIENCE)
    except queue.Empty:
        raise TimeoutError(errno.ETIMEDOUT, "nobody is at the other end of this pipe") from None
    if isinstance(opened, OSError):
        raise opened
    return opened
