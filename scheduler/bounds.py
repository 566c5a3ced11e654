"""What no plan can exceed: a bound for each goal, given what is reached of the goals before it.

One dive through the relaxation bounds every goal, each with the bounds before it demanded. Where a plan then
reaches less, the same row prices prove another bound (`Vertex.bound_if`), so that a bound is known of every
goal from the dive on, whatever the plan at hand.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Sequence

from scheduler.limits import Clock
from scheduler.matrix import ROUNDING, Key, Vertex
from scheduler.relax import Relaxation
from scheduler.variables import Goal

Reached = Callable[[str, int | None], int]
"""What a plan reaches of a tier, or of a level of it."""
Outline = Callable[[str, int | None, Reached], int | None]
"""What no plan exceeds of a tier, or of a level of it, that reaches so much of each goal before; None if unknown."""


class Bounds:
    """The relaxation, and what it proved of each goal, by the goal's number. `reached` tells the plan at hand's.

    `ceilings`: what no assignment can exceed, if the variables are not 0 or 1.
    `outline`: what is known without the relaxation of a goal, given what is reached of those before (undated.py); what
    it tells is not asked of the relaxation, unless it is in doubt.
    """

    def __init__(
        self,
        goals: list[Goal],
        relaxation: Relaxation,
        clock: Clock,
        reached: Callable[[Goal], int],
        ceilings: Sequence[int] = (),
        outline: Outline | None = None,
    ) -> None:
        self.goals, self.relaxation, self.clock, self._reached = goals, relaxation, clock, reached
        self.proofs: dict[int, Vertex | None] = {}
        self.searched: dict[int, int] = {}
        self.aims: dict[int, int] = {}
        self._ceilings = list(ceilings or (goal.ceiling for goal in goals))
        self._passed: dict[int, dict[Key, int]] = {}
        self._outline, self._doubted = outline, False

    def dive(self, first: int) -> Iterator[int]:
        """Bound the goals from a number on, each with the bounds of those before it demanded; yield the numbers."""
        self.rise(first)
        aim, shut = self._demanded(first), set[int]()
        for number in range(first, len(self.goals)):
            if self.clock.over():
                return
            goal = self.goals[number]
            if self._pass(number, shut, aim):
                bound = self.aims[number] = goal.constant
            elif not self._doubted and self._outlined(number, aim) is not None:
                bound = self.aims[number] = self._bound(number, aim)
            else:
                bound = self.aims[number] = self._prove(number, aim)
                shut.update(self._hopeless(number, goal.due(bound), aim))
            aim[goal.tier, goal.at_least] = goal.due(bound) - goal.constant
            self.relaxation.keep(goal, goal.due(bound))
            yield number

    def _pass(self, number: int, shut: set[int], aim: dict[Key, int]) -> bool:
        """Pass over a level that no plan with the bounds before it can raise, as their row prices prove."""
        goal = self.goals[number]
        if (
            goal.at_least is None
            or number - 1 not in self.proofs
            or not shut.issuperset(index for index, _ in goal.terms)
        ):
            return False
        self._passed[number] = dict(aim)
        self.proofs[number] = None
        return True

    def follow(self, first: int) -> None:
        """Bound the levels from a number on anew where the plan at hand has less of one before than was demanded.

        What the relaxation was asked of those after is no demand on them: it is given up first.
        """
        self.rise(first)
        for number in range(first, len(self.goals)):
            goal = self.goals[number]
            if goal.at_least is None or self.clock.over():
                return
            self.refresh(number)
            self.relaxation.keep(goal, goal.due(self._reached(goal)))

    def rise(self, first: int) -> None:
        """Demand nothing any more of the goals from a number on."""
        for goal in self.goals[first:]:
            self.relaxation.release(goal)

    def refresh(self, number: int) -> None:
        """Bound a goal anew if the plan at hand has less of a goal before it than the proof at hand demands."""
        demanded, proof = self._demanded(number), self.proofs.get(number)
        kept = proof.kept if proof is not None else {}
        stale = any(price > ROUNDING and low != demanded.get(key, low) for key, (price, low) in kept.items())
        known = self.of(number)
        unknown = known is None or (number in self._passed and self._reached(self.goals[number]) < known)
        if unknown or (stale and self._reached(self.goals[number]) < (known or 0)):
            self._prove(number, demanded)

    def of(self, number: int, reached: Callable[[Goal], int] | None = None) -> int | None:
        """Return the bound of a goal, given what is reached of those before; None if none is known.

        `reached`: by which plan, if not the one at hand.
        """
        demanded = self._demanded(number, reached)
        if number not in self.proofs and self._outlined(number, demanded) is None:
            return None
        return self._bound(number, demanded)

    def doubt(self) -> None:
        """Ask the relaxation of everything, too: what the outline tells is true, but does not tell enough."""
        self._doubted = True

    def hopeless(self, number: int, value: int) -> list[int]:
        """Return the variables that are 0 in every plan that reaches the value."""
        return self._hopeless(number, value, self._demanded(number))

    def exclude(self, variables: Collection[int]) -> None:
        """Count on variables being 0 in every plan that keeps what is settled."""
        shut = set(variables)
        for number, goal in enumerate(self.goals):
            lost = sum(weight for index, weight in goal.terms if weight > 0 and index in shut)
            self._ceilings[number] -= lost

    def _hopeless(self, number: int, value: int, demanded: dict[Key, int]) -> list[int]:
        proof = self.proofs.get(number)
        return [] if proof is None else proof.cannot_reach(value, proof.bound_if(demanded))

    def lower(self, number: int, bound: int) -> None:
        """Note what an exhaustive search proved of a goal, with what is reached now."""
        self.searched[number] = min(bound, self.searched.get(number, bound))

    def _prove(self, number: int, demanded: dict[Key, int]) -> int:
        """Bound one goal with these demands made of those before it.

        The relaxation need not be asked where the plan at hand has all that is demanded and the bound that is known;
        with less of a goal before it has more of this one than can be demanded.
        """
        goal = self.goals[number]
        self._passed.pop(number, None)
        self.proofs[number] = None
        ceiling = self._bound(number, demanded)
        has = all(self._demanded(number)[key] >= low for key, low in demanded.items())
        if (self._reached(goal) if has else goal.constant) < ceiling:
            self.proofs[number] = self.relaxation.bound(goal, self.clock.left())
            self.clock.cut |= self.proofs[number] is None and self.clock.left() <= 0
        return self._bound(number, demanded)

    def _bound(self, number: int, demanded: dict[Key, int]) -> int:
        """The least of what is known; who reaches a level reached the one below."""
        goal, proof = self.goals[number], self.proofs.get(number)
        bound = min(self._ceilings[number], self.searched.get(number, self._ceilings[number]))
        proven = math.inf if proof is None else proof.bound_if(demanded)
        if not math.isinf(proven):
            bound = min(bound, math.floor(proven + ROUNDING))
        outlined = self._outlined(number, demanded)
        if outlined is not None:
            bound = min(bound, outlined)
        passed = self._passed.get(number)
        if passed is not None and all(demanded.get(key, low) >= low for key, low in passed.items()):
            bound = min(bound, goal.constant)
        below = self.goals[number - 1] if number else None
        told = number - 1 in self.proofs or number - 1 in self.aims
        if goal.at_least is not None and below is not None and below.at_least is not None and told:
            bound = min(bound, self._bound(number - 1, demanded))
        return bound

    def _outlined(self, number: int, demanded: dict[Key, int]) -> int | None:
        """Return what the outline tells of a goal with these demands made of those before it."""
        if self._outline is None:
            return None
        before = [(one, demanded[one.tier, one.at_least] + one.constant) for one in self.goals[:number]]

        def reached(tier: str, level: int | None) -> int:
            ours = ((one, value) for one, value in before if one.tier == tier)
            return next((value for one, value in ours if (one.at_least or 0) >= (level or 0)), 0)

        goal = self.goals[number]
        return self._outline(goal.tier, goal.at_least, reached)

    def _demanded(self, number: int, reached: Callable[[Goal], int] | None = None) -> dict[Key, int]:
        """What is kept of the goals before a number, if the plan at hand (or another one) is."""
        reached = reached or self._reached
        return {(goal.tier, goal.at_least): goal.due(reached(goal)) - goal.constant for goal in self.goals[:number]}
