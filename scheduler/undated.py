"""The season without its dates: how many turns each has where, and what no plan can exceed of the tiers.

Of a plan only the number n of turns is kept that an applicant has in a space, by their length. What the rules ask of
each period then holds in sum over all of them, so every plan is a solution of::

    Σ stands · length · n   ≤  the stand-periods open there, also of those stands alone that some requests fit
    Σ stands · length · n   ≤  max_same_activity (family) · the periods open there, for each activity (family)
    Σ length · n  ≤  the periods an applicant is there;  Σ (length + rest) · n  ≤  the season and one rest
    Σ n  ≤  max_turns, max_turns_per_site

and what these rows bound, bounds every plan. Of the periods she prefers a turn earns what it can earn at its best date,
all her turns together no more than all these periods. Two million possible turns of a nation are fifty thousand such
numbers, and their levels' bounds, a minute's work, are those of the dated relaxation to the unit where most are
available most of the time. A solution with all of them says, too, in which part of the whole there is a turn for whom
(regions.py): by gains of chance it is one in which hardly anybody is in two places.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import numpy as np

from scheduler.bounds import Bounds, Reached
from scheduler.charters import Charters
from scheduler.diving import GAIN
from scheduler.limits import Clock
from scheduler.matrix import Matrix
from scheduler.options import Column, fits
from scheduler.problem import Problem, Request, Space
from scheduler.sifting import Sifting
from scheduler.variables import Goal, Row, Terms
from scheduler.wishes.levels import level_goals
from scheduler.wishes.preferences import credit

CAPS = {"max_same_activity": "activity", "max_same_family": "family"}
"""The rules that count what is alike in a space and period, and what of an applicant is alike."""


class Undated:
    """The numbers n of a problem, the rows on them, and the bounds of its levels. `visitors` have no turns."""

    def __init__(self, problem: Problem, clock: Clock, seed: int = 0, visitors: Collection[str] = frozenset()) -> None:
        counts = Counts(problem)
        self._goals = level_goals(counts, most=counts.most)
        tiers = problem.charter.tiers
        sums = {"fill": counts.held, "preferences": counts.earned}
        after = tiers[tiers.index("fairness") + 1 :] if "fairness" in tiers else ()
        self._goals += [Goal(tier, sums[tier]) for tier in after if tier in sums]
        self._columns = counts.columns
        upper = np.array([*counts.upper, *[1.0] * (counts.count - len(counts.upper))])
        upper[[number for number, column in enumerate(counts.columns) if column.applicant in visitors]] = 0.0
        rows = Matrix(counts.rows)
        self._relaxation = Sifting(rows, upper, 0, np.zeros(rows.count, dtype=np.bool_), seed)
        most = [goal.constant + int(sum(weight * upper[index] for index, weight in goal.terms)) for goal in self._goals]
        self._bounds = Bounds(self._goals, self._relaxation, clock, lambda goal: goal.floor, most)
        self._chance = np.random.default_rng(seed)
        self._flow: dict[tuple[str, str], float] = {}
        self._alone: dict[int, int] = {}

    def solve(self) -> None:
        """Bound every level, then the tiers after, with the bounds of those before demanded, while there is time."""
        for _ in self._bounds.dive(0):
            pass

    def free(self) -> None:
        """Bound each goal once more with nothing demanded of the others: that holds whatever a plan reaches of them.

        A plan far from the bounds of the first levels would else be told little of those after: the prices of what it
        lacks are high.
        """
        self._bounds.rise(0)
        for number, goal in enumerate(self._goals):
            if number and not self._bounds.clock.over():
                found = self._relaxation.bound(goal, self._bounds.clock.left())
                if found is not None:
                    self._alone[number] = found.floor
        self._bounds.clock.over()  # the last one may have been what it cut short

    def settle(self) -> None:
        """Find one solution with the bounds of levels and fill, for `flow`; if there is no time, take the last one."""
        found = None
        for goal in self._goals:
            if goal.tier == "preferences":  # they take twice the time, and say little of where there is room
                self._relaxation.release(goal)
        if not self._bounds.clock.over():
            gains = np.zeros(self._relaxation.count)
            gains[: len(self._columns)] = self._chance.random(len(self._columns)) * GAIN
            found = self._relaxation.nearest(gains, self._bounds.clock.left())
        if found is None:
            proofs = [proof for _, proof in sorted(self._bounds.proofs.items()) if proof is not None]
            found = proofs[-1].values if proofs else np.zeros(len(self._columns))
        for column, number in zip(self._columns, found.tolist(), strict=False):  # the booleans come after the numbers
            key = (column.applicant, column.space)
            self._flow[key] = self._flow.get(key, 0.0) + column.length * number

    @property
    def cut(self) -> bool:
        """Whether the time cut it short."""
        return self._bounds.clock.cut

    def flow(self, applicant: str, space: str) -> float:
        """Return the periods an applicant has in a space where all levels are at their bounds, in broken numbers."""
        return self._flow.get((applicant, space), 0.0)

    def aims(self) -> dict[int, int]:
        """Return what no plan exceeds of each level that has the bounds before it; nothing if there was no time."""
        levels = {goal.at_least: number for number, goal in enumerate(self._goals) if goal.at_least is not None}
        known = self._bounds.aims
        return {level: known[n] for level, n in levels.items()} if known.keys() >= set(levels.values()) else {}

    def bound(self, tier: str, level: int | None, reached: Reached) -> int | None:
        """Return what no plan exceeds of a level, of fill or of preferences, that has `reached` of each goal before it.

        None if nothing is known.
        """
        ours = ((number, goal.at_least) for number, goal in enumerate(self._goals) if goal.tier == tier)
        found = next((number for number, at in ours if level is None or (at or 0) >= level), None)
        if found is None:
            return None
        bound = self._bounds.of(found, lambda goal: reached(goal.tier, goal.at_least))
        return min((known for known in (bound, self._alone.get(found)) if known is not None), default=None)


class Counts:
    """The variables: one n for each applicant, space and length, told as a column without its date; then booleans.

    What a model of dated columns answers about its own (variables.py), this one answers, too.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.columns: list[Column] = []
        self.upper: list[float] = []
        self.held: Terms = []
        self.earned: Terms = []
        self.rows: list[Row] = []
        self._charters = Charters(problem)
        self._season = frozenset(range(len(problem.periods)))
        self._of: dict[str, list[int]] = {}
        here: dict[str, list[tuple[int, Request]]] = {space.id: [] for space in problem.spaces}
        for request in sorted(problem.requests, key=lambda request: request.applicant):
            self._of[request.applicant] = []
            for wish in sorted(request.spaces, key=lambda wish: wish.space):
                for number in self._numbers(request, problem.space(wish.space)):
                    here[wish.space].append((number, request))
        self.count = len(self.columns)
        for request in problem.requests:
            self._of_one(request)
        for space in problem.spaces:
            self._of_space(space, here[space.id])

    def column(self, index: int) -> Column:
        """Return applicant, space and length of a number; its date is one at which it gives the most."""
        return self.columns[index]

    def of_applicant(self, applicant: str) -> list[int]:
        """Return every number of an applicant."""
        return self._of.get(applicant, [])

    def boolean(self, meaning: Iterable[tuple[int, int]], least: int) -> int:
        """Make a further variable between 0 and 1; its rows say what it means."""
        self.count += 1
        return self.count - 1

    def add(self, terms: Iterable[tuple[int, int]], *, low: int | None = None, high: int | None = None) -> None:
        """Demand low ≤ Σ coefficient · variable ≤ high."""
        kept = [(variable, weight) for variable, weight in terms if weight]
        if kept:
            self.rows.append(Row(kept, low, high))

    def most(self, request: Request) -> int:
        """Return what nobody with this request can be given more than, in the charter's measure."""
        periods = self.problem.periods
        if self.problem.charter.measure != "points":
            return len(periods)
        weight = max((self.problem.space(wish.space).weight for wish in request.spaces), default=0)
        return weight * sum(period.weight for period in periods)

    def _numbers(self, request: Request, space: Space) -> Iterable[int]:
        """Make a request's numbers in one space, and yield them; none where she does not fit."""
        if not any(fits(stand, request) for stand in space.stands):
            return
        free = self._season - space.closed - request.unavailable
        weight = [period.weight for period in self.problem.periods]
        for length in range(request.min_length, min(request.max_length, len(weight)) + 1):
            starts = [start for start in free if free.issuperset(range(start, start + length))]
            if not starts:
                continue
            best = max(starts, key=lambda start: (sum(weight[start : start + length]), -start))
            self._of[request.applicant].append(len(self.columns))
            self.columns.append(Column(request.applicant, space.id, (), best, length))
            self.held.append((len(self.held), request.stands * length))
            self.upper.append(min(self.problem.most_turns(request.applicant), len(free) // length))
            yield len(self.columns) - 1

    def _of_one(self, request: Request) -> None:
        """One applicant is in one place at a time, rests, and has as many turns as she asked for at most."""
        numbers = self._of[request.applicant]
        held = [(number, self.columns[number]) for number in numbers]
        season = len(self._season)
        self._preferred(request, held)
        self.add([(number, 1) for number in numbers], high=self.problem.most_turns(request.applicant))
        self.add([(number, column.length) for number, column in held], high=season - len(request.unavailable))
        self._apart(held, "rest")
        at_site: dict[str, list[int]] = {}
        for wish in request.spaces:
            here = [(number, column) for number, column in held if column.space == wish.space]
            self._apart(here, "return_after")
            site = self.problem.space(wish.space).site
            at_site.setdefault(site, []).extend(number for number, _ in here)
        for site, found in at_site.items():
            limit = self._charters.at_site(site, "max_turns_per_site")
            if limit is not None:
                self.add([(number, 1) for number in found], high=limit)

    def _preferred(self, request: Request, held: list[tuple[int, Column]]) -> None:
        """Add what her turns earn: by the rank of their space, and by the periods she prefers, each of them once.

        The share of these that she has is a variable.
        """
        liked = request.preferred
        there = [period for period in self._season - request.unavailable if liked.get(period, 0) > 0]
        total = sum(liked[period] for period in there)
        ranks = {wish.space: wish.rank for wish in request.spaces}
        self.earned += [(number, column.length * credit(ranks[column.space])) for number, column in held]
        if total:
            share = self.boolean((), 0)
            best = [(number, self._best(liked, column.length)) for number, column in held]
            self.add([*best, (share, -total)], low=0)
            self.earned.append((share, total))

    def _best(self, liked: Mapping[int, int], length: int) -> int:
        """Return the most that a turn of some length earns of these periods."""
        weight = [liked.get(period, 0) for period in range(len(self._season))]
        return max((sum(weight[start : start + length]) for start in range(len(weight) - length + 1)), default=0)

    def _apart(self, held: list[tuple[int, Column]], parameter: str) -> None:
        """Turns, each stretched by the pause after it, are disjoint within the season and one pause."""
        pauses = [self._charters.at(column.space, parameter) or 0 for _, column in held]
        if any(pauses):
            terms = [(number, column.length + pause) for (number, column), pause in zip(held, pauses, strict=True)]
            self.add(terms, high=len(self._season) + max(pauses))

    def _of_space(self, space: Space, here: list[tuple[int, Request]]) -> None:
        """A space holds what its stands hold, and of what is alike so many in each period that it is open."""
        stands = {stand.id: len(self._season - space.closed - stand.closed) for stand in space.stands}
        for fitting in {self._fitting(space, request) for _, request in here}:
            inside = [(number, request) for number, request in here if self._fitting(space, request) <= fitting]
            self.add((self.held[number] for number, _ in inside), high=sum(stands[stand] for stand in fitting))
        opened = len(self._season - space.closed)
        for parameter, what in CAPS.items():
            limit = self._charters.at(space.id, parameter)
            alike: dict[str, list[tuple[int, Request]]] = {}
            for number, request in here if limit is not None else ():
                alike.setdefault(getattr(self.problem.applicant(request.applicant), what), []).append((number, request))
            for name, found in alike.items():
                if name:
                    self.add((self.held[number] for number, _ in found), high=limit * opened)

    @staticmethod
    def _fitting(space: Space, request: Request) -> frozenset[str]:
        return frozenset(stand.id for stand in space.stands if fits(stand, request))
