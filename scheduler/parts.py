"""What a case could do without: its pins, bans, quotas, closures, and the charter's parameters, one by one.

Parts are ranked by what they say: a case whose lists come in another order has the same parts in the same order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from scheduler.part import Part
from scheduler.parts_of_charters import rules_in_force, shares_in_force
from scheduler.parts_of_requests import against_pins
from scheduler.problem import Forbidden, Pin, Problem, Space, Stand
from scheduler.text import N_, Message
from scheduler.wording import stand_name, when, where, who


def parts(problem: Problem) -> list[Part]:
    """Return every part that can have to do with a clash: the most general first, then by what they say."""
    return [
        *rules_in_force(problem),
        *shares_in_force(problem),
        *_closures(problem),
        *against_pins(problem),
        *_bans(problem),
        *_pins(problem),
    ]


def lifted(problem: Problem, gone: list[Part]) -> Problem:
    """Return the case without some parts."""
    for part in gone:
        problem = part.lift(problem)
    return problem


def _closures(problem: Problem) -> Iterator[Part]:
    """Yield the closures of the spaces with pins: whole spaces, then single stands."""
    pinned = {pin.space for pin in problem.pins}
    for number, space in sorted(enumerate(problem.spaces), key=lambda numbered: numbered[1].id):
        if space.id not in pinned:
            continue
        if space.closed:
            facts = {"space": where(space.id), "when": when(problem, space.closed)}
            said = Message(N_("La salle {space} est fermée {when}."), facts)
            held = frozenset(pin.applicant for pin in problem.pins if pin.space == space.id)
            path = f"spaces[{number}].closed"
            yield Part("closure", path, said, partial(_opened, space=space.id), held)
        for place, stand in sorted(enumerate(space.stands), key=lambda numbered: numbered[1].id):
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


def _bans(problem: Problem) -> Iterator[Part]:
    for number, ban in sorted(enumerate(problem.forbidden), key=_said_of_ban):
        lift = partial(_without_ban, ban=ban)
        yield Part("ban", f"forbidden[{number}]", _ban(problem, ban), lift, frozenset((ban.applicant,)))


def _said_of_ban(numbered: tuple[int, Forbidden]) -> tuple[str, str, list[int], str]:
    """Rank a ban by what it says, wherever it is listed: everywhere and always first."""
    _, ban = numbered
    return ban.applicant, ban.space or "", sorted(ban.periods or ()), ban.reason


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
    for number, pin in sorted(enumerate(problem.pins), key=_said_of_pin):
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


def _said_of_pin(numbered: tuple[int, Pin]) -> tuple[str, str, int, int, str]:
    """Rank a pin by what it says, wherever it is listed."""
    _, pin = numbered
    return pin.applicant, pin.space, pin.start, pin.length, pin.stand or ""


def _without_pin(problem: Problem, pin: Pin) -> Problem:
    return replace(problem, pins=tuple(other for other in problem.pins if other is not pin))
