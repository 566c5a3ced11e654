"""Timefold: construction, then local search over «which turn has this person's nth», on the natural model.

Here is the translation, in plain Python; timefold_model.py states it to Timefold. Neither Timefold nor the Java it
runs on is a dependency of Dawra: where one of them is missing, `missing` says so and how to have it.
"""

from __future__ import annotations

import shutil
from importlib import import_module
from importlib.util import find_spec
from itertools import accumulate
from typing import NamedTuple

from scheduler.charters import Charters
from scheduler.contenders.base import Keep
from scheduler.options import Column, Options, options
from scheduler.plan import Turn
from scheduler.problem import NO_LIMIT, Problem
from scheduler.rulebook import rules_of
from scheduler.stands import numbered
from scheduler.wishes.fairness import worth
from scheduler.wishes.preferences import BEST_RANK

VERSION = "1.24.0b0"
TITLE = "Timefold"
SETTINGS = (
    f"Python package {VERSION}, one thread; a score level for every fairness level and tier; "
    "first fit from the least served on, then tabu search (change, swap)"
)
STATED = {
    *("known", "stand_single", "one_place", "wanted_spaces", "availability", "open_stands", "fit", "together"),
    *("turn_length", "max_turns", "rest", "max_same_activity", "min_activities"),
}
"""The rules the model states: those of the reference cases."""
TIERS = ("fairness", "fill", "preferences")
READING = 15e-6
"""Seconds kept for each possible value of each turn: the package reads the whole answer back from Java."""
WRITING = 0.5
"""Seconds kept for numbering the stands and writing."""

Place = tuple[str, tuple[int, ...], int, int]
"""Space, stand kinds, start, length: a column without its applicant."""


class Offer(NamedTuple):
    """A place and time some turn may have, whoever's: what it takes and gives. `free_from`: when she may come again.

    `space`, `cells` and `halls` are numbers; each hall (space in a period) is named once for each stand held.
    """

    space: int
    start: int
    end: int
    free_from: int
    gain: int
    fill: int
    cells: tuple[int, ...]
    halls: tuple[int, ...]


class Person(NamedTuple):
    """One request: what she shows and has, how many turns at most, her offers by number, the best liked first.

    An offer earns her `credits[space]` a period and `liked[end] - liked[start]`, the sum of her preferred periods.
    """

    activity: str
    received: int
    share: int
    turns: int
    credits: tuple[int, ...]
    liked: tuple[int, ...]
    offers: tuple[int, ...]

    def earns(self, offer: Offer) -> int:
        """Return what the offer earns in the tier of preferences."""
        spread = self.liked[offer.end] - self.liked[offer.start]
        return self.credits[offer.space] * (offer.end - offer.start) + spread


class Draft(NamedTuple):
    """The case as Timefold is told it.

    `names` and `places` give back the applicant of each person and the (space, kinds, start, length) of each offer.
    `cells`: the stands of each (kind, period). `halls`: (activities wanted, stands of one activity at most).
    """

    people: tuple[Person, ...]
    offers: tuple[Offer, ...]
    cells: tuple[int, ...]
    halls: tuple[tuple[int, int], ...]
    tiers: tuple[str, ...]
    names: tuple[str, ...]
    places: tuple[Place, ...]

    @property
    def levels(self) -> int:
        """A fairness level nobody can exceed."""
        return max(
            (
                (one.received + one.turns * max(self.offers[offer].gain for offer in one.offers)) // one.share
                for one in self.people
            ),
            default=0,
        )

    def column(self, person: int, offer: int) -> Column:
        """Return the column an offer is for a person."""
        return Column(self.names[person], *self.places[offer])


def missing() -> str:
    """Say what is not there and how to have it."""
    package = find_spec("timefold") is not None and find_spec("timefold.solver") is not None
    java = shutil.which("java") is not None
    if package and java:
        return ""
    lacking = "Java" if package else "its Python package" if java else "its Python package and Java"
    return f"not compared: {lacking} not found here (`uv pip install timefold=={VERSION}`, and Java 17 on the path)"


def unstated(problem: Problem) -> list[str]:
    """Return the rules and tiers of this case the model does not state."""
    rules = [rule.code for rule in rules_of(problem) if rule.code not in STATED]
    return rules + [tier for tier in problem.charter.tiers if tier not in TIERS]


def run(problem: Problem, deadline: float, keep: Keep) -> None:
    """Let Timefold look until the deadline; SystemExit, saying why, if there is nothing to keep."""
    beyond = unstated(problem)
    if beyond:
        raise SystemExit("no model here of " + ", ".join(beyond))
    choices = options(problem)
    told = draft(choices)
    model = import_module("scheduler.contenders.timefold_model")
    reading = READING * sum(person.turns * len(person.offers) for person in told.people)
    chosen = model.solve(told, deadline - reading - WRITING)
    if not chosen:
        raise SystemExit("it had placed nobody when its time was up")
    keep(numbered(choices, (told.column(*pair) for pair in chosen)))


def draft(choices: Options) -> Draft:
    """Translate the admissible columns of a case."""
    numbers = _Numbers(choices)
    held: dict[str, list[int]] = {}
    for column in choices.columns:
        held.setdefault(column.applicant, []).append(numbers.offer(column))
    offers = [numbers.told(place) for place in numbers.places]
    problem = choices.problem
    names = sorted(held, key=lambda name: problem.applicant(name).received // problem.applicant(name).share)
    return Draft(
        tuple(_person(problem, name, held[name], offers) for name in names),
        tuple(offers),
        tuple(len(choices.kinds[kind].stands) for kind, _ in numbers.cells),
        tuple(map(numbers.hall, numbers.halls)),
        problem.charter.tiers,
        tuple(names),
        tuple(numbers.places),
    )


def _person(problem: Problem, name: str, held: list[int], offers: list[Offer]) -> Person:
    facts, request = problem.applicant(name), problem.request(name)
    ranks = {wish.space: wish.rank for wish in request.spaces}
    credit = tuple(max(0, BEST_RANK - ranks.get(space.id, BEST_RANK)) for space in problem.spaces)
    liked = tuple(accumulate((request.preferred.get(p, 0) for p in range(len(problem.periods))), initial=0))
    told = Person(facts.activity, facts.received, facts.share, problem.most_turns(name), credit, liked, ())
    return told._replace(offers=tuple(sorted(held, key=lambda number: -told.earns(offers[number]))))


class _Numbers:
    """Numbers places, cells and halls in the order they are met."""

    def __init__(self, choices: Options) -> None:
        self.problem, self.charters = choices.problem, Charters(choices.problem)
        self.spaces = {space.id: number for number, space in enumerate(choices.problem.spaces)}
        self.places: dict[Place, int] = {}
        self.cells: dict[tuple[int, int], int] = {}
        self.halls: dict[tuple[str, int], int] = {}

    def offer(self, column: Column) -> int:
        """Return the number of the offer a column is."""
        place = (column.space, column.kinds, column.start, column.length)
        return self.places.setdefault(place, len(self.places))

    def told(self, place: Place) -> Offer:
        """Return what a place and time takes and gives."""
        space, kinds, start, length = place
        end = start + length
        halls = [self.halls.setdefault((space, period), len(self.halls)) for period in range(start, end)]
        cells = [(kind, period) for kind in kinds for period in range(start, end)]
        return Offer(
            self.spaces[space],
            start,
            end,
            end + (self.charters.at(space, "rest") or 0),
            worth(self.problem, Turn("", space, "", start, length)),
            length * len(kinds),
            tuple(self.cells.setdefault(cell, len(self.cells)) for cell in cells),
            tuple(halls) * len(kinds),
        )

    def hall(self, key: tuple[str, int]) -> tuple[int, int]:
        """Return how many activities a space wants, and how many stands one activity may have."""
        most = self.charters.at(key[0], "max_same_activity")
        return self.charters.at(key[0], "min_activities") or 0, NO_LIMIT if most is None else most
