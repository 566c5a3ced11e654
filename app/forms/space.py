"""Spaces and stands."""

from __future__ import annotations

from wtforms import StringField
from wtforms.validators import InputRequired, Optional

from app.forms.base import Form, at_most, required
from app.forms.fields import Code, Features, WholeNumber, between
from app.i18n import _l
from app.models import SpaceKind
from app.services.space import SpaceFacts
from app.services.stand import GRID, MOST_STANDS, StandFacts


def _needed() -> InputRequired:
    """The number must be given; zero is a number."""
    return InputRequired(_l("Remplissez ce champ."))


class SpaceForm(Form):
    """A space's facts."""

    code = StringField(_l("Code"), [required(), at_most(20)], description=_l("Court et unique dans le site : SE, A1…"))
    name = StringField(_l("Nom en français"), [required(), at_most(120)])
    name_ar = StringField(_l("Nom en arabe"), [at_most(120)], render_kw={"dir": "rtl", "lang": "ar"})
    kind = Code(_l("Nature"), SpaceKind)
    area_m2 = WholeNumber(_l("Surface, en m²"), [Optional(), between(1, 100_000)])
    capacity = WholeNumber(
        _l("Personnes au plus"), [Optional(), between(1, 100_000)], description=_l("Pour les animations.")
    )
    weight = WholeNumber(
        _l("Valeur de la place"), [_needed(), between(1, 100)], default=1,
        description=_l("1 pour un espace ordinaire ; 2 si y exposer compte double dans le partage des tours."),
    )  # fmt: skip

    def facts(self) -> SpaceFacts:
        """What was typed."""
        return SpaceFacts(
            code=self.code.data, name=self.name.data, name_ar=self.name_ar.data, kind=self.kind.data,
            area_m2=self.area_m2.data, capacity=self.capacity.data, weight=self.weight.data,
        )  # fmt: skip


class StandsForm(Form):
    """Many stands at once: 12 stands of 9 m² in rows of 4."""

    count = WholeNumber(_l("Combien d'emplacements"), [_needed(), between(1, MOST_STANDS)], default=12)
    area_m2 = WholeNumber(_l("Surface de chacun, en m²"), [_needed(), between(1, 1000)], default=9)
    per_row = WholeNumber(_l("Emplacements par ligne"), [_needed(), between(1, 50)], default=4)
    features = Features(_l("Équipements"))


class StandForm(Form):
    """One stand; its square counts columns and rows from 1, as people do."""

    code = StringField(_l("Numéro"), [required(), at_most(20)])
    area_m2 = WholeNumber(_l("Surface, en m²"), [_needed(), between(1, 1000)])
    features = Features(_l("Équipements"))
    x = WholeNumber(_l("Colonne sur le plan"), [_needed(), between(1, GRID)])
    y = WholeNumber(_l("Ligne sur le plan"), [_needed(), between(1, GRID)])

    def facts(self) -> StandFacts:
        """What was typed."""
        return StandFacts(
            self.code.data, self.area_m2.data, tuple(self.features.data), self.x.data - 1, self.y.data - 1
        )
