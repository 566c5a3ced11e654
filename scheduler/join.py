"""The plans of the parts put together, and a bound of each goal of the whole.

From the prices of the parts; of levels, fill and preferences from the season without its dates, too.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import accumulate
from statistics import fmean

from scheduler.matrix import ROUNDING, Key
from scheduler.plan import Level, Tier, Turn
from scheduler.pricing import Priced, Yield
from scheduler.problem import Problem, Request
from scheduler.rulebook import tiers_of
from scheduler.undated import Undated

HIGHEST = 200
"""Levels above are not bounded one by one."""


class Joined:
    """The tiers of a plan of the whole, each with the bound that the priced goals of the parts prove."""

    def __init__(
        self,
        problem: Problem,
        turns: tuple[Turn, ...],
        parts: Sequence[Sequence[Priced]],
        undated: Undated | None = None,
    ) -> None:
        self.problem, self.parts, self.undated = problem, parts, undated
        self._tiers = [wish.measure(problem, turns) for wish in tiers_of(problem)]
        self._counts = {level.at_least: level.count for tier in self._tiers for level in tier.levels}
        self._before: dict[Key, int] = {}

    def tiers(self) -> tuple[Tier, ...]:
        """Return every tier with its bounds, each given what is reached before it."""
        done = []
        for tier in self._tiers:
            if tier.value is None:
                done.append(self._levels(tier))
            else:
                bound = self._least(tier.name, None)
                done.append(Tier(tier.name, value=tier.value, bound=bound))
                self._before[tier.name, None] = tier.value
        return tuple(done)

    def _levels(self, tier: Tier) -> Tier:
        told = {level.at_least: level.count for level in tier.levels}
        top = max([*told, *(goal.at_least or 0 for goals in self.parts for goal in goals)], default=0)
        levels, bound = [], len(self.problem.requests)

        for level in [*range(1, min(top, HIGHEST) + 1), *(at for at in sorted(told) if at > HIGHEST)]:
            if bound:
                found = self._least(tier.name, level)
                bound = bound if found is None else min(bound, found)
            count = self._reached(level)
            if bound or count:
                levels.append(Level(level, count, bound))
            self._before[tier.name, level] = count
        return Tier(tier.name, levels=tuple(levels))

    def _reached(self, level: int) -> int:
        """Return how many the plan lifts to a level."""
        return next((self._counts[at] for at in sorted(self._counts) if at >= level), 0)

    def _given(self, tier: str, level: int | None) -> int:
        """Return what the plan reaches of a goal before the one that is bounded."""
        return self._before.get((tier, None), 0) if level is None else self._reached(level)

    def _least(self, tier: str, level: int | None) -> int | None:
        """Return the least of what the parts and the season without its dates prove of a goal."""
        found = [self._bound(tier, level)]
        if self.undated is not None:
            found.append(self.undated.bound(tier, level, self._given))
        return min((bound for bound in found if bound is not None), default=None)

    def _bound(self, tier: str, level: int | None) -> int | None:
        """Return the least bound of a goal that a few choices of prices for what is kept prove."""
        bounds = []
        for last in (False, True):
            priced = [goal for goals in self.parts if (goal := _goal(goals, tier, level, last=last)) is not None]
            if len(priced) < len(self.parts):
                return None
            prices = [{key: goal.kept.get(key, 0.0) for key in self._before} for goal in priced]
            for choose in (max, fmean):
                kept = {key: choose(one[key] for one in prices) for key in self._before}
                bounds.append(math.floor(self._proves(priced, level, kept) + ROUNDING))
        return min(bounds)

    def _proves(self, priced: Sequence[Priced], level: int | None, kept: dict[Key, float]) -> float:
        """The formula of pricing.py."""
        rises = {key[1]: price for key, price in kept.items() if key[1] is not None}
        if level is not None:
            rises[level] = 1.0
        order = sorted(rises)
        ladder = list(zip(order, accumulate(rises[at] for at in order), strict=True))
        flat = [price for key, price in kept.items() if key[1] is None]
        total = sum(goal.worth for goal in priced) - sum(price * self._before[key] for key, price in kept.items())
        for request in self.problem.requests:
            offers: dict[int, float] = {}
            there = [goal for goal in priced if request.applicant in goal.best]
            for goal in there:
                _merge(offers, goal.best[request.applicant], flat)
            most = self._most(request, ladder, offers)
            total += min(most, self._alone(request, ladder, there[0], kept)) if len(there) == 1 else most
        return total

    def _alone(self, request: Request, ladder: list[tuple[int, float]], goal: Priced, kept: dict[Key, float]) -> float:
        """Return the most one request adds that has turns in one part only, if its prices are not below those kept."""
        own = goal.own.get(request.applicant)
        over = {key: price - goal.kept.get(key, 0.0) for key, price in kept.items()}
        if own is None or any(price > 0 for key, price in over.items() if key[1] is None):
            return math.inf
        applicant = self.problem.applicant(request.applicant)
        level = applicant.received // applicant.share
        has = next((sum_ for at, sum_ in reversed(ladder) if at <= level), 0.0)
        return has + own + sum(max(0.0, price) for key, price in over.items() if (key[1] or 0) > level)

    def _most(self, request: Request, ladder: list[tuple[int, float]], offers: dict[int, float]) -> float:
        """Return the most one request can add, taking at most `max_turns` offers, the same one again if she likes."""
        applicant = self.problem.applicant(request.applicant)

        def climbed(given: int) -> float:
            level = (applicant.received + given) // applicant.share
            return next((sum_ for at, sum_ in reversed(ladder) if at <= level), 0.0)

        states, best = {0: 0.0}, climbed(0)
        for _ in range(min(request.max_turns, len(self.problem.periods))):
            more: dict[int, float] = {}
            for given, value in states.items():
                for gain, net in offers.items():
                    if more.get(given + gain, -math.inf) < value + net:
                        more[given + gain] = value + net
            best = max([best, *(value + climbed(given) for given, value in more.items())])
            states = more
        return best


def _goal(goals: Sequence[Priced], tier: str, level: int | None, *, last: bool) -> Priced | None:
    """Return the part's goal for a level, the `last` one told of it or the first.

    A level left out has the prices of the next, or of the highest there is.
    """
    ours = [goal for goal in goals if goal.tier == tier]
    if level is not None and ours:
        places = sorted({goal.at_least or 0 for goal in ours})
        at = next((place for place in places if place >= level), places[-1])
        ours = [goal for goal in ours if goal.at_least == at]
    return ours[-1 if last else 0] if ours else None


def _merge(offers: dict[int, float], best: dict[Yield, float], flat: Iterable[float]) -> None:
    """Keep the best offer of each gain, with what it yields in the tiers kept before."""
    flat = list(flat)
    for key, net in best.items():
        value = net + sum(price * amount for price, amount in zip(flat, key[1:], strict=False))
        offers[key[0]] = max(offers.get(key[0], -math.inf), value)
