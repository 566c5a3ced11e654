"""A published rotation as the public sees it: who is where and when, how fair it is, what changed.

Names come from public cards only: without consent somebody is her craft. Days and periods come from the frozen case,
so that a page about an old rotation tells what was decided then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from app.i18n import language, localized
from app.models import Commitment, Publication, Space, Stand
from app.planning import overrides
from app.planning.draw import promised
from app.planning.figures import Cell, Figures, figures
from app.planning.judge import plan_of, problem_of
from app.planning.keys import directory, exhibitor_id, space_id, space_key
from app.queries import draw
from app.queries import publication as read
from app.queries.public import Card
from scheduler.plan import Turn

Pair = tuple[dict[str, Any] | None, dict[str, Any] | None]


@dataclass(frozen=True)
class Stay:
    """A turn in the table: who, and over how many periods; ``card`` None: the stand is free for ``length`` periods."""

    card: Card | None
    start: int
    length: int


@dataclass(frozen=True)
class Row:
    """A stand and who holds it, period after period."""

    stand: Stand
    stays: tuple[Stay, ...]


@dataclass(frozen=True)
class Hall:
    """A hall of the rotation; ``cells``: stands taken and activities shown, a period each."""

    space: Space
    rows: tuple[Row, ...]
    cells: tuple[Cell, ...]

    @property
    def taken(self) -> int:
        """Occupied stand-periods."""
        return sum(cell.taken for cell in self.cells)

    @property
    def open(self) -> int:
        """Stand-periods that were open."""
        return sum(cell.open for cell in self.cells)

    @property
    def most_activities(self) -> int:
        """The most activities to be seen in one period."""
        return max((cell.activities for cell in self.cells), default=0)

    @property
    def fewest_activities(self) -> int:
        """The fewest activities to be seen in a period with anybody."""
        return min((cell.activities for cell in self.cells if cell.taken), default=0)


@dataclass(frozen=True)
class Place:
    """Where and when a turn is (or was)."""

    space: str
    stand: str
    starts_on: date
    ends_on: date
    pauses: tuple[date, ...] = ()


@dataclass(frozen=True)
class Change:
    """What became of somebody's turn since the rotation before; ``before`` or ``after`` is None."""

    card: Card
    before: Place | None
    after: Place | None

    @property
    def kind(self) -> str:
        """``placed``, ``paused`` (the same place with other days closed), ``moved`` or ``dropped``."""
        if self.before and self.after and replace(self.before, pauses=self.after.pauses) == self.after:
            return "paused"
        return "moved" if self.before and self.after else "placed" if self.after else "dropped"


@dataclass(frozen=True)
class Rotation:
    """The page of a publication."""

    publication: Publication
    figures: Figures
    periods: tuple[tuple[date, date], ...]
    halls: tuple[Hall, ...]
    changes: tuple[Change, ...]
    previous: Publication | None
    replaced_by: Publication | None
    overrides: list[tuple[str, str]]
    promises: list[Commitment]
    promised: Commitment | None


def rotation(publication: Publication) -> Rotation:
    """All the page of a publication tells."""
    told = figures(publication.case.text, publication.plan_text)
    problem = problem_of(publication.case.text)
    previous = read.neighbour(publication, after=False)
    ended = publication.superseded_at and not publication.withdrawn_at
    replaced_by = read.neighbour(publication, after=True) if ended else None
    return Rotation(
        publication, told, tuple((period.start, period.end) for period in problem.periods),
        _halls(publication, told, len(problem.periods)), _changes(publication, previous), previous, replaced_by,
        _overrides(publication), draw.commitments(publication.call_id),
        promised(publication),
    )  # fmt: skip


def _overrides(publication: Publication) -> list[tuple[str, str]]:
    """The rules decided against, a sentence and its reason each, without names."""
    turns = plan_of(publication.plan_text).turns
    told = overrides.of_publication(publication.case.text, turns, publication.overrides or ())
    if not told:
        return []
    spaces = read.spaces_of({space_id(space.id) for space in problem_of(publication.case.text).spaces})
    return overrides.sentences(told, language(), overrides.unnamed(directory(spaces, [])))


def _halls(publication: Publication, told: Figures, periods: int) -> tuple[Hall, ...]:
    plan = plan_of(publication.plan_text)
    cards = read.cards_of({exhibitor_id(turn.applicant) for turn in plan.turns})
    problem = problem_of(publication.case.text)
    halls = []
    for space in read.spaces_of({space_id(space.id) for space in problem.spaces}):
        key = space_key(space.id)
        held = [turn for turn in plan.turns if turn.space == key]
        rows = tuple(_row(stand, [t for t in held if _stand_of(stand, key) in t.stands], cards, periods)
                     for stand in space.stands)  # fmt: skip
        halls.append(Hall(space, rows, told.cells.get(key, ())))
    return tuple(halls)


def _stand_of(stand: Stand, key: str) -> str:
    return f"{key}-{stand.code}"


def _row(stand: Stand, turns: list[Turn], cards: dict[int, Card], periods: int) -> Row:
    stays, at = [], 0
    for turn in sorted(turns, key=lambda one: one.start):
        stays += [Stay(None, free, 1) for free in range(at, turn.start)]
        stays.append(Stay(cards.get(exhibitor_id(turn.applicant)), turn.start, turn.length))
        at = turn.start + turn.length
    stays += [Stay(None, free, 1) for free in range(at, periods)]
    return Row(stand, tuple(stays))


def _changes(publication: Publication, previous: Publication | None) -> tuple[Change, ...]:
    """The change list kept with the publication (``planning.changes``), with the people as the public sees them."""
    if previous is None or not publication.changes:
        return ()
    return changes_of([pairs_of(publication.changes)])[0]


def pairs_of(told: dict[str, Any]) -> list[Pair]:
    """What became of each turn in a kept change list: (before, after), None where there is none."""
    pairs: list[Pair] = [(None, stay) for stay in told.get("placed", ())]
    pairs += [(move["before"], move["after"]) for move in told.get("moved", ())]
    return pairs + [(stay, None) for stay in told.get("dropped", ())]


def changes_of(lists: Sequence[Sequence[Pair]]) -> list[tuple[Change, ...]]:
    """Several change lists with the people as the public sees them; as many queries as for one."""
    stays = [stay for pairs in lists for pair in pairs for stay in pair if stay]
    cards = read.cards_of({stay["exhibitor"] for stay in stays})
    stands = read.places_of({stand_id for stay in stays for stand_id in (stay["stand"], *stay["also"])})
    return [tuple(sorted((_change(pair, cards, stands) for pair in pairs), key=_by_day_and_person)) for pairs in lists]


def _change(pair: Pair, cards: dict[int, Card], stands: dict[int, Stand]) -> Change:
    before, after = pair
    who: dict[str, Any] = after or before or {}
    return Change(cards[who["exhibitor"]], _place(before, stands), _place(after, stands))


def _by_day_and_person(change: Change) -> tuple[date, str, int]:
    return (_day(change), change.card.title, change.card.id)


def _place(stay: dict[str, Any] | None, stands: dict[int, Stand]) -> Place | None:
    if stay is None:
        return None
    held = [stands[stand_id] for stand_id in (stay["stand"], *stay["also"]) if stand_id in stands]
    return Place(
        localized(held[0].space) if held else "", ", ".join(stand.code for stand in held),
        date.fromisoformat(stay["starts_on"]), date.fromisoformat(stay["ends_on"]),
        tuple(map(date.fromisoformat, stay.get("pauses", ()))),
    )  # fmt: skip


def _day(change: Change) -> date:
    place = change.after or change.before
    return place.starts_on if place else date.min
