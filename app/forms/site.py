"""The facts of a site."""

from __future__ import annotations

from wtforms import SelectField, StringField, TelField, TextAreaField
from wtforms.validators import Optional

from app.forms.base import Form, at_most, choices, required
from app.forms.fields import Code, WholeNumber, between
from app.i18n import _l, localized
from app.models import Management, SiteCategory, SiteState, SiteType
from app.queries.site import provinces
from app.services.site import SiteFacts

ARABIC = {"dir": "rtl", "lang": "ar"}


class SiteForm(Form):
    """What a site says of itself."""

    name = StringField(_l("Nom en français"), [required(), at_most(160)])
    name_ar = StringField(_l("Nom en arabe"), [at_most(160)], render_kw=ARABIC)
    city = StringField(_l("Ville"), [required(), at_most(80)])
    city_ar = StringField(_l("Ville, en arabe"), [at_most(80)], render_kw=ARABIC)
    province_code = SelectField(_l("Province ou préfecture"), [required()])
    category = Code(_l("Catégorie"), SiteCategory, blank=_l("Aucune (centre de formation)"))
    type = Code(_l("Type"), SiteType)
    state = Code(_l("État"), SiteState)
    management = Code(_l("Gestion"), Management, blank=_l("Non renseignée"))
    area_m2 = WholeNumber(_l("Surface, en m²"), [Optional(), between(1, 1_000_000)])
    units = WholeNumber(_l("Nombre d'unités"), [Optional(), between(0, 100_000)])
    address = TextAreaField(_l("Adresse"), [at_most(500)])
    address_ar = TextAreaField(_l("Adresse, en arabe"), [at_most(500)], render_kw=ARABIC)
    opening_hours = StringField(_l("Heures d'ouverture"), [at_most(200)])
    opening_hours_ar = StringField(_l("Heures d'ouverture, en arabe"), [at_most(200)], render_kw=ARABIC)
    phone = TelField(_l("Téléphone"), [at_most(40)])
    how_to_come = TextAreaField(_l("Comment venir, en français"), [at_most(2000)])
    how_to_come_ar = TextAreaField(_l("Comment venir, en arabe"), [at_most(2000)], render_kw=ARABIC)
    note = TextAreaField(_l("À savoir"), [at_most(4000)])

    def offer(self) -> None:
        """Fill the list of provinces, each with its region."""
        self.province_code.choices = choices((p.code, f"{localized(p)} ({localized(p.region)})") for p in provinces())

    def facts(self) -> SiteFacts:
        """What was typed."""
        return SiteFacts(**{name: field.data for name, field in self._fields.items() if name != "csrf_token"})
