"""What changes for people from one publication to the next: turns placed, moved, dropped; told by days, not indices."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from app.models import Call, PublishedTurn, Stand
from app.planning.keys import Directory, exhibitor_id, space_id
from scheduler.plan import Turn, changes


@dataclass(frozen=True)
class Stay:
    """A turn as rows see it: who, which stands, which days. ``start``, ``length`` in periods of its call.

    ``pauses``: days between the first and the last on which its place is closed.
    """

    exhibitor_id: int
    space_id: int
    stand_id: int
    also: tuple[int, ...]
    start: int
    length: int
    starts_on: date
    ends_on: date
    pauses: tuple[date, ...] = ()

    @property
    def days(self) -> list[date]:
        """The days held."""
        span = (self.starts_on + timedelta(days=n) for n in range((self.ends_on - self.starts_on).days + 1))
        return [day for day in span if day not in self.pauses]

    @property
    def mark(self) -> tuple[object, ...]:
        """What makes it the same stay in two publications: person, stands, days."""
        return (self.exhibitor_id, self.stand_ids, self.starts_on, self.ends_on, self.pauses)

    @property
    def stand_ids(self) -> tuple[int, ...]:
        """Every stand held."""
        return (self.stand_id, *self.also)

    def document(self) -> dict[str, Any]:
        """The stay in a change list: ids and days."""
        return {
            "exhibitor": self.exhibitor_id, "space": self.space_id, "stand": self.stand_id, "also": list(self.also),
            "start": self.start, "length": self.length,
            "starts_on": self.starts_on.isoformat(), "ends_on": self.ends_on.isoformat(),
            **({"pauses": [day.isoformat() for day in self.pauses]} if self.pauses else {}),
        }  # fmt: skip


@dataclass(frozen=True)
class ChangeList:
    """Stays that are new, that became others (before, after), that are gone, and that stay as they were."""

    placed: list[Stay] = field(default_factory=list)
    moved: list[tuple[Stay, Stay]] = field(default_factory=list)
    dropped: list[Stay] = field(default_factory=list)
    kept: list[Stay] = field(default_factory=list)

    def document(self) -> dict[str, Any]:
        """What a publication keeps."""
        return {
            "placed": [one.document() for one in self.placed],
            "moved": [{"before": old.document(), "after": new.document()} for old, new in self.moved],
            "dropped": [one.document() for one in self.dropped],
            "kept": len(self.kept),
        }


def stays_of_plan(turns: Iterable[Turn], call: Call, known: Directory) -> list[Stay]:
    """A plan's turns as rows; KeyError for a stand that is no longer there."""
    periods = call.periods

    def stay(turn: Turn) -> Stay:
        stands: list[Stand] = [known.stands[key] for key in turn.stands]
        return Stay(
            exhibitor_id(turn.applicant), space_id(turn.space), stands[0].id, tuple(stand.id for stand in stands[1:]),
            turn.start, turn.length, periods[turn.start].starts_on, periods[turn.start + turn.length - 1].ends_on,
        )  # fmt: skip

    return [stay(turn) for turn in turns]


def stays_of_rows(turns: Iterable[PublishedTurn]) -> list[Stay]:
    """Published turns as stays."""
    return [
        Stay(
            t.exhibitor_id, t.space_id, t.stand_id, tuple(t.also), t.start, t.length, t.starts_on, t.ends_on,
            t.paused_on,
        )
        for t in turns
    ]  # fmt: skip


def compare(before: Iterable[Stay], after: Iterable[Stay]) -> ChangeList:
    """Tell what changes; a dropped and a placed stay of one person are one move."""
    old = {_by_days(stay): stay for stay in before}
    new = {_by_days(stay): stay for stay in after}
    found = changes(old, new)
    return ChangeList(
        placed=[new[turn] for turn in found.placed],
        moved=[(old[move.before], new[move.after]) for move in found.moved],
        dropped=[old[turn] for turn in found.dropped],
        kept=[stay for turn, stay in new.items() if turn in old],
    )


def _by_days(stay: Stay) -> Turn:
    """The stay in a calendar of days, so that two calls' periods, or a season cut anew, compare rightly."""
    length = (stay.ends_on - stay.starts_on).days + 1
    start = stay.starts_on.toordinal()
    also = (*(f"{stand:09d}" for stand in stay.also), *(f"pause {day.toordinal()}" for day in stay.pauses))
    return Turn(str(stay.exhibitor_id), f"{stay.space_id:09d}", f"{stay.stand_id:09d}", start, length, also)
