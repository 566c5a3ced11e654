"""The demo's three sites: their real rooms and numbers of stands, laid out on an invented grid.

Marrakech: 33 single workshops, 6 for cooperatives, an exhibition hall (allafrica 2024-12-04). Fquih Ben Salah: a fair
of 60 stands. Fès, Chemmaïne-Sbitriyine: 29 exhibition areas and 8 workshops of 6–22 m² (L'Economiste).
"""

from __future__ import annotations

from sqlalchemy import select

from app.extensions import db
from app.models import Management, Site, SiteCategory, SiteState, SiteType, Space, SpaceKind, Stand

FAIR = "fquih-ben-salah-foire"
SLUGS = ("marrakech-complexe", FAIR, "fes-chemmaine")


def site(slug: str) -> Site:
    """The site of that slug."""
    return db.session.scalars(select(Site).where(Site.slug == slug)).one()


def marrakech() -> Site:
    """The complex with its workshops, its hall of 12 stands and a training room."""
    place = site("marrakech-complexe")
    place.opening_hours = "9 h 00 – 18 h 30, tous les jours"
    place.opening_hours_ar = "من 9:00 إلى 18:30، كل يوم"
    place.address = "Avenue Mohammed V, Marrakech"
    place.address_ar = "شارع محمد الخامس، مراكش"
    place.how_to_come = "À dix minutes à pied de la place Jemaa el-Fna, côté avenue Mohammed V."
    place.how_to_come_ar = "على بعد عشر دقائق مشيا من ساحة جامع الفنا، من جهة شارع محمد الخامس."
    hall = _space(place, "SE", "Salle d'exposition", "قاعة العرض", SpaceKind.HALL, 180)
    _stands(hall, 12, columns=4, areas=(12, 12, 12, 12, 9), features=("power", "light"))
    _stands(
        _space(place, "AT", "Ateliers individuels", "الورشات الفردية", SpaceKind.WORKSHOP, 420),
        33, columns=11, areas=(9, 9, 12), features=("power",),
    )  # fmt: skip
    _stands(
        _space(place, "CO", "Ateliers des coopératives", "ورشات التعاونيات", SpaceKind.WORKSHOP, 120),
        6, columns=3, areas=(18,), features=("power", "water"),
    )  # fmt: skip
    _space(place, "FO", "Salle d'animation", "قاعة التنشيط", SpaceKind.TRAINING_ROOM, 60, capacity=24)
    return place


def fquih_ben_salah() -> Site:
    """The fair: not one of the 75 sites, added here with its 60 stands."""
    place = Site(
        slug=FAIR, name="Foire de l'artisanat de Fquih Ben Salah", city="Fquih Ben Salah", region_code="05",
        city_ar="الفقيه بن صالح",
        name_ar="معرض الصناعة التقليدية بالفقيه بن صالح", province_code="05.255", category=SiteCategory.SALE,
        type=SiteType.EXHIBITION_SPACE, state=SiteState.OPEN, management=Management.CHAMBER,
        note="60 stands : 30 pour les exposants de la province, 12 pour les femmes, 6 pour le monde rural, "
        "12 pour l'extérieur de la région.",
    )  # fmt: skip
    db.session.add(place)
    db.session.flush()
    hall = _space(place, "CH", "Chapiteau de la foire", "خيمة المعرض", SpaceKind.HALL, 900)
    _stands(hall, 60, columns=12, areas=(9,), features=("power",))
    return place


def fes() -> Site:
    """The foundouk with its 29 exhibition areas and 8 workshops."""
    place = site("fes-chemmaine")
    _stands(
        _space(place, "EX", "Aires d'exposition", "فضاءات العرض", SpaceKind.SHOWROOM, 420),
        29, columns=8, areas=(6, 8, 10, 14), features=("power", "wall"),
    )  # fmt: skip
    _stands(
        _space(place, "AT", "Ateliers de finition et de vente", "ورشات الإتمام والبيع", SpaceKind.WORKSHOP, 150),
        8, columns=4, areas=(15, 22), features=("power", "water"),
    )  # fmt: skip
    return place


def _space(
    place: Site, code: str, name: str, name_ar: str, kind: SpaceKind, area_m2: int, capacity: int | None = None
) -> Space:
    space = Space(
        site_id=place.id, code=code, name=name, name_ar=name_ar, kind=kind, area_m2=area_m2, capacity=capacity
    )
    db.session.add(space)
    db.session.flush()
    return space


def _stands(space: Space, count: int, columns: int, areas: tuple[int, ...], features: tuple[str, ...]) -> None:
    space.stands = [
        Stand(
            code=f"{n + 1:02d}", position=n, area_m2=areas[n % len(areas)], features=list(features),
            x=n % columns, y=n // columns,
        )
        for n in range(count)
    ]  # fmt: skip
    db.session.flush()
