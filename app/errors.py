"""Domain errors; each carries its sentence, already translated or translatable.

::

    DawraError
    ├── Refused          the rules of the house say no (409); ``reasons`` lists every one
    ├── Invalid          bad input; ``faults`` maps a field to its sentences (422)
    ├── Stale            the data changed since they were read (409)
    └── NotFound         nothing there, or nothing for you: the same answer (404)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping


class DawraError(Exception):
    """Anything the application refuses for a reason it can tell."""


class Refused(DawraError):
    """A decision that cannot be taken; ``reasons`` are sentences for the person who asked."""

    def __init__(self, *reasons: object) -> None:
        self.reasons: tuple[str, ...] = tuple(str(reason) for reason in reasons)
        super().__init__(" ".join(self.reasons))


class Invalid(DawraError):
    """Bad input: every fault at once, by field name (``""`` for the whole form)."""

    def __init__(self, faults: Mapping[str, Iterable[object]]) -> None:
        self.faults: dict[str, list[str]] = {field: [str(text) for text in texts] for field, texts in faults.items()}
        super().__init__("; ".join(f"{field}: {' '.join(t)}" for field, t in self.faults.items()))


class Stale(Refused):
    """What was decided upon has changed meanwhile."""


class NotFound(DawraError):
    """Nothing there, or nothing for this person: told alike."""


class UnsafeError(RuntimeError):
    """The start was refused; the message lists every reason with its remedy."""

    def __init__(self, sentences: Iterable[str]) -> None:
        self.sentences = tuple(sentences)
        super().__init__("Dawra does not start:\n" + "\n".join(f"- {sentence}" for sentence in self.sentences))
