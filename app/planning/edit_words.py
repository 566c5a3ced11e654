"""The edits of a plan in sentences, for its history and for whoever comes second."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.i18n import _, localized, ngettext
from app.i18n import days as in_words
from app.models import EditKind, Exhibitor, PlanEdit
from app.planning.keys import Directory, exhibitor_key, space_key

Days = list[tuple[date, date]]


@dataclass(frozen=True)
class Line:
    """An edit as it is told; ``undone``: it is not in force."""

    edit: PlanEdit
    sentence: str
    undone: bool = False


def lines(log: Iterable[PlanEdit], known: Directory, days: Days) -> list[Line]:
    """Every edit of a log in a sentence, in its order; the log must be whole."""
    edits = list(log)
    by_version = {edit.version: edit for edit in edits}
    undone: set[int] = set()
    for edit in edits:
        if edit.kind is EditKind.UNDO and edit.of_version:
            undone.add(edit.of_version)
        elif edit.kind is EditKind.REDO and edit.of_version:
            undone.discard(edit.of_version)
    return [Line(edit, _told(edit, by_version, known, days), edit.version in undone) for edit in edits]


def _told(edit: PlanEdit, by_version: dict[int, PlanEdit], known: Directory, days: Days) -> str:
    if edit.kind in (EditKind.UNDO, EditKind.REDO):
        told = _sentence(by_version[edit.of_version or 0], known, days)
        undo = edit.kind is EditKind.UNDO
        return _("Annulé : %(edit)s", edit=told) if undo else _("Rétabli : %(edit)s", edit=told)
    return _sentence(edit, known, days)


def _sentence(edit: PlanEdit, known: Directory, days: Days) -> str:
    say = _Words(known, days)
    removed, added = edit.removed, edit.added
    if edit.kind is EditKind.PLACE and added:
        return _("%(who)s : placement, %(place)s", who=say.who(added[0]), place=say.place(added[0]))
    if edit.kind is EditKind.MOVE and removed and added:
        return _(
            "%(who)s : déplacement, %(before)s → %(after)s", who=say.who(added[0]), before=say.place(removed[0]),
            after=say.place(added[0]),
        )  # fmt: skip
    if edit.kind is EditKind.REMOVE and removed:
        return _("%(who)s : mise en réserve (était %(place)s)", who=say.who(removed[0]), place=say.place(removed[0]))
    if edit.kind is EditKind.SWAP and added:
        pair = {one["applicant"]: one for one in (*removed, *added)}
        return _("Échange : %(names)s", names=_(" et ").join(say.who(one) for one in pair.values()))
    if edit.kind is EditKind.CLOSE:
        return say.closure(edit.about["closure"], edit.about.get("asked", 0))
    if edit.kind is EditKind.REFRESH:
        return _("Données d'aujourd'hui reprises")
    if edit.kind is EditKind.IMPORT:
        return ngettext(
            "Import d'un tableau : %(num)s tour changé", "Import d'un tableau : %(num)s tours changés",
            len(added) + len(removed),
        )  # fmt: skip
    return say.decision(edit.kind, edit.about["decision"])


def taken_back(asked: int) -> str:
    """How many offers of places a closure took back."""
    return ngettext(
        "%(num)s proposition de place est retirée : la personne est prévenue.",
        "%(num)s propositions de place sont retirées : les personnes sont prévenues.", asked,
    )  # fmt: skip


class _Words:
    """Names and places of the log's documents."""

    def __init__(self, known: Directory, days: Days) -> None:
        self.known, self.days = known, days

    def who(self, turn: dict[str, Any]) -> str:
        """Whose turn it is."""
        return self.name(self.known.exhibitors.get(turn["applicant"]), turn["applicant"])

    def name(self, person: Exhibitor | None, key: str) -> str:
        """A person's name, or her key when she is no longer known."""
        return localized(person) if person else key

    def place(self, turn: dict[str, Any]) -> str:
        """Where and when a turn is."""
        codes = ", ".join(key.partition("-")[2] for key in (turn["stand"], *turn.get("also", ())))
        return f"{self.space(turn['space'])} {codes}, {self.when(turn['start'], turn['length'])}"

    def space(self, key: str) -> str:
        """A hall's name."""
        return localized(self.known.spaces[key]) if key in self.known.spaces else key

    def when(self, start: int, length: int) -> str:
        """The days of some periods."""
        if start + length > len(self.days):
            return "—"
        return in_words(self.days[start][0], self.days[start + length - 1][1])

    def closure(self, told: dict[str, Any], asked: int) -> str:
        """A stand closed, and of how many the offer of a place was taken back with it."""
        stand = next((code for code, one in self.known.stands.items() if one.id == told["stand"]), "")
        span = in_words(date.fromisoformat(told["from"]), date.fromisoformat(told["to"]))
        place = f"{self.space(space_key(told['space']))} {stand.partition('-')[2]}"
        closed = _("Fermeture : %(place)s, %(days)s", place=place, days=span)
        return f"{closed}. {taken_back(asked)}" if asked else closed

    def decision(self, kind: EditKind, told: dict[str, Any]) -> str:
        """A pin, a ban, or a place for good, made or taken back."""
        key = exhibitor_key(told["exhibitor"])
        who = self.name(self.known.exhibitors.get(key), key)
        words = {
            EditKind.PIN: _("Tour épinglé : %(who)s", who=who),
            EditKind.UNPIN: _("Épingle retirée : %(who)s", who=who),
            EditKind.FORBID: _("Place interdite : %(who)s", who=who),
            EditKind.ALLOW: _("Interdiction levée : %(who)s", who=who),
            EditKind.PERMANENT: _("Place à demeure : %(who)s", who=who),
        }
        return words.get(kind, who)
