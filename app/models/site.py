"""Sites: the craft infrastructures (IPCA) themselves."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, choice
from app.models.reference import Province, Region

if TYPE_CHECKING:
    from app.models.space import Space


class SiteCategory(enum.StrEnum):
    """The programme's three categories."""

    PRODUCTION_SALE = "production_sale"
    SALE = "sale"
    PRODUCTION = "production"


class SiteType(enum.StrEnum):
    """Nine types of the programme, and training centres beside them."""

    VILLAGE = "village"
    COMPLEX = "complex"
    ENSEMBLE = "ensemble"
    DAR_SANAA = "dar_sanaa"
    EXHIBITION_SPACE = "exhibition_space"
    FOUNDOUK = "foundouk"
    ACTIVITY_ZONE = "activity_zone"
    TANNERY = "tannery"
    DRAZ = "draz"
    TRAINING_CENTRE = "training_centre"


class SiteState(enum.StrEnum):
    """Where a site stands in its life."""

    STUDY = "study"
    WORKS = "works"
    COMMISSIONING = "commissioning"
    OPEN = "open"
    CLOSED = "closed"


class Management(enum.StrEnum):
    """Who runs a site."""

    DIRECT = "direct"
    ASSOCIATION = "association"
    COOPERATIVE = "cooperative"
    CHAMBER = "chamber"
    CONVENTION = "convention"


class Site(Base):
    """One craft site. ``area_m2`` in m², ``budget_centimes`` in centimes of dirham; ``management`` None: not known.

    ``type_note`` and ``state_note`` keep the source's own words; ``facts`` what the source says beyond the columns.
    """

    __tablename__ = "site"
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(160))
    name_ar: Mapped[str] = mapped_column(String(160), default="")
    city: Mapped[str] = mapped_column(String(80))
    city_ar: Mapped[str] = mapped_column(String(80), default="", server_default="")
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"), index=True)
    province_code: Mapped[str] = mapped_column(ForeignKey("province.code"), index=True)
    category: Mapped[SiteCategory | None] = mapped_column(choice(SiteCategory, "category"))
    type: Mapped[SiteType] = mapped_column(choice(SiteType, "type"))
    type_note: Mapped[str] = mapped_column(String(120), default="")
    state: Mapped[SiteState] = mapped_column(choice(SiteState, "state"))
    state_note: Mapped[str] = mapped_column(String(160), default="")
    management: Mapped[Management | None] = mapped_column(choice(Management, "management"))
    area_m2: Mapped[int | None]
    units: Mapped[int | None]
    budget_centimes: Mapped[int | None] = mapped_column(BigInteger)
    address: Mapped[str] = mapped_column(Text, default="")
    address_ar: Mapped[str] = mapped_column(Text, default="", server_default="")
    how_to_come: Mapped[str] = mapped_column(Text, default="")
    how_to_come_ar: Mapped[str] = mapped_column(Text, default="")
    opening_hours: Mapped[str] = mapped_column(String(200), default="")
    opening_hours_ar: Mapped[str] = mapped_column(String(200), default="", server_default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    sources: Mapped[list[str]] = mapped_column(JSON, default=list)
    facts: Mapped[dict[str, object]] = mapped_column(JSON, default=dict)
    region: Mapped[Region] = relationship()
    province: Mapped[Province] = relationship()
    spaces: Mapped[list[Space]] = relationship(back_populates="site", order_by="Space.code")

    __table_args__ = (
        CheckConstraint("area_m2 IS NULL OR area_m2 > 0", "area_positive"),
        CheckConstraint("units IS NULL OR units >= 0", "units_positive"),
        CheckConstraint("category IS NOT NULL OR type = 'training_centre'", "category_known"),
    )
