"""What one charter says otherwise than another, sentence beside sentence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from app.i18n import _
from app.planning.charter import Clause, aims, rules


@dataclass(frozen=True)
class Changed:
    """A rule or the order of the aims, as one charter says it and as the other does; empty: it says nothing of it."""

    title: str
    before: str
    after: str


def charter_changes(before: dict[str, Any], after: dict[str, Any]) -> list[Changed]:
    """Everything that differs, the rules in the rulebook's order, the aims last."""
    old, new = _texts(rules(before)), _texts(rules(after))
    titles = {clause.code: clause.title for clause in (*rules(before), *rules(after))}
    told = [
        Changed(title, old.get(code, ""), new.get(code, ""))
        for code, title in titles.items()
        if old.get(code) != new.get(code)
    ]
    first, second = aims(before), aims(after)
    if [clause.text for clause in first] != [clause.text for clause in second]:
        if [clause.code for clause in first] != [clause.code for clause in second]:
            told.append(Changed(_("Ordre des objectifs"), _titles(first), _titles(second)))
        was = {clause.code: clause.text for clause in first}
        told += [Changed(c.title, was[c.code], c.text) for c in second if was.get(c.code, c.text) != c.text]
    return told


def _texts(clauses: Iterable[Clause]) -> dict[str, str]:
    found: dict[str, str] = {}
    for clause in clauses:
        found[clause.code] = f"{found[clause.code]} {clause.text}" if clause.code in found else clause.text
    return found


def _titles(clauses: Iterable[Clause]) -> str:
    return " · ".join(clause.title for clause in clauses)
