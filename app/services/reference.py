"""Load the reference data shipped in ``app/data``: regions, provinces, crafts, sites.

Idempotent: only what is missing is added (a row, or an Arabic word where none stands), so that what people corrected
since stays. The sources' French words for
types and states are kept in ``type_note`` and ``state_note``; the tables below say how they are read.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.data import read
from app.extensions import db
from app.models import (
    Base,
    Craft,
    CraftFamily,
    Management,
    Province,
    Region,
    Site,
    SiteCategory,
    SiteState,
    SiteType,
    User,
)
from app.services import audit

#: The sources' category: F (training, or a neighbour of the programme) lies outside the three.
CATEGORIES: dict[str, SiteCategory | None] = {
    "PC": SiteCategory.PRODUCTION_SALE,
    "C": SiteCategory.SALE,
    "P": SiteCategory.PRODUCTION,
    "F": None,
}

#: The sources' words for a site's type.
TYPES: dict[str, SiteType] = {
    "village": SiteType.VILLAGE,
    "complexe": SiteType.COMPLEX,
    "site provisoire": SiteType.COMPLEX,  # houses a complex that is being rebuilt
    "ensemble": SiteType.ENSEMBLE,
    "dar sanâa": SiteType.DAR_SANAA,
    "dar sanâa / dar maâlma": SiteType.DAR_SANAA,
    "dar sanâa / centre féminin": SiteType.DAR_SANAA,
    "centre féminin (coopératives)": SiteType.DAR_SANAA,
    "espace d'exposition-vente": SiteType.EXHIBITION_SPACE,
    "marché": SiteType.EXHIBITION_SPACE,
    "kissaria": SiteType.EXHIBITION_SPACE,
    "foundouk": SiteType.FOUNDOUK,
    "zone d'activités artisanales": SiteType.ACTIVITY_ZONE,
    "quartier de potiers": SiteType.ACTIVITY_ZONE,
    "tannerie": SiteType.TANNERY,
    "draz": SiteType.DRAZ,
    "CFA": SiteType.TRAINING_CENTRE,
    "dar sanâa (école)": SiteType.TRAINING_CENTRE,  # the name of a house of craft, the work of a school
}

#: The sources' words for where a site stands, by state.
_STATES: dict[SiteState, tuple[str, ...]] = {
    # decided or wished, nothing built yet
    SiteState.STUDY: (
        "planifié (PDR)", "projet", "projet (2018)", "en projet (2009)", "étude (2023)", "étude de faisabilité",
        "conventions signées", "bloqué (foncier)",
    ),
    # being built, rebuilt or renovated
    SiteState.WORKS: (
        "lancé", "lancé (PDR)", "2e tranche (PDR)", "en construction", "en achèvement (PDR 2022-2027)",
        "en réhabilitation (déc. 2024)", "réhabilitation en 3 phases", "démoli juil. 2024, reconstruction 18 mois",
    ),
    # built, not yet open
    SiteState.COMMISSIONING: (
        "travaux achevés", "construit", "équipée, en attente d'ouverture", "achevée, non équipée",
    ),
    # in use, even where a move or a renovation is planned
    SiteState.OPEN: (
        "ouvert", "ouvert (2013)", "ouvert (2016)", "ouvert (2018)", "ouvert (17/07/2019)", "ouvert (2024)",
        "ouvert (nov. 2024)", "ouvert (depuis ~1977)", "ouvert, réaménagé", "ouvert, rénové (2012-2015)",
        "mis en service", "réalisé", "restauré (2007)", "restauré (INDH)", "réutilisé pour salons",
        "à transférer", "à réhabiliter (PDR)",
    ),
    # finished or given up, shutters down
    SiteState.CLOSED: ("achevé, resté fermé", "chantier abandonné"),
}  # fmt: skip
STATES: dict[str, SiteState] = {words: state for state, many in _STATES.items() for words in many}

#: Who runs a site, where a source says so; elsewhere it is not known.
MANAGEMENT: dict[str, Management] = {"asilah": Management.ASSOCIATION}

#: What the sources say beyond the columns of a site.
_FACTS = (
    "area_kind", "unit_kind", "unit_size_m2", "units_individual", "units_coop", "units_detail", "workshops",
    "beneficiaries", "trainee_capacity", "training_rooms", "exhibition_areas", "showroom_m2", "rent_mad_m2",
    "budget_note", "confidence",
)  # fmt: skip


@dataclass(frozen=True)
class Loaded:
    """How many rows a load added, by noun, and how many empty Arabic words of rows already there it filled."""

    regions: int
    provinces: int
    families: int
    crafts: int
    sites: int
    words: int = 0


def load(actor: User | None = None) -> Loaded:
    """Add what is missing of the shipped data, in one commit; a second call adds nothing and writes nothing."""
    regions, provinces, crafts, sites = (read(name) for name in ("regions", "provinces", "crafts", "sites"))
    filled = _fill(sites["sites"])
    added = Loaded(
        words=filled,
        regions=_add(Region, Region.code, "code", [_region(row) for row in regions["regions"]]),
        provinces=_add(Province, Province.code, "code", [_province(row) for row in provinces["provinces"]]),
        families=_add(CraftFamily, CraftFamily.code, "code", [_names(row) for row in crafts["families"]]),
        crafts=_add(Craft, Craft.code, "code", [_craft(row) for row in crafts["crafts"]]),
        sites=_add(Site, Site.slug, "slug", _sites(sites["sites"], provinces["provinces"])),
    )
    if any(asdict(added).values()):
        audit.record(None, actor, "reference.load", "reference:shipped", after=asdict(added))
    db.session.commit()
    return added


def _add(table: type[Base], key: Any, name: str, rows: list[dict[str, Any]]) -> int:
    known = set(db.session.scalars(select(key)))
    missing = [row for row in rows if row[name] not in known]
    db.session.add_all(table(**row) for row in missing)
    db.session.flush()
    return len(missing)


def _fill(rows: list[dict[str, Any]]) -> int:
    """Put Arabic words where a site that is there has none; what a person typed is never touched."""
    shipped = {row["id"]: row for row in rows}
    count = 0
    for site in db.session.scalars(select(Site).where(Site.slug.in_(shipped))):
        for name in ("name_ar", "city_ar"):
            word = shipped[site.slug].get(name) or ""
            if word and not getattr(site, name) and _as_shipped(site, name, shipped[site.slug]):
                setattr(site, name, word)
                count += 1
    db.session.flush()
    return count


def _as_shipped(site: Site, name: str, row: dict[str, Any]) -> bool:
    """Whether the French word beside is still the shipped one: a renamed site is another name's."""
    french = name.removesuffix("_ar")
    return bool(getattr(site, french) == row[french])


def _names(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("code", "fr", "ar", "en")}


def _region(row: dict[str, Any]) -> dict[str, Any]:
    kept = {name: row[name] for name in ("iso", "seat_fr", "population_2024")}
    return _names(row) | kept | {"tile_x": row["tile"][0], "tile_y": row["tile"][1]}


def _province(row: dict[str, Any]) -> dict[str, Any]:
    kept = {name: row[name] for name in ("code", "fr", "ar", "population_2024")}
    return kept | {"region_code": row["region"], "kind": row["type"]}


def _craft(row: dict[str, Any]) -> dict[str, Any]:
    return _names(row) | {"family_code": row["family"]}


def _sites(rows: list[dict[str, Any]], provinces: list[dict[str, Any]]) -> list[dict[str, Any]]:
    codes = {(province["region"], province["fr"]): province["code"] for province in provinces}
    return [_site(row, codes[row["region_code"], row["province"]]) for row in rows]


def _site(row: dict[str, Any], province_code: str) -> dict[str, Any]:
    budget = row.get("budget_mdh")
    return {
        "slug": row["id"], "name": row["name"], "name_ar": row.get("name_ar", ""), "city": row["city"],
        "city_ar": row["city_ar"], "region_code": row["region_code"], "province_code": province_code,
        "category": CATEGORIES[row["category"]], "type": TYPES[row["type"]], "type_note": row["type"],
        "state": STATES[row["status"]], "state_note": row["status"], "management": MANAGEMENT.get(row["id"]),
        "area_m2": row.get("area_m2"), "units": row.get("units"),
        "budget_centimes": None if budget is None else int(Decimal(str(budget)) * 100_000_000),
        "note": row.get("note", ""), "sources": row["source"],
        "facts": {name: row[name] for name in _FACTS if name in row},
    }  # fmt: skip
