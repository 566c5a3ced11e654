"""Read the files a command names; whatever is wrong with one is a fault like any other."""

from __future__ import annotations

import argparse
import errno
import gc
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from scheduler.codec import decode_case, decode_plan
from scheduler.codec.parsing import UnreadableError, parse
from scheduler.codec.reading import Faults
from scheduler.commands.pipes import patient
from scheduler.errors import BadCase, BadFile, BadPlan, BadQuestion, Fault
from scheduler.plan import Plan
from scheduler.problem import Problem
from scheduler.text import LANGUAGES

LARGEST = 256 * 2**20
"""Bytes of a case or plan file; a device that never ends is refused as well."""
LONGEST = 10**8
"""Seconds a command may be given: three years; timers do not count much further."""


def read_case(path: str) -> Problem:
    """Read a case; raises BadCase."""
    with _collector_paused():
        return decode_case(read_bytes(path, BadCase))


def read_document(path: str) -> dict[str, Any]:
    """Read a sound case as its document, for its hash; raises BadCase."""
    source = read_bytes(path, BadCase)
    decode_case(source)
    document: dict[str, Any] = parse(source)
    return document


def read_commitment(path: str) -> dict[str, Any]:
    """Read a commitment; raises BadFile."""
    try:
        document = parse(read_bytes(path, BadFile))
    except UnreadableError as error:
        raise BadFile([Fault("", f"the commitment {error}")]) from None
    if not isinstance(document, dict):
        raise BadFile([Fault("", "the commitment must be an object")])
    return document


def read_plan(path: str) -> Plan:
    """Read a plan; raises BadPlan."""
    with _collector_paused():
        return decode_plan(read_bytes(path, BadPlan))


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Look for no garbage while a million small objects are made that all stay: it would take half the time."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def read_bytes(path: str, refusal: type[BadFile]) -> bytes:
    """Read a file that is not too large; raises `refusal`."""
    try:
        with open(path, "rb", opener=patient) as file:
            found = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "no such file"
        raise refusal([Fault("", f"{path!a} cannot be read: {reason.lower()}")]) from None
    if len(found) > LARGEST:
        raise refusal([Fault("", f"{path!a} is larger than {LARGEST // 2**20} MiB")])
    return found


def writable(path: str, *kept: str | None) -> Path:
    """Return where to write; raises BadQuestion if no file can be made there, before any work is done.

    `kept`: files of another kind that must not be lost to it.
    """
    place = Path(path)
    try:
        if any(other is not None and _same(place, Path(other)) for other in kept):
            raise BadQuestion(f"{path!a} cannot be written: the command reads or writes something else there")
        if place.is_dir():
            raise BadQuestion(f"{path!a} cannot be written: is a directory")
        if place.resolve().is_fifo():  # opened and closed again, its reader would think that was all
            if not os.access(place, os.W_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
            return place
        if _stays(place):
            place.open("ab").close()
            return place
        with tempfile.NamedTemporaryFile(dir=place.resolve().parent, suffix=".part"):
            return place
    except (OSError, ValueError) as error:
        raise _unwritten(path, error) from None


def _same(place: Path, other: Path) -> bool:
    """Tell whether two paths lead to one plain file, be it there or to be made."""
    try:
        return place.resolve() == other.resolve() and (place.is_file() or not place.exists())
    except (OSError, ValueError):  # what is wrong with either is told when it is opened
        return False


def _stays(place: Path) -> bool:
    """Tell whether a device or a pipe is there, to be written to and never to be put away for a file."""
    return place.exists() and not place.is_file()


def _unwritten(path: object, error: Exception) -> BadQuestion:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else "no such file"
    return BadQuestion(f"{str(path)!a} cannot be written: {reason.lower()}")


def language_option(parser: argparse.ArgumentParser) -> None:
    """Add the choice of the language sentences are worded in."""
    parser.add_argument("--lang", choices=LANGUAGES, default="fr", help="language of the sentences (default: fr)")


def positive(text: str) -> float:
    """Read a number of seconds."""
    seconds = float(text)
    if not 0 < seconds <= LONGEST:
        raise argparse.ArgumentTypeError(f"must be more than 0 and at most {LONGEST}")
    return seconds


def seed(text: str) -> str:
    """Read the seed of a draw: what a case could hold as its own."""
    faults = Faults()
    faults.text(text, "", empty=True)
    for fault in faults.found:
        raise argparse.ArgumentTypeError(fault.message)
    return text


def write_whole(path: Path, document: dict[str, Any]) -> None:
    """Write a JSON file as write_text does."""
    write_text(path, json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n")


def write_text(path: Path, text: str) -> None:
    """Write a file whole or not at all; raises BadQuestion, for a full disk for instance.

    What a link points to is written, with the rights any new file has; a device or a pipe is written to.
    """
    try:
        if _stays(path):
            with open(path, "w", encoding="utf-8", opener=patient) as file:
                file.write(text)
            return
        target = path.resolve()
        part = target.with_name(f".{os.getpid()}.part")
        try:
            part.write_text(text, encoding="utf-8")
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise _unwritten(path, error) from None
