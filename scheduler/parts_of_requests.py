"""What pinned people asked for, or cannot do, that their own pins go against: parts of a case that bind one person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from scheduler.part import Part
from scheduler.problem import Pin, Problem, Request, Wish
from scheduler.text import N_, Message
from scheduler.wording import when, where, who


def against_pins(problem: Problem) -> Iterator[Part]:
    """Yield what pinned people asked for, or cannot do, that their own pins go against."""
    pins: dict[str, list[Pin]] = {}
    for pin in problem.pins:
        pins.setdefault(pin.applicant, []).append(pin)
    for number, request in sorted(enumerate(problem.requests), key=lambda numbered: numbered[1].applicant):
        for key, template, facts, lift in _against(problem, request, pins.get(request.applicant, [])):
            said = Message(template, {"applicant": who(request.applicant), **facts})
            name = frozenset((request.applicant,))
            yield Part("request", f"requests[{number}].{key}", said, partial(_asking, request, lift), name)


Change = tuple[str, str, dict[str, object], dict[str, object]]
"""Key in the request, sentence, facts of the sentence, fields with which nothing is in the pins' way."""


def _against(problem: Problem, request: Request, pins: list[Pin]) -> Iterator[Change]:
    missing = {pin.space for pin in pins} - {wish.space for wish in request.spaces}
    for space in sorted(missing):
        wishes = (*request.spaces, *(Wish(one, 9) for one in sorted(missing)))
        template = N_("{applicant} n'a pas demandé la salle {space}.")
        yield "spaces", template, {"space": where(space)}, {"spaces": wishes}
    away = request.unavailable.intersection(*[{p for pin in pins for p in range(pin.start, pin.start + pin.length)}])
    if away:
        facts: dict[str, object] = {"when": when(problem, away)}
        free: dict[str, object] = {"unavailable": request.unavailable - away}
        yield "unavailable", N_("{applicant} ne peut pas venir {when}."), facts, free
    lengths = [pin.length for pin in pins]
    if lengths and not request.min_length <= min(lengths) <= max(lengths) <= request.max_length:
        facts = {"least": request.min_length, "most": request.max_length}
        wider: dict[str, object] = {
            "min_length": min(request.min_length, *lengths),
            "max_length": max(request.max_length, *lengths),
        }
        template = N_("{applicant} a demandé des tours de {least} à {most} périodes.")
        if request.min_length == request.max_length:
            template, facts = N_("{applicant} a demandé des tours de {n} périodes."), {"n": request.min_length}
        yield "turn_length", template, facts, wider
    if len(pins) > request.max_turns:
        more = {"max_turns": len(pins)}
        yield "max_turns", N_("{applicant} a demandé {n} tours au plus."), {"n": request.max_turns}, dict(more)
    yield from _about_stands(problem, request, pins)


def _about_stands(problem: Problem, request: Request, pins: list[Pin]) -> Iterator[Change]:
    """Yield what pinned people asked of their stands, if a stand their turn could be on has less.

    A turn on several stands has others beside the one pinned: any of the space.
    """
    floor = [
        stand
        for pin in pins
        for stand in problem.space(pin.space).stands
        if request.stands > 1 or pin.stand in (None, stand.id)
    ]
    if any(stand.area_m2 < request.area_m2 for stand in floor):
        template = N_("{applicant} a demandé des stands d'au moins {area} m².")
        yield "area_m2", template, {"area": request.area_m2}, {"area_m2": 0}
    if any(not request.features <= stand.features for stand in floor):
        asked: dict[str, object] = {"features": tuple(sorted(request.features))}
        yield "features", N_("{applicant} a demandé des stands avec : {features}."), asked, {"features": frozenset()}
    if pins and request.stands > 1:
        yield "stands", N_("{applicant} a demandé {n} stands voisins."), {"n": request.stands}, {"stands": 1}


def _asking(request: Request, fields: dict[str, object], problem: Problem) -> Problem:
    """Change the request of one applicant; what other parts changed of it stays."""

    def change(one: Request) -> Request:
        return replace(one, **fields) if one.applicant == request.applicant else one  # type: ignore[arg-type]

    return replace(problem, requests=tuple(change(one) for one in problem.requests))
