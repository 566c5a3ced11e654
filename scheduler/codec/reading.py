"""Read JSON values field by field and remember every fault with its path."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from difflib import get_close_matches
from fractions import Fraction
from functools import lru_cache
from typing import Any, cast

from scheduler.codec.parsing import Repeated, show, spellable, step
from scheduler.errors import Fault

LARGEST = 1_000_000
"""No count, weight, area or coordinate of a case may pass this."""
MOST_HINTS = 100
"""After so many faults nobody reads what was probably meant."""
LONGEST = 400
"""No text may have more characters."""


class Faults:
    """The faults found so far, in the order of reading."""

    def __init__(self) -> None:
        self.found: list[Fault] = []

    def add(self, path: str, message: str) -> None:
        """Remember one fault."""
        self.found.append(Fault(path, message))

    def items(self, value: object, path: str) -> Iterator[tuple[str, Any]]:
        """Yield each item of a list with its path; a fault and nothing if it is not a list."""
        if not isinstance(value, list | tuple):
            self.add(path, f"must be a list, not {show(value)}")
            return
        for index, item in enumerate(value):
            yield f"{path}[{index}]", item

    def text(self, value: object, path: str, *, empty: bool = False) -> str:
        """Return a text without control characters or broken Unicode; "" and a fault otherwise."""
        if not isinstance(value, str):
            self.add(path, f"must be a text, not {show(value)}")
        elif not empty and not value.strip():
            self.add(path, "must not be empty")
        elif len(value) > LONGEST:
            self.add(path, f"has more than {LONGEST} characters")
        elif not value.isprintable() and not _clean(value):
            self.add(path, f"holds characters that are no text: {show(value)}")
        else:
            return value
        return ""

    def whole(self, value: object, path: str, low: int, high: int = LARGEST) -> int | None:
        """Return a whole number between the limits (true and false are none); None and a fault otherwise."""
        if isinstance(value, bool) or not isinstance(value, int):
            self.add(path, f"must be a whole number, not {show(value)}")
        elif not low <= value <= high:
            self.add(path, f"must be between {low} and {high}, not {show(value)}")
        else:
            return value
        return None

    def number(self, value: object, path: str, low: float, high: float) -> float | None:
        """Return a finite number between the limits; None and a fault otherwise."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.add(path, f"must be a number, not {show(value)}")
        elif isinstance(value, float) and not math.isfinite(value):
            self.add(path, f"must be a finite number, not {show(value)}")
        elif not low <= value <= high:
            self.add(path, f"must be between {low} and {high}, not {show(value)}")
        else:
            return value
        return None

    def fraction(self, value: object, path: str) -> Fraction | None:
        """Return a share 0–1 exactly as written in decimals; None and a fault otherwise."""
        number = self.number(value, path, 0, 1)
        return None if number is None else Fraction(repr(number))

    def day(self, value: object, path: str) -> date | None:
        """Return a date written YYYY-MM-DD; None and a fault otherwise."""
        if isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-":  # no week date: 2027-W01-1
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        self.add(path, f"must be a date such as 2027-01-31, not {show(value)}")
        return None

    def one_of(self, value: object, path: str, choices: Sequence[str]) -> str | None:
        """Return one of the given words; None and a fault otherwise."""
        if isinstance(value, str) and value in choices:
            return value
        self.add(path, f"must be one of {', '.join(choices)}, not {show(value)}")
        return None

    def distinct(self, values: Iterable[tuple[str, Any]], read: Callable[[Any, str], Any]) -> list[Any]:
        """Read each item; a second one of the same value is a fault."""
        kept: dict[Any, None] = {}
        for path, item in values:
            value = read(item, path)
            if value is None or value == "":
                continue
            if value in kept:
                self.add(path, f"{show(value)} is given twice")
            kept[value] = None
        return list(kept)


def _clean(value: str) -> bool:
    """Tell whether unprintable characters are still text: a no-break space is, a control is not."""
    return spellable(value) and not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in value)


def _plain(value: object) -> bool:
    """Tell whether a value is a text with nothing to be said against it, as nearly all are."""
    return type(value) is str and 0 < len(value) <= LONGEST and value.isprintable() and value[0] != " "


@lru_cache(maxsize=100)
def _known(required: tuple[str, ...], optional: tuple[str, ...]) -> frozenset[str]:
    return frozenset((*required, *optional))


@lru_cache(maxsize=1000)
def _hint(key: str, known: tuple[str, ...]) -> str:
    """Return a question after the key that was probably meant, "" if none is near."""
    near = get_close_matches(key[:60], known, 1)
    return f", did you mean {show(near[0])}?" if near else ""


class Fields:
    """One JSON object: asked key by key; missing, unknown and repeated keys are faults. Null means absent."""

    def __init__(
        self, value: object, path: str, faults: Faults, required: Sequence[str], optional: Sequence[str] = ()
    ) -> None:
        self.path, self.faults = path, faults
        self.data: dict[str, Any] = value if isinstance(value, dict) else {}
        if not isinstance(value, dict):
            faults.add(path, f"must be an object, not {show(value)}")
            return
        self._judge_keys(required, optional)

    def _judge_keys(self, required: Sequence[str], optional: Sequence[str]) -> None:
        if isinstance(self.data, Repeated):
            for key in self.data.twice:
                self.faults.add(self.at(key), "is given twice")
        known = _known(tuple(required), tuple(optional))
        if not self.data.keys() <= known:
            for key in self.data:
                if key not in known:
                    near = _hint(key, (*required, *optional)) if len(self.faults.found) < MOST_HINTS else ""
                    self.faults.add(self.at(key), "unknown key" + near)
        for key in required:
            if self.data.get(key) is None:
                self.faults.add(self.at(key), "is missing")

    def at(self, key: str) -> str:
        """Return the path of a key."""
        return step(self.path, key)

    def has(self, key: str) -> bool:
        """Tell whether the key is there with a value other than null."""
        return self.data.get(key) is not None

    def text(self, key: str, default: str = "", *, empty: bool = False) -> str:
        """Read a text."""
        value = self.data.get(key)
        if value is None:
            return default
        if _plain(value):
            return cast(str, value)
        return self.faults.text(value, self.at(key), empty=empty)

    def whole(self, key: str, default: int, low: int, high: int = LARGEST) -> int:
        """Read a whole number; the default stands in after a fault."""
        value = self.data.get(key)
        if value is None:
            return default
        if type(value) is int and low <= value <= high:
            return value
        self.faults.whole(value, self.at(key), low, high)
        return default

    def maybe_whole(self, key: str, low: int, high: int = LARGEST) -> int | None:
        """Read a whole number that may be absent."""
        value = self.data.get(key)
        if value is None or (type(value) is int and low <= value <= high):
            return value
        return self.faults.whole(value, self.at(key), low, high)

    def number(self, key: str, default: float, low: float, high: float = LARGEST) -> float:
        """Read a number, whole or not."""
        value = self.data.get(key)
        if value is None:
            return default
        if type(value) is int and low <= value <= high:
            return value
        read = self.faults.number(value, self.at(key), low, high)
        return default if read is None else read

    def flag(self, key: str) -> bool:
        """Read true or false; absent is false."""
        value = self.data.get(key)
        if value is None or isinstance(value, bool):
            return bool(value)
        self.faults.add(self.at(key), f"must be true or false, not {show(value)}")
        return False

    def day(self, key: str) -> date | None:
        """Read a date."""
        return self.faults.day(self.data[key], self.at(key)) if self.has(key) else None

    def choice(self, key: str, default: str, choices: Sequence[str]) -> str:
        """Read one of some words."""
        value = self.data.get(key)
        if value is None:
            return default
        return self.faults.one_of(value, self.at(key), choices) or default

    def items(self, key: str) -> Iterator[tuple[str, Any]]:
        """Yield the items of a list with their paths; nothing when absent."""
        value = self.data.get(key)
        return iter(()) if value is None else self.faults.items(value, self.at(key))

    def words(self, key: str) -> tuple[str, ...]:
        """Read a list of distinct texts, in order."""
        value = self.data.get(key)
        if not value:
            return tuple(path for path, _ in self.items(key))
        if type(value) is list and all(map(_plain, value)) and len(set(value)) == len(value):
            return tuple(value)
        return tuple(self.faults.distinct(self.items(key), self.faults.text))

    def indices(self, key: str, count: int) -> frozenset[int]:
        """Read a list of distinct period indices below `count`."""
        found = self.data.get(key)
        if not found:
            return frozenset(0 for _ in self.items(key))
        if type(found) is list and all(type(one) is int and 0 <= one < count for one in found):
            read_all = frozenset(found)
            if len(read_all) == len(found):
                return read_all

        def read(value: object, path: str) -> int | None:
            return period_index(value, path, count, self.faults)

        return frozenset(self.faults.distinct(self.items(key), read))


def period_index(value: object, path: str, count: int, faults: Faults) -> int | None:
    """Read the index of a period of the season; None and a fault otherwise."""
    if isinstance(value, bool) or not isinstance(value, int):
        faults.add(path, f"must be the index of a period, not {show(value)}")
    elif not 0 <= value < count:
        faults.add(path, f"no such period {show(value)}: the season has periods 0 to {count - 1}")
    else:
        return value
    return None
