"""Ids of one kind: none twice, and no two that only a machine could tell apart."""

from __future__ import annotations

import unicodedata

from scheduler.codec.parsing import show
from scheduler.codec.reading import Faults


class Ids:
    """The ids given so far, by how they look."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def take(self, found: str, path: str, faults: Faults, where: str = "") -> None:
        """Remember an id ("": none was read); a fault if it, or one that looks the same, was given before."""
        looks = look(found)
        first = self._known.get(looks)
        if first is None:
            if found:
                self._known[looks] = found
        elif first == found:
            faults.add(path, f"{show(found)} is given twice{where}")
        else:
            faults.add(path, f"{show(found)} differs from {show(first)} only in what cannot be seen{where}")


def look(text: str) -> str:
    """Return a text as it is seen: letters composed, no invisible characters, single spaces inside and none around."""
    if text.isascii() and " " not in text:
        return text
    composed = unicodedata.normalize("NFC", text)
    return " ".join("".join(char for char in composed if unicodedata.category(char) != "Cf").split())
