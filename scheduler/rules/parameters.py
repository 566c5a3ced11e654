"""A charter's parameters as the checks read them: the space's own, else its site's, else the general one.

The model reads them by another way (charters.py), so that the one proves the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from scheduler.problem import Charter, LocalCharter, Problem, Quota

Limit = Literal["max_same_activity", "max_same_family", "min_activities", "rest", "return_after"]


def limit(problem: Problem, space_id: str, name: Limit) -> int | None:
    """Return a whole-number parameter where it is read for a space; None: the rule is off there."""
    value: int | None = getattr(_source(problem, space_id, name), name)
    return value


def apart(problem: Problem, space_id: str) -> bool:
    """Tell whether rivals are kept apart in a space."""
    return _source(problem, space_id, "rivals_apart").rivals_apart


def turns_at(problem: Problem, site: str) -> int | None:
    """Return how many turns one applicant may have at a site; None: any number."""
    own = problem.charter.sites.get(site)
    if own is not None and "max_turns_per_site" in own.given:
        return own.max_turns_per_site
    return problem.charter.max_turns_per_site


def quotas(problem: Problem) -> Iterator[Quota]:
    """Yield the quotas of the case, then those of its sites, then those of its spaces."""
    yield from problem.charter.quotas
    for charters in (problem.charter.sites, problem.charter.spaces):
        for key in sorted(charters):
            own = charters[key]
            yield from own.quotas if "quotas" in own.given else ()


def counts_in(problem: Problem, quota: Quota, space_id: str) -> bool:
    """Tell whether what is occupied in a space counts for a quota.

    A quota of the case over the season counts everywhere, one of a site in its spaces. A quota for each space
    counts where no nearer charter gives quotas of its own.
    """
    if quota.scope == "season":
        return quota.site in ("", problem.space(space_id).site)
    return quota in _source(problem, space_id, "quotas").quotas


def _source(problem: Problem, space_id: str, name: str) -> Charter | LocalCharter:
    """Return the charter that gives a parameter for a space."""
    charter = problem.charter
    if not charter.spaces and not charter.sites:
        return charter
    for own in (charter.spaces.get(space_id), charter.sites.get(problem.space(space_id).site)):
        if own is not None and name in own.given:
            return own
    return charter
