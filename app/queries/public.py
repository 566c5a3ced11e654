"""What the public may know of an exhibitor: nothing she did not consent to.

Public pages and feeds never see the row itself, only this card: what is not on it cannot leak. Without consent to her
name she is "Artisan" (or what kind she is) and her craft; her region is then left out too. Groups, register number,
members and accounts are on no card.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import joinedload, selectinload

from app.i18n import localized
from app.models import Craft, Exhibitor, ExhibitorCraft
from app.phrases import phrase


@dataclass(frozen=True)
class Card:
    """An exhibitor as the public sees her, in the reader's language. Empty text: not consented, or not given."""

    id: int
    title: str
    named: bool
    kind: str
    crafts: tuple[str, ...]
    family: str
    photo: str
    phone: str
    about: str
    region: str

    @property
    def craft(self) -> str:
        """Her main craft."""
        return self.crafts[0] if self.crafts else ""

    @property
    def line(self) -> str:
        """One line for calendars: ``Fatima Zahra — Poterie``, or ``Artisan — Poterie``."""
        return f"{self.title} — {self.craft}" if self.craft else self.title


def card(exhibitor: Exhibitor) -> Card:
    """The public card of an exhibitor."""
    named = exhibitor.publish_name
    crafts: list[Craft] = [one.craft for one in exhibitor.crafts]
    return Card(
        id=exhibitor.id,
        title=localized(exhibitor) if named else phrase(exhibitor.kind),
        named=named,
        kind=phrase(exhibitor.kind),
        crafts=tuple(localized(craft) for craft in crafts),
        family=crafts[0].family_code if crafts else "",
        photo=exhibitor.photo if exhibitor.publish_photo else "",
        phone=exhibitor.phone if exhibitor.publish_phone else "",
        about=localized(exhibitor, "about") if named else "",
        region=localized(exhibitor.region) if named else "",
    )


def with_card(path: Any) -> tuple[Any, ...]:
    """Loader options, from a relationship to an exhibitor (``PublishedTurn.exhibitor``), for all a card needs."""
    start = joinedload(path)
    return (
        start.joinedload(Exhibitor.region),
        start.selectinload(Exhibitor.crafts).joinedload(ExhibitorCraft.craft),
    )


def card_options() -> tuple[Any, ...]:
    """The same for a query on exhibitors themselves."""
    return (
        joinedload(Exhibitor.region),
        selectinload(Exhibitor.crafts).joinedload(ExhibitorCraft.craft),
    )
