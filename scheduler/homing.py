"""Published turns get their own stands back, where that only takes an exchange of stands in their hall.

Where the place on the floor matters every stand is a kind of its own (options.py), and which of them a turn holds
is left to the engines: for the tiers it is all the same. Here turns of one hall change stands, nothing else of the
plan: each keeps its space and dates, fits its stands, keeps a pinned one, and rivals stay apart. First one turn
at a time goes home, whoever is in its way moves aside; what is left is searched turn by turn, within BUDGET steps
exactly: no other stands bring more turns home.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from scheduler.blocks import blocks
from scheduler.charters import Charters
from scheduler.plan import Turn
from scheduler.problem import Pin, Problem, Space

BUDGET = 4_000
"""Steps of one search; after them the best stands met so far are taken."""
LONGEST = 60
"""Turns of a hall one search takes on."""

Place = frozenset[str]
"""The stands a turn holds."""


def at_home(problem: Problem, turns: Sequence[Turn]) -> tuple[Turn, ...]:
    """Return the same turns, as many published ones as can be on the stands they were published on."""
    published = {_key(turn): frozenset(turn.stands) for turn in problem.published}
    lost = {turn.space for turn in turns if published.get(_key(turn), frozenset(turn.stands)) != frozenset(turn.stands)}
    if not lost:
        return tuple(turns)
    charters, found = Charters(problem), [turn for turn in turns if turn.space not in lost]
    for name in sorted(lost):
        own = [turn for turn in turns if turn.space == name]
        hall = _Hall(problem, problem.space(name), own, published, apart=charters.at(name, "rivals_apart"))
        found += hall.settled()
    return tuple(sorted(found, key=lambda turn: turn.order))


def _key(turn: Turn | Pin) -> tuple[str, str, int, int]:
    return turn.applicant, turn.space, turn.start, turn.length


class _Hall:
    """The turns of one hall and the places they hold, by number."""

    def __init__(
        self,
        problem: Problem,
        space: Space,
        turns: Sequence[Turn],
        published: dict[tuple[str, str, int, int], Place],
        *,
        apart: bool,
    ) -> None:
        self.turns = sorted(turns, key=lambda turn: (turn.start, turn.order))
        self.home = [published.get(_key(turn)) for turn in self.turns]
        self.held: list[Place | None] = [frozenset(turn.stands) for turn in self.turns]
        self.choices = [list(self._choices(problem, space, turn)) for turn in self.turns]
        self.meet = [
            [other for other, two in enumerate(self.turns) if other != number and _together(one, two)]
            for number, one in enumerate(self.turns)
        ]
        stands = space.stands if apart else ()
        self.beside = {one.id: {two.id for two in stands if one.beside(two)} for one in stands}
        self.craft = [problem.applicant(turn.applicant).activity for turn in self.turns]

    def settled(self) -> Iterator[Turn]:
        """Yield the turns on their stands."""
        while sum(self._goes_home(number) for number in range(len(self.turns))):
            pass
        if self._kept() < sum(home is not None for home in self.home) and len(self.turns) <= LONGEST:
            self._search()
        for turn, held in zip(self.turns, self.held, strict=True):
            first, *also = sorted(held or ())
            yield replace(turn, stand=first, also=tuple(also))

    def _choices(self, problem: Problem, space: Space, turn: Turn) -> Iterator[Place]:
        """Yield the places open to a turn, its home and the one it holds first."""
        pinned = {pin.stand for pin in problem.pins if pin.stand and _key(turn) == _key(pin)}
        shut = {stand.id for stand in space.stands if not (stand.closed | space.closed).isdisjoint(turn.periods)}
        fit = [frozenset(block) for block in blocks(space, problem.request(turn.applicant))]
        places = [place for place in fit if pinned <= place and shut.isdisjoint(place)]
        yield from sorted(places, key=lambda place: place != frozenset(turn.stands))

    def _kept(self) -> int:
        return sum(home is not None and home == held for home, held in zip(self.home, self.held, strict=True))

    def _free(self, number: int, place: Place) -> bool:
        """Tell whether a turn can hold a place beside the others as they stand."""
        near = {other for stand in place for other in self.beside.get(stand, ())} - place
        for other in self.meet[number]:
            held = self.held[other]
            if held and (held & place or (self.craft[other] == self.craft[number] and held & near)):
                return False
        return True

    def _goes_home(self, number: int) -> bool:
        """Bring one turn home, whoever is in its way moving aside; tell whether that brings more turns home."""
        home = self.home[number]
        if home is None or home == self.held[number] or home not in self.choices[number]:
            return False
        before, kept = list(self.held), self._kept()
        aside = [other for other in self.meet[number] if (self.held[other] or home) & home]
        for other in (number, *aside):
            self.held[other] = None
        for one in (number, *aside):
            wishes = (home,) if one == number else (self.home[one], before[number], *self.choices[one])
            fits = (wish for wish in wishes if wish and wish in self.choices[one] and self._free(one, wish))
            self.held[one] = next(fits, None)
            if self.held[one] is None:
                break
        if None in self.held or self._kept() <= kept:
            self.held = before
            return False
        return True

    def _search(self) -> None:
        """Try places turn by turn in date order; keep the best."""
        best, most, steps = list(self.held), self._kept(), 0
        to_come = [sum(home is not None for home in self.home[number:]) for number in range(len(self.turns) + 1)]

        def place(number: int, kept: int) -> None:
            nonlocal best, most, steps
            if number == len(self.turns):
                if kept > most:
                    best, most = list(self.held), kept
                return
            home = self.home[number]
            for choice in sorted(self.choices[number], key=lambda choice: choice != home):
                if steps >= BUDGET or kept + to_come[number] <= most:
                    return
                if self._free(number, choice):
                    steps += 1
                    self.held[number] = choice
                    place(number + 1, kept + (choice == home))
                    self.held[number] = None

        self.held = [None] * len(self.turns)
        place(0, 0)
        self.held = best


def _together(one: Turn, two: Turn) -> bool:
    return one.start < two.start + two.length and two.start < one.start + one.length
