"""JSON texts become documents; values and places of a document are named in faults."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

MOST_DIGITS = 4_000
ENORMOUS = 10**400
"""Stands for every number of so many digits."""


class Repeated(dict[str, Any]):
    """A JSON object in which some keys came twice; the last value counts, `twice` names the keys."""

    twice: tuple[str, ...] = ()


class UnreadableError(Exception):
    """The bytes are no JSON document; the text says why, in a sentence."""


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object and notice keys given twice."""
    made = dict(pairs)
    if len(made) == len(pairs):
        return made
    repeated = Repeated(made)
    counts = Counter(key for key, _ in pairs)
    repeated.twice = tuple(key for key, count in counts.items() if count > 1)
    return repeated


def _whole(digits: str) -> int:
    """Read a whole number; one of more digits than Python reads becomes one that no field takes."""
    return int(digits) if len(digits) < MOST_DIGITS else ENORMOUS


def _load(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_pairs)
    except json.JSONDecodeError:
        raise
    except ValueError:  # a number too long for Python, which does not say where it stands
        return json.loads(text, object_pairs_hook=_pairs, parse_int=_whole)


def parse(source: bytes | str) -> Any:
    """Parse one JSON document; raises UnreadableError with a sentence for whatever is not one."""
    try:
        text = source.decode("utf-8-sig") if isinstance(source, bytes) else source
        return _load(text)
    except UnicodeDecodeError as error:
        raise UnreadableError(f"is not UTF-8 text (byte {error.start})") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise UnreadableError(f"is not JSON: {error.msg.lower()} ({where})" if text.strip() else "is empty") from None
    except RecursionError:
        raise UnreadableError("is nested too deeply") from None


def show(value: object) -> str:
    """Quote a value for a fault, on one line, short, and printable whatever it holds."""
    if isinstance(value, str):
        text = json.dumps(value[:60], ensure_ascii=False)
        text = text.encode("utf-8", "backslashreplace").decode()
        return text if len(value) <= 60 else text[:-1] + '…"'
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    if isinstance(value, int):
        return str(value) if abs(value) < 10**20 else "a number of more than 20 digits"
    if isinstance(value, float):
        return repr(value)
    return "an object" if isinstance(value, dict) else "a list" if isinstance(value, list) else "this value"


def step(path: str, key: str) -> str:
    """Return the path of a key: `a.b`, or `a["odd key"]`."""
    if not key.isidentifier() or not key.isascii():
        return f"{path}[{show(key)}]"
    return f"{path}.{key}" if path else key


def spellable(text: str) -> bool:
    """Tell whether a text can be written down as UTF-8: half a pair of surrogates cannot."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
