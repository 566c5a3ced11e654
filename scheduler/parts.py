"""What a case could do without: its pins, bans, quotas, closures, and the charter's parameters, one by one.

A *part* says itself in a sentence and can be lifted: the case without it is a case. `path` is its place in the
case file. `binds` are the exhibitors with a request whom it speaks about.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal

from scheduler.problem import (
    Charter,
    Forbidden,
    LocalCharter,
    Parameters,
    Pin,
    Problem,
    Quota,
    Request,
    Space,
    Stand,
    Wish,
)
from scheduler.rulebook import RULES
from scheduler.rules.base import CharterRule, Rule
from scheduler.rules.quotas import Quotas
from scheduler.text import N_, Message
from scheduler.wording import stand_name, when, where, who

Lift = Callable[[Problem], Problem]


Place = tuple[()] | tuple[Literal["sites", "spaces"], str]
"""Whose charter: the general one, or that of a site or space by id."""


@dataclass(frozen=True, slots=True)
class Number:
    """A parameter of a charter: the rule it feeds, its value, and how to give it another."""

    rule: CharterRule
    value: Any
    adjust: Callable[..., Problem]


@dataclass(frozen=True, slots=True)
class Part:
    """Something that can be lifted; `quota` (and whose it is) or `number`: what it is about, where it can be moved."""

    kind: Literal["charter", "quota", "closure", "request", "ban", "pin"]
    path: str
    message: Message
    lift: Lift
    binds: frozenset[str] = frozenset()
    quota: tuple[Place, Quota] | None = None
    number: Number | None = None


def parts(problem: Problem) -> list[Part]:
    """Return every part that can have to do with a clash, the most general first."""
    return [
        *_charter(problem),
        *_quotas(problem),
        *_closures(problem),
        *_requests(problem),
        *_bans(problem),
        *_pins(problem),
    ]


def lifted(problem: Problem, gone: list[Part]) -> Problem:
    """Return the case without some parts."""
    for part in gone:
        problem = part.lift(problem)
    return problem


def _charter(problem: Problem) -> Iterator[Part]:
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


def _quotas(problem: Problem) -> Iterator[Part]:
    for place, own in _charters(problem.charter):
        for number, quota in enumerate(own.quotas):
            group = frozenset(
                request.applicant
                for request in problem.requests
                if quota.group in problem.applicant(request.applicant).groups
            )
            path = ".".join(("charter", *place, f"quotas[{number}]"))
            lift = partial(with_quota, place=place, before=quota, after=None)
            yield Part("quota", path, Quotas().demand(quota), lift, group, quota=(place, quota))


def with_quota(problem: Problem, place: Place, before: Quota, after: Quota | None) -> Problem:
    """Return the case with one quota of one charter replaced, or left out."""
    put = () if after is None else (after,)

    def change(own: Any) -> Any:
        return replace(own, quotas=tuple(n for one in own.quotas for n in (put if one is before else (one,))))

    return _with_charter(problem, place, change)


def _closures(problem: Problem) -> Iterator[Part]:
    """Yield the closures of the spaces with pins: whole spaces, then single stands."""
    pinned = {pin.space for pin in problem.pins}
    for number, space in enumerate(problem.spaces):
        if space.id not in pinned:
            continue
        if space.closed:
            facts = {"space": where(space.id), "when": when(problem, space.closed)}
            said = Message(N_("La salle {space} est fermée {when}."), facts)
            held = frozenset(pin.applicant for pin in problem.pins if pin.space == space.id)
            path = f"spaces[{number}].closed"
            yield Part("closure", path, said, partial(_opened, space=space.id), held)
        for place, stand in enumerate(space.stands):
            if stand.closed:
                path = f"spaces[{number}].stands[{place}].closed"
                yield _stand_closure(problem, space, stand, path)


def _stand_closure(problem: Problem, space: Space, stand: Stand, path: str) -> Part:
    facts = {
        "space": where(space.id),
        "stand": stand_name(space.id, stand.id),
        "when": when(problem, stand.closed),
    }
    said = Message(N_("Le stand {stand} de la salle {space} est fermé {when}."), facts)
    held = frozenset(pin.applicant for pin in problem.pins if pin.space == space.id)
    return Part("closure", path, said, partial(_opened, space=space.id, stand=stand.id), held)


def _opened(problem: Problem, space: str, stand: str | None = None) -> Problem:
    """Open a space, or one of its stands, in every period."""

    def change(one: Space) -> Space:
        if one.id != space:
            return one
        if stand is None:
            return replace(one, closed=frozenset())
        return replace(one, stands=tuple(replace(s, closed=frozenset()) if s.id == stand else s for s in one.stands))

    return replace(problem, spaces=tuple(change(one) for one in problem.spaces))


def _requests(problem: Problem) -> Iterator[Part]:
    """Yield what pinned people asked for, or cannot do, that their own pins go against."""
    pins: dict[str, list[Pin]] = {}
    for pin in problem.pins:
        pins.setdefault(pin.applicant, []).append(pin)
    for number, request in enumerate(problem.requests):
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
        yield "turn_length", N_("{applicant} a demandé des tours de {least} à {most} périodes."), facts, wider
    if len(pins) > request.max_turns:
        more = {"max_turns": len(pins)}
        yield "max_turns", N_("{applicant} a demandé {n} tours au plus."), {"n": request.max_turns}, dict(more)
    if any(_ill_fitting(problem, request, pin) for pin in pins):
        anything: dict[str, object] = {"area_m2": 0, "features": frozenset()}
        yield "area_m2", N_("Un stand fixé pour {applicant} n'a pas ce qu'il demande."), {}, anything


def _ill_fitting(problem: Problem, request: Request, pin: Pin) -> bool:
    """Tell whether the stand pinned, or every stand of the space, lacks area or equipment asked for."""
    stands = problem.space(pin.space).stands
    named = [stand for stand in stands if pin.stand in (None, stand.id)]
    return not any(s.area_m2 >= request.area_m2 and request.features <= s.features for s in named)


def _asking(request: Request, fields: dict[str, object], problem: Problem) -> Problem:
    """Change the request of one applicant; what other parts changed of it stays."""

    def change(one: Request) -> Request:
        return replace(one, **fields) if one.applicant == request.applicant else one  # type: ignore[arg-type]

    return replace(problem, requests=tuple(change(one) for one in problem.requests))


def _bans(problem: Problem) -> Iterator[Part]:
    for number, ban in enumerate(problem.forbidden):
        lift = partial(_without_ban, ban=ban)
        yield Part("ban", f"forbidden[{number}]", _ban(problem, ban), lift, frozenset((ban.applicant,)))


def _ban(problem: Problem, ban: Forbidden) -> Message:
    facts: dict[str, object] = {"applicant": who(ban.applicant)}
    if ban.space is not None:
        facts["space"] = where(ban.space)
    if ban.periods is not None:
        facts["when"] = when(problem, ban.periods)
    said = Message(_BANS[ban.space is not None, ban.periods is not None], facts)
    if ban.reason:
        return Message(N_("{rule} Motif : {reason}."), {"rule": said, "reason": ban.reason.rstrip(".")})
    return said


_BANS = {
    (True, True): N_("{applicant} est exclu de la salle {space} {when}."),
    (True, False): N_("{applicant} est exclu de la salle {space} toute la saison."),
    (False, True): N_("{applicant} est exclu de toutes les salles {when}."),
    (False, False): N_("{applicant} est exclu de toutes les salles, toute la saison."),
}


def _without_ban(problem: Problem, ban: Forbidden) -> Problem:
    return replace(problem, forbidden=tuple(other for other in problem.forbidden if other is not ban))


def _pins(problem: Problem) -> Iterator[Part]:
    for number, pin in enumerate(problem.pins):
        facts: dict[str, object] = {
            "applicant": who(pin.applicant),
            "space": where(pin.space),
            "when": when(problem, range(pin.start, pin.start + pin.length)),
        }
        template = N_("Le tour de {applicant} dans la salle {space} {when} est fixé.")
        if pin.stand is not None:
            template = N_("Le tour de {applicant} sur le stand {stand} de la salle {space} {when} est fixé.")
            facts["stand"] = stand_name(pin.space, pin.stand)
        name = frozenset((pin.applicant,))
        yield Part("pin", f"pins[{number}]", Message(template, facts), partial(_without_pin, pin=pin), name)


def _without_pin(problem: Problem, pin: Pin) -> Problem:
    return replace(problem, pins=tuple(other for other in problem.pins if other is not pin))
