"""Forms around plans: start a solve, keep somebody from a place, ask why not."""

from __future__ import annotations

from collections.abc import Mapping

from wtforms import IntegerField, SelectField, TextAreaField
from wtforms.validators import InputRequired, NumberRange

from app.forms.base import Form, at_most, choices, required
from app.i18n import _, _l, days, localized
from app.models import Call
from app.services.runs import LONGEST

ANY = ""


class StartForm(Form):
    """How long a solve may take."""

    seconds = IntegerField(
        _l("Temps de calcul, en secondes"),
        [InputRequired(_l("Donnez un nombre de secondes.")),
         NumberRange(1, LONGEST, _l("Donnez entre %(min)s et %(max)s secondes."))],
    )  # fmt: skip


class ForbidForm(Form):
    """Where somebody must not be, and why."""

    space = SelectField(_l("Espace"))
    period = SelectField(_l("Période"))
    reason = TextAreaField(_l("Raison"), [required(), at_most(500)])


class WhyForm(Form):
    """Where and when a turn is asked about (a question: nothing is changed)."""

    class Meta(Form.Meta):
        """A question needs no token."""

        csrf = False

    space = SelectField(_l("Espace"))
    period = SelectField(_l("Période"))


def offer_places(form: ForbidForm | WhyForm, call: Call) -> None:
    """Fill in the spaces and periods of a call; the first option means every one."""
    spaces = [(place.space_id, localized(place.space)) for place in call.places]
    periods = [(p.position, days(p.starts_on, p.ends_on)) for p in call.periods]
    form.space.choices = choices([(ANY, _("Tous les espaces")), *spaces])
    form.period.choices = choices([(ANY, _("Toute la saison")), *periods])


def chosen(field: SelectField) -> int | None:
    """The number chosen, or None for every one."""
    return int(field.data) if field.data else None


def part(sent: Mapping[str, str]) -> dict[str, int] | None:
    """The part of a plan that alone may change, from ``plan`` and ``part`` (``space-3``, ``start-2``); None: all."""
    name, _dash, number = sent.get("part", "").partition("-")
    plan = sent.get("plan", "")
    if name not in ("space", "start"):
        return None
    known = plan.isdecimal() and number.isdecimal() and len(plan) < 10 and len(number) < 10
    return {"plan": int(plan), name: int(number)} if known else {"plan": 0, name: 0}
