"""If she had this turn: which tier would fall, by how much, and who would lose what.

Such a turn is demanded and the part of the case around her is solved anew from the plan at hand, tier by tier: the
longest run of tiers that can all be kept is found by halving, the next one is made as high as it goes, then as many
turns as possible stay. The part grows until the time is up or everybody is in it. What is found in a part is true
of the case (such a plan exists); that nothing does better is said only when everybody was in it and the engine
left nothing to look at, or when the plan at hand is proven the best and nothing need fall.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from scheduler.board import Board, Swap
from scheduler.building import in_order
from scheduler.descent import EFFORT, Descent, Found
from scheduler.nearby import Nearby, closest, direct
from scheduler.plan import Plan, Tier, Turn
from scheduler.problem import Problem
from scheduler.rulebook import rules_of, tiers_of
from scheduler.tickets import drawn_order
from scheduler.variables import Goal
from scheduler.wishes.fairness import amounts

SIZES = (12, 40, 120)
"""People set free, round by round; then everybody."""
TRIED, LOOKING = 400, 0.2
"""Direct exchanges looked at whatever the time; the others in this share of it."""
SPARE = 1.1
"""A round that would end in time only if it took less than this many times what is expected is not begun."""
EACH = 1e-4
"""Seconds expected of a first, small part for each turn of the plan."""

Kind = Literal["given", "clash", "unknown", "falls", "draw", "better"]


@dataclass(frozen=True, slots=True)
class Fall:
    """A tier (and fairness level) and what it reaches before and after."""

    tier: str
    level: int | None
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """What would be if an applicant had one more such turn.

    falls: `change` is the first tier that goes down. draw: every tier can be kept. better: `change` is the first
    tier that goes up. clash: no plan has such a turn; `rules`: codes of rules without which one has (empty: her own
    request and the calendar leave no such turn). given: she has all the turns she asked for there. unknown: no such
    plan was found in time. `proven`: no plan with such a turn does better. `turns`: the best plan found;
    `amounts`: who gets less or more there, (before, after) in the charter's measure.
    """

    kind: Kind
    applicant: str
    proven: bool
    change: Fall | None = None
    turns: tuple[Turn, ...] = ()
    amounts: Mapping[str, tuple[int, int]] = field(default_factory=dict, hash=False)
    rules: tuple[str, ...] = ()

    @property
    def losers(self) -> dict[str, tuple[int, int]]:
        """Who would get less than now."""
        return {name: pair for name, pair in self.amounts.items() if pair[1] < pair[0]}


def what_if(
    problem: Problem,
    plan: Plan | Iterable[Turn],
    applicant: str,
    space: str | None = None,
    period: int | None = None,
    *,
    seconds: float = 1.5,
) -> Counterfactual:
    """Say what one more turn of an applicant (in a space and period, if given) would cost.

    The names must be known and the applicant have a request. Raises BadQuestion for turns no column allows.
    """
    deadline = time.monotonic() + seconds
    turns = plan.turns if isinstance(plan, Plan) else tuple(plan)
    tiers = plan.tiers if isinstance(plan, Plan) else ()
    return _Question(in_order(problem), turns, (applicant, space, period), _Claims(tiers), deadline).answer()


class _Claims:
    """What a plan says is proven of it."""

    def __init__(self, tiers: tuple[Tier, ...]) -> None:
        self._closed = {tier.name for tier in tiers if tier.value is not None and tier.value == tier.bound}
        self._levels = {level.at_least: level.count == level.bound for tier in tiers for level in tier.levels}
        later = [tier.bound for tier in tiers if not tier.levels and tier.name not in ("fairness", "min_fill")]
        self._beyond = bool(later) and later[0] is not None and all(self._levels.values())
        self.largest = next((tier.bound for tier in tiers if tier.name == "min_fill"), None)

    def sure(self, goal: Goal) -> bool:
        """Tell whether the goal is proven not to rise; levels left out are 0 once the tier after them is bounded."""
        if goal.at_least is None:
            return goal.tier in self._closed
        return self._levels.get(goal.at_least, self._beyond and goal.at_least > max(self._levels, default=0))


class _Question:
    """One question, asked of ever larger parts."""

    def __init__(
        self,
        problem: Problem,
        turns: tuple[Turn, ...],
        asked: tuple[str, str | None, int | None],
        claims: _Claims,
        deadline: float,
    ) -> None:
        self.problem, self.turns, self.asked, self.claims = problem, turns, asked, claims
        self.applicant, self.deadline = asked[0], deadline
        self.known: list[Turn] | None = None
        self._built = self._took = EACH * len(turns)  # seconds the model of the last round took, and that round

    def answer(self) -> Counterfactual:
        """Ask round by round; the largest part that was answered counts."""
        applicant, space, period = self.asked
        board = Board(self.problem, self.turns)
        own = board.by_applicant.get(applicant, [])
        if space is None and period is None and len(own) >= self.problem.request(applicant).max_turns:
            return Counterfactual("given", applicant, proven=True)
        if any(period is not None and period in turn.periods and space in (None, turn.space) for turn in own):
            return Counterfactual("given", applicant, proven=True)
        swaps = self._judged(board, direct(self.problem, board, applicant, space, period))
        people = closest(self.problem, board, swaps, applicant, space)
        return self._grow(people)

    def _judged(self, board: Board, swaps: list[Swap]) -> list[Swap]:
        """Put the exchanges that break no rule first, those that break one last; start from the first of all."""
        until = time.monotonic() + LOOKING * self._left()
        allowed: list[Swap] = []
        broken: list[Swap] = []
        for number, swap in enumerate(swaps):
            if number >= TRIED and time.monotonic() > until:
                break
            instead = any(turn.applicant == self.applicant for turn in swap.removed)  # of her own turn, not one more
            (broken if instead or board.personal(swap) or board.shared(swap) else allowed).append(swap)
        if allowed:
            self.known = [*(turn for turn in self.turns if turn not in allowed[0].removed), *allowed[0].added]
        return [*allowed, *swaps[len(allowed) + len(broken) :], *broken]

    def _grow(self, people: list[str]) -> Counterfactual:
        """Free ever more people until the time is up; each round starts from what the one before found."""
        told = self._at_once()
        sizes = [*(size for size in SIZES if size < len(people)), len(people)]
        for before, size in itertools.pairwise((0, *sizes)):
            started = time.monotonic()
            expected = self._built if told.kind == "unknown" else self._took
            if started + SPARE * expected * size / (before or size) > self.deadline:
                break
            near = Nearby(self.problem, self.turns, people[:size])
            self._built = time.monotonic() - started
            result = self._round(near)
            if result is not None and (told.kind == "unknown" or not self._worse(result, told)):
                told = result
                self.known = list(told.turns) or self.known
            if told.proven:
                break
            self._took = time.monotonic() - started
        return told

    def _at_once(self) -> Counterfactual:
        """Tell what the exchange to start from changes; where fill is judged by its optimum, nothing is known yet."""
        if self.known is None or self.problem.charter.min_fill:
            return Counterfactual("unknown", self.applicant, proven=False)
        turns = tuple(sorted(self.known, key=lambda turn: turn.order))
        return self._answer(self._first_change(turns), turns, proven=False)

    def _first_change(self, turns: tuple[Turn, ...]) -> Fall | None:
        """Return the first tier, or fairness level, on which other turns reach something else."""
        for wish in tiers_of(self.problem):
            old, new = wish.measure(self.problem, self.turns), wish.measure(self.problem, turns)
            if old.value is not None and new.value is not None and old.value != new.value:
                return Fall(wish.name, None, old.value, new.value)
            for level in sorted({one.at_least for one in (*old.levels, *new.levels)}):
                before, after = (next((o.count for o in t.levels if o.at_least >= level), 0) for t in (old, new))
                if before != after:
                    return Fall(wish.name, level, before, after)
        return None

    def _answer(self, change: Fall | None, turns: tuple[Turn, ...], *, proven: bool) -> Counterfactual:
        """Return an answer with what everybody gets in these turns."""
        old, new = amounts(self.problem, self.turns), amounts(self.problem, turns)
        pairs = {name: (old.get(name, 0), new.get(name, 0)) for name in sorted({*old, *new})}
        changed = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
        kind: Kind = "draw" if change is None else "better" if change.after > change.before else "falls"
        return Counterfactual(kind, self.applicant, proven, change, turns, changed)

    def _worse(self, new: Counterfactual, old: Counterfactual) -> bool:
        """Tell whether a larger part, cut short, gave less than a smaller one had."""
        if new.proven or new.kind == "clash":
            return False
        return bool(new.kind == "unknown") or self._order(new) < self._order(old)

    def _order(self, told: Counterfactual) -> tuple[tuple[int, ...], ...]:
        """Rank plans by the tiers, recounted."""
        found = []
        for wish in tiers_of(self.problem):
            tier = wish.measure(self.problem, told.turns)
            found.append((tier.value,) if tier.value is not None else tuple(level.count for level in tier.levels))
        return tuple(found)

    def _left(self) -> float:
        return self.deadline - time.monotonic()

    def _round(self, near: Nearby) -> Counterfactual | None:
        """Demand the turn in one part and say what becomes of the tiers; None: nothing was found out."""
        wished = near.wished(*self.asked)
        more = wished.value(near.start) + 1
        if sum(index not in near.model.closed for index, _ in wished.terms) < more:
            return Counterfactual("clash", self.applicant, proven=True, rules=("forbidden",) if wished.terms else ())
        descent = Descent(near, (wished, more), self._sure(near), self.claims.largest, self.deadline)
        found = descent.run(None if self.known is None else near.holding(self.known))
        if found is None or (not found.chosen and not near.everybody):
            return None
        if not found.chosen:
            return Counterfactual("clash", self.applicant, proven=True, rules=self._culprits(near))
        return self._told(near, found, descent.calm(found))

    def _sure(self, near: Nearby) -> list[bool]:
        """Tell of each goal whether the plan says it is proven that it cannot rise."""
        return [self.claims.sure(goal) for goal in near.goals]

    def _told(self, near: Nearby, found: Found, chosen: list[int]) -> Counterfactual:
        turns = near.model.extract(chosen)
        known = self.claims.largest is not None or not self.problem.charter.min_fill
        whole = near.everybody and found.exhausted and known
        if found.place is None:
            return self._answer(None, turns, proven=whole or (known and all(self._sure(near))))
        goal = near.goals[found.place]
        change = Fall(goal.tier, goal.at_least, goal.value(near.start), goal.value(chosen))
        return self._answer(change, turns, proven=whole)

    def _culprits(self, near: Nearby) -> tuple[str, ...]:
        """Return the codes of rules that must go for such a turn to be possible, found by leaving rules out."""
        wished = near.wished(*self.asked)
        if not wished.terms:
            return ()
        people = [request.applicant for request in self.problem.requests]
        codes = [rule.code for rule in rules_of(self.problem) if rule.code not in ("known", "min_fill")]
        gone: list[str] = []
        for code in codes:
            if self._left() < self._built:
                break
            trial = Nearby(self.problem, self.turns, people, frozenset((*gone, code)))
            again = trial.wished(*self.asked)
            demand = (again, again.value(trial.start) + 1)
            if trial.engine().best(None, [demand], trial.start, self._left(), EFFORT).chosen is None:
                gone.append(code)
        return tuple(code for code in codes if code not in gone)


def first_drawn(seed: str, told: Counterfactual) -> str | None:
    """Return the one of those whose amount changes whom the draw puts first."""
    order = drawn_order(seed, told.amounts)
    return order[0] if order else None
