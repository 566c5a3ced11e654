"""`python -m scheduler`: the scheduler without the web."""

import sys

from scheduler.commands.parsers import main

if __name__ == "__main__":
    sys.exit(main())
