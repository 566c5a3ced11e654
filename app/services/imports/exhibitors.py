"""Exhibitors from a table, keyed by their number in the national register."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.clock import now
from app.extensions import db
from app.fold import visible
from app.i18n import _
from app.models import Craft, Exhibitor, ExhibitorCraft, ExhibitorGroup, ExhibitorKind, Group, Province, register_key
from app.services.imports.columns import Column, among, many, one_of, phone, words, yes
from app.services.imports.faults import Fault
from app.services.imports.rows import Row

KEY = "register_number"


def same(key: str) -> str:
    """Register numbers are the same whatever their spaces, case, or digits."""
    return register_key(key)


def columns() -> list[Column]:
    """The columns of a table of exhibitors. There is none for the national identity number, on purpose."""
    craft = among(
        lambda: db.session.scalars(select(Craft)).all(),
        lambda: _("Cette activité n'existe pas : écrivez son code ou son nom."),
    )
    return [
        Column(
            "register_number",
            ("Numéro de registre", "رقم السجل", "Register number"),
            _number,
            _("Registre national de l'artisanat."),
            required=True,
        ),
        Column(
            "kind",
            ("Nature", "الصفة", "Kind"),
            one_of(ExhibitorKind),
            _("Artisan, maâlem, coopérative, entreprise, association."),
            required=True,
        ),
        Column("name", ("Nom", "الاسم بالفرنسية", "Name"), words(160), _("Nom ou raison sociale."), required=True),
        Column("name_ar", ("Nom en arabe", "الاسم بالعربية", "Arabic name"), words(160), _("Facultatif.")),
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
            "crafts",
            ("Activités", "الحرف", "Crafts"),
            many(craft),
            _("Codes ou noms, séparés par ; la première est la principale."),
            required=True,
        ),
        Column(
            "groups",
            ("Groupes", "الفئات", "Groups"),
            many(one_of(Group)),
            _("Femmes, monde rural, jeunes… séparés par ;"),
        ),
        Column("phone", ("Téléphone", "الهاتف", "Phone"), phone, _("Facultatif.")),
        Column(
            "publish_name",
            ("Publier le nom", "نشر الاسم", "Publish name"),
            yes,
            _("oui seulement avec l'accord de la personne."),
        ),
        Column(
            "publish_photo",
            ("Publier la photo", "نشر الصورة", "Publish photo"),
            yes,
            _("oui seulement avec l'accord de la personne."),
        ),
        Column(
            "publish_phone",
            ("Publier le téléphone", "نشر الهاتف", "Publish phone"),
            yes,
            _("oui seulement avec l'accord de la personne."),
        ),
    ]


def _number(text: str) -> str:
    return str(words(40)(visible(text)))


def check(row: Row) -> list[Fault]:
    """At least one craft: a cell of separators alone has none."""
    if "crafts" in row.values and not row.values["crafts"]:
        return [row.fault("crafts", _("Écrivez au moins une activité."))]
    return []


def known(rows: Sequence[Row]) -> dict[str, Exhibitor]:
    """The exhibitors that are there already, by key."""
    keys = [row.key for row in rows]
    found: dict[str, Exhibitor] = {}
    for start in range(0, len(keys), 500):
        query = select(Exhibitor).where(Exhibitor.register_key.in_(keys[start : start + 500]))
        loaded = selectinload(Exhibitor.crafts), selectinload(Exhibitor.groups)
        found |= {exhibitor.register_key: exhibitor for exhibitor in db.session.scalars(query.options(*loaded))}
    return found


def write(row: Row, exhibitor: Exhibitor | None) -> tuple[Exhibitor, list[str]]:
    """Write a row on its exhibitor (a new one if None); gives the names of the fields that changed."""
    values: dict[str, Any] = {name: value for name, value in row.values.items() if name not in ("crafts", "groups")}
    values["region_code"] = values["province_code"].split(".")[0]
    crafts, groups = row.values["crafts"], row.values.get("groups")
    if exhibitor is None:
        exhibitor = Exhibitor(**values, created_at=now())
        exhibitor.crafts = _crafts(crafts)
        exhibitor.groups = [ExhibitorGroup(group=group) for group in groups or []]
        db.session.add(exhibitor)
        return exhibitor, sorted(row.values)
    values.pop("register_number")  # the same number: how it is written stays
    changed = [name for name, value in values.items() if getattr(exhibitor, name) != value]
    for name in changed:
        setattr(exhibitor, name, values[name])
    if [craft.craft_code for craft in exhibitor.crafts] != crafts:
        exhibitor.crafts = []
        db.session.flush()
        exhibitor.crafts = _crafts(crafts)
        changed.append("crafts")
    if groups is not None and {row.group for row in exhibitor.groups} != set(groups):
        exhibitor.groups = []
        db.session.flush()
        exhibitor.groups = [ExhibitorGroup(group=group) for group in groups]
        changed.append("groups")
    return exhibitor, sorted(changed)


def _crafts(codes: list[str]) -> list[ExhibitorCraft]:
    return [ExhibitorCraft(craft_code=code, position=position) for position, code in enumerate(codes)]


def export(exhibitor: Exhibitor) -> dict[str, str]:
    """Exhibitors are persons: a template tells nothing of them."""
    raise NotImplementedError


def everything() -> list[Exhibitor]:
    """None: a template holds no personal data."""
    return []
