"""Fields whose faults are told in the house's words: whole numbers, days, codes of an enumeration, features."""

from __future__ import annotations

import enum
import re
from typing import Any

from wtforms import DateField, IntegerField, SelectField, StringField
from wtforms.validators import DataRequired, NumberRange, StopValidation

from app.forms.base import choices
from app.i18n import _, _l
from app.phrases import FEATURES, phrase


class WholeNumber(IntegerField):
    """A whole number; Arabic-Indic digits are read too."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number, or say how to write one."""
        text = valuelist[0].strip() if valuelist else ""
        if not text:
            self.data = None
            return
        try:
            self.data = int(text)
        except ValueError:
            self.data = None
            raise ValueError(_("Écrivez un nombre entier, par exemple 12.")) from None


class Day(DateField):
    """A day."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the day, or say how to write one."""
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        try:
            super().process_formdata([valuelist[0].strip()])
        except ValueError:
            raise ValueError(_("Écrivez un jour comme 2027-01-31.")) from None


class Code(SelectField):
    """One value of an enumeration, told in words. ``blank``: the words of "none", where none is allowed."""

    def __init__(self, label: Any, kind: type[enum.StrEnum], blank: Any = None, **more: Any):
        wrong = _l("Choisissez dans la liste.")
        super().__init__(
            label,
            [] if blank is not None else [DataRequired(wrong)],
            coerce=lambda value: kind(value) if value else None,
            choices=lambda: choices(
                [("", blank)] * (blank is not None) + [(code.value, phrase(code)) for code in kind]
            ),
            invalid_value_message=wrong,
            invalid_choice_message=wrong,
            **more,
        )


class Features(StringField):
    """Stand features: words between commas; the words of those the house knows are read as their codes."""

    def __init__(self, label: Any, validators: Any = (), **more: Any):
        hint = _l("Entre virgules : électricité, eau, mur d'accrochage, éclairage d'ambiance, réserve, côté rue.")
        super().__init__(label, validators, description=hint, **more)

    def _value(self) -> str:
        return ", ".join(str(FEATURES.get(code, code)) for code in self.data or ())

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the words."""
        words = [word.strip() for word in re.split(r"[,،;؛\n]", valuelist[0])] if valuelist else []
        known = {str(words).casefold(): code for code, words in FEATURES.items()}
        self.data = tuple(dict.fromkeys(known.get(word.casefold(), word)[:40] for word in words if word))


class _Between(NumberRange):
    def __call__(self, form: Any, field: Any) -> None:
        if field.process_errors:  # not a number: its sentence is enough
            raise StopValidation
        super().__call__(form, field)


def between(least: int, most: int) -> NumberRange:
    """The number must lie between two others, both included."""
    return _Between(least, most, _l("Écrivez un nombre de %(min)s à %(max)s."))
