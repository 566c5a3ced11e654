"""A plan laid out so that one move can be judged by looking only at what it touches."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from scheduler.plan import Tier, Turn
from scheduler.problem import Problem
from scheduler.rulebook import rules_of, tiers_of
from scheduler.rules.base import Rule, Violation
from scheduler.rules.known import Known
from scheduler.rules.parameters import quotas
from scheduler.rules.pins import Pins
from scheduler.rules.quotas import Place, Quotas, kept, tally
from scheduler.wishes.fairness import amounts, worth


@dataclass(frozen=True, slots=True)
class Swap:
    """A change to a plan: turns taken away, turns put in."""

    removed: tuple[Turn, ...] = ()
    added: tuple[Turn, ...] = ()


NOTHING = Swap()


@dataclass(frozen=True, slots=True)
class Gain:
    """What a swap does to one tier, over what it touches: `after` − `before` has the right sign.

    For fairness both are 0 but one, which is 1: the better of the two in the leximin order.
    """

    tier: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """Rules the swap would newly break, and what it does to each tier in the charter's order."""

    violations: tuple[Violation, ...]
    gains: tuple[Gain, ...]

    @property
    def allowed(self) -> bool:
        """Tell whether no rule is newly broken."""
        return not self.violations

    @property
    def better(self) -> int:
        """Return 1, 0 or -1: better, equal or worse by the first tier that changes."""
        changes = (gain.after - gain.before for gain in self.gains if gain.after != gain.before)
        return max(-1, min(1, next(changes, 0)))


def judge_move(problem: Problem, turns: Iterable[Turn], swap: Swap) -> Judgement:
    """Judge one change to a plan; to judge several, keep a Board."""
    return Board(problem, turns).judge(swap)


class Board:
    """The turns of a plan by applicant, space and stand. The turns must name what the case knows."""

    def __init__(self, problem: Problem, turns: Iterable[Turn]) -> None:
        self.problem = problem
        self._turns = list(turns)
        self.by_applicant: dict[str, list[Turn]] = {}
        self.by_space: dict[str, list[Turn]] = {}
        self.by_stand: dict[tuple[str, str], list[Turn]] = {}
        self.by_period: dict[tuple[str, int], list[Turn]] = {}
        for turn in self._turns:
            self.by_applicant.setdefault(turn.applicant, []).append(turn)
            self.by_space.setdefault(turn.space, []).append(turn)
            for stand in turn.stands:
                self.by_stand.setdefault((turn.space, stand), []).append(turn)
            for period in turn.periods:
                self.by_period.setdefault((turn.space, period), []).append(turn)
        self._given = amounts(problem, self._turns)
        rules = rules_of(problem)
        self.alone = [rule for rule in rules if rule.reach == "turn"]
        self._personal = [rule for rule in rules if rule.reach == "applicant"]
        self._hard = [rule for rule in self._personal if not rule.overridable]
        self.local = [rule for rule in rules if rule.reach == "space"]
        self._pinned = {pin.applicant for pin in problem.pins}
        self._quotas = [(quota, *tally(problem, quota, self._turns)) for quota in quotas(problem)]

    @property
    def turns(self) -> tuple[Turn, ...]:
        """Every turn on the board."""
        return tuple(self._turns)

    def add(self, turn: Turn) -> None:
        """Put one more turn on the board."""
        self._turns.append(turn)
        self.by_applicant.setdefault(turn.applicant, []).append(turn)
        self.by_space.setdefault(turn.space, []).append(turn)
        for stand in turn.stands:
            self.by_stand.setdefault((turn.space, stand), []).append(turn)
        for period in turn.periods:
            self.by_period.setdefault((turn.space, period), []).append(turn)
        self._given[turn.applicant] = self._given.get(turn.applicant, 0) + worth(self.problem, turn)
        for quota, group, everybody in self._quotas:
            more, all_more = tally(self.problem, quota, (turn,))
            group.update(more)
            everybody.update(all_more)

    def total(self, applicant: str, swap: Swap = NOTHING) -> int:
        """Return what an applicant has on the ledger with this plan (after a swap), in the charter's measure."""
        total = self.problem.applicant(applicant).received + self._given.get(applicant, 0)
        total += sum(worth(self.problem, turn) for turn in swap.added if turn.applicant == applicant)
        return total - sum(worth(self.problem, turn) for turn in swap.removed if turn.applicant == applicant)

    def level(self, applicant: str, swap: Swap = NOTHING) -> int:
        """Return the fairness level an applicant reaches (after a swap)."""
        return self.total(applicant, swap) // self.problem.applicant(applicant).share

    def judge(self, swap: Swap) -> Judgement:
        """Judge a swap whose names the case knows; a swap with unknown names is only told so."""
        if strange := self.strange(swap):
            return Judgement(strange, ())
        return Judgement(tuple(self.violations(swap)), self.gains(swap))

    def strange(self, swap: Swap) -> tuple[Violation, ...]:
        """Return what a swap names that the case does not know."""
        return tuple(Known().check(self.problem, swap.added))

    def violations(self, swap: Swap) -> list[Violation]:
        """Return the violations the swap adds to those the plan may already have."""
        return self.personal(swap) + self.shared(swap)

    def personal(self, swap: Swap) -> list[Violation]:
        """Return what the swap newly breaks of the rules about one turn or one applicant."""
        found = [violation for rule in self.alone for violation in rule.check(self.problem, swap.added)]
        return found + self.of_people(swap)

    def of_people(self, swap: Swap, *, only_hard: bool = False) -> list[Violation]:
        """Return what the swap newly breaks of the rules about all the turns of one applicant.

        `only_hard`: of those nobody may decide against.
        """
        people = self._people(swap)
        found = self._new(self._hard if only_hard else self._personal, people, swap)
        if any(turn.applicant in self._pinned for turn in swap.removed):
            found += self._new((Pins(),), people, swap)
        return found

    def shared(self, swap: Swap) -> list[Violation]:
        """Return what the swap newly breaks of the rules about a space, or about everybody's shares."""
        return self.newly(self.local, swap) + self.of_quotas(swap)

    def newly(self, rules: Sequence[Rule], swap: Swap) -> list[Violation]:
        """Return what the swap newly breaks of some rules about a space."""
        return self._new(rules, self._around(swap), swap) if rules else []

    def holders(self, space: str, stands: Iterable[str], periods: range) -> list[Turn]:
        """Return the turns on some stands that touch some periods, each once."""
        found: dict[Turn, None] = {}
        for stand in stands:
            for turn in self.by_stand.get((space, stand), ()):
                if turn.start < periods.stop and periods.start < turn.start + turn.length:
                    found[turn] = None
        return list(found)

    def _new(self, rules: Sequence[Rule], before: list[Turn], swap: Swap) -> list[Violation]:
        """Check rules on some turns after the swap; what no added turn makes counts if it was not so before."""
        after = self._after(before, swap)
        found: list[Violation] = []
        for rule in rules:
            broken = list(rule.check(self.problem, after))
            if broken:
                old = {_mark(violation) for violation in rule.check(self.problem, before)}
                found += [v for v in broken if _mark(v) not in old or set(swap.added).intersection(v.turns)]
        return found

    @staticmethod
    def _after(before: list[Turn], swap: Swap) -> list[Turn]:
        """Return the turns with the swap done; a turn held twice is taken away once."""
        after = list(before)
        for turn in swap.removed:
            if turn in after:
                after.remove(turn)
        after += swap.added
        return after

    def _people(self, swap: Swap) -> list[Turn]:
        """Return every turn of the applicants a swap names."""
        names = dict.fromkeys(turn.applicant for turn in (*swap.removed, *swap.added))
        return [turn for name in names for turn in self.by_applicant.get(name, ())]

    def _around(self, swap: Swap) -> list[Turn]:
        """Return the turns that share a space and a period with a turn of the swap."""
        changed = dict.fromkeys((turn.space, p) for turn in (*swap.removed, *swap.added) for p in turn.periods)
        if len(changed) == 1:
            return self.by_period.get(next(iter(changed)), [])
        seen: set[int] = set()
        found = []
        for cell in changed:
            for turn in self.by_period.get(cell, ()):
                if id(turn) not in seen:
                    seen.add(id(turn))
                    found.append(turn)
        return found

    def of_quotas(self, swap: Swap) -> list[Violation]:
        """Return the quotas that hold now and would not after the swap."""
        found = []
        for quota, group, everybody in self._quotas:
            lost, all_lost = tally(self.problem, quota, swap.removed)
            won, all_won = tally(self.problem, quota, swap.added)
            places: dict[Place, None] = dict.fromkeys((*all_lost, *all_won))
            for place in places:
                given = group[place] - lost[place] + won[place]
                occupied = everybody[place] - all_lost[place] + all_won[place]
                if not kept(quota, given, occupied) and kept(quota, group[place], everybody[place]):
                    found.append(Quotas().missed(self.problem, quota, place, given, occupied))
        return found

    def fairer(self, swap: Swap) -> int:
        """Return 1, 0 or -1: the levels of the people touched get better, stay, or get worse (leximin)."""
        change: dict[str, int] = {}
        for sign, turns in ((-1, swap.removed), (1, swap.added)):
            for turn in turns:
                change[turn.applicant] = change.get(turn.applicant, 0) + sign * worth(self.problem, turn)
        before, after = [], []
        for name, more in change.items():
            if self.problem.has_request(name):
                applicant = self.problem.applicant(name)
                total = applicant.received + self._given.get(name, 0)
                before.append(total // applicant.share)
                after.append((total + more) // applicant.share)
        before.sort()
        after.sort()
        return (after > before) - (after < before)

    def gains(self, swap: Swap) -> tuple[Gain, ...]:
        """Return what the swap does to each tier of the charter."""
        touched = list(dict.fromkeys((*self._around(swap), *self._people(swap))))
        after = self._after(touched, swap)
        gains = []
        for tier in tiers_of(self.problem):
            if tier.name == "fairness":
                sign = self.fairer(swap)
                gains.append(Gain(tier.name, int(sign < 0), int(sign > 0)))
            else:
                gains.append(
                    Gain(
                        tier.name,
                        _value(tier.measure(self.problem, touched)),
                        _value(tier.measure(self.problem, after)),
                    )
                )
        return tuple(gains)


def _value(tier: Tier) -> int:
    return tier.value or 0


def _mark(violation: Violation) -> Hashable:
    """Tell violations apart by what they are about, not by their figures."""
    about = frozenset(
        (key, value)
        for key, value in violation.message.params.items()
        if not isinstance(value, int) and isinstance(value, Hashable)
    )
    return (violation.rule, violation.message.template, about)
