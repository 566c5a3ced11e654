"""The days that a publication takes and gives back; everything here runs in the caller's transaction.

The last word on double booking is the database's: the primary keys (stand, day) of ``occupancy`` and (exhibitor,
day) of ``presence``; a turn's stand refers to its holder's promised day and to an open day of the space.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.extensions import db
from app.models import DayUse, ExhibitorSlot, Occupancy, Presence, PublishedTurn, Site
from app.planning.changes import Stay
from app.services.days import open_days

CHUNK = 200  # rows a statement


def free(turn_ids: Collection[int]) -> None:
    """Give back every day these turns hold; people stay promised to events of the same days."""
    in_use = select(ExhibitorSlot.event_id).where(
        ExhibitorSlot.exhibitor_id == Presence.exhibitor_id, ExhibitorSlot.day == Presence.day
    )
    ordered = sorted(turn_ids)
    for ids in (ordered[start : start + CHUNK] for start in range(0, len(ordered), CHUNK)):
        held = Presence.turn_id.in_(ids)
        for statement in (
            delete(Occupancy).where(Occupancy.turn_id.in_(ids)),
            delete(Presence).where(held, ~in_use.exists()),
            update(Presence).where(held).values(turn_id=None),
        ):
            db.session.execute(statement.execution_options(synchronize_session=False))


def take(site: Site, stays: list[Stay], rows: list[PublishedTurn]) -> None:
    """Open the days, promise the people, take the stands: each in one order for everybody."""
    together: dict[tuple[int, tuple[date, ...]], set[int]] = defaultdict(set)
    for stay in stays:
        together[stay.space_id, tuple(stay.days)].update(stay.stand_ids)
    for (space_id, held), stands in sorted(together.items()):
        open_days(space_id, held, stands)
    people, places = [], []
    for stay, row in zip(stays, rows, strict=True):
        for day in stay.days:
            who = {"exhibitor_id": stay.exhibitor_id, "day": day, "turn_id": row.id}
            people.append({**who, "site_id": site.id})
            place = {**who, "space_id": stay.space_id, "use": DayUse.OPEN}
            places += [{**place, "stand_id": stand} for stand in stay.stand_ids]
    if not people:
        return
    _promise(sorted(people, key=lambda one: (one["exhibitor_id"], one["day"])))
    for part in _chunks(sorted(places, key=lambda one: (one["stand_id"], one["day"]))):
        db.session.execute(insert(Occupancy).values(part))


def _chunks(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    return (rows[start : start + CHUNK] for start in range(0, len(rows), CHUNK))


def _promise(people: list[dict[str, Any]]) -> None:
    """A day free, or promised to an event of this very site, takes the turn; any other is left as it is, and the
    stand's row, which refers to the promise, is then refused by the database.
    """  # fmt: skip
    dialect: Any = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    for part in _chunks(people):
        statement = dialect.insert(Presence).values(part)
        free = Presence.turn_id.is_(None) & (Presence.site_id == statement.excluded.site_id)
        taking = statement.on_conflict_do_update(
            index_elements=["exhibitor_id", "day"], set_={"turn_id": statement.excluded.turn_id}, where=free
        )
        db.session.execute(taking)
