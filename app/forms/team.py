"""Forms of a site's team."""

from __future__ import annotations

from typing import Any

from wtforms import EmailField, SelectField

from app.forms.base import Form, choices, required
from app.i18n import _l
from app.models import SiteRole
from app.phrases import phrase


class InviteToTeamForm(Form):
    """A mailbox to invite to a role."""

    email = EmailField(_l("Adresse e-mail"), validators=[required()], render_kw={"autocomplete": "off"})
    role = SelectField(_l("Rôle"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = choices((role, phrase(role)) for role in SiteRole)
