"""Who takes part in a simulated season: those who stay, those who leave, newcomers and where their ledger starts."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from statistics import median_low
from typing import Literal

from scheduler.dealing import deal
from scheduler.problem import Applicant, LocalCharter, Problem, Quota, Request

Start = Literal["zero", "lowest", "average", "median"]
STARTS: tuple[Start, ...] = ("zero", "lowest", "average", "median")
NEWCOMER = "newcomer"
"""The group a newcomer belongs to in her first season; quotas may name it."""


@dataclass(frozen=True, slots=True)
class Flow:
    """Each season's coming and going.

    `arrivals` and `departures` are people a season (2), or shares of those present (0.1, with `arrivals_relative`
    and `departures_relative`). `start`: where a newcomer's ledger starts, among those present: at nothing, at the
    lowest, the average or the median level, times her share. `reserved`: the share of the occupied places kept for
    newcomers, as far as they ask for it.
    """

    arrivals: float = 0.0
    departures: float = 0.0
    arrivals_relative: bool = False
    departures_relative: bool = False
    start: Start = "lowest"
    reserved: float = 0.0


@dataclass(slots=True)
class Population:
    """The people present, their ledgers in the charter's measure, and the season each came in (0: before all).

    `templates`: the first people and their requests, after which newcomers are made; `fresh`: those of them whose
    ledger was empty.
    """

    people: dict[str, Applicant]
    requests: dict[str, Request]
    ledger: dict[str, int]
    since: dict[str, int]
    templates: tuple[tuple[Applicant, Request], ...] = ()
    fresh: frozenset[str] = frozenset()

    @classmethod
    def of(cls, problem: Problem) -> Population:
        """Return the people of a case who ask for something."""
        asking = {request.applicant: request for request in problem.requests}
        people = {one.id: one for one in problem.applicants if one.id in asking}
        templates = tuple((people[name], asking[name]) for name in sorted(people))
        ledger = {name: one.received for name, one in people.items()}
        fresh = frozenset(name for name, total in ledger.items() if total == 0)
        return cls(people, asking, ledger, dict.fromkeys(people, 0), templates, fresh)

    def turn_over(self, flow: Flow, season: int, seed: str) -> None:
        """Let some leave and others come; the same for the same seed. The first season is as the case has it."""
        if season == 1 or not self.templates:
            return
        rng = random.Random(f"{seed}:{season}")  # noqa: S311 (repeatable on purpose)
        present = sorted(self.people)
        leaving = _whole(flow.departures, len(present), season, relative=flow.departures_relative)
        for name in rng.sample(present, min(leaving, len(present))):
            for book in (self.people, self.requests, self.ledger, self.since):
                del book[name]
        level = self._level(flow.start)
        for number in range(_whole(flow.arrivals, len(present), season, relative=flow.arrivals_relative)):
            applicant, request = rng.choice(self.templates)
            name = f"new-{season:03}-{number:04}"
            self.people[name] = replace(applicant, id=name)
            self.requests[name] = replace(request, applicant=name)
            self.ledger[name] = int(level * applicant.share)
            self.since[name] = season

    def _level(self, start: Start) -> Fraction:
        """Return the level a newcomer starts at, exact: it is multiplied by her share again."""
        levels = [Fraction(self.ledger[name], one.share) for name, one in sorted(self.people.items())]
        if not levels or start == "zero":
            return Fraction(0)
        if start == "average":
            return sum(levels, Fraction(0)) / len(levels)
        return min(levels) if start == "lowest" else median_low(levels)

    def newcomers(self, season: int) -> set[str]:
        """Return those whose first season this is; in the first one, those whose ledger was empty."""
        if season == 1:
            return set(self.fresh & self.people.keys())
        return {name for name, came in self.since.items() if came == season}

    def case(self, problem: Problem, flow: Flow, season: int) -> Problem:
        """Return the case of a season: the ledger carried on, a draw of its own, what names nobody left out."""
        new = self.newcomers(season)
        people = [
            replace(
                one, received=self.ledger[name], groups=one.groups - {NEWCOMER} | ({NEWCOMER} if name in new else set())
            )
            for name, one in sorted(self.people.items())
        ]
        made = replace(
            problem,
            applicants=tuple(people),
            requests=tuple(self.requests[name] for name in sorted(self.requests)),
            pins=tuple(pin for pin in problem.pins if pin.applicant in self.people),
            forbidden=tuple(ban for ban in problem.forbidden if ban.applicant in self.people),
            published=(),
            seed=f"{problem.seed}/{season}",
            sha256="",
        )
        return _with_reserve(made, flow.reserved, new)

    def lived(self, given: Mapping[str, int]) -> None:
        """Write what a season gave into the ledger."""
        for name, amount in given.items():
            self.ledger[name] += amount


def _whole(rate: float, present: int, season: int, *, relative: bool) -> int:
    """Return the people of this season, so that fractions add up over the seasons."""
    each = rate * present if relative else rate
    return int(each * season + 1e-9) - int(each * (season - 1) + 1e-9)


def _with_reserve(problem: Problem, share: float, newcomers: set[str]) -> Problem:
    """Keep a share of the occupied places for newcomers, but no more than one shortest turn for each fills."""
    capacity = sum(open_periods(problem).values())
    if not capacity or not share or not newcomers:
        return problem
    due = min(Fraction(str(share)), Fraction(_room_for(problem, newcomers), capacity))
    if not due:
        return problem
    quota = Quota(NEWCOMER, "at_least", due)
    return replace(problem, charter=replace(problem.charter, quotas=(*problem.charter.quotas, quota)))


def _room_for(problem: Problem, newcomers: set[str]) -> int:
    """Return the stand-periods newcomers hold when each is dealt one turn at most, beside the pins and nobody else.

    A share kept for those whom no stand fits, or who are away, would leave the others' places empty.
    """
    pinned = {pin.applicant for pin in problem.pins}
    asking = [request for request in problem.requests if request.applicant in newcomers | pinned]
    alone = replace(
        problem,
        requests=tuple(replace(one, max_turns=min(one.max_turns, one.applicant in newcomers)) for one in asking),
        charter=replace(
            problem.charter,
            quotas=(),
            sites=_without_quotas(problem.charter.sites),
            spaces=_without_quotas(problem.charter.spaces),
        ),
    )
    return sum(turn.length * len(turn.stands) for turn in deal(alone) if turn.applicant in newcomers)


def _without_quotas(places: Mapping[str, LocalCharter]) -> dict[str, LocalCharter]:
    """Return the charters of places without their quotas, which others' turns may be needed to keep."""
    return {key: replace(own, quotas=()) for key, own in places.items()}


def open_periods(problem: Problem) -> dict[tuple[str, str], int]:
    """Return the open periods of each stand."""
    season = set(range(len(problem.periods)))
    return {
        (space.id, stand.id): len(season - space.closed - stand.closed)
        for space in problem.spaces
        for stand in space.stands
    }
