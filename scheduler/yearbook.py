"""What a simulated season came to: who waits, who is worst off, how equal it is, who shows, how full it is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scheduler.plan import Turn
from scheduler.population import Population, open_periods
from scheduler.problem import Problem
from scheduler.wishes.fairness import amounts

WOMEN = ("women", "femmes", "woman", "femme")
"""The names of the group whose share is told."""
COOPERATIVES = ("cooperative", "coopérative")


@dataclass(frozen=True, slots=True)
class SeasonFacts:
    """One season. `people` present, `shown`: those with a turn. `waiting_mean`, `waiting_worst`: seasons, this one
    included, since somebody present last had a turn (0: this season; for newcomers since they came).
    `worst_off`: the lowest fairness level after the season. `gini`: of what each has had in the simulation for each
    season present and each unit of share, 0 (all alike) to 1. `women`, `cooperatives`, `newcomers`: their share of
    the occupied stand-periods, 0 to 1. `fill`: occupied stand-periods of the open ones, 0 to 1. `exact`: solved;
    else dealt by the fair heuristic.
    """

    season: int
    people: int
    shown: int
    waiting_mean: float
    waiting_worst: int
    worst_off: int
    gini: float
    women: float
    cooperatives: float
    newcomers: float
    fill: float
    exact: bool


class Yearbook:
    """Counts from season to season: when each was last shown, what each was given, how long each is there."""

    def __init__(self) -> None:
        self.last: dict[str, int] = {}
        self.given: dict[str, int] = {}
        self.present: dict[str, int] = {}
        self.longest: dict[str, int] = {}

    def write(self, population: Population, turns: Sequence[Turn], season: int, given: Mapping[str, int]) -> None:
        """Count one season."""
        for name in population.people:
            self.present[name] = self.present.get(name, 0) + 1
            self.given[name] = self.given.get(name, 0) + given.get(name, 0)
        for turn in turns:
            self.last[turn.applicant] = season
        for name in population.people:
            waits = self.waits(population, name, season)
            self.longest[name] = max(self.longest.get(name, 0), waits)

    def waits(self, population: Population, name: str, season: int) -> int:
        """Return the seasons in a row, up to this one, without a turn."""
        return season - self.last.get(name, max(population.since[name] - 1, 0))

    def facts(
        self, problem: Problem, population: Population, turns: Sequence[Turn], season: int, *, exact: bool
    ) -> SeasonFacts:
        """Return what the season came to, once written."""
        names = sorted(population.people)
        waits = [self.waits(population, name, season) for name in names]
        rates = [self.given[name] / (self.present[name] * population.people[name].share) for name in names]
        new = population.newcomers(season)
        people = population.people
        places = sum(turn.length * len(turn.stands) for turn in turns)

        def part(belongs: set[str]) -> float:
            held = sum(turn.length * len(turn.stands) for turn in turns if turn.applicant in belongs)
            return held / places if places else 0.0

        capacity = sum(open_periods(problem).values())
        return SeasonFacts(
            season=season,
            people=len(names),
            shown=len({turn.applicant for turn in turns}),
            waiting_mean=sum(waits) / len(waits) if waits else 0.0,
            waiting_worst=max(waits, default=0),
            worst_off=min((population.ledger[name] // people[name].share for name in names), default=0),
            gini=gini(rates),
            women=part({name for name in names if not people[name].groups.isdisjoint(WOMEN)}),
            cooperatives=part({name for name in names if people[name].kind.casefold() in COOPERATIVES}),
            newcomers=part(new),
            fill=places / capacity if capacity else 0.0,
            exact=exact,
        )


def season_facts(problem: Problem, turns: Sequence[Turn]) -> SeasonFacts:
    """Return what one season alone comes to under these turns, as the first season of a simulation counts it."""
    population, book = Population.of(problem), Yearbook()
    given = amounts(problem, turns)
    population.lived(given)
    book.write(population, turns, 1, given)
    return book.facts(problem, population, turns, 1, exact=True)


def gini(values: Sequence[float]) -> float:
    """Return Σ_i Σ_j |v_i − v_j| / (2 n Σ v): 0 where all have alike, towards 1 where one has all; 0 for nothing."""
    total, number = sum(values), len(values)
    if total <= 0:
        return 0.0
    weighted = sum((2 * rank - number - 1) * value for rank, value in enumerate(sorted(values), 1))
    return max(0.0, weighted / (number * total))  # rounding may leave a hair less than nothing


def turn_around(problem: Problem) -> int | None:
    """Return the theoretical maximum turn-around: seasons from one turn to the next, with equal availability.

    Let N people ask for the same stands, always available, fitting everywhere, with one turn length L, equal
    shares and equal ledgers, none of them held back by another rule; let T = Σ over stands and their runs of open
    periods of ⌊run / L⌋ be the turns a season has, and g = gcd(N, T).

    Claim. Nobody waits more than ⌈(2N − g) / T⌉ seasons from one turn to the next, and no smaller figure holds.

    Proof. Leximin on the ledger gives nobody a (k+1)-th turn while somebody who could have it is still without the
    k-th: number all turns ever dealt in the order of seasons, then turns (k−1)N+1 … kN are the k-th turns (*round
    k*), one each, in an order that preferences and the draw decide anew. Turn number n is in season ⌈n / T⌉. The
    longest way from a turn to the next of the same person is from the first of round k to the last of round k+1:
    from turn p = (k−1)N + 1 to turn p + 2N − 1. With a = (p − 1) mod T these lie ⌊(a + 2N − 1) / T⌋ seasons apart;
    a runs through the multiples of g below T, so at most ⌊(T − g + 2N − 1) / T⌋ = ⌈(2N − g) / T⌉ (g divides 2N and
    T). The draw can put somebody first in a round and last in the next, so that it is met. ∎

    Where rounds end with seasons (T divides N) this is 2N/T − 1: first season of a round to last of the next. It is
    more than ⌈N / T⌉, which holds where the same order is kept in all rounds, and than 2⌈N / T⌉ − 1, which forgets
    that a round may begin in the middle of a season (7 people, 4 turns a season: 4, not 3).
    With several lengths asked, the longest counts: pessimistic.
    None: nobody asks, or no turn fits the season.
    """
    if not problem.requests:
        return None
    length = max(request.max_length for request in problem.requests)
    season = range(len(problem.periods))
    turns = 0
    for space in problem.spaces:
        for stand in space.stands:
            run = 0
            for period in season:
                run = 0 if period in space.closed or period in stand.closed else run + 1
                if run == length:
                    turns, run = turns + 1, 0
    people = len(problem.requests)
    return math.ceil((2 * people - math.gcd(people, turns)) / turns) if turns else None
