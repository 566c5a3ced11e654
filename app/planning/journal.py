"""The values of a journal entry in words: what was noted as codes and numbers, said as the reader would."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.i18n import _, days, instant, money, ngettext, percent
from app.i18n import day as in_words
from app.models import AuditEntry
from app.phrases import feature, phrase
from app.planning.charter import group_word
from app.planning.charter_templates import TEMPLATES
from app.planning.journal_labels import AIMS, LABELS, WORDS, code_of
from app.queries.audit import Names, names_of

STAMP = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")
DAY = re.compile(r"\d{4}-\d\d-\d\d$")
#: Kept for the machine alone: what an edit made beside it, what a run was asked about.
SILENT = {"about", "options", "scope"}
HASH = re.compile(r"[0-9a-f]{64}$")


@dataclass(frozen=True)
class Line:
    """One value of an entry: its label, and its words before and after (None where it was not noted)."""

    label: str
    before: str | None
    after: str | None


class Journal:
    """Words for a page of a site's journal; names of what it speaks of are read at once, whatever the number."""

    def __init__(self, entries: Iterable[AuditEntry]) -> None:
        self.names: Names = names_of(entries)

    def lines(self, entry: AuditEntry) -> list[Line]:
        """The values of an entry that changed, in the order noted; all of them where there was nothing before."""
        before, after = (_mapping(value) for value in (entry.before, entry.after))
        keys = [*after, *(key for key in before if key not in after)]
        both = entry.before is not None and entry.after is not None
        told = []
        for key in keys:
            old, new = before.get(key), after.get(key)
            if both and key in before and key in after and old == new:
                continue
            words = [self._said(entry, key, value) for value in (old, new)]
            if any(words):
                told.append(Line(_label(key), words[0], words[1]))
        return told

    def _said(self, entry: AuditEntry, key: str, value: Any) -> str | None:
        if value in (None, "", [], {}) or key in SILENT:
            return None
        if isinstance(value, Mapping) and key in ("charter", "published"):
            return _(" ; ").join(
                f"{_label(name)}{_(' : ')}{self._said(entry, name, part)}"
                for name, part in value.items()
                if part not in (None, "", [], {}, False)
            )
        if isinstance(value, list) and key == "turns":
            return ngettext("%(num)s tour", "%(num)s tours", len(value))
        if isinstance(value, list):
            return _(", ").join(str(self._one(entry, key, one)) for one in value)
        return self._one(entry, key, value)

    def _one(self, entry: AuditEntry, key: str, value: Any) -> str:
        """One value in words: a code, a name, a day, an amount; what has no words stays as noted."""
        noun = entry.subject.partition(":")[0]
        code = code_of(noun, key, value)
        if code is not None:
            return phrase(code)
        if isinstance(value, bool):
            return _("oui") if value else _("non")
        named = self.names.of(key, value)
        return named if named is not None else _plain(key, value)


def _label(key: str) -> str:
    return str(LABELS.get(key, key))


def _mapping(value: Any) -> Mapping[str, Any]:
    if isinstance(value, Mapping):
        return value
    return {} if value is None else {"value": value}


def _plain(key: str, value: Any) -> str:
    """Days, amounts, groups, aims, endings and hashes; the rest as it is."""
    if isinstance(value, Mapping):
        return _several(key, value)
    if isinstance(value, list):
        return _span(value)
    text = str(value)
    if key in ("start", "unavailable"):
        return str(int(value) + 1)  # periods are counted from 0 in the tables, from 1 on the pages
    if key == "fee_centimes":
        return money(int(value))
    if (key, text) in WORDS:
        return str(WORDS[key, text])
    if key in _WORDED:
        return str(_WORDED[key](text))
    if STAMP.match(text):
        return _moment(text)
    if DAY.match(text):
        return in_words(date.fromisoformat(text))
    return f"{text[:12]}…" if HASH.match(text) else text


def _several(key: str, value: Mapping[str, Any]) -> str:
    """A part of a whole: a reserved share, a high season, preferred periods; anything else by its labels."""
    if "group" in value:
        return _quota(value)
    if {"start", "end", "weight"} <= value.keys():
        return f"{_span([value['start'], value['end']])} × {value['weight']}"
    if key == "preferred":
        return _(", ").join(f"{int(period) + 1} {'★' * stars}" for period, stars in value.items())
    return _(", ").join(f"{_label(name)} {part}" for name, part in value.items())


def _moment(text: str) -> str:
    at = datetime.fromisoformat(text)
    return instant(at) if at.tzinfo else f"{in_words(at.date())}, {at:%H:%M}"


def _span(value: list[Any]) -> str:
    """A period: its first and last day."""
    try:
        return days(date.fromisoformat(value[0]), date.fromisoformat(value[1]))
    except (TypeError, ValueError, IndexError):
        return " ".join(str(part) for part in value)


def _quota(value: Mapping[str, Any]) -> str:
    least, most = value.get("at_least"), value.get("at_most")
    parts = [_("au moins %(share)s", share=_share(least))] if least is not None else []
    parts += [_("au plus %(share)s", share=_share(most))] if most is not None else []
    return f"{group_word(str(value['group']))}{_(' : ')}{_(', ').join(parts)}"


def _share(value: Any) -> str:
    return percent(value) if isinstance(value, float) else ngettext("%(num)s place", "%(num)s places", int(value))


def _template(code: str) -> str:
    found = TEMPLATES.get(code)
    return str(found.title) if found else code


_WORDED = {
    "features": feature,
    "charter_template": _template,
    "tiers": lambda code: AIMS.get(code, code),
}
