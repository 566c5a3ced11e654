"""The parameters of a charter in a form: shared by a call and by a scenario of its season."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from wtforms import (
    BooleanField,
    DecimalField,
    FieldList,
    FormField,
    IntegerField,
    SelectField,
    StringField,
)
from wtforms import Form as Part
from wtforms.validators import NumberRange, Optional

from app.forms.base import Form, at_most, choices, required
from app.i18n import _, _l
from app.planning.charter import GROUPS, group_word
from app.planning.charter_templates import TIERS

MOST_ROWS = 20
TIER_WORDS = {
    "fairness": _l("Équité : des tours pour tous"),
    "fill": _l("Remplissage : peu de stands vides"),
    "preferences": _l("Préférences des artisans"),
    "diversity": _l("Diversité des activités"),
    "stability": _l("Stabilité : garder ce qui est publié"),
    "travel": _l("Déplacements : peu de tours hors de sa région"),
}
OFF = _l("Laissez vide pour ne pas appliquer cette règle.")


CHARTER_FIELDS = (
    "measure", "max_same_activity", "max_same_family", "min_activities", "rest", "return_after", "max_turns_per_site",
    "rivals_apart",
)  # fmt: skip


def rule_number(label: Any, low: int = 1, **options: Any) -> IntegerField:
    """An optional whole number: empty switches the rule off."""
    sound = NumberRange(min=low, max=10_000, message=_l("Donnez un nombre entre %(min)s et %(max)s, ou rien."))
    return IntegerField(label, [Optional(), sound], description=OFF, **options)


class QuotaPart(Part):
    """A share reserved for, or limited for, a group."""

    group = SelectField(_l("Groupe"))
    kind = SelectField(_l("Sens"), choices=choices([("at_least", _l("au moins")), ("at_most", _l("au plus"))]))
    percent = DecimalField(
        _l("Part (%)"),
        [Optional(), NumberRange(min=0, max=100, message=_l("Donnez une part entre %(min)s et %(max)s %%."))],
        places=None,
    )
    scope = SelectField(
        _l("Comptée"),
        choices=choices(
            [
                ("season", _l("sur la saison")),
                ("space", _l("dans chaque espace")),
                ("space-period", _l("dans chaque espace, à chaque période")),
            ]
        ),
    )

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.group.choices = choices((code, group_word(code)) for code in GROUPS)


def _tier(label: Any) -> SelectField:
    return SelectField(label, choices=choices([("", _l("(rien)")), *TIER_WORDS.items()]))


class CharterForm(Form):
    """The rules, shares and objectives of a charter, and the seed of the draw; shares in per cent."""

    measure = SelectField(
        _l("On compte l'équité en"),
        choices=choices(
            [
                ("periods", _l("périodes passées")),
                ("turns", _l("nombre de tours")),
                ("points", _l("points (poids de la période × poids de l'espace)")),
            ]
        ),
    )
    max_same_activity = rule_number(_l("Stands de la même activité dans un espace, au plus"))
    max_same_family = rule_number(_l("Stands de la même filière dans un espace, au plus"))
    min_activities = rule_number(_l("Activités différentes dans un espace, au moins"))
    rest = rule_number(_l("Périodes de repos entre deux tours"), low=0)
    return_after = rule_number(_l("Périodes avant de revenir dans la même salle"), low=0)
    max_turns_per_site = rule_number(_l("Tours par exposant sur ce site, au plus"))
    min_fill = DecimalField(
        _l("Remplissage minimal (%)"),
        [Optional(), NumberRange(min=0, max=100, message=_l("Donnez une part entre %(min)s et %(max)s %%."))],
        places=None,
        description=_l("Part du plus grand remplissage possible à garder avant l'équité. Vide : l'équité d'abord."),
    )
    rivals_apart = BooleanField(_l("Deux stands voisins ne montrent pas la même activité"))
    quotas = FieldList(FormField(QuotaPart), _l("Parts réservées"), max_entries=MOST_ROWS)
    tier_1 = _tier(_l("Premier objectif"))
    tier_2 = _tier(_l("Deuxième objectif"))
    tier_3 = _tier(_l("Troisième objectif"))
    tier_4 = _tier(_l("Quatrième objectif"))
    tier_5 = _tier(_l("Cinquième objectif"))
    tier_6 = _tier(_l("Sixième objectif"))
    seed = StringField(
        _l("Graine du tirage"),
        [required(), at_most(120)],
        description=_l("Publiée avec l'appel : chacun peut refaire le tirage qui départage les ex æquo."),
    )

    @property
    def tiers(self) -> list[str]:
        """The objectives chosen, from first to last."""
        chosen = (self.tier_1, self.tier_2, self.tier_3, self.tier_4, self.tier_5, self.tier_6)
        return [field.data for field in chosen if field.data]

    def validate(self, extra_validators: Any = None) -> bool:
        """Also: no objective twice."""
        sound = super().validate(extra_validators)
        if len(set(self.tiers)) < len(self.tiers):
            self.form_errors.append(_("Un objectif est choisi deux fois."))
            sound = False
        return sound

    def charter(self) -> dict[str, Any]:
        """The charter as given."""
        charter: dict[str, Any] = {name: self[name].data for name in CHARTER_FIELDS if name != "rivals_apart"}
        charter["min_fill"] = None if self.min_fill.data is None else float(self.min_fill.data / 100)
        charter["rivals_apart"] = bool(self.rivals_apart.data)
        charter["quotas"] = [
            {
                "group": part.form.group.data, part.form.kind.data: float(part.form.percent.data / 100),
                "scope": part.form.scope.data,
            }
            for part in self.quotas
            if part.form.percent.data is not None
        ]  # fmt: skip
        charter["tiers"] = list(dict.fromkeys(self.tiers))
        return charter


def charter_data(charter: dict[str, Any]) -> dict[str, Any]:
    """A charter as the form's data."""
    tiers = [*charter.get("tiers", TIERS), *[""] * len(TIER_WORDS)]
    fill = charter.get("min_fill")
    return {
        **{name: charter.get(name) for name in CHARTER_FIELDS},
        **{f"tier_{n + 1}": tiers[n] for n in range(len(TIER_WORDS))},
        "min_fill": None if fill is None else _percent(fill),
        "quotas": [
            {"group": row["group"], "kind": (kind := "at_least" if "at_least" in row else "at_most"),
             "percent": _percent(row[kind]), "scope": row.get("scope", "season")}
            for row in charter.get("quotas") or []
        ],
    }  # fmt: skip


def charter_faulty(form: CharterForm) -> bool:
    """Whether a parameter already has a fault of its own: the charter need not be blamed a second time."""
    return any(form[name].errors for name in CHARTER_FIELDS)


def reshaped(form: Form, sent: Mapping[str, str], lists: tuple[str, ...]) -> bool:
    """Whether a button only asked for one row more or less of a list (everything typed stays)."""
    if (more := sent.get("add", "")) in lists:
        if len(form[more].entries) < form[more].max_entries:
            form[more].append_entry()
        return True
    name, _dash, number = sent.get("remove", "").rpartition("-")
    if name in lists:
        for index in [n for n, entry in enumerate(form[name]) if entry.name == f"{name}-{number}"]:
            form[name].pop_entry(index)
        return True
    return False


def _percent(share: float) -> Decimal:
    return (Decimal(repr(share)) * 100).normalize() + 0
