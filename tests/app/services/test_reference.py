"""The shipped reference data: exact counts, the reading of the sources' words, and loading twice."""

import json
from collections import Counter
from dataclasses import astuple

from flask import Flask
from sqlalchemy import func, inspect, select

from app.data import read
from app.extensions import db
from app.models import (
    AuditEntry,
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
)
from app.services import audit, reference

NAMES = {row["id"]: row["name_ar"] for row in read("sites")["sites"] if row.get("name_ar")}
SLUGS = sorted(NAMES)[:3]


def rows(table: type[Base]) -> list[str]:
    names = [column.key for column in inspect(table).column_attrs]
    return sorted(json.dumps([str(getattr(row, name)) for name in names]) for row in db.session.scalars(select(table)))


def everything() -> dict[str, list[str]]:
    db.session.expire_all()
    return {table.__name__: rows(table) for table in (Region, Province, CraftFamily, Craft, Site, AuditEntry)}


def test_exact_counts(app: Flask) -> None:
    assert astuple(reference.load()) == (12, 75, 11, 53, 75, 0)
    counted = [
        db.session.scalar(select(func.count()).select_from(t)) for t in (Region, Province, CraftFamily, Craft, Site)
    ]
    assert counted == [12, 75, 11, 53, 75]


def test_loading_twice_changes_nothing(app: Flask) -> None:
    reference.load()
    before = everything()
    assert len(before["AuditEntry"]) == 1
    assert astuple(reference.load()) == (0, 0, 0, 0, 0, 0)
    assert everything() == before
    assert audit.verify(None) == []


def test_an_installation_from_before_gets_the_arabic_words_it_lacks(app: Flask) -> None:
    """58 sites are named in Arabic: one was typed, one renamed in French since, one left empty."""
    reference.load()
    for site in db.session.scalars(select(Site)):
        site.name_ar = site.city_ar = ""
    typed, renamed, empty = (db.session.scalars(select(Site).where(Site.slug == slug)).one() for slug in SLUGS)
    typed.name_ar, renamed.name = "مركب كتبه شخص", "Maison du cuir"
    db.session.commit()
    assert astuple(reference.load()) == (0, 0, 0, 0, 0, 58 - 2 + 75)
    assert (typed.name_ar, renamed.name_ar, empty.name_ar) == ("مركب كتبه شخص", "", NAMES[empty.slug])
    assert astuple(reference.load()) == (0, 0, 0, 0, 0, 0)


def test_what_people_corrected_stays(app: Flask) -> None:
    reference.load()
    site = db.session.scalars(select(Site).where(Site.slug == "asilah")).one()
    site.opening_hours, craft = "9 h – 18 h", db.session.get(Craft, "TAP-01")
    craft.fr = "Zarbiya"
    db.session.commit()
    reference.load()
    db.session.expire_all()
    assert (site.opening_hours, craft.fr) == ("9 h – 18 h", "Zarbiya")


def test_only_the_missing_rows_are_added(app: Flask) -> None:
    reference.load()
    db.session.delete(db.session.scalars(select(Site).where(Site.slug == "asilah")).one())
    db.session.commit()
    assert astuple(reference.load()) == (0, 0, 0, 0, 1, 0)


def test_every_site_is_read_into_our_words(app: Flask) -> None:
    reference.load()
    sites = db.session.scalars(select(Site)).all()
    assert Counter(site.type for site in sites) == {
        SiteType.COMPLEX: 25, SiteType.VILLAGE: 10, SiteType.FOUNDOUK: 10, SiteType.DAR_SANAA: 8,
        SiteType.ACTIVITY_ZONE: 6, SiteType.TANNERY: 5, SiteType.EXHIBITION_SPACE: 5, SiteType.ENSEMBLE: 3,
        SiteType.TRAINING_CENTRE: 3,
    }  # fmt: skip
    assert Counter(site.category for site in sites) == {
        SiteCategory.PRODUCTION_SALE: 46,
        SiteCategory.SALE: 15,
        SiteCategory.PRODUCTION: 11,
        None: 3,
    }
    assert Counter(site.state for site in sites) == {
        SiteState.OPEN: 48, SiteState.STUDY: 13, SiteState.WORKS: 8, SiteState.COMMISSIONING: 4, SiteState.CLOSED: 2,
    }  # fmt: skip
    assert {site.slug for site in sites if site.category is None} == {
        "tetouan-dar-sanaa",
        "tetouan-boujarrah",
        "marrakech-kbour-chou",
    }
    assert {site.slug: site.management for site in sites if site.management} == {"asilah": Management.ASSOCIATION}


def test_the_sources_words_and_the_tables_cover_each_other() -> None:
    data = read("sites")["sites"]
    assert {row["status"] for row in data} == set(reference.STATES)
    assert {row["type"] for row in data} | {"draz"} == set(reference.TYPES)
    assert {row["category"] for row in data} == set(reference.CATEGORIES)


def test_a_site_in_full(app: Flask) -> None:
    reference.load()
    site = db.session.scalars(select(Site).where(Site.slug == "fes-chemmaine")).one()
    assert (site.type, site.type_note, site.state, site.state_note) == (
        SiteType.FOUNDOUK, "foundouk", SiteState.OPEN, "ouvert (2018)",
    )  # fmt: skip
    assert (site.region.fr, site.province.fr, site.area_m2) == ("Fès-Meknès", "Fès", 1075)
    assert site.facts == {
        "area_kind": "utile", "unit_size_m2": "6-22", "workshops": 8, "exhibition_areas": 29, "rent_mad_m2": 100,
        "confidence": "high",
    }  # fmt: skip
    assert site.sources
    assert all(source.startswith("http") for source in site.sources)


def test_budgets_are_exact_centimes(app: Flask) -> None:
    reference.load()
    budgets = dict(db.session.execute(select(Site.slug, Site.budget_centimes)).all())
    assert (budgets["fes-nokbi-dinanderie"], budgets["jerada-village"], budgets["tafraout"]) == (
        37_867_000_000, 1_633_000_000, None,
    )  # fmt: skip


def test_the_tile_grid_has_a_place_for_each_region() -> None:
    regions = read("regions")["regions"]
    assert len({tuple(region["tile"]) for region in regions}) == 12
