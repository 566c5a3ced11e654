"""Which parts of a case cannot hold together, and what least change would make a plan possible.

A deletion filter: parts are left out, the most general first and many at once where that leaves the case proven
impossible; what is left is a clash, and a part of it that cannot be left out stays in it. Impossible is what two
engines agree on (feasible.py). When some question got no answer in time the set is not called minimal.
A case may hold several clashes: one part of each is lifted before the next one is looked for, and since the part
lifted may hide yet another, every choice of what is lifted is tried before the clashes are called complete.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from scheduler.feasible import Answer, feasible
from scheduler.limits import Clock
from scheduler.part import Part
from scheduler.parts import lifted, parts
from scheduler.problem import Problem
from scheduler.relaxations import Relaxation, least, left_out
from scheduler.rulebook import rules_of
from scheduler.text import Message
from scheduler.ways_out import ways_out

MOST = 8
"""Clashes looked for in one case."""
QUESTIONS = 60
"""Ways out of the clashes tried, to see whether another one is hidden behind them."""
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
    """The clashes of a case, found in turn; `relaxed`: the case with the relaxations `chosen`, if there are enough.

    Chosen is the best of each clash that those chosen before it do not mend.
    `complete`: these are all the clashes there are, as every way out of them was tried and leads out.
    """

    clashes: tuple[Clash, ...]
    complete: bool
    relaxed: Problem | None = None
    chosen: tuple[Relaxation, ...] = ()

    @property
    def minimal(self) -> bool:
        """Tell whether no part can be left out of any clash."""
        return all(clash.minimal for clash in self.clashes)


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
    complete = _hidden(problem, every, found, asked)
    gone += [min(clash.parts, key=_least_missed) for clash in found[len(gone) :]]
    return replace(_with_relaxations(problem, found, gone, asked), complete=complete)


def _hidden(problem: Problem, every: list[Part], found: list[Clash], asked: _Asked) -> bool:
    """Add the clashes that others hide, while there is room; tell whether those found are all there are."""
    number = {id(part): place for place, part in enumerate(every)}
    open_ways, questions = list[frozenset[int]](), 0
    while (ways := ways_out([[number[id(part)] for part in clash.parts] for clash in found])) is not None:
        untried = [way for way in ways if not any(known <= way for known in open_ways)]
        if not untried:
            return True
        way = min(untried, key=lambda parts: (sum(len(every[part].binds) for part in parts), sorted(parts)))
        rest = lifted(problem, [every[part] for part in sorted(way)])
        answer = asked(rest)
        questions += 1
        if answer.turns is not None:
            open_ways.append(way)
        elif not answer.impossible or len(found) >= MOST:
            return False
        else:
            found.append(_clash(rest, [part for place, part in enumerate(every) if place not in way], asked))
        if questions > QUESTIONS:
            return False
    return False


@dataclass(slots=True)
class _Asked:
    """Asks whether a case is possible, each case once; out of time, every answer is that it is not known."""

    clock: Clock
    known: dict[Problem, Answer] = field(default_factory=dict)

    def __call__(self, problem: Problem) -> Answer:
        known = self.known.get(problem)
        if known is None:
            known = Answer(None) if self._late() else feasible(problem, self.clock)
            if known.sure or known.turns is not None:
                self.known[problem] = known
        return known

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
    told, whole, chosen = list[Clash](), problem, list[Relaxation]()
    for number, clash in enumerate(found):
        base = lifted(problem, [part for part in gone[number + 1 :] if part not in clash.parts])
        if number and asked(base).turns is not None:  # what was changed for the others mends this one too
            others = [part for other in found for part in other.parts if part not in clash.parts]
            told.append(replace(clash, relaxations=_changes(whole, lifted(whole, others), clash, asked)))
            continue
        changes = _changes(problem, base, clash, asked) or _as_found(problem, gone[number:], asked)
        if number:  # a change for a later clash rests on those before it
            changes = tuple(replace(one, alone=False) for one in changes)
        told.append(replace(clash, relaxations=changes))
        if not changes:
            return Diagnosis((*told, *found[number + 1 :]), complete=True)
        chosen.append(changes[0])
        problem = changes[0].step.apply(problem)
    return Diagnosis(tuple(told), complete=True, relaxed=problem, chosen=tuple(chosen))


def _changes(problem: Problem, base: Problem, clash: Clash, asked: _Asked) -> tuple[Relaxation, ...]:
    """Return the least change of each part of a clash that has one, ranked: enough alone, then touching the fewest."""
    changes = [one for part in clash.parts if (one := _change(problem, base, part, asked)) is not None]
    return tuple(sorted(changes, key=lambda one: (not one.alone, *_least_missed(one.part))))


def _as_found(problem: Problem, gone: list[Part], asked: _Asked) -> tuple[Relaxation, ...]:
    """Return the change that was made to look further: with all of those there is a plan."""
    turns = asked(lifted(problem, gone)).turns
    return () if turns is None else (Relaxation(gone[0], left_out(gone[0]), turns, alone=False),)


def _change(problem: Problem, base: Problem, part: Part, asked: _Asked) -> Relaxation | None:
    """Return the least change of a part that is enough alone; else one that is once the other clashes are gone."""
    alone = least(problem, part, asked)
    if alone is not None or base is problem:
        return alone
    helped = least(base, part, asked)
    return helped and replace(helped, alone=False)
