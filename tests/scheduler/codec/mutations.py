"""Real case and plan documents, spoilt somewhere: what a careless export or an unkind hand makes of them."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator
from typing import Any

Path = tuple[Any, ...]

JUNK: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 2, 3, 7, 10**6, 10**6 + 1, -(10**30), 10**400, 0.5, -0.5, 1e-320, 1e308,
    float("nan"), float("inf"), float("-inf"), "", " ", "A", "S", "S/1", "0", "01", "-1", "١", "\ud800", "a\x00b",
    "\u202e", "x" * 500, "2027-01-04", "2027-02-30", "9999-12-31", [], {}, [[]], [None], [0, 0], ["A", "A"], [{}],
    {"id": "S"}, {"min": 2, "max": 1}, {"rest": None}, {"S": {"rest": 1}}, {"": 1}, {"\udfff": 1},
)  # fmt: skip


def places(value: Any, path: Path = ()) -> Iterator[Path]:
    """Every place in a document but its root."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*path, key)
        yield from places(inner, (*path, key))


def holder(document: Any, path: Path) -> Any:
    for step in path[:-1]:
        document = document[step]
    return document


def replaced(rng: random.Random, inside: Any, key: Any) -> None:
    inside[key] = copy.deepcopy(rng.choice(JUNK))


def removed(rng: random.Random, inside: Any, key: Any) -> None:
    del inside[key]


def repeated(rng: random.Random, inside: Any, key: Any) -> None:
    if isinstance(inside, list):
        inside.insert(rng.randrange(len(inside) + 1), copy.deepcopy(inside[key]))
    else:
        inside[rng.choice(["x", "id", "sites", "rest", str(key) + "s"])] = copy.deepcopy(inside[key])


def shuffled(rng: random.Random, inside: Any, key: Any) -> None:
    if isinstance(inside[key], list):
        rng.shuffle(inside[key])
    elif isinstance(inside, list):
        rng.shuffle(inside)


def nudged(rng: random.Random, inside: Any, key: Any) -> None:
    value = inside[key]
    if isinstance(value, int | float) and not isinstance(value, bool):
        inside[key] = rng.choice([value + 1, value - 1, -value, value * 10, value / 2, str(value)])
    elif isinstance(value, str):
        inside[key] = rng.choice([value + "x", value[:-1], value.swapcase(), [value], value * 2])
    else:
        inside[key] = [value]


def moved(rng: random.Random, inside: Any, key: Any) -> None:
    """Put there what stands elsewhere beside it."""
    keys = list(inside) if isinstance(inside, dict) else range(len(inside))
    inside[key] = copy.deepcopy(inside[rng.choice(list(keys))])


def sunk(rng: random.Random, inside: Any, key: Any) -> None:
    value = inside[key]
    for _ in range(rng.choice([3, 200])):
        value = [value]
    inside[key] = value


SPOIL: tuple[Callable[[random.Random, Any, Any], None], ...] = (
    replaced, replaced, replaced, removed, repeated, shuffled, nudged, nudged, nudged, moved, moved, sunk,
)  # fmt: skip


def spoilt(rng: random.Random, document: Any) -> bytes:
    """The document as a file, with one to four things done to it, now and then to its bytes."""
    broken = copy.deepcopy(document)
    for _ in range(rng.choice([1, 1, 1, 2, 4])):
        path = rng.choice(list(places(broken)) or [()])
        if path:
            rng.choice(SPOIL)(rng, holder(broken, path), path[-1])
    text = json.dumps(broken, ensure_ascii=rng.random() < 0.5).encode("utf-8", "surrogatepass")
    if rng.random() < 0.1:
        at = rng.randrange(len(text) + 1)
        text = (
            text[:at] + rng.choice([b"", b"\xff", b"\x00", b'"', b"}", b",", b"1e999"]) + text[at + rng.randrange(3) :]
        )
    if rng.random() < 0.03:
        text = rng.choice(
            [b"\xef\xbb\xbf" + text, text[: len(text) // 2], text * 2, text.decode("utf-8", "replace").encode("utf-16")]
        )
    return text
