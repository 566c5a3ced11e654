"""The steps of an application. The fields follow the call: one rank a space, one choice a period."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import HiddenField, IntegerField, RadioField, SelectField, TextAreaField
from wtforms.validators import NumberRange, Optional

from app.forms.base import Form, MultiCheckboxField, at_most, choices, required
from app.i18n import _, _l, localized, ngettext
from app.intake import whole
from app.models import Application, Call, CallPeriod, Exhibitor, Space
from app.phrases import feature
from app.planning.wishes import MOST_STANDS

#: What one says of a period: never, possible, or liked more and more. Shape and word together.
CHOICES = (
    ("no", "✕", _l("Non")), ("ok", "○", _l("Oui")), ("1", "★", _l("Bien")), ("2", "★★", _l("Mieux")),
    ("3", "★★★", _l("Idéal")),
)  # fmt: skip


class SpacesForm(Form):
    """Step 1: a rank for each space wanted."""

    @property
    def ranks(self) -> list[Any]:
        """The fields of the spaces, in the order of the page."""
        return [field for name, field in self._fields.items() if name.startswith("space_")]

    def space_ids(self) -> list[int]:
        """The spaces wanted, from the best liked on."""
        wanted = [(int(field.data), int(field.name.removeprefix("space_"))) for field in self.ranks if field.data]
        return [space_id for _rank, space_id in sorted(wanted)]

    def validate(self, extra_validators: Any = None) -> bool:
        """Also: two spaces cannot have the same rank."""
        sound = super().validate(extra_validators)
        ranks = [field.data for field in self.ranks if field.data]
        if len(set(ranks)) < len(ranks):
            self.form_errors.append(_("Deux espaces ont le même rang : donnez à chacun le sien."))
            sound = False
        return sound


class StartForm(SpacesForm):
    """Step 1 of a new application: also for whom; ``client_key`` makes a repeated sending one application."""

    client_key = HiddenField()
    exhibitor_id = SelectField(_l("Pour qui ?"), [required()], coerce=whole)


class PeriodsForm(Form):
    """Step 2: a choice for each period."""

    @property
    def said(self) -> list[Any]:
        """The fields of the periods, in order."""
        return [field for name, field in self._fields.items() if name.startswith("period_")]

    def unavailable(self) -> list[int]:
        """Positions of the impossible periods."""
        return [_position(field) for field in self.said if field.data == "no"]

    def preferred(self) -> dict[int, int]:
        """How much the liked ones are liked."""
        return {_position(field): int(field.data) for field in self.said if field.data in ("1", "2", "3")}


class NeedsForm(Form):
    """Step 3: lengths in periods, number of turns, what the stand must have."""

    min_length = SelectField(_l("Durée la plus courte d'un tour"), [required()], coerce=whole)
    max_length = SelectField(_l("Durée la plus longue d'un tour"), [required()], coerce=whole)
    max_turns = SelectField(_l("Nombre de tours souhaités, au plus"), [required()], coerce=whole)
    area_m2 = IntegerField(
        _l("Surface nécessaire, en m²"),
        [Optional(), NumberRange(min=0, max=10_000, message=_l("Donnez un nombre entre %(min)s et %(max)s, ou rien."))],
        description=_l("Laissez vide si tout convient."),
    )
    features = MultiCheckboxField(_l("Il me faut absolument"))
    stands = SelectField(
        _l("Emplacements voisins à chaque tour"),
        [required()],
        coerce=whole,
        choices=choices((n, str(n)) for n in range(1, MOST_STANDS + 1)),
    )
    note = TextAreaField(_l("Un mot pour la commission"), [at_most(2000)], render_kw={"rows": 3})

    def fit(self, call: Call, spaces: Sequence[Space]) -> None:
        """Offer what the call allows, and what its stands have."""
        lengths = [(n, ngettext("%(num)s période", "%(num)s périodes", n)) for n in range(1, call.max_turn_length + 1)]
        self.min_length.choices = self.max_length.choices = lengths
        self.max_turns.choices = choices(
            (n, ngettext("%(num)s tour", "%(num)s tours", n)) for n in range(1, call.max_turns + 1)
        )
        known = {code for space in spaces for stand in space.stands for code in stand.features}
        self.features.choices = choices((code, feature(code)) for code in sorted(known | set(self.features.data or ())))

    def needs(self) -> dict[str, Any]:
        """The needs as plain values."""
        names = ("min_length", "max_length", "max_turns", "stands", "features")
        return {name: self[name].data for name in names} | {"area_m2": self.area_m2.data or 0}


class NothingForm(Form):
    """A button with its token."""


def start_form(spaces: Sequence[Space], exhibitors: Sequence[Exhibitor], **data: Any) -> StartForm:
    """Step 1 of a new application; a single space is wanted from the start."""
    kind = _with_ranks(StartForm, spaces)
    first = {f"space_{spaces[0].id}": "1"} if len(spaces) == 1 else {}
    form: StartForm = kind(data=first | data)
    alone = len(exhibitors) == 1  # among several, two may have one name
    form.exhibitor_id.choices = choices(
        (one.id, localized(one) if alone else f"{localized(one)} · {one.register_number}") for one in exhibitors
    )
    return form


def spaces_form(application: Application, spaces: Sequence[Space]) -> SpacesForm:
    """Step 1 of an application that exists."""
    held = {f"space_{wish.space_id}": str(wish.rank) for wish in application.wishes}
    form: SpacesForm = _with_ranks(SpacesForm, spaces)(data=held)
    return form


def periods_form(application: Application) -> PeriodsForm:
    """Step 2, with what was said so far."""
    said = {f"period_{position}": "no" for position in application.unavailable}
    said |= {f"period_{position}": str(liking) for position, liking in application.preferred.items()}
    fields = {f"period_{period.position}": _choice(period) for period in application.call.periods}
    form: PeriodsForm = type("PeriodsOfCall", (PeriodsForm,), fields)(data=said)
    return form


def needs_form(application: Application, spaces: Sequence[Space]) -> NeedsForm:
    """Step 3, with what was said so far."""
    form = NeedsForm(obj=application)
    form.area_m2.data = form.area_m2.data or None  # any area: the field is empty
    form.fit(application.call, spaces)
    return form


def _with_ranks(base: type[Form], spaces: Sequence[Space]) -> Any:
    none = [("", _("Non, pas celui-ci"))] if len(spaces) > 1 else []
    ranks = none + [(str(n), _("Choix %(rank)s", rank=n)) for n in range(1, len(spaces) + 1)]
    fields = {f"space_{space.id}": SelectField(localized(space), choices=choices(ranks)) for space in spaces}
    return type("RanksOfCall", (base,), fields)


def _choice(period: CallPeriod) -> RadioField:
    return RadioField(
        str(period.position), choices=choices((code, word) for code, _shape, word in CHOICES), default="ok"
    )


def _position(field: Any) -> int:
    return int(field.name.removeprefix("period_"))
