"""`commit CASE --source TEXT --date DAY`: the promise to publish before the draw. See DRAW.md."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from scheduler.commands.files import read_document, writable, write_text
from scheduler.commitment import commit
from scheduler.errors import BadQuestion

if TYPE_CHECKING:
    from scheduler.commands.parsers import Subparsers

SUMMARY = "promise a case before its seed can be known"


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser("commit", help=SUMMARY, description=SUMMARY.capitalize() + ".")
    parser.add_argument("case", metavar="CASE")
    parser.add_argument("--source", metavar="TEXT", required=True, help="where the seed will be read: who draws what")
    parser.add_argument("--date", metavar="DAY", type=date.fromisoformat, required=True, help="the day it is drawn")
    parser.add_argument("--objections", metavar="DAY", type=date.fromisoformat, help="heard until then")
    parser.add_argument("--out", metavar="FILE", help="write it there instead of printing it")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print or write the promise."""
    out = None if arguments.out is None else writable(arguments.out, arguments.case)
    if arguments.date < datetime.now(UTC).date():
        raise BadQuestion(f"the seed of {arguments.date} can be known already: name a day to come")
    promise = commit(read_document(arguments.case), arguments.source, arguments.date, arguments.objections)
    text = json.dumps(promise, ensure_ascii=False, indent=1) + "\n"
    if out is None:
        sys.stdout.write(text)
    else:
        write_text(out, text)
    return 0
