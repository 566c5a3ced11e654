"""The figures of a plan: levels against their bounds, fill, diversity, preferences; counted from case and plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from app.planning.judge import judge, problem_of
from scheduler.plan import Plan, Tier, Turn
from scheduler.problem import Problem, Space

RANKS = 4  # ranks told apart; the last stands for itself and all beyond


@dataclass(frozen=True)
class LevelFigure:
    """``count`` of ``people`` reach level ``at_least``; no plan has more than ``bound`` (None: not known)."""

    at_least: int
    count: int
    bound: int | None
    people: int

    @property
    def proven(self) -> bool:
        """Whether no plan can have more."""
        return self.bound == self.count


@dataclass(frozen=True)
class Cell:
    """One space in one period: stands ``taken`` of ``open``, and different ``activities`` shown."""

    taken: int
    open: int
    activities: int


@dataclass(frozen=True)
class Figures:
    """Everything a plan is judged by at a glance.

    ``cells[space key]`` holds one cell a period. ``ranks[n]`` counts turns in a space ranked ``n + 1`` (the last:
    that and beyond). ``wished``: periods held that their holder had marked as preferred, of ``held``.
    ``units[n]`` counts people whose past and new units are ``n`` together.
    """

    people: int
    placed: int
    turns: int
    levels: tuple[LevelFigure, ...]
    tiers: dict[str, Tier]
    cells: dict[str, tuple[Cell, ...]]
    ranks: tuple[int, ...]
    wished: int
    held: int
    units: dict[int, int]
    status: str

    @property
    def taken(self) -> int:
        """Occupied stand-periods."""
        return sum(cell.taken for row in self.cells.values() for cell in row)

    @property
    def mean_activities(self) -> float:
        """Different activities shown at a time, on the mean over the spaces and periods with anybody."""
        shown = [cell.activities for row in self.cells.values() for cell in row if cell.taken]
        return sum(shown) / len(shown) if shown else 0.0

    @property
    def capacity(self) -> int:
        """Open stand-periods."""
        return sum(cell.open for row in self.cells.values() for cell in row)


def figures(case_text: str, plan_text: str) -> Figures:
    """The figures of a stored or published plan."""
    judged = judge(case_text, plan_text)
    return count(judged.problem, judged.plan, judged.tiers)


def count(problem: Problem, plan: Plan, counted: tuple[Tier, ...]) -> Figures:
    """The figures of a plan that is at hand; ``counted`` are the recounted tiers."""
    claimed = {tier.name: tier for tier in plan.tiers}
    people = len(problem.requests)
    return Figures(
        people=people,
        placed=len({turn.applicant for turn in plan.turns}),
        turns=len(plan.turns),
        levels=_levels(counted, claimed, people),
        tiers={tier.name: claimed.get(tier.name, tier) for tier in counted},
        cells=_cells(problem, plan),
        ranks=_ranks(problem, plan),
        wished=sum(1 for turn in plan.turns for p in turn.periods if _preferred(problem, turn.applicant, p)),
        held=sum(turn.length for turn in plan.turns),
        units=_units(problem, plan),
        status=plan.status,
    )


def _levels(counted: tuple[Tier, ...], claimed: dict[str, Tier], people: int) -> tuple[LevelFigure, ...]:
    fairness = next((tier for tier in counted if tier.name == "fairness"), None)
    if fairness is None:
        return ()
    claims = claimed.get("fairness", fairness).levels
    bounds = {level.at_least: level.bound for level in claims}
    found = {level.at_least: level.count for level in fairness.levels}
    at = sorted(found | bounds)
    return tuple(LevelFigure(level, found.get(level, 0), bounds.get(level), people) for level in at)


def _cells(problem: Problem, plan: Plan) -> dict[str, tuple[Cell, ...]]:
    taken: Counter[tuple[str, int]] = Counter()
    shown: dict[tuple[str, int], set[str]] = {}
    for turn in plan.turns:
        for period in turn.periods:
            taken[turn.space, period] += len(turn.stands)
            activity = problem.applicant(turn.applicant).activity
            shown.setdefault((turn.space, period), set()).add(activity)
    return {
        space.id: tuple(
            Cell(taken[space.id, p], _open(space, p), len(shown.get((space.id, p), ())))
            for p in range(len(problem.periods))
        )
        for space in problem.spaces
    }


def _open(space: Space, period: int) -> int:
    return 0 if period in space.closed else sum(1 for stand in space.stands if period not in stand.closed)


def _ranks(problem: Problem, plan: Plan) -> tuple[int, ...]:
    found = [0] * RANKS
    for turn in plan.turns:
        wish = problem.wish(turn.applicant, turn.space)
        if wish is not None:
            found[min(wish.rank, RANKS) - 1] += 1
    return tuple(found)


def _preferred(problem: Problem, applicant: str, period: int) -> bool:
    return problem.has_request(applicant) and problem.request(applicant).preferred.get(period, 0) > 0


def levels_of(problem: Problem, turns: Iterable[Turn]) -> dict[str, int]:
    """The level each applicant with a request reaches: past and new units over her share."""
    from scheduler.wishes.fairness import amounts

    given = amounts(problem, turns)
    people = (problem.applicant(request.applicant) for request in problem.requests)
    return {one.id: (one.received + given.get(one.id, 0)) // one.share for one in people}


def _units(problem: Problem, plan: Plan) -> dict[int, int]:
    return dict(sorted(Counter(levels_of(problem, plan.turns).values()).items()))


def digest(case_text: str, plan: Plan) -> dict[str, Any]:
    """The figures kept beside a plan for lists; ``plan`` was accepted for this case."""
    problem = problem_of(case_text)
    found = count(problem, plan, plan.tiers)
    return {
        "turns": found.turns,
        "people": found.people,
        "placed": found.placed,
        "taken": found.taken,
        "capacity": found.capacity,
        "levels": [[level.at_least, level.count, level.bound] for level in found.levels],
        "seconds": round(plan.seconds, 1),
    }
