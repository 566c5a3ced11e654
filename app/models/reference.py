"""Regions, provinces (HCP, RGPH 2024) and the two-level craft nomenclature."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base


class Region(Base):
    """One of the 12 regions, named as the HCP names it; ``tile_x, tile_y`` place it on a schematic grid."""

    __tablename__ = "region"
    code: Mapped[str] = mapped_column(String(2), primary_key=True)
    iso: Mapped[str] = mapped_column(String(8))
    fr: Mapped[str] = mapped_column(String(80))
    ar: Mapped[str] = mapped_column(String(80))
    en: Mapped[str] = mapped_column(String(80))
    seat_fr: Mapped[str] = mapped_column(String(80))
    population_2024: Mapped[int]
    tile_x: Mapped[int]
    tile_y: Mapped[int]
    provinces: Mapped[list[Province]] = relationship(back_populates="region", order_by="Province.code")


class Province(Base):
    """A prefecture or province."""

    __tablename__ = "province"
    code: Mapped[str] = mapped_column(String(8), primary_key=True)
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"), index=True)
    fr: Mapped[str] = mapped_column(String(80))
    ar: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(20))
    population_2024: Mapped[int]
    region: Mapped[Region] = relationship(back_populates="provinces")

    __table_args__ = (UniqueConstraint("code", "region_code"),)


class CraftFamily(Base):
    """A branch of craft (filière), first level of the nomenclature."""

    __tablename__ = "craft_family"
    code: Mapped[str] = mapped_column(String(16), primary_key=True)
    fr: Mapped[str] = mapped_column(String(120))
    ar: Mapped[str] = mapped_column(String(120))
    en: Mapped[str] = mapped_column(String(120))
    crafts: Mapped[list[Craft]] = relationship(back_populates="family", order_by="Craft.code")


class Craft(Base):
    """A craft (activité), second level of the nomenclature."""

    __tablename__ = "craft"
    code: Mapped[str] = mapped_column(String(16), primary_key=True)
    family_code: Mapped[str] = mapped_column(ForeignKey("craft_family.code"), index=True)
    fr: Mapped[str] = mapped_column(String(120))
    ar: Mapped[str] = mapped_column(String(120))
    en: Mapped[str] = mapped_column(String(120))
    family: Mapped[CraftFamily] = relationship(back_populates="crafts")
