"""What a manager says of a call: one form, read to plain values; the service judges them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    DecimalField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms import Form as Part
from wtforms.validators import DataRequired, NumberRange, Optional

from app.clock import at_wall, local
from app.fold import latin_digits
from app.forms.base import Form, MultiCheckboxField, at_most, choices, required
from app.forms.fields import Code
from app.i18n import _, _l, localized
from app.intake import whole
from app.models import Call, MissedPeriods, NewcomerPolicy, PeriodUnit, Space, SwapPolicy
from app.phrases import phrase
from app.planning.charter import GROUPS, group_word
from app.planning.charter_templates import TIERS
from app.services.call import values_of
from app.services.call_check import CallValues

PERIODS = {"week": 7, "fortnight": 14}
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


def _whole(label: Any, low: int = 1, **options: Any) -> IntegerField:
    """An optional whole number: empty switches the rule off."""
    sound = NumberRange(min=low, max=10_000, message=_l("Donnez un nombre entre %(min)s et %(max)s, ou rien."))
    return IntegerField(label, [Optional(), sound], description=OFF, **options)


class HighSeasonPart(Part):
    """Days that are worth more."""

    start = DateField(_l("Premier jour"), [Optional()])
    end = DateField(_l("Dernier jour"), [Optional()])
    weight = IntegerField(_l("Poids"), [Optional()], default=2)


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


def _swap_policy(value: Any) -> SwapPolicy:
    """A policy, or the house's: with the site's approval."""
    return SwapPolicy(value) if value in list(SwapPolicy) else SwapPolicy.APPROVED


def _days_listed(text: str | None) -> tuple[int, ...]:
    """``5, 2`` as numbers, the greatest first; at most five, of 1 to 60."""
    found = {int(word) for word in re.findall(r"\d{1,3}", latin_digits(text or ""))}
    return tuple(sorted((day for day in found if 1 <= day <= 60), reverse=True)[:5])


class CallForm(Form):
    """Everything a call says; lengths in periods, the fee in dirhams, shares in per cent, times of Morocco."""

    title = StringField(_l("Titre"), [required(), at_most(160)])
    title_ar = StringField(_l("Titre en arabe"), [at_most(160)])
    intro = TextAreaField(_l("Présentation"), [at_most(5000)], render_kw={"rows": 4})
    intro_ar = TextAreaField(_l("Présentation en arabe"), [at_most(5000)], render_kw={"rows": 4, "dir": "rtl"})
    space_ids = MultiCheckboxField(
        _l("Espaces proposés"), [DataRequired(_l("Choisissez au moins un espace."))], coerce=whole
    )
    season_start = DateField(_l("Premier jour de la saison"), [required()])
    season_end = DateField(_l("Dernier jour de la saison"), [required()])
    period = RadioField(
        _l("Durée d'une période"),
        [required()],
        choices=choices(
            [
                ("week", _l("Une semaine (7 jours)")),
                ("fortnight", _l("Une quinzaine (14 jours)")),
                ("month", _l("Un mois du calendrier")),
                ("days", _l("Autre nombre de jours")),
            ]
        ),
        default="fortnight",
    )
    period_days = IntegerField(
        _l("Nombre de jours"), [Optional()], description=_l("Seulement avec « Autre nombre de jours ».")
    )
    keep_partial = BooleanField(
        _l("Garder les périodes plus courtes au bord de la saison"),
        description=_l("Décoché : les jours qui ne font pas une période entière sont laissés de côté."),
    )
    high_seasons = FieldList(FormField(HighSeasonPart), _l("Haute saison"), max_entries=MOST_ROWS)
    opens_at = DateTimeLocalField(_l("Ouverture des candidatures"), [required()], format="%Y-%m-%dT%H:%M")
    closes_at = DateTimeLocalField(
        _l("Clôture des candidatures"),
        [required()],
        format="%Y-%m-%dT%H:%M",
        description=_l("Heure du Maroc. À cette minute précise, c'est fermé : une demande arrivée avant est reçue."),
    )
    max_turn_length = IntegerField(_l("Durée la plus longue d'un tour, en périodes"), [required()])
    max_turns = IntegerField(_l("Nombre de tours par exposant, au plus"), [required()])
    fee = DecimalField(
        _l("Redevance par période, en dirhams"),
        [Optional(), NumberRange(0, 1_000_000, _l("Donnez un montant de %(min)s à %(max)s dirhams."))],
        places=2,
        default=Decimal(0),
    )
    contact = StringField(
        _l("Contact"), [at_most(200)], description=_l("Téléphone, adresse ou courriel montré sur la page.")
    )
    charter_template = HiddenField()
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
    max_same_activity = _whole(_l("Stands de la même activité dans un espace, au plus"))
    max_same_family = _whole(_l("Stands de la même filière dans un espace, au plus"))
    min_activities = _whole(_l("Activités différentes dans un espace, au moins"))
    rest = _whole(_l("Périodes de repos entre deux tours"), low=0)
    return_after = _whole(_l("Périodes avant de revenir dans la même salle"), low=0)
    max_turns_per_site = _whole(_l("Tours par exposant sur ce site, au plus"))
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
    absences_running = _whole(_l("Absences de suite, sans excuse, avant de pouvoir perdre la place"))
    absences_yearly = _whole(_l("Absences en douze mois, sans excuse, avant de pouvoir perdre la place"))
    missed_periods = Code(
        _l("Une période manquée dans le registre d'équité"), MissedPeriods, default=MissedPeriods.COUNT
    )
    newcomers = Code(_l("Qui n'a encore rien reçu commence"), NewcomerPolicy, default=NewcomerPolicy.ZERO)
    offers = BooleanField(
        _l("Proposer chaque tour : l'exposant dit oui ou non"),
        description=_l("Sans réponse à temps, la place est rendue."),
    )
    offer_days = IntegerField(_l("Jours pour répondre"), [Optional()], default=7)
    reminder_days = StringField(
        _l("Rappels, en jours avant la fin du délai"), [at_most(40)], default="2",
        description=_l("Par exemple : 5, 2. Vide : aucun rappel."),
    )  # fmt: skip
    refill = BooleanField(
        _l("Proposer une place libérée à la liste d'attente, sans attendre le site"),
        description=_l("Dans l'ordre de la charte. Décoché : le site est prévenu et choisit quand proposer."),
    )
    swaps = SelectField(
        _l("Échanges entre exposants"), choices=lambda: choices((one.value, phrase(one)) for one in SwapPolicy),
        coerce=_swap_policy, default=SwapPolicy.APPROVED.value,
    )  # fmt: skip
    four_eyes = BooleanField(
        _l("Une seconde personne publie la rotation"),
        description=_l("Qui propose ne publie pas : un autre gestionnaire du site, ou un administrateur."),
    )
    duties = TextAreaField(_l("Engagements des exposants"), [at_most(3000)], render_kw={"rows": 3})
    duties_ar = TextAreaField(_l("Engagements en arabe"), [at_most(3000)], render_kw={"rows": 3, "dir": "rtl"})
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

    def offer(self, spaces: Iterable[Space]) -> None:
        """Name the spaces that can be chosen."""
        self.space_ids.choices = choices((space.id, f"{localized(space)} ({len(space.stands)})") for space in spaces)

    def validate(self, extra_validators: Any = None) -> bool:
        """Also: no objective twice, no half-filled high season."""
        sound = super().validate(extra_validators)
        if len(set(self.tiers)) < len(self.tiers):
            self.form_errors.append(_("Un objectif est choisi deux fois."))
            sound = False
        for part in self.high_seasons:
            if bool(part.form.start.data) != bool(part.form.end.data):
                part.form.end.errors = [*part.form.end.errors, _("Donnez les deux jours, ou aucun.")]
                sound = False
        return sound

    def values(self) -> CallValues:
        """The call as plain values; None where nothing readable was given."""
        return CallValues(
            title=self.title.data or "", title_ar=self.title_ar.data or "", intro=self.intro.data or "",
            intro_ar=self.intro_ar.data or "", space_ids=tuple(self.space_ids.data or ()),
            season_start=self.season_start.data, season_end=self.season_end.data,
            period_unit=PeriodUnit.MONTH if self.period.data == "month" else PeriodUnit.DAYS,
            period_days=self._days(), keep_partial=bool(self.keep_partial.data), high_seasons=self._high(),
            opens_at=_instant(self.opens_at.data), closes_at=_instant(self.closes_at.data), charter=self._charter(),
            charter_template=self.charter_template.data or "", max_turn_length=self.max_turn_length.data,
            max_turns=self.max_turns.data, fee_centimes=self._centimes(), seed=self.seed.data or "",
            absences_running=self.absences_running.data, absences_yearly=self.absences_yearly.data,
            missed_periods=self.missed_periods.data, newcomers=self.newcomers.data, duties=self.duties.data or "",
            duties_ar=self.duties_ar.data or "", contact=self.contact.data or "", offers=bool(self.offers.data),
            offer_days=self.offer_days.data or 7, reminder_days=_days_listed(self.reminder_days.data),
            refill=bool(self.refill.data), swaps=_swap_policy(self.swaps.data),
            four_eyes=bool(self.four_eyes.data),
        )  # fmt: skip

    def _centimes(self) -> int | None:
        return None if self.fee.errors else round((self.fee.data or 0) * 100)

    def _days(self) -> int | None:
        if self.period.data == "month":
            return 31
        return PERIODS.get(self.period.data) or self.period_days.data

    def _high(self) -> list[dict[str, Any]]:
        return [
            {
                "from": part.form.start.data.isoformat(), "to": part.form.end.data.isoformat(),
                "weight": part.form.weight.data or 0,
            }
            for part in self.high_seasons
            if part.form.start.data and part.form.end.data
        ]  # fmt: skip

    def _charter(self) -> dict[str, Any]:
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


class ClosingForm(Form):
    """A later closing."""

    closes_at = DateTimeLocalField(_l("Nouvelle clôture (heure du Maroc)"), [required()], format="%Y-%m-%dT%H:%M")

    def instant(self) -> datetime | None:
        """The closing asked for."""
        return _instant(self.closes_at.data)


class TextsForm(Form):
    """The texts that may be corrected after publication."""

    title = StringField(_l("Titre"), [required(), at_most(160)])
    title_ar = StringField(_l("Titre en arabe"), [at_most(160)])
    intro = TextAreaField(_l("Présentation"), [at_most(5000)], render_kw={"rows": 4})
    intro_ar = TextAreaField(_l("Présentation en arabe"), [at_most(5000)], render_kw={"rows": 4, "dir": "rtl"})
    duties = TextAreaField(_l("Engagements des exposants"), [at_most(3000)], render_kw={"rows": 3})
    duties_ar = TextAreaField(_l("Engagements en arabe"), [at_most(3000)], render_kw={"rows": 3, "dir": "rtl"})
    contact = StringField(_l("Contact"), [at_most(200)])

    def texts(self) -> dict[str, str]:
        """Every text as given."""
        return {name: self[name].data or "" for name in self._fields if name != "csrf_token"}


class ReasonForm(Form):
    """Why a call is cancelled."""

    reason = TextAreaField(_l("Motif de l'annulation"), [required(), at_most(2000)], render_kw={"rows": 3})


def filled(call: Call) -> dict[str, Any]:
    """A call as the form's data."""
    return from_values(values_of(call))


def from_values(values: CallValues) -> dict[str, Any]:
    """Plain values as the form's data."""
    charter = values.charter
    by_days = {days: name for name, days in PERIODS.items()}
    period = "month" if values.period_unit is PeriodUnit.MONTH else by_days.get(values.period_days or 0, "days")
    same = ("title", "title_ar", "intro", "intro_ar", "season_start", "season_end", "keep_partial", "charter_template",
            "max_turn_length", "max_turns", "seed", "duties", "duties_ar", "contact", "absences_running",
            "absences_yearly", "missed_periods", "newcomers", "offers", "offer_days", "refill", "swaps",
            "four_eyes")  # fmt: skip
    tiers = [*charter.get("tiers", TIERS), *[""] * len(TIER_WORDS)]
    fill = charter.get("min_fill")
    return {
        **{name: getattr(values, name) for name in same},
        **{name: charter.get(name) for name in CHARTER_FIELDS},
        **{f"tier_{n + 1}": tiers[n] for n in range(len(TIER_WORDS))},
        "space_ids": list(values.space_ids), "period": period, "period_days": values.period_days,
        "opens_at": _wall(values.opens_at), "closes_at": _wall(values.closes_at),
        "fee": Decimal(values.fee_centimes or 0) / 100, "min_fill": None if fill is None else _percent(fill),
        "reminder_days": ", ".join(map(str, values.reminder_days)),
        "high_seasons": [
            {"start": datetime.fromisoformat(row["from"]).date(), "end": datetime.fromisoformat(row["to"]).date(),
             "weight": row["weight"]} for row in values.high_seasons
        ],
        "quotas": [
            {"group": row["group"], "kind": (kind := "at_least" if "at_least" in row else "at_most"),
             "percent": _percent(row[kind]), "scope": row.get("scope", "season")}
            for row in charter.get("quotas") or []
        ],
    }  # fmt: skip


CHARTER_FIELDS = (
    "measure", "max_same_activity", "max_same_family", "min_activities", "rest", "return_after", "max_turns_per_site",
    "rivals_apart",
)  # fmt: skip


def _percent(share: float) -> Decimal:
    return (Decimal(repr(share)) * 100).normalize() + 0


def _instant(wall: datetime | None) -> datetime | None:
    """A wall time typed in the form, as an instant."""
    return None if wall is None else at_wall(wall.date(), wall.time())


def _wall(instant: datetime | None) -> datetime | None:
    return None if instant is None else local(instant).replace(tzinfo=None)
