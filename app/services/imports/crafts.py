"""The two-level nomenclature of crafts from a table, keyed by the craft's code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.i18n import _
from app.models import Craft, CraftFamily
from app.services.imports.columns import Column, code, words
from app.services.imports.faults import Fault
from app.services.imports.rows import Row

KEY = "code"
_NAMES = ("fr", "ar", "en")


def same(key: str) -> str:
    """Codes differ by more than case."""
    return key.upper()


def columns() -> list[Column]:
    """The columns of a table of crafts."""
    shape = code(
        r"[A-Za-z0-9]([A-Za-z0-9._-]{0,14}[A-Za-z0-9])?",
        lambda: _("16 caractères au plus : lettres sans accent, chiffres, tirets, par exemple TAP-01."),
    )
    return [
        Column(
            "code",
            ("Code", "الرمز", "Code of the craft"),
            shape,
            _("Code de l'activité, par exemple TAP-01."),
            required=True,
        ),
        Column("fr", ("Activité", "الحرفة بالفرنسية", "French name"), words(120), _("Nom en français."), required=True),
        Column(
            "ar", ("Activité en arabe", "الحرفة بالعربية", "Arabic name"), words(120), _("Nom en arabe."), required=True
        ),
        Column(
            "en",
            ("Activité en anglais", "الحرفة بالإنجليزية", "English name"),
            words(120),
            _("Nom en anglais."),
            required=True,
        ),
        Column(
            "family", ("Code de la filière", "رمز الفرع", "Family code"), shape, _("Par exemple TAP."), required=True
        ),
        Column(
            "family_fr", ("Filière", "الفرع بالفرنسية", "Family in French"), words(120), _("Pour une nouvelle filière.")
        ),
        Column(
            "family_ar",
            ("Filière en arabe", "الفرع بالعربية", "Family in Arabic"),
            words(120),
            _("Pour une nouvelle filière."),
        ),
        Column(
            "family_en",
            ("Filière en anglais", "الفرع بالإنجليزية", "Family in English"),
            words(120),
            _("Pour une nouvelle filière."),
        ),
    ]


def check(row: Row) -> list[Fault]:
    """Nothing beyond the cells."""
    return []


def known(rows: Sequence[Row]) -> dict[str, Craft]:
    """The crafts that are there already, by key."""
    wanted = {row.key for row in rows}
    return {same(craft.code): craft for craft in db.session.scalars(select(Craft)) if same(craft.code) in wanted}


def faults_together(rows: Sequence[Row]) -> list[Fault]:
    """A new family needs its three names, and a family has one name in a language."""
    there = {same(family) for family in db.session.scalars(select(CraftFamily.code))}
    named: dict[tuple[str, str], str] = {}
    faults: list[Fault] = []
    for row in rows:
        family = same(row.values["family"])
        for lang in _NAMES:
            name = row.values.get(f"family_{lang}", "")
            if name and named.setdefault((family, lang), name) != name:
                faults.append(
                    row.fault(
                        f"family_{lang}",
                        _("Cette filière a un autre nom plus haut : %(name)s.", name=named[family, lang]),
                    )
                )
    for row in rows:
        family = same(row.values["family"])
        lacking = [lang for lang in _NAMES if (family, lang) not in named]
        if family not in there and lacking:
            faults.append(
                row.fault("family", _("Nouvelle filière : donnez son nom en français, en arabe et en anglais."))
            )
            there.add(family)
    return faults


def write(row: Row, craft: Craft | None) -> tuple[Craft, list[str]]:
    """Write a row on its craft and family (new ones where missing); gives the names of the fields that changed."""
    family, changed = _family(row)
    values: dict[str, Any] = {name: row.values[name] for name in _NAMES} | {"family_code": family.code}
    if craft is None:
        craft = Craft(code=row.values["code"], **values)
        db.session.add(craft)
        return craft, sorted(values)
    own = [name for name, value in values.items() if getattr(craft, name) != value]
    for name in own:
        setattr(craft, name, values[name])
    return craft, sorted(own + changed)


def _family(row: Row) -> tuple[CraftFamily, list[str]]:
    wanted = same(row.values["family"])
    families = {same(family.code): family for family in db.session.scalars(select(CraftFamily))}
    names = {lang: row.values[f"family_{lang}"] for lang in _NAMES if row.values.get(f"family_{lang}")}
    family = families.get(wanted)
    if family is None:
        family = CraftFamily(code=row.values["family"], **dict.fromkeys(_NAMES, "") | names)
        db.session.add(family)
        db.session.flush()
        return family, ["family"]
    changed = [lang for lang, name in names.items() if getattr(family, lang) != name]
    for lang in changed:
        setattr(family, lang, names[lang])
    return family, [f"family_{lang}" for lang in changed]


def export(craft: Craft) -> dict[str, str]:
    """A craft as a row of a table."""
    own = {"code": craft.code, "fr": craft.fr, "ar": craft.ar, "en": craft.en, "family": craft.family_code}
    return own | {f"family_{lang}": getattr(craft.family, lang) for lang in _NAMES}


def everything() -> list[Craft]:
    """Every craft, by code: the template is filled with them."""
    return list(db.session.scalars(select(Craft).options(joinedload(Craft.family)).order_by(Craft.code)))
