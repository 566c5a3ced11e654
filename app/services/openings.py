"""The periods in which a stand can be offered: neither held, closed, nor free to take already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from app.extensions import db
from app.models import Call, Closure, DayUse, Occupancy, SpaceDay
from app.queries import closing
from app.services.days import span


@dataclass(frozen=True)
class Part:
    """Some stands for some periods; ``starts_on``: the first day, where it is later than the first period's."""

    space_id: int
    stand_ids: tuple[int, ...]
    start: int
    length: int
    starts_on: date = date.min

    @property
    def stand_id(self) -> int:
        """The first stand."""
        return self.stand_ids[0]

    @property
    def also(self) -> tuple[int, ...]:
        """The further stands."""
        return self.stand_ids[1:]


def open_parts(call: Call, part: Part) -> Iterator[Part]:
    """A free place as it is; of one that is closed on some days only the periods in which each stand is open."""
    periods = range(part.start, part.start + part.length)
    shut = _closed_days(call, part.space_id, part.stand_ids)
    first = max(call.periods[part.start].starts_on, part.starts_on)
    if shut.isdisjoint(span(first, call.periods[periods[-1]].ends_on)):
        yield part
        return
    for stand in part.stand_ids:
        yield from open_runs(call, part.space_id, stand, periods, part.starts_on)


def open_runs(
    call: Call, space_id: int, stand_id: int, periods: Iterable[int], since: date = date.min
) -> Iterator[Part]:  # fmt: skip
    """The runs of whole periods in which a stand is neither held, closed nor already free to take.

    ``since``: the first day of a place that begins inside its first period.
    """
    run: list[int] = []
    busy = _busy_days(call, space_id, stand_id)
    for number in sorted(set(periods)):
        period = call.periods[number]
        free = busy.isdisjoint(span(max(period.starts_on, since), period.ends_on))
        if run and (not free or number != run[-1] + 1):
            yield Part(space_id, (stand_id,), run[0], len(run), since)
            run = []
        if free:
            run.append(number)
    if run:
        yield Part(space_id, (stand_id,), run[0], len(run), since)


def _busy_days(call: Call, space_id: int, stand_id: int) -> set[date]:
    season = call.season_start, call.season_end
    held = select(Occupancy.day).where(Occupancy.stand_id == stand_id, Occupancy.day.between(*season))
    found = {*db.session.scalars(held), *_closed_days(call, space_id, (stand_id,))}
    for place in closing.free_places_in(call.id):
        if stand_id in (place.stand_id, *place.also):
            found.update(span(place.starts_on, place.ends_on))
    return found


def _closed_days(call: Call, space_id: int, stand_ids: Iterable[int]) -> set[date]:
    season = call.season_start, call.season_end
    closed = select(SpaceDay.day).where(
        SpaceDay.space_id == space_id, SpaceDay.use == DayUse.CLOSED, SpaceDay.day.between(*season)
    )
    found, stands = set(db.session.scalars(closed)), tuple(stand_ids)
    for one in db.session.scalars(select(Closure).where(Closure.site_id == call.site_id)):
        if closing.covers(one, space_id, stands):
            found.update(span(one.starts_on, one.ends_on))
    return found
