"""Tiny problems in a few words: `make` fills in what a test does not care about.

By default: four fortnights from 4 January 2027, one space S of three stands S/1 S/2 S/3 in a row, and for
each person named in `people` a request for every space, for single periods, as often as wanted.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from scheduler.codec import decode_case
from scheduler.plan import Plan, Turn
from scheduler.problem import Problem
from scheduler.text import render
from scheduler.verify import verify

FIRST_DAY = dt.date(2027, 1, 4)


def periods(count: int = 4, days: int = 14) -> list[dict[str, Any]]:
    """Consecutive periods."""
    return [
        {
            "start": (FIRST_DAY + dt.timedelta(days=days * n)).isoformat(),
            "end": (FIRST_DAY + dt.timedelta(days=days * n + days - 1)).isoformat(),
        }
        for n in range(count)
    ]


def space(key: str = "S", stands: int | list[dict[str, Any]] = 3, **more: Any) -> dict[str, Any]:
    """A space with that many numbered stands of 8 m² in a row, or with the stands given."""
    if isinstance(stands, int):
        stands = [{"id": f"{key}/{n + 1}", "area_m2": 8, "x": n, "y": 0} for n in range(stands)]
    return {"id": key, "site": f"site-{key}", "stands": stands, **more}


def person(key: str, activity: str | None = None, **more: Any) -> dict[str, Any]:
    """An applicant; the activity defaults to one of its own, so that no cap is met by chance."""
    return {"id": key, "activity": activity or f"craft-{key}", **more}


def request(key: str, *spaces: str, **more: Any) -> dict[str, Any]:
    """A request for some spaces, the best first."""
    return {"applicant": key, "spaces": [{"id": name, "rank": n + 1} for n, name in enumerate(spaces)], **more}


def document(
    people: str | list[dict[str, Any]] = "AB",
    spaces: list[dict[str, Any]] | None = None,
    requests: list[dict[str, Any]] | None = None,
    season: int = 4,
    **more: Any,
) -> dict[str, Any]:
    """The document of a tiny case; `people` may be a string of one-letter names."""
    halls = [space()] if spaces is None else spaces
    persons = [person(name) for name in people] if isinstance(people, str) else people
    everywhere = [request(one["id"], *(hall["id"] for hall in halls)) for one in persons]
    return {
        "format": "dawra-case/1",
        "periods": periods(season),
        "spaces": halls,
        "applicants": persons,
        "requests": everywhere if requests is None else requests,
        **more,
    }


def make(*args: Any, **more: Any) -> Problem:
    """The problem of `document` with the same arguments."""
    return decode_case(document(*args, **more))


def turn(who: str, stand: str = "S/1", start: int = 0, length: int = 1, *also: str) -> Turn:
    """A turn on a stand named `SPACE/NUMBER`."""
    return Turn(who, stand.split("/")[0], stand, start, length, tuple(sorted(also)))


def plan(problem: Problem, *turns: Turn, **more: Any) -> Plan:
    """A plan of this problem that claims nothing but what `more` says."""
    return Plan(**{"case_sha256": problem.sha256, "status": "feasible", "turns": turns, **more})


def broken(problem: Problem, *turns: Turn) -> list[tuple[str, tuple[Turn, ...]]]:
    """What verify finds in bare turns: (rule, the turns that break it) of every violation, in order."""
    return [(violation.rule, violation.turns) for violation in verify(problem, turns).violations]


def sentences(problem: Problem, *turns: Turn) -> list[str]:
    """What verify says against bare turns, in English."""
    return [render(violation.message, "en") for violation in verify(problem, turns).violations]
