"""What every form shares: tidy text, faults of a service shown next to their fields, how the kit draws a field.

WTForms' own messages follow the language in use (Flask-WTF loads them by locale).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, FieldList, FormField, IntegerField, PasswordField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from app.errors import Invalid
from app.i18n import _l


def required() -> DataRequired:
    """The field must be filled in."""
    return DataRequired(_l("Remplissez ce champ."))


def given() -> InputRequired:
    """A number must be written; 0 is one, that the service may refuse in its own words."""
    return InputRequired(_l("Remplissez ce champ."))


def at_most(characters: int) -> Length:
    """The text must fit."""
    return Length(max=characters, message=_l("%(max)d caractères au plus : raccourcissez ce texte."))


def choices(pairs: Iterable[tuple[Any, Any]], group: str | None = None) -> list[SelectChoice]:
    """Options of a select field from (value, label) pairs, under a common heading if given."""
    return [SelectChoice(value=str(value), label=label, optgroup=group) for value, label in pairs]


def tidy(text: Any) -> Any:
    """Text without spaces around it; a field that was not sent is empty."""
    return text.strip() if isinstance(text, str) else "" if text is None else text


def countable(number: int | None) -> int | None:
    """A whole number that can be compared; one of hundreds of digits becomes one that every range refuses."""
    return None if number is None else max(-(10**18), min(number, 10**18))


class Form(FlaskForm):
    """A form of the house: text fields lose the spaces around them, passwords do not."""

    class Meta(FlaskForm.Meta):
        """How fields are bound."""

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            """Add the house's filters to texts and numbers."""
            kind = unbound_field.field_class
            if issubclass(kind, IntegerField):
                options["filters"] = [*unbound_field.kwargs.get("filters", ()), countable]
            if issubclass(kind, StringField) and not issubclass(kind, PasswordField):
                options["filters"] = [*unbound_field.kwargs.get("filters", ()), tidy]
            return unbound_field.bind(form=form, **options)


class MultiCheckboxField(SelectMultipleField):
    """Several choices as check boxes in a field set."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


@dataclass(frozen=True)
class Fault:
    """A sentence of the summary; ``id`` is the field's anchor, empty for the whole form."""

    id: str
    label: str
    text: str


def add_faults(form: FlaskForm, error: Invalid) -> None:
    """Show a service's faults next to their fields; what names no field of the form stands in the summary.

    ``crafts-0-name`` names a part of a list or of a group, as in the page.
    """
    named = {field.short_name: field for field in form} | {field.name: field for field in _leaves(form)}
    for name, texts in error.faults.items():
        field = named.get(name)
        while isinstance(field, FormField):  # a group keeps no faults of its own: its first part shows them
            field = next(iter(field), None)
        if field is None:
            form.form_errors.extend(texts)
        else:
            field.errors = [*field.errors, *texts]


def complete_faults(form: FlaskForm, faults: Mapping[str, list[str]]) -> None:
    """Beside what the form itself refused, show what the service would refuse next: all faults are told at once.

    A field that is refused already keeps its own sentence.
    """
    silent = {field.short_name for field in form if not field.errors} | {f.name for f in _leaves(form) if not f.errors}
    add_faults(form, Invalid({name: texts for name, texts in faults.items() if name in silent}))


def form_faults(form: FlaskForm) -> list[Fault]:
    """Every fault of a form, in the order of its fields, those of the whole form first."""
    whole = [Fault("", "", str(text)) for text in form.form_errors]
    return whole + [fault for field in form for fault in _faults(field)]


def _faults(field: Field) -> Iterator[Fault]:
    shown = "" if field_kind(field) == "hidden" else field.id
    label = str(field.label.text) if shown else ""
    yield from (Fault(shown, label, text) for text in own_faults(field))
    if isinstance(field, FieldList | FormField):
        for part in field:
            yield from _faults(part)


def own_faults(field: Field) -> list[str]:
    """The sentences of a field itself, without those of its parts."""
    if isinstance(field, FormField):
        return []
    return [str(text) for text in field.errors if not isinstance(text, dict | list | tuple)]


def _leaves(fields: Any) -> Iterator[Field]:
    for field in fields:
        yield field
        if isinstance(field, FieldList | FormField):
            yield from _leaves(field)


def field_kind(field: Field) -> str:
    """How the kit draws a field: hidden, check, choices, list, group, select or text."""
    if isinstance(field, FieldList | FormField):
        return "list" if isinstance(field, FieldList) else "group"
    input_type = getattr(field.widget, "input_type", "")
    if input_type == "hidden":
        return "hidden"
    if input_type == "checkbox":
        return "check"
    if isinstance(field.widget, ListWidget):
        return "choices"
    return "select" if field.widget.__class__.__name__ == "Select" else "text"


def may_stay_empty(field: Field) -> bool:
    """True where an answer may be left out; a list that always holds a choice asks for nothing."""
    if field.flags.required:
        return False
    return field_kind(field) != "select" or any(not choice.value for choice in _options(field))


def _options(field: Field) -> Iterator[SelectChoice]:
    """The options of a select field, whatever way they were given."""
    for choice in field.choices or ():
        yield choice if isinstance(choice, SelectChoice) else SelectChoice(*choice[:2])


def field_attributes(field: Field, hint: object, given: dict[str, Any]) -> dict[str, Any]:
    """The attributes of an input: those given, its hint and its faults for screen readers."""
    notes = [f"{field.id}-hint"] if hint or field.description else []
    notes += [f"{field.id}-faults"] if field.errors else []
    attributes = dict(given)
    if getattr(field.widget, "input_type", "text") == "text" and field_kind(field) == "text":
        attributes.setdefault("dir", "auto")  # names and addresses read in their own direction
    if notes:
        attributes["aria-describedby"] = " ".join(notes)
    if field.errors:
        attributes["aria-invalid"] = "true"
    return attributes
