"""Start a solver confined: its memory bounded, dead when its parent dies, gentle to the web beside it.

Run as a script (``confine.py MEMORY_MB COMMAND…``) so that nothing of the application is loaded.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Set the limits, then become the command."""
    limit = int(sys.argv[1]) * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        parent = os.getppid()
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            sys.exit(1)
    os.nice(5)
    os.execvp(sys.argv[2], sys.argv[2:])  # noqa: S606 - the command is the house's own


if __name__ == "__main__":
    main()
