"""A table to import."""

from __future__ import annotations

from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField

from app.forms.base import Form, choices, required
from app.i18n import _, _l


class ImportForm(Form):
    """Which table, and its file."""

    noun = SelectField(_l("Ce que contient le fichier"), [required()])
    file = FileField(_l("Fichier CSV ou XLSX"), [FileRequired(_l("Choisissez un fichier."))])

    def offer(self) -> None:
        """Fill the list of tables."""
        self.noun.choices = choices(
            [("sites", _("Des sites")), ("crafts", _("Des activités et filières")), ("exhibitors", _("Des exposants"))]
        )
