"""Which parts of a case cannot hold together, and what least change would make a plan possible.

A deletion filter: parts are left out, the most general first and many at once where that leaves the case proven
impossible; what is left is a clash, and a part of it that cannot be left out stays in it. Impossible is what two
engines agree on (feasible.py). When some question got no answer in time the set is not called minimal.
A case may hold several clashes: one part of each is lifted before the next one is looked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from scheduler.feasible import Answer, feasible
from scheduler.limits import Clock
from scheduler.part import Part
from scheduler.parts import lifted, parts
from scheduler.problem import Problem
from scheduler.relaxations import Relaxation, least, left_out
from scheduler.rulebook import rules_of
from scheduler.text import Message

MOST = 8
"""Clashes looked for in one case."""
SPARE = 2.0
"""Seconds kept for telling what was found (a fifth of a short time)."""
ALWAYS = ("stand_single", "one_place", "together")
"""Rules no case can lift; a clash may rest on them."""


@dataclass(frozen=True, slots=True)
class Clash:
    """Parts that cannot hold together. `because`: the rules always on without which they could.

    `minimal`: each part was proven to be needed for the clash. `relaxations`: the best first.
    """

    parts: tuple[Part, ...]
    because: tuple[Message, ...]
    minimal: bool
    relaxations: tuple[Relaxation, ...] = ()


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The clashes of a case, found in turn; `relaxed`: the case with the best relaxation of each, if all have one.

    `complete`: no other clash is left.
    """

    clashes: tuple[Clash, ...]
    complete: bool
    relaxed: Problem | None = None

    @property
    def minimal(self) -> bool:
        """Tell whether no part can be left out of any clash."""
        return all(clash.minimal for clash in self.clashes)

    @property
    def chosen(self) -> tuple[Relaxation, ...]:
        """The relaxation of each clash that `relaxed` rests on."""
        return tuple(clash.relaxations[0] for clash in self.clashes if clash.relaxations)


def diagnose(problem: Problem, clock: Clock) -> Diagnosis | None:
    """Find out why there is no plan; None if the case was not proven impossible by two engines."""
    asked, every = _Asked(clock), parts(problem)
    rest, found, gone = problem, list[Clash](), list[Part]()
    while len(found) < MOST and asked(rest).impossible:
        clash = _clash(rest, [part for part in every if part not in gone], asked)
        found.append(clash)
        if not clash.parts:
            break
        gone.append(min(clash.parts, key=_least_missed))
        rest = gone[-1].lift(rest)
    if not found:
        return None
    if len(gone) < len(found) or asked(rest).turns is None:
        return Diagnosis(tuple(found), complete=False)
    for clash in _hidden(problem, every, found, gone, asked):
        found.append(clash)
        gone.append(min(clash.parts, key=_least_missed))
    return _with_relaxations(problem, found, gone, asked)


def _hidden(
    problem: Problem, every: list[Part], found: list[Clash], gone: list[Part], asked: _Asked
) -> Iterator[Clash]:
    """Yield the clashes that show once another part than the one lifted first is left out of a clash."""
    known = [set(clash.parts) for clash in found]
    for clash, lifted_first in list(zip(found, gone, strict=True)):
        others = [part for part in gone if part is not lifted_first]
        for part in clash.parts:
            left_out = [*others, part]
            rest = lifted(problem, left_out)
            if part.kind == "pin" or len(known) >= MOST or not asked(rest).impossible:
                continue
            hidden = _clash(rest, [one for one in every if one not in left_out], asked)
            if hidden.parts and set(hidden.parts) not in known:
                known.append(set(hidden.parts))
                yield hidden


@dataclass(slots=True)
class _Asked:
    """Asks whether a case is possible; out of time, every answer is that it is not known."""

    clock: Clock

    def __call__(self, problem: Problem) -> Answer:
        return Answer(None) if self._late() else feasible(problem, self.clock)

    def without(self, problem: Problem, rule: str) -> Answer:
        """Ask the same without a rule that is always on."""
        return Answer(None) if self._late() else feasible(problem, self.clock, frozenset((rule,)))

    def _late(self) -> bool:
        """Tell whether what is left of the time is needed to tell what was found."""
        limit = self.clock.limits.seconds
        return self.clock.over() or (limit is not None and self.clock.left() < min(SPARE, limit * 0.2))


def _least_missed(part: Part) -> tuple[int, int]:
    """Rank what is lifted to look further: what touches the fewest, decisions before rules."""
    return (len(part.binds), ("pin", "ban", "closure", "request", "quota", "charter").index(part.kind))


def _clash(problem: Problem, every: list[Part], asked: _Asked) -> Clash:
    """Return a smallest clash of an impossible case: that of two orders of leaving out with the fewer parts."""
    orders = [every, sorted(every, key=lambda part: part.kind not in ("pin", "ban"))]
    cores = [_core(problem, order, asked) for order in orders[: 1 if len(every) > 60 else 2]]
    core, minimal = min(cores, key=lambda found: (not found[1], len(found[0])))
    kept = {id(part) for part in core}
    alone = lifted(problem, [part for part in every if id(part) not in kept])
    needed = [
        rule.sentence(alone)
        for rule in rules_of(alone)
        if rule.code in ALWAYS and asked.without(alone, rule.code).turns is not None
    ]
    return Clash(tuple(sorted(core, key=every.index)), tuple(needed), minimal)


def _core(problem: Problem, order: list[Part], asked: _Asked) -> tuple[list[Part], bool]:
    """Leave out what can be left out, in this order; tell whether all that stays is needed."""
    kept, place, size, minimal = list(order), 0, max(1, len(order) // 3), True
    while place < len(kept):
        piece = kept[place : place + size]
        trial = kept[:place] + kept[place + len(piece) :]
        left = {id(part) for part in trial}
        answer = asked(lifted(problem, [part for part in order if id(part) not in left]))
        if answer.impossible:
            kept, size = trial, size * 2
        elif len(piece) > 1:
            size = max(1, len(piece) // 2)
        else:
            minimal = minimal and answer.turns is not None
            place, size = place + 1, 2
    return kept, minimal


def _with_relaxations(problem: Problem, found: list[Clash], gone: list[Part], asked: _Asked) -> Diagnosis:
    """Find the least change of each part of each clash: those before it relaxed, those after it lifted."""
    told: list[Clash] = []
    for number, clash in enumerate(found):
        if number and asked(problem).turns is not None:  # what was changed for the others helps here too
            told.append(clash)
            continue
        base = lifted(problem, [part for part in gone[number + 1 :] if part not in clash.parts])
        changes = [one for part in clash.parts if (one := _change(problem, base, part, asked)) is not None]
        changes = changes or _as_found(problem, gone[number:], asked)
        changes.sort(key=lambda one: (not one.alone, *_least_missed(one.part)))
        if number:  # a change for a later clash rests on those before it
            changes = [replace(one, alone=False) for one in changes]
        told.append(replace(clash, relaxations=tuple(changes)))
        if not changes:
            return Diagnosis((*told, *found[number + 1 :]), complete=True)
        problem = changes[0].step.apply(problem)
    return Diagnosis(tuple(told), complete=True, relaxed=problem)


def _as_found(problem: Problem, gone: list[Part], asked: _Asked) -> list[Relaxation]:
    """Return the change that was made to look further: with all of those there is a plan."""
    turns = asked(lifted(problem, gone)).turns
    return [] if turns is None else [Relaxation(gone[0], left_out(gone[0]), turns, alone=False)]


def _change(problem: Problem, base: Problem, part: Part, asked: _Asked) -> Relaxation | None:
    """Return the least change of a part that is enough alone; else one that is once the other clashes are gone."""
    alone = least(problem, part, asked)
    if alone is not None or base is problem:
        return alone
    helped = least(base, part, asked)
    return helped and replace(helped, alone=False)
