"""The decision on a file."""

from __future__ import annotations

from wtforms import SelectField, TextAreaField
from wtforms.validators import DataRequired

from app.forms.base import Form, at_most, choices
from app.i18n import _l
from app.models import RefusalReason
from app.phrases import phrase


class RefusalForm(Form):
    """A reason code, and a text its author will read."""

    reason = SelectField(_l("Motif"), [DataRequired(_l("Choisissez un motif."))])
    text = TextAreaField(
        _l("Explication, lue par l'artisan"),
        [DataRequired(_l("Expliquez le motif : l'artisan le lira.")), at_most(3000)],
        render_kw={"rows": 4, "dir": "auto"},
    )

    def offer(self) -> None:
        """Name the reasons."""
        self.reason.choices = choices([("", "—"), *((reason.value, phrase(reason)) for reason in RefusalReason)])

    def code(self) -> RefusalReason | None:
        """The reason chosen."""
        return RefusalReason(self.reason.data) if self.reason.data else None
