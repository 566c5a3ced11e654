"""What a call needs to be sound: every fault at once, by the field that mends it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from math import isfinite
from typing import Any

from app.clock import local
from app.i18n import _, ngettext
from app.models import MissedPeriods, NewcomerPolicy, PeriodUnit, Site, Space, SwapPolicy
from app.planning.charter import charter_faults, group_word
from app.planning.charter_templates import TEMPLATES
from app.planning.periods import HighSeason, Span, cut, weigh

LONGEST_SEASON = 731
MOST_PERIODS = 400
Faults = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class CallValues:
    """What a manager says of a call; None where she has said nothing readable yet. Lengths in periods."""

    title: str = ""
    title_ar: str = ""
    intro: str = ""
    intro_ar: str = ""
    space_ids: Sequence[int] = ()
    season_start: date | None = None
    season_end: date | None = None
    period_unit: PeriodUnit = PeriodUnit.DAYS
    period_days: int | None = 14
    keep_partial: bool = True
    high_seasons: Sequence[dict[str, Any]] = ()
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    charter: dict[str, Any] = field(default_factory=dict)
    charter_template: str = "equal_turns"
    max_turn_length: int | None = 1
    max_turns: int | None = 1
    fee_centimes: int | None = 0
    seed: str = ""
    absences_running: int | None = None
    absences_yearly: int | None = None
    missed_periods: MissedPeriods = MissedPeriods.COUNT
    newcomers: NewcomerPolicy = NewcomerPolicy.ZERO
    offers: bool = False
    offer_days: int | None = 7
    reminder_days: Sequence[int] = (2,)
    refill: bool = False
    swaps: SwapPolicy = SwapPolicy.APPROVED
    four_eyes: bool = False
    duties: str = ""
    duties_ar: str = ""
    contact: str = ""

    @property
    def season(self) -> Span | None:
        """The season's days, when both are known and in order."""
        if self.season_start is None or self.season_end is None or self.season_start > self.season_end:
            return None
        return Span(self.season_start, self.season_end)

    def spans(self) -> list[Span]:
        """The season's periods; none while the season or their length is not known, or is absurd."""
        days = self.period_days if self.period_unit is PeriodUnit.DAYS else None
        if self.season is None or self.season.length > LONGEST_SEASON:
            return []
        if self.period_unit is PeriodUnit.DAYS and not 1 <= (days or 0) <= 366:
            return []
        return cut(self.season, days, keep_partial=self.keep_partial)

    def weights(self) -> list[int]:
        """The weight of each period."""
        return weigh(self.spans(), high_seasons(self.high_seasons))


def high_seasons(rows: Sequence[dict[str, Any]]) -> list[HighSeason]:
    """High seasons as the planner knows them, from the rows a call keeps (ISO dates)."""
    return [
        HighSeason(Span(date.fromisoformat(row["from"]), date.fromisoformat(row["to"])), int(row["weight"]))
        for row in rows
    ]


class _Check:
    """Collects sentences by field."""

    def __init__(self) -> None:
        self.faults: Faults = {}

    def need(self, sound: object, name: str, sentence: str) -> None:
        """Remember the sentence unless all is well."""
        if not sound:
            self.faults.setdefault(name, []).append(sentence)


def check(site: Site, values: CallValues) -> Faults:
    """Every fault of a call; empty when it can be kept and published."""
    found = _Check()
    found.need(values.title.strip(), "title", _("Donnez un titre à l'appel."))
    found.need(values.seed.strip(), "seed", _("Donnez la graine du tirage : un mot ou un nombre, publié avec l'appel."))
    found.need(values.charter_template in TEMPLATES, "charter_template", _("Choisissez un modèle de charte."))
    _check_spaces(found, site, values)
    _check_season(found, values)
    _check_window(found, values)
    _check_high_seasons(found, values)
    _check_turns(found, values)
    _check_absences(found, values)
    _check_charter(found, values.charter)
    return found.faults


def _check_spaces(found: _Check, site: Site, values: CallValues) -> None:
    known = {space.id: space for space in site.spaces}
    found.need(values.space_ids, "space_ids", _("Choisissez au moins un espace."))
    found.need(set(values.space_ids) <= set(known), "space_ids", _("Un des espaces n'est pas de ce site."))
    for space_id in values.space_ids:
        space: Space | None = known.get(space_id)
        if space is not None and not space.stands:
            found.need(
                False, "space_ids", _("%(space)s n'a aucun emplacement : ajoutez-en ou retirez-le.", space=space.name)
            )


def _check_season(found: _Check, values: CallValues) -> None:
    start, end = values.season_start, values.season_end
    found.need(start, "season_start", _("Donnez le premier jour de la saison."))
    found.need(end, "season_end", _("Donnez le dernier jour de la saison."))
    if start and end:
        found.need(start <= end, "season_end", _("La saison finit avant de commencer : changez une des deux dates."))
    season = values.season
    if values.period_unit is PeriodUnit.DAYS:
        found.need(
            values.period_days and 1 <= values.period_days <= 366,
            "period_days",
            _("Une période dure de 1 à 366 jours."),
        )
    if season is None:
        return
    if season.length > LONGEST_SEASON:
        found.need(False, "season_end", _("Une saison dure au plus deux ans."))
        return
    if values.period_unit is PeriodUnit.DAYS and values.period_days:
        found.need(
            values.period_days <= season.length,
            "period_days",
            _("Une période (%(days)s jours) est plus longue que la saison (%(season)s jours).",
              days=values.period_days, season=season.length),
        )  # fmt: skip
    elif values.period_unit is PeriodUnit.MONTH:
        found.need(
            values.spans(),
            "season_end",
            _("La saison ne contient aucun mois entier : gardez les périodes incomplètes."),
        )
    found.need(
        len(values.spans()) <= MOST_PERIODS, "period_days",
        _("Au plus %(most)s périodes : allongez-les ou raccourcissez la saison.", most=MOST_PERIODS),
    )  # fmt: skip


def _check_window(found: _Check, values: CallValues) -> None:
    opens, closes = values.opens_at, values.closes_at
    found.need(opens, "opens_at", _("Donnez la date et l'heure d'ouverture."))
    found.need(closes, "closes_at", _("Donnez la date et l'heure de clôture."))
    if opens and closes:
        found.need(opens < closes, "closes_at", _("La clôture doit venir après l'ouverture."))
    if closes and values.season_start:
        found.need(
            local(closes).date() <= values.season_start,
            "season_start",
            _("La saison commence avant la clôture des candidatures : il faut d'abord recevoir les demandes."),
        )


def _check_high_seasons(found: _Check, values: CallValues) -> None:
    for row in high_seasons(values.high_seasons):
        found.need(row.days.start <= row.days.end, "high_seasons", _("Une haute saison finit avant de commencer."))
        found.need(2 <= row.weight <= 10, "high_seasons", _("Le poids d'une haute saison va de 2 à 10."))
        if values.season is not None and row.days.start <= row.days.end:
            found.need(
                values.season.shared(row.days), "high_seasons", _("Une haute saison est hors de la saison de l'appel.")
            )


def _check_turns(found: _Check, values: CallValues) -> None:
    length, periods = values.max_turn_length, len(values.spans())
    found.need(length and length >= 1, "max_turn_length", _("Un tour dure au moins une période."))
    found.need(
        values.max_turns and 1 <= values.max_turns <= MOST_PERIODS, "max_turns",
        _("Autorisez de 1 à %(most)s tours.", most=MOST_PERIODS),
    )  # fmt: skip
    found.need(
        (length or 0) <= MOST_PERIODS, "max_turn_length",
        _("Un tour dure au plus %(most)s périodes.", most=MOST_PERIODS),
    )  # fmt: skip
    if length and length <= MOST_PERIODS and periods:
        found.need(
            length <= periods, "max_turn_length",
            ngettext("La saison n'a que %(num)s période.", "La saison n'a que %(num)s périodes.", periods),
        )  # fmt: skip
    found.need(
        values.fee_centimes is not None and values.fee_centimes >= 0, "fee", _("La redevance est un montant positif.")
    )


def _check_absences(found: _Check, values: CallValues) -> None:
    found.need(values.offer_days and 1 <= values.offer_days <= 60, "offer_days", _("Donnez un délai de 1 à 60 jours."))
    for name in ("absences_running", "absences_yearly"):
        limit = getattr(values, name)
        found.need(limit is None or limit >= 1, name, _("Donnez au moins une absence, ou rien : sans cette règle."))


def charter_check(charter: dict[str, Any]) -> Faults:
    """Every fault of a charter alone; empty when seasons can be planned under it."""
    found = _Check()
    _check_charter(found, charter)
    return found.faults


def _check_charter(found: _Check, charter: dict[str, Any]) -> None:
    for fault in charter_faults(charter):
        found.need(False, "charter", _("La charte ne se lit pas : %(fault)s.", fault=fault))
    quotas = [row for row in charter.get("quotas") or [] if isinstance(row, dict)]
    for scope in ("season", "space", "space-period"):
        reserved = sum((_share(row, "at_least") for row in quotas if row.get("scope", "season") == scope), Fraction(0))
        found.need(
            reserved <= 1, "quotas",
            _("Les parts réservées font %(total)s %% : elles ne peuvent pas dépasser 100 %%.",
              total=f"{float(reserved * 100):g}"),
        )  # fmt: skip
    for group in {row.get("group") for row in quotas}:
        rows = [row for row in quotas if row.get("group") == group]
        least = max((_share(row, "at_least") for row in rows if "at_least" in row), default=Fraction(0))
        most = min((_share(row, "at_most") for row in rows if "at_most" in row), default=Fraction(1))
        found.need(
            least <= most, "quotas",
            _("%(group)s : le minimum demandé dépasse le maximum permis.", group=group_word(str(group))),
        )  # fmt: skip
    found.need(charter.get("tiers"), "tiers", _("Gardez au moins un objectif, par exemple l'équité."))


def _share(row: dict[str, Any], kind: str) -> Fraction:
    """A quota's share as written, 0 when it says the other thing or nothing readable."""
    share = row.get(kind)
    return Fraction(repr(share)) if isinstance(share, int | float) and isfinite(share) else Fraction(0)
