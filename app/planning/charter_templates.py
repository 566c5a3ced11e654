"""Charters to start from; every parameter can be changed in the call.

``equal_turns``: nothing but fairness. ``pilat``: the craft charter of the Pilat nature park (France): at most three
consecutive turns, a balance of materials, local people first, one place for a newcomer, a duty rota shared.
``fquih_quotas``: the fair of Fquih Ben Salah: of 60 stands 30 local, 12 women, 6 rural, 12 from outside the region.

Absences as in the market rules of Besançon (France): four in a row, or ten in a year, cost the place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.i18n import _l

TIERS = ("fairness", "fill", "preferences", "diversity", "stability")


@dataclass(frozen=True, slots=True)
class Template:
    """A charter to start from. ``build`` takes the number of stands offered; lengths in periods."""

    code: str
    title: Any
    summary: Any
    build: Callable[[int], dict[str, Any]]
    max_turn_length: int
    max_turns: int
    duties: str = ""
    absences_running: int | None = None
    absences_yearly: int | None = None
    duties_ar: str = ""


def equal_turns(_stands: int) -> dict[str, Any]:
    """Everyone has a first period before anyone has a second; no two stands too many of one activity."""
    return _charter(max_same_activity=2)


def pilat(stands: int) -> dict[str, Any]:
    """The Pilat craft charter; with a period of rest, three periods are never followed by three more."""
    return _charter(
        max_same_activity=1, max_same_family=max(2, stands // 4), min_activities=3, rest=1, rivals_apart=True,
        quotas=[_quota("local", 0.5), _quota("newcomer", one_place(stands))],
    )  # fmt: skip


def fquih_quotas(_stands: int) -> dict[str, Any]:
    """The shares of the fair of Fquih Ben Salah."""
    shares = {"local": 30, "women": 12, "rural": 6, "outside_region": 12}
    return _charter(quotas=[_quota(group, of_sixty / 60) for group, of_sixty in shares.items()])


def one_place(stands: int) -> float:
    """The share that one stand is of all, rounded down so that a full hall still owes exactly one."""
    return (1000 // max(stands, 1)) / 1000


def _quota(group: str, share: float) -> dict[str, Any]:
    return {"group": group, "at_least": share, "scope": "season"}


def _charter(**given: Any) -> dict[str, Any]:
    empty = {
        "measure": "periods", "max_same_activity": None, "max_same_family": None, "min_activities": None, "rest": None,
        "return_after": None, "quotas": [], "rivals_apart": False, "max_turns_per_site": None, "min_fill": None,
        "tiers": list(TIERS),
    }  # fmt: skip
    return empty | given


TEMPLATES = {
    template.code: template
    for template in (
        Template(
            "equal_turns",
            _l("Tours égaux"),
            _l("Chacun passe une fois avant que quelqu'un passe deux fois. Au plus deux stands de la même activité."),
            equal_turns,
            max_turn_length=2,
            max_turns=2,
            absences_running=4,
            absences_yearly=10,
        ),
        Template(
            "pilat",
            _l("Charte des métiers d'art (modèle du Pilat)"),
            _l(
                "Trois périodes de suite au plus, équilibre des matières, les artisans du lieu d'abord, "
                "une place pour un nouveau, permanence partagée."
            ),
            pilat,
            max_turn_length=3,
            max_turns=2,
            absences_running=4,
            absences_yearly=10,
            duties="Les exposants assurent la permanence à tour de rôle : un jour par semaine de présence.",
            duties_ar="يتناوب العارضون على مداومة الفضاء: يوم واحد عن كل أسبوع حضور.",
        ),
        Template(
            "fquih_quotas",
            _l("Parts réservées (modèle de Fquih Ben Salah)"),
            _l("Sur 60 stands : 30 pour la province, 12 pour les femmes, 6 pour le monde rural, 12 hors région."),
            fquih_quotas,
            max_turn_length=1,
            max_turns=1,
        ),
    )
}
