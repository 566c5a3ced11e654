"""Change what a site says of itself."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from app.errors import Invalid
from app.extensions import db
from app.i18n import _
from app.models import Management, Province, Site, SiteCategory, SiteState, SiteType, User
from app.services import audit


@dataclass(frozen=True)
class SiteFacts:
    """A site's facts as a form gives them; ``area_m2`` in m²; None: not known."""

    name: str
    name_ar: str
    city: str
    city_ar: str
    province_code: str
    category: SiteCategory | None
    type: SiteType
    state: SiteState
    management: Management | None
    area_m2: int | None
    units: int | None
    address: str
    address_ar: str
    how_to_come: str
    how_to_come_ar: str
    opening_hours: str
    opening_hours_ar: str
    phone: str
    note: str


def edit(actor: User, site: Site, facts: SiteFacts) -> Site:
    """Write a site's facts; the region follows the province. Raises Invalid."""
    province = db.session.get(Province, facts.province_code)
    faults: dict[str, list[str]] = {}
    if province is None:
        faults["province_code"] = [_("Choisissez une province de la liste.")]
    if facts.category is None and facts.type != SiteType.TRAINING_CENTRE:
        faults["category"] = [_("Choisissez une catégorie : seul un centre de formation n'en a pas.")]
    if province is None or faults:
        raise Invalid(faults)
    changed = _changed(site, asdict(facts) | {"region_code": province.region_code})
    if changed:
        before = {name: getattr(site, name) for name in changed}
        for name, value in changed.items():
            setattr(site, name, value)
        audit.record(site, actor, "site.edit", f"site:{site.id}", before=before, after=changed)
    db.session.commit()
    return site


def _changed(site: Site, values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if getattr(site, name) != value}
