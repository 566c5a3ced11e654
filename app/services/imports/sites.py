"""Sites from a table, keyed by their identifier (the last part of their address)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.i18n import _
from app.models import Management, Province, Site, SiteCategory, SiteState, SiteType
from app.services.imports.columns import Column, among, centimes, code, links, one_of, whole, words
from app.services.imports.faults import Fault
from app.services.imports.rows import Row
from app.services.reference import CATEGORIES, STATES, TYPES

KEY = "slug"


def same(key: str) -> str:
    """Identifiers are the same letter by letter."""
    return key


def columns() -> list[Column]:
    """The columns of a table of sites."""
    return [
        Column(
            "slug",
            ("Identifiant", "المعرف", "Identifier"),
            code(
                r"[a-z0-9]+(-[a-z0-9]+){0,9}",
                lambda: _("Lettres sans accent, chiffres et tirets, par exemple fes-chemmaine."),
            ),
            _("Lettres minuscules, chiffres, tirets ; ne change jamais."),
            required=True,
        ),
        Column("name", ("Nom", "الاسم بالفرنسية", "Name"), words(160), _("En français."), required=True),
        Column("name_ar", ("Nom en arabe", "الاسم بالعربية", "Arabic name"), words(160), _("Facultatif.")),
        Column("city", ("Ville", "المدينة", "City"), words(80), _("Ville ou commune."), required=True),
        Column("city_ar", ("Ville (arabe)", "المدينة بالعربية", "City (Arabic)"), words(80), _("Facultatif.")),
        Column(
            "province_code",
            ("Province", "الإقليم", "Province"),
            among(
                lambda: db.session.scalars(select(Province)).all(),
                lambda: _("Cette province n'existe pas : écrivez le nom ou le code du HCP."),
            ),
            _("Nom français ou arabe, ou code du HCP."),
            required=True,
        ),
        Column(
            "category",
            ("Catégorie", "الصنف", "Category"),
            one_of(SiteCategory, _categories(), blank=True),
            _("PC, C ou P ; vide pour un centre de formation."),
        ),
        Column(
            "type", ("Type", "النوع", "Type"), one_of(SiteType, TYPES), _("Village, complexe, foundouk…"), required=True
        ),
        Column(
            "state", ("État", "الحالة", "State"), one_of(SiteState, STATES), _("Ouvert, en travaux…"), required=True
        ),
        Column("management", ("Gestion", "التدبير", "Management"), one_of(Management, blank=True), _("Facultatif.")),
        Column("area_m2", ("Surface (m²)", "المساحة (م²)", "Area (m²)"), whole(1, 10_000_000), _("Nombre entier.")),
        Column("units", ("Unités", "الوحدات", "Units"), whole(0, 100_000), _("Nombre entier.")),
        Column("budget_centimes", ("Budget (DH)", "الميزانية (درهم)", "Budget (MAD)"), centimes, _("En dirhams.")),
        Column("address", ("Adresse", "العنوان", "Address"), words(500), _("Facultatif.")),
        Column("address_ar", ("Adresse (arabe)", "العنوان بالعربية", "Address (Arabic)"), words(500), _("Facultatif.")),
        Column("opening_hours", ("Heures d'ouverture", "أوقات الفتح", "Opening hours"), words(200), _("Facultatif.")),
        Column(
            "opening_hours_ar",
            ("Heures d'ouverture (arabe)", "أوقات الفتح بالعربية", "Opening hours (Arabic)"),
            words(200),
            _("Facultatif."),
        ),
        Column("phone", ("Téléphone", "الهاتف", "Phone"), words(40), _("Facultatif.")),
        Column(
            "how_to_come", ("Comment venir", "كيفية الوصول بالفرنسية", "How to come"), words(2000), _("Facultatif.")
        ),
        Column(
            "how_to_come_ar",
            ("Comment venir (arabe)", "كيفية الوصول بالعربية", "How to come (Arabic)"),
            words(2000),
            _("Facultatif."),
        ),
        Column("note", ("Note", "ملاحظة", "Note"), words(4000), _("Facultatif.")),
        Column("sources", ("Sources", "المصادر", "Sources"), links, _("Adresses web, séparées par |.")),
    ]


def _categories() -> dict[str, Any]:
    return {word: category for word, category in CATEGORIES.items() if category}


def check(row: Row) -> list[Fault]:
    """A site has a category unless it is a training centre."""
    lacks = "type" in row.values and row.values["type"] != SiteType.TRAINING_CENTRE
    if lacks and "category" in row.values and row.values["category"] is None:
        return [row.fault("category", _("Écrivez PC, C ou P : seul un centre de formation n'a pas de catégorie."))]
    return []


def known(rows: Sequence[Row]) -> dict[str, Site]:
    """The sites that are there already, by key."""
    return {site.slug: site for site in db.session.scalars(select(Site)) if site.slug in {row.key for row in rows}}


def faults_of_new(row: Row) -> list[Fault]:
    """What a new site lacks."""
    if row.values.get("category") is None and row.values["type"] != SiteType.TRAINING_CENTRE:
        return [row.fault("category", _("Un nouveau site a besoin de sa catégorie : PC, C ou P."))]
    return []


def write(row: Row, site: Site | None) -> tuple[Site, list[str]]:
    """Write a row on its site (a new one if None); gives the names of the fields that changed."""
    values = dict(row.values)
    province = db.session.get_one(Province, values["province_code"])
    values["region_code"] = province.region_code
    if site is None:
        site = Site(**values)
        db.session.add(site)
        return site, sorted(values)
    changed = [name for name, value in values.items() if getattr(site, name) != value]
    for name in changed:
        setattr(site, name, values[name])
    return site, sorted(changed)


def export(site: Site) -> dict[str, str]:
    """A site as a row of a table."""
    told: dict[str, Any] = {name: getattr(site, name) for name in _PLAIN}
    told["category"] = {value: word for word, value in _categories().items()}.get(site.category, "")
    told["budget_centimes"] = "" if site.budget_centimes is None else f"{site.budget_centimes / 100:.2f}"
    told["sources"] = " | ".join(site.sources)
    return {name: "" if value is None else str(value) for name, value in told.items()}


_PLAIN = (
    "slug", "name", "name_ar", "city", "city_ar", "province_code", "type", "state", "management", "area_m2", "units",
    "address", "address_ar", "opening_hours", "opening_hours_ar", "phone", "how_to_come", "how_to_come_ar", "note",
)  # fmt: skip


def everything() -> list[Site]:
    """Every site, by identifier: the template is filled with them."""
    return list(db.session.scalars(select(Site).order_by(Site.slug)))
