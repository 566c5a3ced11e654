"""An option of a repair as rows see it: which days each turn keeps, who is told what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from app.models import Call, Closure, PublishedTurn
from app.planning.begun import open_part
from app.planning.changes import Stay, compare, stays_of_plan
from app.planning.keys import directory
from app.queries.rotation import spaces_of
from scheduler.plan import Turn


def stays(
    call: Call, turns: Sequence[Turn], rows: Iterable[PublishedTurn], closures: Sequence[Closure]
) -> list[Stay]:  # fmt: skip
    """The turns with their days: those that stay keep the days they had, less those on which their place is closed."""
    old = {(row.exhibitor_id, row.space_id, row.start): row for row in rows}
    found = []
    for stay in stays_of_plan(turns, call, directory(spaces_of(call), [])):
        row = old.get((stay.exhibitor_id, stay.space_id, stay.start))
        kept = stay if row is None else _as_it_was(stay, row)
        if (left := open_part(kept, closures)) is not None:
            found.append(left)
    return found


def _as_it_was(stay: Stay, row: PublishedTurn) -> Stay:
    ends_on = min(stay.ends_on, row.ends_on)
    pauses = tuple(day for day in row.paused_on if day < ends_on)
    return replace(stay, starts_on=row.starts_on, ends_on=ends_on, pauses=pauses)


def confirmed(after: Iterable[Stay], rows: Iterable[PublishedTurn]) -> list[Stay]:
    """The stays that were agreed to already: same person, same hall, same first period."""
    agreed = {(row.exhibitor_id, row.space_id, row.start) for row in rows if row.confirmed_at is not None}
    return [stay for stay in after if (stay.exhibitor_id, stay.space_id, stay.start) in agreed]


@dataclass
class News:
    """What a repair changes for one exhibitor; ``cut``: turns that end (or begin) otherwise at the same place."""

    cut: list[tuple[Stay, Stay]] = field(default_factory=list)
    moved: list[tuple[Stay, Stay]] = field(default_factory=list)
    placed: list[Stay] = field(default_factory=list)
    dropped: list[Stay] = field(default_factory=list)


def news(before: Iterable[Stay], after: Iterable[Stay]) -> dict[int, News]:
    """What changes, by exhibitor; who is not in it is told nothing."""
    changes = compare(before, after)
    gone = [*changes.dropped, *(old for old, _new in changes.moved)]
    come = [*changes.placed, *(new for _old, new in changes.moved)]
    found: dict[int, News] = defaultdict(News)
    for old in list(gone):
        same = next((new for new in come if _place(new) == _place(old)), None)
        if same is not None:
            found[old.exhibitor_id].cut.append((old, same))
            gone.remove(old)
            come.remove(same)
    for old in gone:
        mine = next((new for new in come if new.exhibitor_id == old.exhibitor_id), None)
        if mine is None:
            found[old.exhibitor_id].dropped.append(old)
        else:
            found[old.exhibitor_id].moved.append((old, mine))
            come.remove(mine)
    for new in come:
        found[new.exhibitor_id].placed.append(new)
    return dict(sorted(found.items()))


def _place(stay: Stay) -> tuple[object, ...]:
    return (stay.exhibitor_id, stay.stand_ids, stay.start)
