"""Random tiny problems and plans for properties: a problem with many rules on, and any set of turns."""

from __future__ import annotations

import random

from hypothesis import strategies as st

from scheduler.plan import Turn
from scheduler.problem import Problem
from scheduler.verify import verify
from tests.scheduler.builders import make, person, request, space

SEASON = 4


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Two spaces of up to four stands, up to five people of three crafts, parameters of every rule."""
    spaces = [_hall(draw, name) for name in "ST"]
    names = "ABCDE"[: draw(st.integers(1, 5))]
    people = [
        person(
            name,
            draw(st.sampled_from(["x", "y", "z"])),
            family=draw(st.sampled_from(["", "f"])),
            groups=draw(st.sampled_from([[], ["g"]])),
            received=draw(st.integers(0, 2)),
            share=draw(st.integers(1, 2)),
        )
        for name in names
    ]
    requests = [_request(draw, name) for name in names if draw(st.integers(0, 5))]
    return make(people, spaces, requests, SEASON, charter=_charter(draw), forbidden=_bans(draw, names))


def _hall(draw: st.DrawFn, name: str) -> dict:
    stands = [
        {"id": f"{name}/{n + 1}", "area_m2": draw(st.sampled_from([6, 8])), "x": n % 2, "y": n // 2}
        for n in range(draw(st.sampled_from([1, 1, 2, 3, 4])))
    ]
    stands[0]["closed"] = draw(st.sampled_from([[], [], [1]]))
    return space(name, stands, closed=draw(st.sampled_from([[], [], [2]])))


def _request(draw: st.DrawFn, name: str) -> dict:
    length = draw(st.integers(1, 2))
    return request(
        name,
        *draw(st.sampled_from([("S",), ("T",), ("S", "T"), ("T", "S")])),
        unavailable=draw(st.lists(st.integers(0, SEASON - 1), max_size=1)),
        preferred=draw(st.dictionaries(st.sampled_from("0123"), st.integers(0, 3), max_size=2)),
        turn_length={"min": length, "max": draw(st.integers(length, 2))},
        max_turns=draw(st.integers(0, 3)),
        area_m2=draw(st.sampled_from([0, 8])),
        stands=draw(st.sampled_from([1, 1, 1, 2])),
    )


def _charter(draw: st.DrawFn) -> dict:
    quota = {"group": "g", draw(st.sampled_from(["at_least", "at_most"])): draw(st.sampled_from([0.25, 0.5]))}
    return {
        "measure": draw(st.sampled_from(["periods", "turns", "points"])),
        "max_same_activity": draw(st.sampled_from([None, 1, 2])),
        "max_same_family": draw(st.sampled_from([None, 2])),
        "min_activities": draw(st.sampled_from([None, 2])),
        "rest": draw(st.sampled_from([None, None, 1])),
        "return_after": draw(st.sampled_from([None, None, 1])),
        "rivals_apart": draw(st.booleans()),
        "max_turns_per_site": draw(st.sampled_from([None, 1])),
        "quotas": draw(st.sampled_from([[], [], [], [quota], [{**quota, "scope": "space-period"}]])),
    }


def _bans(draw: st.DrawFn, names: str) -> list[dict]:
    return draw(st.sampled_from([[], [{"applicant": names[0], "space": "S", "periods": [0]}]]))


def turns(problem: Problem, most: int = 6) -> st.SearchStrategy[list[Turn]]:
    """Turns with known names and dates, whatever rules they break."""
    return st.lists(_turn(problem), max_size=most, unique=True)


def _turn(problem: Problem) -> st.SearchStrategy[Turn]:
    places = [(hall.id, stand.id) for hall in problem.spaces for stand in hall.stands]
    spans = [(start, length) for start in range(SEASON) for length in (1, 2) if start + length <= SEASON]
    return st.builds(
        lambda who, place, span: Turn(who, *place, *span),
        st.sampled_from([applicant.id for applicant in problem.applicants]),
        st.sampled_from(places),
        st.sampled_from(spans),
    )


def full_plan(problem: Problem, seed: int) -> list[Turn]:
    """A plan to which no turn of the shortest length on one stand can be added, found in random order."""
    candidates = [
        Turn(request.applicant, hall.id, stand.id, start, request.min_length)
        for request in problem.requests
        for hall in problem.spaces
        for stand in hall.stands
        for start in range(SEASON - request.min_length + 1)
    ]
    random.Random(seed).shuffle(candidates)
    return sound(problem, candidates)


def sound(problem: Problem, candidates: list[Turn]) -> list[Turn]:
    """The candidates that can be kept one after the other without breaking a rule."""
    held: list[Turn] = []
    for one in candidates:
        if verify(problem, [*held, one]).accepted:
            held.append(one)
    return held
