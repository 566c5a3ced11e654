"""Publishing by two people, and withdrawing a publication: the reasons."""

from __future__ import annotations

from wtforms import TextAreaField

from app.forms.base import Form, at_most, required
from app.i18n import _l


class DeclineForm(Form):
    """Why a proposed plan is not published."""

    reason = TextAreaField(
        _l("Pourquoi elle n'est pas publiée"), [required(), at_most(500)], render_kw={"rows": 2},
        description=_l("Qui l'a proposée le lira."),
    )  # fmt: skip


class WithdrawForm(Form):
    """Why a publication is withdrawn."""

    reason = TextAreaField(
        _l("Pourquoi elle est retirée"), [required(), at_most(500)], render_kw={"rows": 3},
        description=_l("Tout le monde le lira, et c'est écrit à chaque exposant concerné : ne nommez personne."),
    )  # fmt: skip


class RefuseForm(Form):
    """Why what somebody asked for is not done."""

    reason = TextAreaField(
        _l("Pourquoi non"), [required(), at_most(500)], render_kw={"rows": 2},
        description=_l("Qui l'a demandé le lira."),
    )  # fmt: skip
