"""Everything a plan is measured by, whatever its charter aims at: counted by the scheduler's own measures."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from app.planning.figures import Figures, count
from app.queries.ledger import MEASURES, Amount
from scheduler.plan import Plan, Tier, Turn
from scheduler.problem import Problem
from scheduler.rulebook import TIERS
from scheduler.verify import verify
from scheduler.wishes.fairness import amounts
from scheduler.yearbook import SeasonFacts, season_facts

VALUES = tuple(name for name in TIERS if name != "fairness")
"""The objectives whose value is one number."""


@dataclass(frozen=True)
class Measures:
    """A plan measured. ``values``: every objective with a number, with its bound where the plan's charter proves one;
    ``season``: shares, Gini, fill; ``breaches``: rules of its own charter it breaks.
    """

    figures: Figures
    values: dict[str, Tier]
    season: SeasonFacts
    breaches: int

    def document(self) -> dict[str, Any]:
        """As plain values, without anybody's key."""
        told = self.figures
        return {
            "people": told.people, "placed": told.placed, "turns": told.turns, "taken": told.taken,
            "capacity": told.capacity, "activities": round(told.mean_activities, 3), "status": told.status,
            "levels": [[level.at_least, level.count, level.bound] for level in told.levels],
            "values": {name: [tier.value, tier.bound] for name, tier in self.values.items()},
            "season": asdict(self.season), "ranks": list(told.ranks), "wished": told.wished, "held": told.held,
            "breaches": self.breaches,
        }  # fmt: skip


def measure(problem: Problem, plan: Plan, groups: Mapping[str, Collection[str]] | None = None) -> Measures:
    """Measure a plan under its case; ``groups``: what applicants declare beside what the case tells of them."""
    verdict = verify(problem, plan.turns)
    figures = count(problem, plan, verdict.tiers)
    values = {name: figures.tiers.get(name) or TIERS[name].measure(problem, plan.turns) for name in VALUES}
    return Measures(figures, values, season_facts(_told(problem, groups or {}), plan.turns), len(verdict.violations))


def _told(problem: Problem, groups: Mapping[str, Collection[str]]) -> Problem:
    people = [replace(one, groups=one.groups | frozenset(groups.get(one.id, ()))) for one in problem.applicants]
    return replace(problem, applicants=tuple(people))


def amounts_of(problem: Problem, turns: tuple[Turn, ...]) -> dict[str, Amount]:
    """What these turns give each applicant of the case in every measure."""
    counted = {
        name: amounts(replace(problem, charter=replace(problem.charter, measure=name)), turns)  # type: ignore[arg-type]
        for name in MEASURES
    }
    return {
        one.applicant: Amount(**{name: counted[name].get(one.applicant, 0) for name in MEASURES})
        for one in problem.requests
    }
