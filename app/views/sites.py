"""The public list of sites, and what a site is."""

from __future__ import annotations

import enum
from typing import TypeVar

from flask import Blueprint, g, render_template, request

from app.intake import whole
from app.models import SiteCategory, SiteState, SiteType
from app.permissions import anyone, policy
from app.queries import site as queries

blueprint = Blueprint("sites", __name__, url_prefix="/sites")

Choice = TypeVar("Choice", bound=enum.StrEnum)


@blueprint.get("/")
@policy(anyone)
def index() -> str:
    """The sites that match the filters, a page at a time, and the regions as a picture."""
    filters = asked_filters()
    found = queries.find(filters, request.args.get("page", 1, whole))
    chosen = {
        "region": filters.region, "category": filters.category, "type": filters.type, "state": filters.state,
        "text": filters.text,
    }  # fmt: skip
    return render_template(
        "sites/index.html", found=found, filters=filters, chosen={k: str(v) for k, v in chosen.items() if v},
        categories=SiteCategory, types=SiteType, states=SiteState,
    )  # fmt: skip


@blueprint.get("/<slug>/about")
@policy(anyone, subject=queries.in_full)
def about(slug: str) -> str:
    """What a site is: facts, spaces with their floor plans, sources."""
    return render_template("sites/about.html", site=g.subject)


def asked_filters() -> queries.Filters:
    """The filters in the address."""
    return queries.Filters(
        region=request.args.get("region", "")[:2],
        category=_choice(SiteCategory, "category"),
        type=_choice(SiteType, "type"),
        state=_choice(SiteState, "state"),
        text=request.args.get("text", "").strip()[:100],
    )


def _choice(kind: type[Choice], name: str) -> Choice | None:
    """A known value of the address, or None: an unknown one filters nothing."""
    asked = request.args.get(name, "")
    return kind(asked) if asked in set(kind) else None
