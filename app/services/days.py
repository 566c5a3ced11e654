"""What each day of a space is used for: open to turns and events, or closed.

The first who needs a day writes its row; the database then refuses whatever contradicts it (a turn or an event
refers to an *open* day). Everything here runs in the caller's transaction: the caller commits.

Whoever opens or closes days first locks the space's row, so that a closure and a publication of the same space
follow each other. A transaction that touches several spaces takes them in order of their id (no deadlock).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from app.errors import Refused
from app.extensions import db
from app.i18n import _, day_short
from app.i18n import days as in_words
from app.models import Closure, DayUse, Event, Occupancy, PublishedTurn, RoomSlot, Site, Space, SpaceDay

CHUNK = 200  # values a statement: SQLite's and PostgreSQL's limits on parameters are far above


def span(start: date, end: date) -> list[date]:
    """Every day from ``start`` to ``end``, both included."""
    return [start + timedelta(days=n) for n in range((end - start).days + 1)]


def open_days(space_id: int, days: Iterable[date], stand_ids: Collection[int] = ()) -> None:
    """Mark days of a space as open, before turns or event hours are written on them.

    ``stand_ids``: the stands to be used on *all* these days; one that is closed on any of them is refused too.
    Raises Refused with the closed days. Calling it again for the same days changes nothing.
    """
    wanted = sorted(set(days))
    space = _locked(space_id)
    _insert_missing(space_id, wanted, DayUse.OPEN)
    closed = [day for part in _chunks(wanted) for day in db.session.scalars(_days_used(space_id, part, DayUse.CLOSED))]
    shut = sorted({*closed, *_still_closed(space_id, wanted)})
    reasons = [_closed_sentence(space, shut)] if shut else []
    reasons += [_stand_sentence(closure) for closure in _stand_closures(space_id, wanted, stand_ids)]
    if reasons:
        raise Refused(*reasons)


def close_days(space_id: int, days: Iterable[date]) -> None:
    """Mark days of a space as closed. Raises Refused, naming every turn and event that stands in the way."""
    wanted = sorted(set(days))
    space = _locked(space_id)
    if in_the_way := uses(space_id, wanted):
        raise Refused(*in_the_way)
    try:
        _insert_missing(space_id, wanted, DayUse.CLOSED)
        for part in _chunks(wanted):
            unused = SpaceDay.space_id == space_id, SpaceDay.day.in_(part), SpaceDay.use == DayUse.OPEN
            db.session.execute(update(SpaceDay).where(*unused).values(use=DayUse.CLOSED))
    except IntegrityError as error:
        db.session.rollback()
        raise Refused(_("%(space)s vient d'être occupé ces jours-là. Rechargez la page.", space=space.name)) from error


def shut_free(space_id: int, days: Iterable[date]) -> None:
    """Mark those days of a space as closed that no turn and no event uses; the others as soon as they are free."""
    wanted = set(days)
    if wanted:
        close_days(space_id, wanted - used_days(space_id, min(wanted), max(wanted)))


def used_days(space_id: int, start: date, end: date) -> set[date]:
    """The days on which a turn or an event uses a space."""
    return {
        day
        for table in (Occupancy, RoomSlot)
        for day in db.session.scalars(
            select(table.day).where(table.space_id == space_id, table.day.between(start, end)).distinct()
        )
    }


def release_days(space_id: int, days: Iterable[date]) -> None:
    """Give closed days back, except those that a closure still in the database covers."""
    _locked(space_id)
    wanted = set(days) - _still_closed(space_id, days)
    for part in _chunks(sorted(wanted)):
        closed = SpaceDay.space_id == space_id, SpaceDay.day.in_(part), SpaceDay.use == DayUse.CLOSED
        db.session.execute(delete(SpaceDay).where(*closed))


def lock_site(site_id: int) -> None:
    """Let no space be added while the whole site is being closed, nor the other way round."""
    db.session.execute(select(Site.id).where(Site.id == site_id).with_for_update(key_share=True))


def lock_stand(space_id: int) -> None:
    """Let no turn be published in a space while the closure of one of its stands is being written."""
    _locked(space_id)


def uses(
    space_id: int, days: Iterable[date], stand_id: int | None = None, *, but_turns: bool = False
) -> list[str]:  # fmt: skip
    """A sentence for each turn and event that uses the space (or one stand) on these days, in order of date.

    ``but_turns``: the events only.
    """
    wanted = sorted(set(days))
    if not wanted:
        return []
    turns = [] if but_turns else turns_on(space_id, wanted, stand_id)
    found = [(turn.starts_on, turn_sentence(turn)) for turn in turns]
    if stand_id is None:
        found += [(event.starts_on, _event_sentence(event)) for event in _events(space_id, wanted)]
    return [sentence for _day, sentence in sorted(found)]


def _locked(space_id: int) -> Space:
    query = select(Space).where(Space.id == space_id).with_for_update(key_share=True)
    return db.session.scalars(query).one()


def _insert_missing(space_id: int, days: list[date], use: DayUse) -> None:
    dialect: Any = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    for part in _chunks(days):
        rows = [{"space_id": space_id, "day": day, "use": use} for day in part]
        db.session.execute(dialect.insert(SpaceDay).values(rows).on_conflict_do_nothing())


def _chunks(days: list[date]) -> Iterable[list[date]]:
    return (days[start : start + CHUNK] for start in range(0, len(days), CHUNK))


def _days_used(space_id: int, days: list[date], use: DayUse) -> Any:
    wanted = SpaceDay.space_id == space_id, SpaceDay.day.in_(days), SpaceDay.use == use
    return select(SpaceDay.day).where(*wanted).order_by(SpaceDay.day)


def _still_closed(space_id: int, days: Iterable[date]) -> set[date]:
    site_id = db.session.scalars(select(Space.site_id).where(Space.id == space_id)).one()
    covers = or_(Closure.space_id == space_id, Closure.space_id.is_(None))
    query = select(Closure).where(Closure.site_id == site_id, Closure.stand_id.is_(None), covers)
    closures = db.session.scalars(query).all()
    return {day for day in days if any(c.starts_on <= day <= c.ends_on for c in closures)}


def _stand_closures(space_id: int, days: list[date], stand_ids: Collection[int]) -> list[Closure]:
    if not stand_ids or not days:
        return []
    touching = Closure.starts_on <= days[-1], Closure.ends_on >= days[0]
    query = select(Closure).where(Closure.space_id == space_id, Closure.stand_id.in_(stand_ids), *touching)
    closures = db.session.scalars(query.order_by(Closure.starts_on, Closure.id))
    return [closure for closure in closures if any(closure.starts_on <= day <= closure.ends_on for day in days)]


def turns_on(space_id: int, days: list[date], stand_id: int | None) -> list[PublishedTurn]:
    """The published turns that use a space (or one stand) on some of these days, given in order."""
    taken = [Occupancy.space_id == space_id, Occupancy.day.between(days[0], days[-1])]
    if stand_id is not None:
        taken.append(Occupancy.stand_id == stand_id)
    rows = db.session.execute(select(Occupancy.turn_id, Occupancy.day).where(*taken).distinct())
    ids = {turn_id for turn_id, day in rows if day in set(days)}
    return list(db.session.scalars(select(PublishedTurn).where(PublishedTurn.id.in_(ids))))


def _events(space_id: int, days: list[date]) -> list[Event]:
    taken = RoomSlot.space_id == space_id, RoomSlot.day.between(days[0], days[-1])
    rows = db.session.execute(select(RoomSlot.event_id, RoomSlot.day).where(*taken).distinct())
    ids = {event_id for event_id, day in rows if day in set(days)}
    return list(db.session.scalars(select(Event).where(Event.id.in_(ids))))


def turn_sentence(turn: PublishedTurn) -> str:
    """Whose turn it is, where and when."""
    return _(
        "Tour de %(who)s, emplacement %(stand)s (%(space)s), %(days)s.",
        who=turn.exhibitor.name, stand=turn.stand.code, space=turn.space.name,
        days=in_words(turn.starts_on, turn.ends_on),
    )  # fmt: skip


def _event_sentence(event: Event) -> str:
    return _(
        "Animation « %(title)s » (%(space)s), %(days)s.",
        title=event.title, space=event.space.name, days=in_words(event.starts_on, event.ends_on),
    )  # fmt: skip


def _closed_sentence(space: Space, days: list[date]) -> str:
    shown = _(", ").join(day_short(day) for day in days[:5]) + (" …" if len(days) > 5 else "")
    return _("%(space)s : fermé ces jours-là (%(days)s).", space=space.name, days=shown)


def _stand_sentence(closure: Closure) -> str:
    stand = closure.stand.code if closure.stand else ""
    return _(
        "L'emplacement %(stand)s est fermé : %(days)s.",
        stand=stand, days=in_words(closure.starts_on, closure.ends_on),
    )  # fmt: skip
