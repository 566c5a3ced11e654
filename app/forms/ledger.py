"""What the ledger is filtered by, and what is corrected in it."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms import BooleanField, IntegerField, SelectField, StringField, TextAreaField
from wtforms import Form as Part
from wtforms.validators import Optional

from app.forms.base import Form, at_most, choices, required
from app.i18n import _, _l, localized
from app.models import Call
from app.queries.ledger_page import Filters
from app.services.ledger import Correction

MEASURES = {"periods": _l("périodes"), "turns": _l("tours"), "points": _l("points")}


class FilterForm(Part):
    """Read from the address: season, measure, name, only those with absences."""

    season = SelectField(_l("Saison"))
    measure = SelectField(_l("Compter en"), choices=choices(MEASURES.items()))
    text = StringField(_l("Nom"))
    absent = BooleanField(_l("Seulement avec des absences"))

    def offer(self, calls: Iterable[Call]) -> None:
        """Name the seasons."""
        self.season.choices = choices([("", _("Toutes")), *((call.id, localized(call, "title")) for call in calls)])

    def filters(self, known: Iterable[Call], default: str) -> Filters:
        """What is asked for; what cannot be read is left out."""
        ids = {str(call.id): call.id for call in known}
        measure = self.measure.data if self.measure.data in MEASURES else default
        self.measure.data = measure
        return Filters(
            ids.get(self.season.data or ""), measure, (self.text.data or "")[:100], bool(self.absent.data)
        )  # fmt: skip


def _signed(label: object) -> IntegerField:
    return IntegerField(label, [Optional()], default=0)


class CorrectionForm(Form):
    """Turns, periods and points to add or take away, of which season, and why."""

    call_id = SelectField(_l("Saison"), default="")
    turns = _signed(_l("Tours"))
    periods = _signed(_l("Périodes"))
    points = _signed(_l("Points"))
    reason = TextAreaField(_l("Motif"), [required(), at_most(1000)], render_kw={"rows": 2})

    def offer(self, calls: Iterable[Call]) -> None:
        """Name the seasons."""
        pairs = [("", _("Avant Dawra, ou ailleurs")), *((call.id, localized(call, "title")) for call in calls)]
        self.call_id.choices = choices(pairs)

    def values(self) -> Correction:
        """What was typed."""
        return Correction(
            self.turns.data or 0, self.periods.data or 0, self.points.data or 0,
            int(self.call_id.data) if self.call_id.data else None, self.reason.data or "",
        )  # fmt: skip
