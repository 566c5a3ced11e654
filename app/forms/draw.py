"""The promise about a draw, and its seed."""

from __future__ import annotations

from wtforms import StringField, TextAreaField
from wtforms.validators import EqualTo

from app.forms.base import Form, at_most, required
from app.forms.fields import Day
from app.i18n import _l


class CommitForm(Form):
    """Where the seed will be read, and when; why, where another promise came before."""

    source = StringField(
        _l("Source publique de la graine"), [required(), at_most(300)],
        description=_l("Par exemple : Loterie nationale, tirage du 1er mars, les six numéros dans l'ordre croissant."),
    )  # fmt: skip
    objections_until = Day(_l("Objections reçues jusqu'au"), [required()])
    drawn_on = Day(
        _l("Jour du tirage"), [required()], description=_l("Après la fin des objections : personne ne doit savoir.")
    )
    reason = TextAreaField(
        _l("Pourquoi un nouvel engagement"), [at_most(500)], render_kw={"rows": 2},
        description=_l("Tout le monde le lira. L'ancien engagement reste public."),
    )  # fmt: skip


class RevealForm(Form):
    """What the source published, copied twice: it is entered once and for all."""

    seed = StringField(_l("Graine publiée par la source"), [required(), at_most(200)])
    again = StringField(
        _l("La même graine, recopiée une seconde fois"),
        [required(), EqualTo("seed", message=_l("Les deux copies diffèrent : relisez la source et recopiez-la."))],
        description=_l("Une graine entrée ne change plus jamais."),
    )
