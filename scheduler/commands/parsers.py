"""The command line as a whole: which commands there are, and how their refusals are printed."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from typing import TypeAlias

from scheduler.commands import bench, commit, repair, reveal, simulate, solve, verify, why
from scheduler.commands.shell import end_when_asked, open_streams
from scheduler.errors import BadFile, BadQuestion
from scheduler.limits import age

Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"

COMMANDS = (bench, commit, repair, reveal, simulate, solve, verify, why)
"""Each has `register(subparsers)` and `run(arguments) -> exit code`."""

SHOWN = 100
"""Faults printed; the others are counted."""


def parser() -> argparse.ArgumentParser:
    """Return the parser of every command."""
    made = argparse.ArgumentParser(prog="python -m scheduler", description="Fair turns on the stands of craft halls.")
    subparsers = made.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.register(subparsers)
    return made


def main(words: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; bad files and questions are told on stderr, all faults at once."""
    if words is None:
        open_streams()
        end_when_asked()
    _speak_utf8()
    arguments = parser().parse_args(words)
    arguments.started = time.monotonic() - (age() if words is None else 0.0)
    try:
        code: int = arguments.run(arguments)
        sys.stdout.flush()
        return code
    except BadFile as refusal:
        for fault in refusal.faults[:SHOWN]:
            print(fault, file=sys.stderr)
        if len(refusal.faults) > SHOWN:
            print(f"and {len(refusal.faults) - SHOWN} more", file=sys.stderr)
        return 2
    except BadQuestion as refusal:
        print(refusal, file=sys.stderr)
        return 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        if error.filename is not None:  # not that what is printed cannot be written
            raise
        print(f"the answer cannot be written: {(error.strerror or '').lower()}", file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 2


def _speak_utf8() -> None:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
