"""The charter's parameters and quotas, general and of places: the parts of a case that hold for many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import Any

from scheduler.part import Number, Part, Place
from scheduler.problem import Charter, LocalCharter, Parameters, Problem, Quota
from scheduler.rulebook import RULES
from scheduler.rules.base import CharterRule, Rule
from scheduler.rules.quotas import Quotas
from scheduler.text import Message


def rules_in_force(problem: Problem) -> Iterator[Part]:
    """Yield the charter's parameters that are on, general and local; min_fill asks for nothing by itself."""
    for place, own in _charters(problem.charter):
        for rule in RULES:
            if not isinstance(rule, CharterRule) or rule.name in ("quotas", "min_fill"):
                continue
            if rule.on(own) and (not isinstance(own, LocalCharter) or rule.name in own.given):
                adjust = partial(_with_parameter, place=place, name=rule.name)
                yield Part(
                    "charter",
                    ".".join(("charter", *place, rule.name)),
                    _alone(rule, place, own),
                    partial(adjust, value=getattr(Parameters(), rule.name)),
                    _bound(problem, rule, getattr(own, rule.name)),
                    number=Number(rule, getattr(own, rule.name), adjust),
                )


def _charters(charter: Charter) -> Iterator[tuple[Place, Parameters]]:
    """Yield the general charter, then those of sites, then those of spaces."""
    yield (), charter
    yield from ((("sites", key), charter.sites[key]) for key in sorted(charter.sites))
    yield from ((("spaces", key), charter.spaces[key]) for key in sorted(charter.spaces))


def _alone(rule: CharterRule, place: Place, own: Parameters) -> Message:
    """Say one rule of one charter."""
    here: Any = {place[0]: {place[1]: own}} if place else {}
    charter = replace(own, sites={}, spaces={}) if isinstance(own, Charter) else Charter(**here)
    return rule.said(Problem("", (), (), (), (), charter=charter))[0]


def _with_parameter(problem: Problem, place: Place, name: str, value: object) -> Problem:
    """Return the case with one parameter of one charter."""
    return _with_charter(problem, place, lambda own: replace(own, **{name: value}))


def _with_charter(problem: Problem, place: Place, change: Callable[[Any], Any]) -> Problem:
    charter = problem.charter
    if not place:
        return replace(problem, charter=change(charter))
    kind, key = place
    places: Any = {**getattr(charter, kind), key: change(getattr(charter, kind)[key])}
    changed = replace(charter, sites=places) if kind == "sites" else replace(charter, spaces=places)
    return replace(problem, charter=changed)


def _bound(problem: Problem, rule: Rule, value: Any) -> frozenset[str]:
    """Return whom a charter's rule can keep from something: rivals where it is about alike, else those it counts."""
    people = [problem.applicant(request.applicant) for request in problem.requests]
    if rule.code in ("max_same_activity", "rivals_apart", "max_same_family"):
        alike = [one.family if rule.code == "max_same_family" else one.activity for one in people]
        count, most = Counter(alike), 1 if value is True else value
        return frozenset(one.id for one, key in zip(people, alike, strict=True) if key and count[key] > most)
    if rule.code in ("rest", "max_turns_per_site"):
        least = 1 if rule.code == "rest" else value
        return frozenset(request.applicant for request in problem.requests if request.max_turns > least)
    return frozenset(one.id for one in people)


def shares_in_force(problem: Problem) -> Iterator[Part]:
    """Yield the quotas, general and local, each charter's by what they say."""
    for place, own in _charters(problem.charter):
        for number, quota in sorted(enumerate(own.quotas), key=_said_of_quota):
            group = frozenset(
                request.applicant
                for request in problem.requests
                if quota.group in problem.applicant(request.applicant).groups
            )
            path = ".".join(("charter", *place, f"quotas[{number}]"))
            lift = partial(with_quota, place=place, before=quota, after=None)
            yield Part("quota", path, Quotas().demand(quota), lift, group, quota=(place, quota))


def _said_of_quota(numbered: tuple[int, Quota]) -> tuple[str, str, Fraction, str]:
    """Rank a quota by what it says, wherever it is listed."""
    _, quota = numbered
    return quota.group, quota.kind, quota.share, quota.scope


def with_quota(problem: Problem, place: Place, before: Quota, after: Quota | None) -> Problem:
    """Return the case with one quota of one charter replaced, or left out."""
    put = () if after is None else (after,)

    def change(own: Any) -> Any:
        return replace(own, quotas=tuple(n for one in own.quotas for n in (put if one is before else (one,))))

    return _with_charter(problem, place, change)
