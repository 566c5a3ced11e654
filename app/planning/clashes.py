"""An impossible season, told: which parts of the case clash, what would help, and the case with one change made.

What the solver found is kept with the run as a list of ``{"part": …}``: ``clash``, ``because`` and ``relaxation``
(sentences with the message behind them, so that names can be put in), and one ``note``.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from app.planning.charter import group_word
from app.planning.judge import Namer
from app.planning.wording import render
from scheduler.codec import canonical_bytes, case_sha256
from scheduler.codec.sentences import decode_message
from scheduler.plan import Plan
from scheduler.text import Message

Document = dict[str, Any]


@dataclass(frozen=True)
class Change:
    """A change with which there would be a plan. ``number`` names it; ``touches``: exhibitors it speaks about.

    ``alone``: nothing else need change. ``ours``: it is the manager's to make, not an exhibitor's.
    """

    number: int
    text: str
    touches: int
    alone: bool
    ours: bool


@dataclass(frozen=True)
class Clash:
    """Sentences that cannot hold together, the standing rules behind it, and what would help, the best first."""

    rules: tuple[str, ...]
    because: tuple[str, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Told:
    """Every clash of a run; ``minimal``: each sentence is needed; ``complete``: no other clash is left."""

    clashes: tuple[Clash, ...]
    minimal: bool
    complete: bool


def kept(plan: Plan) -> list[Document]:
    """What a run keeps of the plan file of an impossible case."""
    facts = plan.solver
    parts = (("clashes", "clash"), ("because", "because"), ("relaxations", "relaxation"))
    found = [{"part": part} | one for key, part in parts for one in _list(facts.get(key))]
    return [*found, {"part": "note", "minimal": bool(facts.get("minimal")), "complete": bool(facts.get("complete"))}]


def _list(value: object) -> list[Document]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def told(details: Iterable[Any], lang: str, names: Namer) -> Told | None:
    """Word what a run kept; None when it kept no clash."""
    every = [one for one in details if isinstance(one, dict)]
    note = next((one for one in every if one.get("part") == "note"), None)
    numbers = sorted({one["clash"] for one in every if one.get("part") == "clash"})
    if note is None or not numbers:
        return None
    changes = [one for one in every if one["part"] == "relaxation"]

    def texts(part: str, number: int) -> tuple[str, ...]:
        return tuple(_text(one, lang, names) for one in every if one["part"] == part and one["clash"] == number)

    clashes = tuple(
        Clash(
            texts("clash", number),
            texts("because", number),
            tuple(_change(n, one, lang, names) for n, one in enumerate(changes) if one["clash"] == number),
        )
        for number in numbers
    )
    return Told(clashes, note["minimal"], note["complete"])


def _change(number: int, one: Document, lang: str, names: Namer) -> Change:
    return Change(number, _text(one, lang, names), one["touches"], one["alone"], one["kind"] != "request")


def _text(one: Document, lang: str, names: Namer) -> str:
    return render(_worded(decode_message(one["message"])), lang, names)


def _worded(message: Message) -> Message:
    """Call groups by their words."""
    return Message(message.template, {key: _fact(key, value) for key, value in message.params.items()})


def _fact(key: str, value: object) -> object:
    if isinstance(value, Message):
        return _worded(value)
    if isinstance(value, tuple):
        return tuple(_fact(key, item) for item in value)
    return group_word(value) if key == "group" and isinstance(value, str) else value


def change_of(details: Iterable[Any], number: int) -> Document | None:
    """The change of a number that is the manager's to make; None when there is none."""
    changes = [one for one in details if isinstance(one, dict) and one.get("part") == "relaxation"]
    found = changes[number] if 0 <= number < len(changes) else None
    return found if found is not None and found["kind"] != "request" else None


def along(details: Iterable[Any], number: int) -> list[int]:
    """What to take along with a change so that no other clash is left: the best of each that is the manager's to make.

    Nothing with a change that is enough alone. What only an exhibitor could change is left as it is.
    """
    every = [one for one in details if isinstance(one, dict)]
    changes = [one for one in every if one.get("part") == "relaxation"]
    chosen = changes[number]
    if chosen["alone"]:
        return []
    taken, found = {chosen["clash"]}, []
    for n, one in enumerate(changes):
        if one["clash"] not in taken and one["kind"] != "request":
            taken.add(one["clash"])
            if (one["path"], one["value"]) != (chosen["path"], chosen["value"]):
                found.append(n)
    return found


def relaxed(case_text: str, *changes: Document) -> tuple[str, str]:
    """The case with some changes made, as canonical JSON with its SHA-256; what is taken out of a list goes last."""
    document = json.loads(case_text)
    each = {(one["path"], json.dumps(one["value"])): one for one in changes}
    for one in sorted(each.values(), key=lambda one: _place_in_list(one["path"], one["value"])):
        document = changed(document, one["path"], one["value"])
    return canonical_bytes(document).decode(), case_sha256(document)


def _place_in_list(path: str, value: Any) -> tuple[bool, int]:
    """Items taken out of a list in order from its end, so that no other path comes to mean something else."""
    key = _key(path.replace("[", ".[").rpartition(".")[2])
    gone = isinstance(key, int) and value is None
    return (gone, -key if isinstance(key, int) and gone else 0)


def changed(case: Document, path: str, value: Any) -> Document:
    """A copy of a case with the plain value at a path: ``None`` takes an item out, or switches a rule off."""
    document = copy.deepcopy(case)
    *steps, last = path.replace("[", ".[").split(".")
    place: Any = document
    for step in steps:
        place = place[_key(step)]
    key = _key(last)
    if isinstance(key, int) and value is None:
        del place[key]
    elif isinstance(key, int):
        place[key] |= {"at_least" if "at_least" in place[key] else "at_most": value}
    else:
        place[key] = [] if last == "closed" and value is None else value
    return document


def _key(step: str) -> str | int:
    return int(step[1:-1]) if step.startswith("[") else step
