"""What a call's charter says, in plain sentences: the scheduler's rules worded for the reader."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Any

from app.i18n import _l, language, speaking
from app.models import Group
from app.phrases import phrase
from app.planning.wording import render
from scheduler.codec.charters import decode_charter
from scheduler.codec.reading import Faults
from scheduler.problem import Charter, Problem
from scheduler.rulebook import rules_of, tiers_of
from scheduler.text import Message

#: Groups that follow from where an exhibitor works; the others are declared in her profile.
PLACES = {"local": _l("Exposants de la province"), "outside_region": _l("Exposants d'une autre région")}
GROUPS = ("local", "outside_region", *(group.value for group in Group))


@dataclass(frozen=True, slots=True)
class Clause:
    """One rule or aim of a charter: its code, its heading, its sentence."""

    code: str
    title: str
    text: str


def group_word(code: str) -> str:
    """The words of a group that quotas may name; unknown codes stay as given."""
    if code in PLACES:
        return str(PLACES[code])
    return phrase(Group(code)) if code in Group.__members__.values() else code


def charter_faults(charter: object) -> list[str]:
    """Every fault of a charter document, with its path; empty when the scheduler can read it."""
    faults = Faults()
    decode_charter(charter, faults)
    return [f"{fault.path}: {fault.message}" for fault in faults.found]


def rules(charter: dict[str, Any], lang: str | None = None) -> list[Clause]:
    """The rules this charter switches on, in the rulebook's order."""
    found = [rule for rule in rules_of(_problem(charter, lang)) if rule.parameter.startswith("charter.")]
    problem = _problem(charter, lang)
    return [_clause(rule.code, rule.title, said, lang) for rule in found for said in rule.said(problem)]


def always(lang: str | None = None) -> list[Clause]:
    """The rules that hold in every call, whatever its charter."""
    problem = _problem({}, lang)
    found = [rule for rule in rules_of(problem) if not rule.parameter.startswith("charter.") and rule.code != "known"]
    return [_clause(rule.code, rule.title, rule.sentence(problem), lang) for rule in found]


def aims(charter: dict[str, Any], lang: str | None = None) -> list[Clause]:
    """What plans are chosen by, from the first aim to the last."""
    problem = _problem(charter, lang)
    return [_clause(tier.name, tier.title, tier.sentence(problem), lang) for tier in tiers_of(problem)]


def charter_sentences(charter: dict[str, Any], lang: str | None = None) -> list[str]:
    """Every rule and every aim of a charter as a plain sentence (``lang``: the reader's when absent)."""
    return [clause.text for clause in (*rules(charter, lang), *aims(charter, lang))]


def _clause(code: str, title: str, sentence: Message, lang: str | None) -> Clause:
    spoken = lang or language()
    return Clause(code, render(Message(title), spoken), render(sentence, spoken))


def _problem(charter: dict[str, Any], lang: str | None) -> Problem:
    """A case without facts, for the rules to tell their parameters; groups by their words."""
    read = decode_charter(charter, Faults())
    return Problem("", (), (), (), (), charter=_worded(read, lang))


def _worded(charter: Charter, lang: str | None) -> Charter:
    with speaking(lang) if lang else nullcontext():
        return replace(charter, quotas=tuple(replace(q, group=group_word(q.group)) for q in charter.quotas))
