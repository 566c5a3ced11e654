"""Forms of the board: move a turn, close a stand, hold a place for good; and what scripts and forms send alike."""

from __future__ import annotations

from collections.abc import Mapping

from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, SelectField, StringField, TextAreaField

from app.forms.base import Form, at_most, choices, required
from app.forms.fields import Code
from app.i18n import _l, days, localized
from app.models import Call, ClosureReason, EditKind, Exhibitor, Space
from app.planning.editing import Spot
from app.services.board import Ask

KINDS = {kind.value: kind for kind in (EditKind.PLACE, EditKind.MOVE, EditKind.REMOVE, EditKind.SWAP)}


def spot(text: str) -> Spot | None:
    """A place as the board writes it, ``S3-04|2``: stand 04 of space 3, period 2; None for anything else."""
    stand, _bar, start = text.rpartition("|")
    if not stand or not start.isdecimal() or len(start) > 4:
        return None
    return Spot(stand.partition("-")[0], stand, int(start))


def asked(sent: Mapping[str, str]) -> Ask | None:
    """An edit as the board sends it; None when it cannot be read."""
    kind, who = KINDS.get(sent.get("kind", "")), sent.get("exhibitor", "")
    to = sent.get("to") or f"{sent.get('stand', '')}|{sent.get('start', '')}"
    length = sent.get("length", "")
    if kind is None or not who.isdecimal() or len(who) > 9 or (length and not length.isdecimal()) or len(length) > 4:
        return None
    at = spot(sent.get("at", "")) if sent.get("at") else None
    if sent.get("at") and at is None:
        return None
    target = None if kind is EditKind.REMOVE else spot(to)
    return Ask(kind, int(who), at, target, int(length) if length else None, sent.get("reason", ""))


def version(sent: Mapping[str, str]) -> int:
    """The version of the plan somebody saw; -1, which no plan has, when it is not told."""
    text = sent.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else -1


class CloseForm(Form):
    """Close a stand for some periods."""

    version = HiddenField()
    stand = SelectField(_l("Emplacement"))
    first = SelectField(_l("De la période"))
    last = SelectField(_l("À la période (comprise)"))
    reason = Code(_l("Motif"), ClosureReason)
    note = StringField(_l("Précision"), [at_most(200)], description=_l("Ce que les exposants et le public liront."))

    def offer(self, call: Call, spaces: list[Space]) -> None:
        """Fill in the stands and periods."""
        self.stand.choices = choices(stands_of(spaces))
        self.first.choices = self.last.choices = periods_of(call)


class PermanentForm(Form):
    """Give somebody a stand for the whole season."""

    version = HiddenField()
    exhibitor = SelectField(_l("Exposant"))
    stand = SelectField(_l("Emplacement"))
    reason = TextAreaField(_l("Raison"), [required(), at_most(500)])

    def offer(self, people: list[Exhibitor], spaces: list[Space]) -> None:
        """Fill in the people and stands."""
        self.exhibitor.choices = choices([(one.id, f"{localized(one)} · {one.register_number}") for one in people])
        self.stand.choices = choices(stands_of(spaces))


def stands_of(spaces: list[Space]) -> list[tuple[int, str]]:
    """Every stand with its hall."""
    return [(stand.id, f"{localized(space)} · {stand.code}") for space in spaces for stand in space.stands]


def periods_of(call: Call) -> list[object]:
    """Every period by its days."""
    return list(choices([(p.position, days(p.starts_on, p.ends_on)) for p in call.periods]))


class BoardTableForm(Form):
    """A board as a table, to be taken back."""

    version = HiddenField()
    file = FileField(_l("Fichier CSV ou XLSX"), [FileRequired(_l("Choisissez un fichier."))])
