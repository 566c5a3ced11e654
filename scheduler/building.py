"""From the facts to the model: columns, rows of every rule, goals of every tier."""

from __future__ import annotations

from dataclasses import replace

from scheduler.options import options
from scheduler.problem import Problem
from scheduler.rulebook import TIERS, rules_of, tiers_of
from scheduler.variables import Goal, Variables


def model_of(problem: Problem) -> Variables:
    """Return the columns with every rule the case switches on posted."""
    problem = in_order(problem)
    model = Variables(options(problem))
    for rule in rules_of(problem):
        rule.post(model)
    return model


def in_order(problem: Problem) -> Problem:
    """Sort what the case lists: the model, and so the plan, must not depend on the order of arrival."""
    return replace(
        problem,
        spaces=tuple(sorted(problem.spaces, key=lambda space: space.id)),
        applicants=tuple(sorted(problem.applicants, key=lambda applicant: applicant.id)),
        requests=tuple(sorted(problem.requests, key=lambda request: request.applicant)),
        pins=tuple(sorted(problem.pins, key=lambda pin: (pin.applicant, pin.space, pin.start, pin.length))),
    )


def goals_of(model: Variables) -> list[Goal]:
    """Return what is maximised, in order; the fill a charter insists on comes before its tiers."""
    goals = [goal for tier in tiers_of(model.problem) for goal in tier.goals(model)]
    share = model.problem.charter.min_fill
    if share:
        (fill,) = TIERS["fill"].goals(model)
        goals.insert(0, replace(fill, tier="min_fill", share=share))
    return goals
