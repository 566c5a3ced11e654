"""What a plan says of itself, compared with what is counted: hash, values, levels, bounds, status."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.plan import Level, Plan, Tier
from scheduler.problem import Problem
from scheduler.rules.base import Violation
from scheduler.rules.min_fill import MinFill
from scheduler.text import N_, Message
from scheduler.wishes.fill import Fill

CODE = "claims"
"""The code of violations that are no rule's: the plan says of itself what is not so."""


_DRAWN = N_(
    "Tirage au sort : les nombres annoncés ({asked} demandés, {proven} prouvés) ne peuvent être ceux de ce dossier."
)
_LACKING = N_("Objectif {tier} : le planning se dit prouvé, mais la preuve manque.")


def false_claims(
    problem: Problem, plan: Plan, counted: tuple[Tier, ...] | None, *, lawful: bool
) -> Iterator[Violation]:
    """Yield every claim that is not so; `counted`: the recounted tiers, None if nothing can be counted.

    `lawful`: the turns break no rule.
    """
    if plan.case_sha256 != problem.sha256:
        yield _claim(N_("Ce planning a été fait pour un autre dossier : l'empreinte diffère."))
    if counted is None:
        return
    offered = plan.status == "impossible" and plan.solver.get("relaxations")
    if plan.status in ("impossible", "cancelled") and plan.turns and not offered:
        yield _claim(N_("Le planning se dit sans résultat et contient pourtant des tours."))
    if plan.status == "impossible" and lawful:
        yield _claim(N_("Le planning dit qu'aucun n'est possible, or ses tours respectent toutes les règles."))
    recounts = {tier.name: tier for tier in counted} | {"min_fill": Fill().measure(problem, plan.turns)}
    for claimed in plan.tiers:
        if claimed.name not in recounts:
            yield _claim(N_("Objectif {tier} annoncé, mais la charte ne le connaît pas."), tier=claimed.name)
        else:
            yield from _value_claims(claimed, recounts[claimed.name])
            yield from _level_claims(claimed, recounts[claimed.name])
    yield from _fill_claim(problem, plan)
    yield from _draw_claim(problem, plan)
    if plan.status == "proven":
        yield from _proof_claims(plan, counted)


def _value_claims(claimed: Tier, recount: Tier) -> Iterator[Violation]:
    """Compare a claimed value with the recount, and the recount with the claimed bound."""
    if claimed.value != recount.value:
        yield _claim(
            N_("Objectif {tier} : {claimed} annoncés, {counted} comptés."),
            tier=claimed.name,
            claimed=_figure(claimed.value),
            counted=_figure(recount.value),
        )
    if claimed.bound is not None and recount.value is not None and recount.value > claimed.bound:
        yield _claim(
            N_("Objectif {tier} : {counted} comptés, plus que la borne annoncée de {bound}."),
            tier=claimed.name,
            counted=recount.value,
            bound=claimed.bound,
        )


def _level_claims(claimed: Tier, recount: Tier) -> Iterator[Violation]:
    """Compare claimed levels with the recount, and the recount with their bounds."""
    for level in claimed.levels:
        count = reached(recount, level.at_least)
        if level.count != count:
            yield _claim(
                N_("Niveau {level} : {claimed} personnes annoncées, {counted} comptées."),
                level=level.at_least,
                claimed=level.count,
                counted=count,
            )
        if level.bound is not None and count > level.bound:
            yield _claim(
                N_("Niveau {level} : {counted} personnes comptées, plus que la borne annoncée de {bound}."),
                level=level.at_least,
                counted=count,
                bound=level.bound,
            )


def reached(tier: Tier, level: int) -> int:
    """Return how many reach a level; a level left out has the count of the next one told."""
    return next((step.count for step in tier.levels if step.at_least >= level), 0)


def _fill_claim(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """Judge the charter's min_fill by the largest fill the plan says was proven; a proven plan must say it."""
    first = problem.charter.tiers[:1]
    for claimed in plan.tiers:
        if claimed.bound is not None and (claimed.name == "min_fill" or (claimed.name,) == first == ("fill",)):
            yield from MinFill().check_against(problem, plan.turns, claimed.bound)
            return
    if plan.status == "proven" and problem.charter.min_fill:
        yield _claim(_LACKING, tier="min_fill")


def _draw_claim(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """A draw asks each request once at most, and proves no more answers than it asked for."""
    told = plan.solver.get("draw")
    proven, asked = (told.get(key, 0) for key in ("proven", "asked")) if isinstance(told, dict) else (0, 0)
    if not 0 <= proven <= asked <= len(problem.requests):
        yield _claim(_DRAWN, proven=proven, asked=asked)


def _proof_claims(plan: Plan, counted: tuple[Tier, ...]) -> Iterator[Violation]:
    """A proven plan states every tier, every level anyone reaches, and bounds equal to what is reached."""
    claims = {tier.name: tier for tier in plan.tiers}
    for recount in counted:
        claimed = claims.get(recount.name)
        if claimed is None or not _closed(claimed, recount):
            yield _claim(_LACKING, tier=recount.name)


def _closed(claimed: Tier, recount: Tier) -> bool:
    """Tell whether the claimed bounds leave nothing open."""
    if recount.value is not None:
        return claimed.bound == claimed.value
    stated: dict[int, Level] = {level.at_least: level for level in claimed.levels}
    return all(level.at_least in stated for level in recount.levels) and all(
        level.bound == level.count for level in claimed.levels
    )


def _figure(value: int | None) -> object:
    return "—" if value is None else value


def _claim(template: str, **facts: object) -> Violation:
    return Violation(CODE, Message(template, facts))
