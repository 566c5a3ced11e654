"""A Problem written back as a `dawra-case/1` document."""

from __future__ import annotations

from typing import Any

from scheduler.codec.cases import FORMAT
from scheduler.codec.charters import encode_charter
from scheduler.codec.plans import encode_turn
from scheduler.problem import NO_LIMIT, Applicant, Forbidden, Pin, Problem, Request, Space, Stand


def encode_case(problem: Problem) -> dict[str, Any]:
    """Return the document of a problem with every default written out that can be; reading it gives the same facts."""
    return {
        "format": FORMAT,
        "name": problem.name,
        "periods": [
            {"start": p.start.isoformat(), "end": p.end.isoformat(), "weight": p.weight} for p in problem.periods
        ],
        "spaces": [_space(space) for space in problem.spaces],
        "applicants": [_applicant(applicant) for applicant in problem.applicants],
        "requests": [_request(request) for request in problem.requests],
        "pins": [_pin(pin) for pin in problem.pins],
        "forbidden": [_forbidden(one) for one in problem.forbidden],
        "charter": encode_charter(problem.charter),
        "published": [encode_turn(turn) for turn in problem.published],
        "seed": problem.seed,
    }


def _space(space: Space) -> dict[str, Any]:
    return {
        "id": space.id,
        "site": space.site,
        "region": space.region,
        "stands": [_stand(stand) for stand in space.stands],
        "closed": sorted(space.closed),
        "weight": space.weight,
    }


def _stand(stand: Stand) -> dict[str, Any]:
    return {
        "id": stand.id,
        "area_m2": stand.area_m2,
        "features": sorted(stand.features),
        "x": stand.x,
        "y": stand.y,
        "closed": sorted(stand.closed),
    }


def _applicant(applicant: Applicant) -> dict[str, Any]:
    return {
        "id": applicant.id,
        "kind": applicant.kind,
        "activity": applicant.activity,
        "family": applicant.family,
        "region": applicant.region,
        "groups": sorted(applicant.groups),
        "received": applicant.received,
        "share": applicant.share,
    }


def _request(request: Request) -> dict[str, Any]:
    document: dict[str, Any] = {
        "applicant": request.applicant,
        "spaces": [{"id": wish.space, "rank": wish.rank} for wish in request.spaces],
        "unavailable": sorted(request.unavailable),
        "preferred": {str(period): score for period, score in sorted(request.preferred.items())},
        "turn_length": {"min": request.min_length, "max": request.max_length},
        "area_m2": request.area_m2,
        "features": sorted(request.features),
        "stands": request.stands,
    }
    return document if request.max_turns == NO_LIMIT else {**document, "max_turns": request.max_turns}


def _pin(pin: Pin) -> dict[str, Any]:
    document: dict[str, Any] = {
        "applicant": pin.applicant,
        "space": pin.space,
        "start": pin.start,
        "length": pin.length,
    }
    return document if pin.stand is None else {**document, "stand": pin.stand}


def _forbidden(one: Forbidden) -> dict[str, Any]:
    document: dict[str, Any] = {"applicant": one.applicant, "reason": one.reason}
    if one.space is not None:
        document["space"] = one.space
    if one.periods is not None:
        document["periods"] = sorted(one.periods)
    return document
