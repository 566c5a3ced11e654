"""The quarter-hours an event holds: of its room, its animator and its artisans.

Rows are written in one order everywhere (room, days of people, animator, artisans; sorted inside), so that two
transactions wait for each other rather than lock each other. The caller commits.
"""

from __future__ import annotations

from itertools import product
from typing import Any

from sqlalchemy import delete, exists, insert, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite

from app.extensions import db
from app.models import AnimatorSlot, Event, ExhibitorSlot, Presence, RoomSlot
from app.queries.clash import Wanted
from app.services.days import open_days


def take(event_id: int, wanted: Wanted) -> None:
    """Hold what an event asks for; the database refuses what is taken (IntegrityError) or closed (Refused)."""
    open_days(wanted.space_id, wanted.days)
    times = [{"day": day, "quarter": quarter} for day, quarter in product(wanted.days, wanted.quarters)]
    _write(RoomSlot, [{"space_id": wanted.space_id, "event_id": event_id, **at} for at in times])
    _write(AnimatorSlot, [{"user_id": wanted.animator_id, "event_id": event_id, **at} for at in times])
    if not wanted.exhibitor_ids:
        return
    _commit_people(wanted)
    people = [{"exhibitor_id": who, "site_id": wanted.site_id, "event_id": event_id} for who in wanted.exhibitor_ids]
    _write(ExhibitorSlot, [{**person, **at} for person in people for at in times])


def free(event: Event) -> None:
    """Give back all an event holds, and the days of artisans whom nothing else keeps at the site."""
    days = select(ExhibitorSlot.exhibitor_id, ExhibitorSlot.day).where(ExhibitorSlot.event_id == event.id)
    held = sorted({(row.exhibitor_id, row.day) for row in db.session.execute(days.distinct())})
    for slot in (RoomSlot, AnimatorSlot, ExhibitorSlot):
        db.session.execute(delete(slot).where(slot.event_id == event.id))
    if held:
        _release_people(held)


def _write(slot: Any, rows: list[dict[str, Any]]) -> None:
    db.session.execute(insert(slot), rows)


def _commit_people(wanted: Wanted) -> None:
    """Say where the artisans are on these days, where nobody said so yet."""
    dialect: Any = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    rows = [
        {"exhibitor_id": who, "day": day, "site_id": wanted.site_id, "turn_id": None}
        for who, day in product(wanted.exhibitor_ids, wanted.days)
    ]
    db.session.execute(dialect.insert(Presence).on_conflict_do_nothing(), rows)


def _release_people(held: list[tuple[int, Any]]) -> None:
    """Forget days that no turn and no event refers to any more.

    The rows are locked first: an event being written elsewhere that counts on such a day is then seen, or waits.
    """
    idle = tuple_(Presence.exhibitor_id, Presence.day).in_(held), Presence.turn_id.is_(None)
    db.session.execute(
        select(Presence.day).where(*idle).order_by(Presence.exhibitor_id, Presence.day).with_for_update()
    )
    used = exists().where(ExhibitorSlot.exhibitor_id == Presence.exhibitor_id, ExhibitorSlot.day == Presence.day)
    db.session.execute(delete(Presence).where(*idle, ~used).execution_options(synchronize_session=False))
