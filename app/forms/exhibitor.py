"""Forms of an exhibitor's profile."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, EmailField, SelectField, StringField, TelField, TextAreaField

from app.forms.base import Form, MultiCheckboxField, at_most, choices, required
from app.i18n import _l, localized
from app.models import Exhibitor, ExhibitorKind, Group
from app.phrases import phrase
from app.queries import exhibitor as queries
from app.services.exhibitor import Profile

#: The main craft, and the further ones a profile may name.
CRAFTS = ("craft", "craft_2", "craft_3", "craft_4")


def craft_choices(empty: object) -> list[Any]:
    """The crafts under their families, after an empty option."""
    options = choices([("", empty)])
    for family in queries.families():
        options += choices(((c.code, localized(c)) for c in family.crafts), localized(family))
    return options


def province_choices() -> list[Any]:
    """The provinces under their regions, after an empty option."""
    options = choices([("", _l("Choisissez"))])
    for region in queries.regions():
        options += choices(((p.code, localized(p)) for p in region.provinces), localized(region))
    return options


class ExhibitorForm(Form):
    """A profile."""

    kind = SelectField(_l("Vous êtes"))
    name = StringField(_l("Nom, ou nom de la coopérative"), validators=[required(), at_most(160)])
    name_ar = StringField(_l("Nom en arabe"), validators=[at_most(160)], render_kw={"dir": "rtl", "lang": "ar"})
    register_number = StringField(
        _l("Numéro au registre"),
        description=_l("Celui du registre national de l'artisanat ou du registre de la coopérative. Jamais celui de la "
                       "carte nationale."),
        validators=[required(), at_most(40)], render_kw={"dir": "ltr", "autocomplete": "off"},
    )  # fmt: skip
    craft = SelectField(_l("Activité principale"), validators=[required()])
    craft_2 = SelectField(_l("Deuxième activité"))
    craft_3 = SelectField(_l("Troisième activité"))
    craft_4 = SelectField(_l("Quatrième activité"))
    province_code = SelectField(_l("Province ou préfecture"), validators=[required()])
    groups = MultiCheckboxField(
        _l("Groupes dont vous faites partie"),
        description=_l("Certains appels leur réservent des places. Cochez seulement ce que vous voulez dire."),
    )
    phone = TelField(_l("Téléphone"), validators=[at_most(40)], render_kw={"dir": "ltr", "autocomplete": "tel"})
    about = TextAreaField(_l("Présentation"), validators=[at_most(2000)], render_kw={"rows": 4})
    about_ar = TextAreaField(
        _l("Présentation en arabe"), validators=[at_most(2000)], render_kw={"rows": 4, "dir": "rtl", "lang": "ar"}
    )
    publish_name = BooleanField(_l("Publier mon nom dans le programme"))
    publish_photo = BooleanField(_l("Publier ma photo"))
    publish_phone = BooleanField(_l("Publier mon téléphone"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = choices((kind, phrase(kind)) for kind in ExhibitorKind)
        self.groups.choices = choices((group, phrase(group)) for group in Group)
        self.province_code.choices = province_choices()
        crafts = craft_choices(_l("Aucune"))
        for name in CRAFTS:
            self[name].choices = crafts
        self.craft.choices = [*choices([("", _l("Choisissez"))]), *crafts[1:]]

    def profile(self) -> Profile:
        """What was typed, as plain values."""
        plain = ("name", "name_ar", "register_number", "province_code", "phone", "about", "about_ar")
        told = ("publish_name", "publish_photo", "publish_phone")
        return Profile(
            kind=ExhibitorKind(self.kind.data),
            crafts=tuple(self[name].data for name in CRAFTS if self[name].data),
            groups=frozenset(Group(group) for group in self.groups.data or ()),
            **{name: self[name].data or "" for name in plain},
            **{name: bool(self[name].data) for name in told},
        )


class AssistedForm(ExhibitorForm):
    """A profile written at a site's desk, for somebody who agreed to it."""

    consent = StringField(
        _l("Comment la personne a donné son accord"),
        description=_l("Par exemple : « de vive voix à l'accueil, le 12 mars ». Lisez-lui d'abord le texte du bas."),
        validators=[required(), at_most(200)],
    )


def values_of(exhibitor: Exhibitor) -> dict[str, Any]:
    """What a form shows of a profile at first."""
    crafts = [row.craft_code for row in exhibitor.crafts]
    return {name: crafts[n] if n < len(crafts) else "" for n, name in enumerate(CRAFTS)} | {
        "groups": [row.group for row in exhibitor.groups],
        "kind": exhibitor.kind,
    }


class MemberForm(Form):
    """A member of a cooperative or association."""

    name = StringField(_l("Nom"), validators=[required(), at_most(160)])
    register_number = StringField(_l("Numéro au registre"), validators=[at_most(40)], render_kw={"dir": "ltr"})
    craft = SelectField(_l("Activité"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.craft.choices = craft_choices(_l("Aucune"))


class PhotoForm(Form):
    """A photo to send."""

    photo = FileField(_l("Photo"), render_kw={"accept": "image/jpeg,image/png,image/webp"})


class InviteForm(Form):
    """A mailbox to invite."""

    email = EmailField(_l("Adresse e-mail"), validators=[required()], render_kw={"autocomplete": "off"})
