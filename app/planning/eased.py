"""A case made to hold for the turns in force, so that a repair answers for what it changes and for nothing else.

A rotation that lives breaks rules through nobody's fault: a turn cut short is shorter than asked for, a hall is
emptier after a withdrawal, a decision came after the publication. What the turns in force break is eased just so
far; what a repair might newly break still stands.
"""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from app.planning.judge import problem_of
from scheduler.codec import canonical_bytes
from scheduler.codec.charters import AT_SITE, AT_SPACE
from scheduler.plan import Turn
from scheduler.rules.base import Violation
from scheduler.verify import verify

Document = dict[str, Any]
Eased = dict[str, str]
"""A rule's code and the hall where it is off ("": everywhere)."""
OFF = {"rivals_apart": False}
"""How a place's charter switches a rule off, where null does not."""


def eased(case: Document, turns: Sequence[Turn]) -> Document:
    """The case with which these turns agree."""
    eased = copy.deepcopy(case)
    _open_what_is_held(eased, turns)
    for request in eased["requests"]:
        widen(request, [turn for turn in turns if turn.applicant == request["applicant"]])
    eased["pins"] = [pin for pin in eased["pins"] if any(_answers(turn, pin) for turn in turns)]
    lift(eased, turns)
    return without(eased, {violation.rule for violation in broken_by(eased, turns)})


def lift(case: Document, turns: Sequence[Turn]) -> None:
    """Take these turns, in place, out of what is forbidden to their holders."""
    season = len(case["periods"])
    case["forbidden"] = [ban for one in case["forbidden"] if (ban := _lifted(one, turns, season))]


def broken_by(case: Document, turns: Sequence[Turn]) -> tuple[Violation, ...]:
    """The rules of a case that some turns break by themselves."""
    return verify(problem_of(canonical_bytes(case).decode()), turns).violations


def without(case: Document, rules: Collection[str]) -> Document:
    """The case without some rules of its charter."""
    return {**case, "charter": {key: value for key, value in case["charter"].items() if key not in rules}}


def off_where_broken(case: Document, broken: Iterable[Violation]) -> list[Eased]:
    """The charter's rules that some turns break, each with the halls of these turns ("": a rule no place has alone)."""
    told: dict[tuple[str, str], Eased] = {}
    for one in broken:
        halls = sorted({turn.space for turn in one.turns}) if one.rule in AT_SITE else []
        told |= {(one.rule, hall): {"rule": one.rule, "space": hall} for hall in halls or [""]}
    return list(told.values())


def switched_off(case: Document, eased: Iterable[Eased]) -> Document:
    """The case with some rules off in some halls: at their site where a hall cannot have the rule by itself."""
    charter = copy.deepcopy(case["charter"])
    sites = {space["id"]: space["site"] for space in case["spaces"]}
    for one in eased:
        rule, hall = one["rule"], one["space"]
        if not hall:
            charter.pop(rule, None)
            continue
        kind, place = ("spaces", hall) if rule in AT_SPACE else ("sites", sites.get(hall, ""))
        charter.setdefault(kind, {}).setdefault(place, {})[rule] = OFF.get(rule)
    return {**case, "charter": charter}


def _open_what_is_held(case: Document, turns: Sequence[Turn]) -> None:
    for space in case["spaces"]:
        own = [turn for turn in turns if turn.space == space["id"]]
        held = {period for turn in own for period in turn.periods}
        space["closed"] = [period for period in space["closed"] if period not in held]
        for stand in space["stands"]:
            busy = {period for turn in own if stand["id"] in turn.stands for period in turn.periods}
            stand["closed"] = [period for period in stand["closed"] if period not in busy]


def widen(request: Document, own: Sequence[Turn]) -> None:
    """Let a request, in place, allow what its applicant holds."""
    if not own:
        return
    lengths, held = [turn.length for turn in own], {period for turn in own for period in turn.periods}
    wanted = request["turn_length"]
    request["turn_length"] = {"min": min(wanted["min"], *lengths), "max": max(wanted["max"], *lengths)}
    request["max_turns"] = max(request["max_turns"], len(own))
    request["unavailable"] = [period for period in request["unavailable"] if period not in held]


def _answers(turn: Turn, pin: Document) -> bool:
    wanted = (pin["applicant"], pin["space"], pin["start"], pin["length"])
    same = (turn.applicant, turn.space, turn.start, turn.length) == wanted
    return same and ("stand" not in pin or pin["stand"] in turn.stands)


def _lifted(ban: Document, turns: Sequence[Turn], season: int) -> Document | None:
    """A ban without the periods in which its person is there all the same; None when nothing is left of it."""
    held = {
        period
        for turn in turns
        if turn.applicant == ban["applicant"] and ban.get("space", turn.space) == turn.space
        for period in turn.periods
    }
    periods = ban.get("periods", list(range(season)))
    left = [period for period in periods if period not in held]
    if left == periods:
        return ban
    return {**ban, "periods": left} if left else None
