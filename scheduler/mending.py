"""One programme of a repair: the columns of openings.py under every rule, and its goals from first to last.

1. as few turns of others as possible are given up (a turn kept on another stand counts as kept, but less);
2. as few new turns as possible lie where nothing fell free;
3. whoever had a turn has one again, as far as can be;
4. the charter's tiers in their order;
5. as few new turns as possible;
6. whoever is placed again is so near the old place and dates;
7. the draw: in ticket order, each as much as can be.

With a free hand, 3 and the tiers down to fairness and fill come before 1 and 2: those are worth a move, the
preferences of somebody else are not. The rest is left to a second programme in which the moves are made.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from scheduler.aftermath import Aftermath
from scheduler.building import goals_of
from scheduler.engine import Programme, Settled
from scheduler.openings import Openings, key
from scheduler.plan import Turn
from scheduler.rulebook import rules_of
from scheduler.tickets import drawn_order
from scheduler.variables import Goal, Terms, Variables
from scheduler.wishes.levels import gain

ESSENTIAL = ("min_fill", "fairness", "fill")
"""The tiers that are worth moving somebody, and with them whatever a charter puts before them."""


@dataclass(frozen=True, slots=True)
class Mended:
    """A plan that was found: all its turns, what each goal came to, and how many turns of others were given up."""

    turns: tuple[Turn, ...]
    settled: tuple[Settled, ...]
    given_up: int

    @property
    def proven(self) -> bool:
        """Tell whether no plan of these columns gives up fewer turns."""
        return all(one.proven for one in self.settled if one.goal.tier == "given up")


@dataclass(frozen=True, slots=True)
class Freedom:
    """What a plan with a free hand may do: give up at most `budget` turns of others (None: any number) and start
    from the turns of `start`. Whoever's turn may be given up ends with as much as she has, in the charter's
    measure, but for those in `spared` (who lose something whatever is done).
    """

    start: tuple[Turn, ...]
    budget: int | None = None
    spared: frozenset[str] = frozenset()
    effort: float = 0.1


class Mending:
    """The programme over some columns: stability first, or with a `freedom`, what the charter is after first."""

    def __init__(
        self, state: Aftermath, found: Openings, freedom: Freedom | None = None, deadline: float = math.inf
    ) -> None:
        self.state, self.found, self.freedom = state, found, freedom
        self.model = Variables(found.options)
        for rule in rules_of(state.problem):
            rule.post(self.model)
        self.kept = self._kept_terms()
        if freedom is not None:
            self._shelter(freedom)
        goals = goals_of(self.model)
        worth_moving = max((n for n, goal in enumerate(goals, 1) if goal.tier in ESSENTIAL), default=0)
        self.essential = [self._placed_again(), *goals[:worth_moving]]
        self.other_tiers = goals[worth_moving:]
        seed = _number(state.problem.seed)
        self.programme = Programme(self.model.rows, self._fixed(), self.model.count, seed, deadline)
        if any(self.programme.fixed.get(variable) for variable in self.model.closed):
            self.programme.impossible = True

    def run(self) -> Mended | None:
        """Return the best plan of these columns, None if there is none."""
        stay = self._stability()
        if self.freedom is None:
            goals = [*stay, *self.essential, *self.other_tiers, self._fewest_new(), self._near(), *self._draw()]
        else:
            goals = [*self.essential, *stay, self._fewest_new(), self._near()]
            self.programme.effort = self.freedom.effort
            self._begin(self.freedom.start)
        if self.programme.impossible or not self.programme.climb(goals):
            return None
        chosen = self.programme.chosen or []
        picked = [index for index in range(len(self.found.turns)) if chosen[index]]
        kept = sum(weight * chosen[index] for index, weight in self.kept)
        turns = sorted((self.found.turns[index] for index in picked), key=lambda turn: turn.order)
        return Mended(tuple(turns), tuple(self.programme.settled), len(self.found.movable) - kept)

    def _begin(self, start: tuple[Turn, ...]) -> None:
        """Start from a plan if all its turns are columns here."""
        wanted = set(start)
        picked = [index for index, turn in enumerate(self.found.turns) if turn in wanted]
        if len(picked) == len(wanted):
            self.programme.begin(self.model.settled(picked))

    def _fewest_new(self) -> Goal:
        return Goal("new turns", [(index, -1) for index in self.found.new])

    def _fixed(self) -> dict[int, int]:
        """Return what is settled: turns that stay, closed columns, and booleans that follow from these."""
        fixed = dict.fromkeys(self.model.closed, 0) | dict.fromkeys(self.found.stay, 1)
        for boolean in range(len(self.found.turns), self.model.count):
            terms, least = self.model.meaning(boolean)
            sure = sum(weight * fixed[variable] for variable, weight in terms if variable in fixed)
            open_weights = [weight for variable, weight in terms if variable not in fixed]
            if sure + sum(weight for weight in open_weights if weight < 0) >= least:
                fixed[boolean] = 1
            elif sure + sum(weight for weight in open_weights if weight > 0) < least:
                fixed[boolean] = 0
        return fixed

    def _stability(self) -> list[Goal]:
        if not self.found.movable and not self.found.elsewhere:
            return []
        return [
            Goal("given up", self.kept),
            Goal("other stand", [(index, 1) for index in self.found.movable]),
            Goal("elsewhere", [(index, -1) for index in self.found.elsewhere]),
        ]

    def _kept_terms(self) -> Terms:
        """Return the columns that keep a turn that may be given up, on whatever stand."""
        wanted = {key(self.found.turns[index]) for index in self.found.movable}
        same = [index for index in self.found.new if key(self.found.turns[index]) in wanted]
        return [(index, 1) for index in (*self.found.movable, *same)]

    def _placed_again(self) -> Goal:
        """Count, of those whose turns fell or may be given up, the turns they have again."""
        lost: dict[str, int] = {}
        for turn in (*self.state.displaced, *(self.found.turns[index] for index in self.found.movable)):
            if turn.applicant not in self.state.withdrawn:
                lost[turn.applicant] = lost.get(turn.applicant, 0) + 1
        terms: Terms = []
        for applicant in sorted(lost):
            columns = [(index, 1) for index in self._open_columns(applicant)]
            again = [self.model.boolean(columns, least) for least in range(1, lost[applicant] + 1)]
            self.model.add([*columns, *((boolean, -1) for boolean in again)], low=0)
            for fewer, more in pairwise(again):
                self.model.add([(fewer, 1), (more, -1)], low=0)
            terms += [(boolean, 1) for boolean in again]
        return Goal("placed again", terms)

    def _shelter(self, freedom: Freedom) -> None:
        """Σ gains of her columns ≥ gains of her turns that may be given up; Σ turns kept ≥ all but the budget."""
        problem = self.state.problem
        movers = {self.found.turns[index].applicant for index in self.found.movable}
        for applicant in sorted(movers - freedom.spared):
            own = self._open_columns(applicant)
            gains = [(index, gain(problem, self.model.column(index))) for index in own]
            self.model.add(gains, low=sum(worth for index, worth in gains if index in self.found.movable))
        if freedom.budget is not None:
            self.model.add(self.kept, low=len(self.found.movable) - freedom.budget)

    def _open_columns(self, applicant: str) -> list[int]:
        """Return her columns that are not settled."""
        return [index for index in self.model.of_applicant(applicant) if index not in self.found.stay]

    def _near(self) -> Goal:
        """−Σ over new turns of those placed again: periods to the nearest turn they had, a season for another space."""
        had: dict[str, list[Turn]] = {}
        for turn in (*self.state.displaced, *(self.found.turns[index] for index in self.found.movable)):
            had.setdefault(turn.applicant, []).append(turn)
        season = len(self.state.problem.periods)
        return Goal(
            "near",
            [
                (
                    index,
                    -min(abs(new.start - old.start) + season * (new.space != old.space) for old in had[new.applicant]),
                )
                for index, new in ((index, self.found.turns[index]) for index in self.found.new)
                if new.applicant in had
            ],
        )

    def _draw(self) -> Iterator[Goal]:
        """Yield a goal for each in ticket order: as much as can be."""
        people = {self.found.turns[index].applicant for index in self.found.new}
        for applicant in drawn_order(self.state.problem.seed, people):
            columns = self._open_columns(applicant)
            yield Goal("draw", [(index, gain(self.state.problem, self.model.column(index))) for index in columns])


def _number(seed: str) -> int:
    return sum(seed.encode()) % 2**20
