"""Judge a whole plan without a solver: every rule checked, every claim recounted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from scheduler.claims import false_claims
from scheduler.plan import Plan, Tier, Turn
from scheduler.problem import Problem
from scheduler.rulebook import rules_of, tiers_of
from scheduler.rules.base import Violation


@dataclass(frozen=True, slots=True)
class Verdict:
    """What judging found: every violation, in the rulebook's order, and the recounted tiers (no bounds).

    `tiers` is empty if the plan names things the case does not know: then there is nothing to count.
    """

    violations: tuple[Violation, ...]
    tiers: tuple[Tier, ...]

    @property
    def accepted(self) -> bool:
        """Tell whether nothing is wrong."""
        return not self.violations


def verify(problem: Problem, plan: Plan | Iterable[Turn]) -> Verdict:
    """Judge a plan with its claims, or bare turns."""
    turns = plan.turns if isinstance(plan, Plan) else tuple(plan)
    known, *others = rules_of(problem)
    strange = tuple(known.check(problem, turns))
    if strange:
        outside = {turn for violation in strange for turn in violation.turns}
        turns = tuple(turn for turn in turns if turn not in outside)
    found = strange + tuple(violation for rule in others for violation in rule.check(problem, turns))
    tiers = None if strange else tuple(tier.measure(problem, turns) for tier in tiers_of(problem))
    if isinstance(plan, Plan):
        found += tuple(false_claims(problem, plan, tiers, lawful=not found))
    return Verdict(found, tiers or ())
