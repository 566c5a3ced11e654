"""Rules decided against by a person: which breach, with which reason, and whether every breach of a plan has one.

Which rules may be decided against is an attribute of the rule (``scheduler.rules.base.Rule.overridable``). A breach
is known by its rule and what it is about, figures aside; a reason given for it covers the same breach as long as no
further turn joins it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from app.i18n import LANGUAGES, _
from app.planning.editing import spoken_turn, written_turn
from app.planning.judge import Namer, namer, problem_of, word
from app.planning.keys import Directory
from scheduler.plan import Turn
from scheduler.rules.base import Violation
from scheduler.targets import OVERRIDABLE
from scheduler.text import Message
from scheduler.verify import verify

Document = dict[str, Any]


@dataclass(frozen=True)
class Told:
    """A breach with the reason it was decided for."""

    rule: str
    message: Message
    reason: str
    document: Document


def mark(violation: Violation) -> str:
    """What tells a breach from another: its rule and what it is about, without figures."""
    about = {k: repr(v) for k, v in violation.message.params.items() if not isinstance(v, int | float)}
    text = json.dumps([violation.rule, violation.message.template, about], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def overridable(violation: Violation) -> bool:
    """Whether a person may decide against the rule."""
    return violation.rule in OVERRIDABLE


def documents(violations: Iterable[Violation]) -> list[Document]:
    """The breaches of one edit as the log keeps them."""
    return [
        {"rule": one.rule, "mark": mark(one), "turns": [written_turn(turn) for turn in one.turns]}
        for one in violations
        if overridable(one)
    ]


def split(violations: Sequence[Violation], reasons: Iterable[Document]) -> tuple[list[Told], list[Violation]]:
    """The breaches that have a reason, and those that have none; ``reasons``: log entries with a ``reason`` each."""
    known: dict[str, list[tuple[set[Turn], Document]]] = {}
    for one in reasons:
        known.setdefault(one["mark"], []).append(({spoken_turn(turn) for turn in one["turns"]}, one))
    told, bare = [], []
    for violation in violations:
        given = [one for turns, one in known.get(mark(violation), []) if turns >= set(violation.turns)]
        if given and overridable(violation):
            kept = {"rule": violation.rule, "mark": mark(violation), "reason": given[-1]["reason"]}
            kept["turns"] = [written_turn(turn) for turn in violation.turns]
            told.append(Told(violation.rule, violation.message, given[-1]["reason"], kept))
        else:
            bare.append(violation)
    return told, bare


def carried(kept: Iterable[Document], lived: Iterable[Turn]) -> list[Document]:
    """Of the reasons published with a rotation, those about turns that have begun: they go on with these turns."""
    begun = set(lived)
    return [one for one in kept if {spoken_turn(turn) for turn in one["turns"]} <= begun]


def parted(bare: Iterable[Violation], lived: Iterable[Turn]) -> tuple[list[Violation], list[Violation]]:
    """Breaches without a reason: those to be mended, and those that turns which have begun make by themselves."""
    begun, open_, past = set(lived), [], []
    for one in bare:
        (past if one.turns and set(one.turns) <= begun else open_).append(one)
    return open_, past


def of_publication(case_text: str, turns: Iterable[Turn], kept: Iterable[Document]) -> list[Told]:
    """The breaches of a published plan with their reasons, found again from its files."""
    reasons = list(kept)
    if not reasons:
        return []
    return split(verify(problem_of(case_text), tuple(turns)).violations, reasons)[0]


def unnamed(known: Directory) -> Namer:
    """How to call people in public: nobody by name; places by theirs."""
    return namer(known, only="", other=_("un exposant"))


def stated(case_text: str, turns: Iterable[Turn], kept: Iterable[Document]) -> str:
    """What a bundle says of the rules decided against, as JSON; empty when there are none."""
    told = of_publication(case_text, turns, kept)
    lines = [{**one.document, "breach": {lang: word([one.message], lang)[0] for lang in LANGUAGES}} for one in told]
    return json.dumps({"overrides": lines}, ensure_ascii=False, indent=1, sort_keys=True) + "\n" if lines else ""


def sentences(told: Iterable[Told], lang: str, names: Namer) -> list[tuple[str, str]]:
    """Each breach as a sentence, and its reason."""
    return [(word([one.message], lang, names)[0], one.reason) for one in told]
