"""`python -m scheduler`: the scheduler without the web."""

import signal
import sys

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # until the command listens: no traceback out of an import
    from scheduler.commands.parsers import main
    from scheduler.commands.shell import ended

    code = main()
    ended()
    sys.exit(code)
