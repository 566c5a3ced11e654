"""Numbered stands: each chosen column gets stands of its kinds, the same for the whole turn.

Inside a kind turns are intervals, and no period holds more turns than the kind has stands. Taken by start,
each turn finds a stand free since an earlier turn ended: interval colouring never needs more colours than
the largest overlap. Where the place on the floor matters every stand is a kind of its own (options.py), so
neighbours and rivals are settled by the columns themselves.

A turn that was published and stays keeps its stand if it can. Turns of a kind between two moments at which all
its stands are free are a question of their own; a search in date order, the published stand first, finds how
many can keep theirs. Within BUDGET steps it is exact: no numbering moves fewer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from scheduler.options import Column, Options
from scheduler.plan import Turn

BUDGET = 4_000
"""Steps of one search; after them the best numbering met so far is taken, and is not said to be the best."""
LONGEST = 400
"""Turns one search takes on; a longer row of them keeps what was free at its start."""

Places = dict[Column, dict[int, int]]
"""The stand of each column, by kind: an index into the kind's stands."""


def numbered(options: Options, chosen: Iterable[Column]) -> tuple[Turn, ...]:
    """Give each column its stands, as published where that can be; ValueError if a kind is held by too many."""
    return fewest_moves(options, chosen)[0]


def fewest_moves(options: Options, chosen: Iterable[Column]) -> tuple[tuple[Turn, ...], bool]:
    """Return the numbered turns, and whether it is proven that no numbering of a kind moves fewer published turns."""
    columns = sorted(chosen, key=lambda column: (column.start, column))
    wanted = _published(options, columns)
    places = _first_free(options, columns, wanted)
    proven = True
    for kind, facts in enumerate(options.kinds):
        own = [column for column in columns if kind in column.kinds] if len(facts.stands) > 1 and wanted else []
        for part in _parts(own):
            wishes = {column: stand for column in part if (stand := wanted.get((kind, column))) is not None}
            if any(places[column][kind] != stand for column, stand in wishes.items()):
                search = _Search(part, wishes, {column: places[column][kind] for column in part}, len(facts.stands))
                proven &= search.run()
                for column, stand in search.best.items():
                    places[column][kind] = stand
    turns = []
    for column in columns:
        held = sorted(options.kinds[kind].stands[places[column][kind]].id for kind in column.kinds)
        turns.append(Turn(column.applicant, column.space, held[0], column.start, column.length, tuple(held[1:])))
    return tuple(sorted(turns, key=lambda turn: turn.order)), proven


def _first_free(options: Options, columns: list[Column], wanted: dict[tuple[int, Column], int]) -> Places:
    """Give each column the stand it had if that is free when it starts, else the first of its kinds that is."""
    free_from: dict[int, list[int]] = {kind: [0] * len(facts.stands) for kind, facts in enumerate(options.kinds)}
    return {
        column: {kind: _take(free_from[kind], column, wanted.get((kind, column))) for kind in column.kinds}
        for column in columns
    }


def _take(free_from: list[int], column: Column, wish: int | None) -> int:
    for number in sorted(range(len(free_from)), key=lambda number: number != wish):
        if free_from[number] <= column.start:
            free_from[number] = column.start + column.length
            return number
    raise ValueError(f"more turns than stands in {column.space} at period {column.start}")


def _published(options: Options, columns: list[Column]) -> dict[tuple[int, Column], int]:
    """Return the stand a column had when it was published, by kind, where the kind still has it."""
    published = {(t.applicant, t.space, t.start, t.length): t.stands for t in options.problem.published}
    wanted = {}
    for column in columns:
        for kind in column.kinds if column.turn in published else ():
            for number, stand in enumerate(options.kinds[kind].stands):
                if stand.id in published[column.turn]:
                    wanted[kind, column] = number
                    break
    return wanted


def _parts(columns: list[Column]) -> Iterator[list[Column]]:
    """Cut a list in date order where every turn before has ended."""
    part: list[Column] = []
    end = 0
    for column in columns:
        if part and column.start >= end:
            yield part
            part = []
        part.append(column)
        end = max(end, column.start + column.length)
    if part:
        yield part


@dataclass(slots=True)
class _Search:
    """Tries stands turn by turn in date order; `best` is the numbering that keeps the most wishes so far."""

    columns: list[Column]
    wishes: dict[Column, int]
    best: dict[Column, int]
    stands: int
    steps: int = 0
    held: dict[Column, int] = field(default_factory=dict)

    def run(self) -> bool:
        """Search; tell whether nothing was left to try."""
        if len(self.columns) > LONGEST:
            return False
        self._try(0, 0, [0] * self.stands)
        return self.steps < BUDGET

    def _kept(self) -> int:
        return sum(self.best[column] == stand for column, stand in self.wishes.items())

    def _try(self, number: int, kept: int, free_from: list[int]) -> None:
        """Place the turns from `number` on; give up where no more wishes can be kept than in the best."""
        if number == len(self.columns):
            self.best = dict(self.held)
            return
        column = self.columns[number]
        wish = self.wishes.get(column)
        to_come = sum(later in self.wishes for later in self.columns[number:])
        for stand in sorted(range(self.stands), key=lambda stand: (stand != wish, stand)):
            if self.steps >= BUDGET or kept + to_come <= self._kept():
                return
            if free_from[stand] <= column.start:
                self.steps += 1
                self.held[column] = stand
                taken = [*free_from[:stand], column.start + column.length, *free_from[stand + 1 :]]
                self._try(number + 1, kept + (stand == wish), taken)
