"""What every form shares: tidy text, and faults of a service shown next to their fields."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, Length

from app.errors import Invalid
from app.i18n import _l


def required() -> DataRequired:
    """The field must be filled in."""
    return DataRequired(_l("Remplissez ce champ."))


def at_most(characters: int) -> Length:
    """The text must fit."""
    return Length(max=characters, message=_l("%(max)d caractères au plus : raccourcissez ce texte."))


def tidy(text: Any) -> Any:
    """Text without spaces around it."""
    return text.strip() if isinstance(text, str) else text


class Form(FlaskForm):
    """A form of the house: text fields lose the spaces around them, passwords do not."""

    class Meta(FlaskForm.Meta):
        """How fields are bound."""

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            """Add the house's filter to text fields."""
            kind = unbound_field.field_class
            if issubclass(kind, StringField) and not issubclass(kind, PasswordField):
                options["filters"] = [*unbound_field.kwargs.get("filters", ()), tidy]
            return unbound_field.bind(form=form, **options)


def add_faults(form: FlaskForm, error: Invalid) -> None:
    """Show a service's faults next to the fields they name; what names no field goes to the form as a whole."""
    for name, sentences in error.faults.items():
        field = form._fields.get(name)
        if field is None:
            form.form_errors.extend(sentences)
        else:
            field.errors = [*field.errors, *sentences]
