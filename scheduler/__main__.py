"""`python -m scheduler`: the scheduler without the web."""

import sys

from scheduler.commands.parsers import main
from scheduler.commands.shell import ended

if __name__ == "__main__":
    code = main()
    ended()
    sys.exit(code)
