"""Who of several parts stays in which: two parts at a time share their people anew, in whole numbers.

A part of which 827½ can reach a level gives the half away, and parts bounded one by one lose several units of what the
whole could have. Of two parts the season without its dates (undated.py) is solved in whole numbers, everybody in one of
the two, level by level: half a second each, for it has hardly a gap. Who has turns where she did not stay moves.
Together the two never have less than before. Parts meet like players of a tournament, until all together have what the
whole can have at most of every level, or every pair has met once more without gain.

It says who stays where, no more: no bound rests on it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import islice

import numpy as np

from scheduler.interior import CORES, Programme
from scheduler.limits import Clock
from scheduler.matrix import Floats, Matrix, dense
from scheduler.problem import Problem, Request
from scheduler.undated import Counts
from scheduler.variables import Goal, Row
from scheduler.wishes.levels import gain, level_goals

Pair = tuple[str, str]
Homes = dict[str, str]


class Sharing:
    """The parts of a case (`place`: of each space), who stays where, and how many reach which level there.

    `aims`: of each level, what the whole can have at most.
    """

    def __init__(self, problem: Problem, place: Mapping[str, str], homes: Homes, aims: Mapping[int, int], clock: Clock):
        self.homes = dict(homes)
        self._problem, self._place, self._clock = problem, place, clock
        had = Counter(self._top(request.applicant, 0) for request in problem.requests)
        self.aims = {  # of the others nobody can gain anything
            level: aim for level, aim in sorted(aims.items()) if aim > sum(n for top, n in had.items() if top >= level)
        }
        self._pinned = {pin.applicant for pin in problem.pins}
        self._reach: dict[str, Counter[int]] = {}

    def run(self) -> Homes:
        """Return who stays where in the end."""
        names = sorted(set(self._place.values()))
        if not self.aims or not self._common(names):
            return self.homes
        meetings = rounds(names)
        for pairs in islice(meetings, len(names)):
            if self._clock.over() or self.sums():
                break
            self.meet(pairs, None)
        for level, aim in self.aims.items():
            for pairs in islice(meetings, len(names)):
                if self._clock.over() or self.sums().get(level, aim) >= aim:
                    break
                self.meet(pairs, level)
        return self.homes

    @property
    def cut(self) -> bool:
        """Whether the time cut it short."""
        return self._clock.cut

    def sums(self) -> dict[int, int]:
        """Return how many of the whole reach each level; nothing before that is known of every part."""
        if set(self._reach) != set(self._place.values()):
            return {}
        return {level: sum(reach[level] for reach in self._reach.values()) for level in self.aims}

    def meet(self, pairs: list[Pair], short: int | None) -> None:
        """Let some pairs of parts share their people."""
        with ThreadPoolExecutor(CORES) as pool:
            for pair, shared in zip(pairs, pool.map(partial(self._share, short=short), pairs), strict=True):
                if shared is not None:
                    self._move(pair, *shared)

    def _common(self, parts: Sequence[str]) -> bool:
        """Tell whether somebody who stays in one of these parts could stay in another one of them."""
        return any(
            self.homes[request.applicant] in parts
            and len({self._place[wish.space] for wish in request.spaces}.intersection(parts)) > 1
            for request in self._problem.requests
            if request.applicant not in self._pinned
        )

    def _share(self, pair: Pair, short: int | None) -> tuple[Counts, Floats] | None:
        """Solve two parts in whole numbers, level by level: as many as can be.

        `short`: a level of which they must have more than now, and no less of those before. None if there is nothing
        to gain, or no time.
        """
        if short is not None and not self._common(pair):
            return None
        counts = Counts(self._only(pair))
        self._in_one(counts)
        goals = [goal for goal in level_goals(counts, most=counts.most) if goal.at_least in self.aims]
        upper = np.array([*counts.upper, *[1.0] * (counts.count - len(counts.upper))])
        rows, values = Matrix(counts.rows), None if goals else np.zeros(len(upper))
        for goal in goals:
            level = goal.at_least or 0
            if short is not None and level <= short:
                least = sum(self._reach[part][level] for part in pair) + (level == short) - goal.constant
                rows.append(Row(goal.terms, least, None))
            if short is None or level >= short:
                values = self._most(goal, upper, rows)
                if values is None:
                    return None
                rows.append(Row(goal.terms, round(float(dense(goal.terms, len(upper)) @ values)), None))
        return None if values is None else (counts, values)

    def _most(self, goal: Goal, upper: Floats, rows: Matrix) -> Floats | None:
        if self._clock.over():
            return None
        costs = dense(goal.terms, len(upper))
        programme = Programme(costs, upper, rows.low, rows.high, rows.row, rows.column, rows.weight)
        return programme.whole(seconds=self._clock.left())

    def _only(self, pair: Pair) -> Problem:
        """Return the case of two parts and who stays in one of them; a pin holds her there."""

        def within(request: Request) -> tuple[str, ...]:
            home = self.homes[request.applicant]
            return (home,) if request.applicant in self._pinned else pair

        return replace(
            self._problem,
            spaces=tuple(space for space in self._problem.spaces if self._place[space.id] in pair),
            requests=tuple(
                replace(
                    request, spaces=tuple(wish for wish in request.spaces if self._place[wish.space] in within(request))
                )
                for request in self._problem.requests
                if self.homes[request.applicant] in pair
            ),
        )

    def _in_one(self, counts: Counts) -> None:
        """Whoever could have turns in both parts has them in one."""
        there: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for number, column in enumerate(counts.columns):
            there[column.applicant][self._place[column.space]].append(number)
        for parts in there.values():
            if len(parts) < 2:
                continue
            stays = []
            for numbers in parts.values():
                stays.append(counts.boolean((), 0))
                for number in numbers:
                    counts.add([(number, 1), (stays[-1], -int(counts.upper[number]))], high=0)
            counts.add([(one, 1) for one in stays], high=1)

    def _move(self, pair: Pair, counts: Counts, values: Floats) -> None:
        """Let everybody stay where her turns are, and count again who reaches what in both parts."""
        given: Counter[str] = Counter()
        for number, column in enumerate(counts.columns):
            turns = round(float(values[number]))
            if turns:
                given[column.applicant] += turns * gain(counts.problem, column)
                self.homes[column.applicant] = self._place[column.space]
        for part in pair:
            self._reach[part] = Counter()
        for request in counts.problem.requests:
            top = self._top(request.applicant, given[request.applicant])
            self._reach[self.homes[request.applicant]].update(level for level in self.aims if level <= top)

    def _top(self, person: str, given: int) -> int:
        """Return the level somebody has with so much given."""
        applicant = self._problem.applicant(person)
        return (applicant.received + given) // applicant.share


def rounds(names: Sequence[str]) -> Iterator[list[Pair]]:
    """Yield rounds of pairs for ever, as in a tournament: each name once a round, every pair once in len(names)."""
    ring: list[str | None] = [*names] if len(names) % 2 == 0 else [*names, None]
    while True:
        half = len(ring) // 2
        yield [(one, two) for one, two in zip(ring[:half], reversed(ring[half:]), strict=True) if one and two]
        ring = [ring[0], ring[-1], *ring[1:-1]]
