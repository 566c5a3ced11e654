"""`reveal CASE COMMITMENT --seed TEXT --out CASE2`: the promised case, with the seed the source has given."""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from scheduler.commands.files import read_commitment, read_document, seed, writable, write_text
from scheduler.commitment import reveal

if TYPE_CHECKING:
    from scheduler.commands.parsers import Subparsers

SUMMARY = "put the seed that was drawn into the promised case"


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser("reveal", help=SUMMARY, description=SUMMARY.capitalize() + ".")
    parser.add_argument("case", metavar="CASE")
    parser.add_argument("commitment", metavar="COMMITMENT")
    parser.add_argument("--seed", metavar="TEXT", type=seed, required=True, help="as the named source published it")
    parser.add_argument("--out", metavar="CASE2", required=True, help="the case to solve")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Write the case with its seed, if it is the one that was promised and the day has come."""
    out = writable(arguments.out, arguments.commitment)
    promise = read_commitment(arguments.commitment)
    case = reveal(read_document(arguments.case), promise, arguments.seed, datetime.now(UTC).date())
    write_text(out, json.dumps(case, ensure_ascii=False) + "\n")
    print(f"seed {case['seed']!r} from {promise.get('source', '')!r}: now solve {arguments.out}")
    return 0
