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
from app.forms.base import Form, MultiCheckboxField, at_most, choices, given, required
from app.forms.charter import MOST_ROWS, CharterForm, charter_data, rule_number
from app.forms.fields import Code
from app.i18n import _, _l, localized
from app.intake import whole
from app.models import Call, MissedPeriods, NewcomerPolicy, PeriodUnit, Space, SwapPolicy
from app.phrases import phrase
from app.services.call import values_of
from app.services.call_check import CallValues

PERIODS = {"week": 7, "fortnight": 14}


class HighSeasonPart(Part):
    """Days that are worth more."""

    start = DateField(_l("Premier jour"), [Optional()])
    end = DateField(_l("Dernier jour"), [Optional()])
    weight = IntegerField(_l("Poids"), [Optional()], default=2)


def _swap_policy(value: Any) -> SwapPolicy:
    """A policy, or the house's: with the site's approval."""
    return SwapPolicy(value) if value in list(SwapPolicy) else SwapPolicy.APPROVED


def _days_listed(text: str | None) -> tuple[int, ...]:
    """``5, 2`` as numbers, the greatest first; at most five, of 1 to 60."""
    found = {int(word) for word in re.findall(r"\d{1,3}", latin_digits(text or ""))}
    return tuple(sorted((day for day in found if 1 <= day <= 60), reverse=True)[:5])


class CallForm(CharterForm):
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
    max_turn_length = IntegerField(_l("Durée la plus longue d'un tour, en périodes"), [given()])
    max_turns = IntegerField(_l("Nombre de tours par exposant, au plus"), [given()])
    fee = DecimalField(
        _l("Redevance par période, en dirhams"),
        [Optional(), NumberRange(0, 1_000_000, _l("Donnez un montant de 0 à 1 000 000 de dirhams."))],
        places=2,
        default=Decimal(0),
    )
    contact = StringField(
        _l("Contact"), [at_most(200)], description=_l("Téléphone, adresse ou courriel montré sur la page.")
    )
    charter_template = HiddenField()
    absences_running = rule_number(_l("Absences de suite, sans excuse, avant de pouvoir perdre la place"))
    absences_yearly = rule_number(_l("Absences en douze mois, sans excuse, avant de pouvoir perdre la place"))
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

    def offer(self, spaces: Iterable[Space]) -> None:
        """Name the spaces that can be chosen."""
        self.space_ids.choices = choices((space.id, f"{localized(space)} ({len(space.stands)})") for space in spaces)

    def validate(self, extra_validators: Any = None) -> bool:
        """Also: no half-filled high season."""
        sound = super().validate(extra_validators)
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
            opens_at=_instant(self.opens_at.data), closes_at=_instant(self.closes_at.data), charter=self.charter(),
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
    by_days = {days: name for name, days in PERIODS.items()}
    period = "month" if values.period_unit is PeriodUnit.MONTH else by_days.get(values.period_days or 0, "days")
    same = ("title", "title_ar", "intro", "intro_ar", "season_start", "season_end", "keep_partial", "charter_template",
            "max_turn_length", "max_turns", "seed", "duties", "duties_ar", "contact", "absences_running",
            "absences_yearly", "missed_periods", "newcomers", "offers", "offer_days", "refill", "swaps",
            "four_eyes")  # fmt: skip
    return {
        **{name: getattr(values, name) for name in same},
        **charter_data(values.charter),
        "space_ids": list(values.space_ids), "period": period, "period_days": values.period_days,
        "opens_at": _wall(values.opens_at), "closes_at": _wall(values.closes_at),
        "fee": Decimal(values.fee_centimes or 0) / 100,
        "reminder_days": ", ".join(map(str, values.reminder_days)),
        "high_seasons": [
            {"start": datetime.fromisoformat(row["from"]).date(), "end": datetime.fromisoformat(row["to"]).date(),
             "weight": row["weight"]} for row in values.high_seasons
        ],
    }  # fmt: skip


def _instant(wall: datetime | None) -> datetime | None:
    """A wall time typed in the form, as an instant."""
    return None if wall is None else at_wall(wall.date(), wall.time())


def _wall(instant: datetime | None) -> datetime | None:
    return None if instant is None else local(instant).replace(tzinfo=None)
