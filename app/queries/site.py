"""Reading sites: one by its address, and the list with its filters."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.extensions import db
from app.fold import fold
from app.models import Province, Region, Site, SiteCategory, SiteState, SiteType, Space
from app.phrases import phrase

PAGE = 24


@dataclass(frozen=True)
class Filters:
    """What a reader asked for; None and ``""`` ask for everything. ``text`` is searched in names, type, places."""

    region: str = ""
    category: SiteCategory | None = None
    type: SiteType | None = None
    state: SiteState | None = None
    text: str = ""


@dataclass(frozen=True)
class Tile:
    """A region on the schematic map: how many sites match the other filters, in all and by state."""

    region: Region
    count: int
    states: Counter[SiteState]


@dataclass(frozen=True)
class Found:
    """A page of sites, how many there are in all, and the map."""

    sites: list[Site]
    count: int
    page: int
    pages: int
    tiles: list[Tile]


def by_slug(slug: str) -> Site | None:
    """The site at an address."""
    return db.session.scalars(select(Site).where(Site.slug == slug)).one_or_none()


def in_full(slug: str) -> Site | None:
    """The site at an address, with its region, province, spaces and stands."""
    everything = (
        joinedload(Site.region),
        joinedload(Site.province),
        selectinload(Site.spaces).selectinload(Space.stands),
    )
    return db.session.scalars(select(Site).where(Site.slug == slug).options(*everything)).one_or_none()


def find(filters: Filters, page: int = 1) -> Found:
    """The sites that match, by region then name, ``PAGE`` a page; an impossible page number gives the nearest."""
    everywhere = matching(replace(filters, region=""))
    chosen = [site for site in everywhere if not filters.region or site.region_code == filters.region]
    pages = max(1, -(-len(chosen) // PAGE))
    page = min(max(page, 1), pages)
    return Found(chosen[(page - 1) * PAGE : page * PAGE], len(chosen), page, pages, _tiles(everywhere))


def matching(filters: Filters) -> list[Site]:
    """Every site that matches, by region then name."""
    words = fold(filters.text)
    return [
        site for site in _candidates(filters)
        if _says(site, words) and (not filters.region or site.region_code == filters.region)
    ]  # fmt: skip


def regions() -> list[Region]:
    """Every region, by code."""
    return list(db.session.scalars(select(Region).order_by(Region.code)))


def _candidates(filters: Filters) -> list[Site]:
    query = select(Site).options(joinedload(Site.region), joinedload(Site.province))
    for column, value in (
        (Site.category, filters.category), (Site.type, filters.type), (Site.state, filters.state),
    ):  # fmt: skip
        query = query.where(column == value) if value else query
    return list(db.session.scalars(query.order_by(Site.region_code, Site.name, Site.id)))


def _says(site: Site, folded: str) -> bool:
    """Whether every word looked for is in a site's names, type and places; a few hundred are searched in memory."""
    places = site.city, site.city_ar, site.province.fr, site.province.ar, site.region.fr, site.region.ar
    said = (site.name, site.name_ar, phrase(site.type), site.type_note, *places)
    where = fold(" ".join(said))
    return all(word in where for word in folded.split())


def _tiles(sites: list[Site]) -> list[Tile]:
    states: dict[str, Counter[SiteState]] = {}
    for site in sites:
        states.setdefault(site.region_code, Counter())[site.state] += 1
    return [Tile(region, sum(states.get(region.code, Counter()).values()), states.get(region.code, Counter()))
            for region in regions()]  # fmt: skip


def provinces() -> list[Province]:
    """Every province with its region, by region then name: the choices of a form."""
    query = select(Province).options(joinedload(Province.region)).order_by(Province.region_code, Province.fr)
    return list(db.session.scalars(query))
