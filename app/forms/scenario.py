"""A scenario of a season: a name, the charter to try, the seed, the decisions kept, the time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms import IntegerField, StringField
from wtforms.validators import InputRequired, NumberRange

from app.forms.base import MultiCheckboxField, at_most, choices, required
from app.forms.charter import CharterForm, charter_data
from app.i18n import _, _l, localized
from app.intake import whole
from app.models import Call, Decision
from app.phrases import phrase
from app.planning.variant import Variant, merged
from app.queries import draw
from app.services.draw import LONGEST_SEED
from app.services.runs import LONGEST


class ScenarioForm(CharterForm):
    """What a scenario changes."""

    name = StringField(_l("Nom du scénario"), [required(), at_most(80)])
    kept = MultiCheckboxField(_l("Décisions gardées"), coerce=whole)
    seed = StringField(_l("Graine du tirage"), [required(), at_most(LONGEST_SEED)])
    seconds = IntegerField(
        _l("Temps de calcul, en secondes"),
        [InputRequired(_l("Donnez un nombre de secondes.")),
         NumberRange(1, LONGEST, _l("Donnez entre %(min)s et %(max)s secondes."))],
    )  # fmt: skip

    def offer(self, decisions: Iterable[Decision]) -> None:
        """Name the decisions that can be kept."""
        self.kept.choices = choices((one.id, _decided(one)) for one in decisions)

    def variant(self, call: Call) -> Variant:
        """The scenario as given."""
        charter = merged(call.charter, self.charter())
        known = {int(choice.value) for choice in self.kept.choices}
        return Variant(self.name.data, charter, self.seed.data, tuple(sorted(known - set(self.kept.data or ()))))


def _decided(one: Decision) -> str:
    where = localized(one.space) if one.space else _("tous les espaces")
    return f"{phrase(one.kind)}{_(' : ')}{localized(one.exhibitor)}, {where}"


def scenario_data(call: Call, decisions: Iterable[Decision], seconds: int) -> dict[str, Any]:
    """What a new scenario starts from: the call as it is."""
    kept = [one.id for one in decisions]
    return charter_data(call.charter) | {"seed": draw.seed(call), "kept": kept, "seconds": seconds}
