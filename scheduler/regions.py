"""A large case cut into parts that share no space: connected components, and regions of those too large.

An applicant whose spaces lie in several parts *stays* in one of them, where there is most for her; in the others
she is a *visitor*: her columns are in the part's rows, so that its prices tell what room for her would cost,
but her turns are closed. So plans of the parts are together a plan of the whole, and prices of the parts
together a bound of the whole (see pricing.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from scheduler.dealing import deal
from scheduler.options import estimate
from scheduler.plan import Turn
from scheduler.problem import Problem

Flow = Callable[[str, str], float]
Share = Callable[[Mapping[str, str], dict[str, str]], dict[str, str]]
"""Who stays where, from the part of each space and who would stay where."""
WORTH = 60_000
"""Possible turns below which cutting saves nothing."""
LARGE = 400_000
"""Possible turns above which a component is cut by region."""


@dataclass(frozen=True, slots=True)
class Part:
    """A case of its own, and who only visits it."""

    problem: Problem
    visitors: frozenset[str]


def cut(
    problem: Problem,
    worth: int = WORTH,
    large: int = LARGE,
    dealt: Sequence[Turn] = (),
    flow: Flow = lambda applicant, space: 0.0,
    share: Share = lambda place, homes: homes,
) -> list[Part]:
    """Return the parts of a case, largest first; the whole where a rule binds it together or it is small.

    `flow`: how much of a space is for an applicant where all are served as fairly as can be (undated.py).
    `dealt`: a plan of the whole; whom it gives turns has a part in which there is one for her.
    `share`: is asked in the end who stays where after all (sharing.py).
    """
    turns = estimate(problem)
    if turns <= worth or _bound_together(problem):
        return [Part(problem, frozenset())]
    place = _components(problem)
    if turns > large:
        place = _regions(problem, place, large)
    if len(set(place.values())) < 2:
        return [Part(problem, frozenset())]
    homes = _homes(problem, place, dealt, flow)
    if homes is None:
        return [Part(problem, frozenset())]
    homes = share(place, homes)
    parts = [_part(problem, place, homes, name) for name in sorted(set(place.values()))]
    return sorted((part for part in parts if part.problem.requests), key=lambda part: -estimate(part.problem))


def _bound_together(problem: Problem) -> bool:
    """Tell whether a rule counts over the whole season and every space."""
    charter = problem.charter
    return bool(charter.min_fill) or any(quota.scope == "season" for quota in charter.quotas)


def _components(problem: Problem) -> dict[str, str]:
    """Return the component of each space: two are in one if a site or a request names both."""
    parent = {space.id: space.id for space in problem.spaces}

    def root(key: str) -> str:
        while parent[key] != key:
            parent[key] = key = parent[parent[key]]
        return key

    groups: dict[str, list[str]] = {}
    for space in problem.spaces:
        groups.setdefault(space.site, []).append(space.id)
    for together in (*groups.values(), *([wish.space for wish in request.spaces] for request in problem.requests)):
        for other in together[1:]:
            first, second = sorted((root(together[0]), root(other)))
            parent[second] = first
    return {key: root(key) for key in parent}


def _regions(problem: Problem, place: dict[str, str], large: int) -> dict[str, str]:
    """Cut components that are too large by the region of each site."""
    sites: dict[str, str] = {}
    for space in sorted(problem.spaces, key=lambda space: space.id):
        sites.setdefault(space.site, space.region)
    turns: Counter[str] = Counter()
    for component in set(place.values()):
        inside = {key for key, name in place.items() if name == component}
        turns[component] = estimate(_only(problem, inside, {r.applicant for r in problem.requests}))
    return {
        space.id: f"{place[space.id]}\n{sites[space.site]}" if turns[place[space.id]] > large else place[space.id]
        for space in problem.spaces
    }


def _homes(problem: Problem, place: dict[str, str], dealt: Sequence[Turn], flow: Flow) -> dict[str, str] | None:
    """Return the part each applicant stays in; None if pins hold one in two.

    Who can choose goes where most is for her, else where most of what she asks for is; but whom a dealing within the
    parts gives nothing, and of whom no flow is known, stays where she was dealt turns.
    """
    pinned: dict[str, set[str]] = {}
    for pin in problem.pins:
        pinned.setdefault(pin.applicant, set()).add(place[pin.space])
    if any(len(parts) > 1 for parts in pinned.values()):
        return None
    homes, choosing = dict[str, str](), set[str]()
    for request in problem.requests:
        wanted, there = Counter(place[wish.space] for wish in request.spaces), dict[str, float]()
        for wish in request.spaces:
            there[place[wish.space]] = there.get(place[wish.space], 0.0) + flow(request.applicant, wish.space)
        options = sorted(pinned.get(request.applicant) or wanted)
        best = max(options, key=lambda part: (there.get(part, 0.0), wanted[part]), default=next(iter(place.values())))
        homes[request.applicant] = best
        if len(options) > 1 and there.get(best, 0.0) <= 0:
            choosing.add(request.applicant)
    if dealt and choosing:
        served = {turn.applicant for turn in deal(_at_home(problem, place, homes))}
        for turn in dealt:
            if turn.applicant in choosing and turn.applicant not in served:
                homes[turn.applicant] = place[turn.space]
    return homes


def _at_home(problem: Problem, place: dict[str, str], homes: dict[str, str]) -> Problem:
    """Return the case in which everybody asks for the spaces of her part only."""
    return replace(
        problem,
        requests=tuple(
            replace(
                request,
                spaces=tuple(wish for wish in request.spaces if place[wish.space] == homes[request.applicant]),
            )
            for request in problem.requests
        ),
    )


def _part(problem: Problem, place: dict[str, str], homes: dict[str, str], name: str) -> Part:
    inside = {space for space, part in place.items() if part == name}
    here = {
        request.applicant
        for request in problem.requests
        if homes[request.applicant] == name or any(wish.space in inside for wish in request.spaces)
    }
    visitors = frozenset(person for person in here if homes[person] != name)
    return Part(_only(problem, inside, here), visitors)


def _only(problem: Problem, spaces: set[str], people: set[str]) -> Problem:
    """Return the case of some spaces and people; what binds only others is left out."""
    charter = problem.charter
    kept = [space for space in problem.spaces if space.id in spaces]
    sites = {space.site for space in kept}
    return replace(
        problem,
        spaces=tuple(kept),
        applicants=tuple(one for one in problem.applicants if one.id in people),
        requests=tuple(
            replace(request, spaces=tuple(wish for wish in request.spaces if wish.space in spaces))
            for request in problem.requests
            if request.applicant in people
        ),
        pins=tuple(pin for pin in problem.pins if pin.space in spaces),
        forbidden=tuple(
            ban for ban in problem.forbidden if ban.applicant in people and (ban.space is None or ban.space in spaces)
        ),
        published=tuple(t for t in problem.published if t.space in spaces and t.applicant in people),
        charter=replace(
            charter,
            sites={key: value for key, value in charter.sites.items() if key in sites},
            spaces={key: value for key, value in charter.spaces.items() if key in spaces},
        ),
    )
