"""Solve a season that runs: what has begun stays, in the case itself, so that nobody can plan the past anew.

A plan made while its call's rotation runs speaks of the whole season. Its turns that have begun are not the solver's
to deal: each is pinned on its stand for all its periods, up to the first one from which its place has closed or its
holder cannot stay, and nothing new may begin in a period that has begun. What these turns break by themselves (a rule
decided against when they were published, a decision that came later) is eased in their halls, and the manager is told;
the rest stands for what is to come.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from app.clock import today
from app.models import Call, Publication, PublishedTurn
from app.planning.begun import as_lived
from app.planning.case import published_turn, written
from app.planning.eased import Eased, broken_by, lift, off_where_broken, switched_off
from app.planning.partial import WHOLE, narrowed_to
from scheduler.codec.charters import AT_SITE
from scheduler.plan import Turn

Document = dict[str, Any]


def since(call: Call, publication: Publication | None) -> int:
    """The first period to come, where turns of the publication in force have begun; 0 where none has."""
    begun = publication is not None and any(row.starts_on <= today() for row in publication.turns)
    return sum(period.starts_on <= today() for period in call.periods) if begun else 0


def keeping(text: str, sha256: str, call: Call, publication: Publication | None) -> tuple[str, str, list[Eased]]:
    """A frozen case in which the turns of the publication in force that have begun stay; itself where none has.

    Third: the rules of the charter that these turns break, off in their halls for this solve.
    """
    first = since(call, publication)
    if publication is None or not first:
        return text, sha256, []
    turns = [_turn(call, row) for row in publication.turns if row.starts_on <= today()]
    made, _stay, off = _kept(json.loads(text), turns, first)
    return (*written(made), off)


def _turn(call: Call, row: PublishedTurn) -> Turn:
    stands = {stand.id: stand for place in call.places for stand in place.space.stands}
    one = published_turn(row, [stands[stand] for stand in row.also if stand in stands])
    also = tuple(one.get("also", ()))
    return Turn(one["applicant"], one["space"], one["stand"], one["start"], one["length"], also)


def staying(text: str, begun: Sequence[Turn]) -> list[Turn]:
    """Of the turns that have begun, those that stay in plans of a case: each whole, or up to where it can."""
    if not begun:
        return []
    case = json.loads(text)
    since = sum(date.fromisoformat(period["start"]) <= today() for period in case["periods"])
    return _kept(case, begun, since)[1]


def _kept(case: Document, turns: Sequence[Turn], since: int) -> tuple[Document, list[Turn], list[Eased]]:
    """The case around the turns that can stay, and those; who or what is gone leaves her lived periods to nobody."""
    people = {one["applicant"] for one in case["requests"]}
    places = {(space["id"], stand["id"]) for space in case["spaces"] for stand in space["stands"]}
    there = [turn for turn in turns if all((turn.space, stand) in places for stand in turn.stands)]
    stay = [_open_part(case, turn, since) for turn in there if turn.applicant in people]
    while True:
        kept = {(turn.applicant, turn.start) for turn in stay}
        gone = [turn for turn in there if (turn.applicant, turn.start) not in kept]
        made = _around(case, stay, gone, since)
        broken = [one for one in broken_by(made, stay) if one.rule not in WHOLE]
        off = off_where_broken(made, [one for one in broken if one.rule in AT_SITE])
        made = switched_off(made, off)
        stuck = {turn for one in broken_by(made, stay) if one.rule not in WHOLE for turn in one.turns}
        if not stuck:
            return made, stay, off
        stay = [turn for turn in stay if turn not in stuck]


def _around(case: Document, stay: Sequence[Turn], gone: Iterable[Turn], since: int) -> Document:
    """Pin the turns that stay in place of what was pinned there, and begin nothing new before ``since``."""
    case = json.loads(json.dumps(as_lived(case, stay)))
    _shut(case, gone, since)
    case["pins"] = [pin for pin in case["pins"] if not any(_same_place(pin, turn) for turn in stay)]
    lift(case, stay)
    return narrowed_to(case, stay, {"start": since})


def _same_place(pin: Document, turn: Turn) -> bool:
    """Whether a pin is about the periods of a turn: its person's, or somebody else's on its stand."""
    together = pin["start"] < turn.start + turn.length and turn.start < pin["start"] + pin["length"]
    return together and (pin["applicant"] == turn.applicant or pin.get("stand") in turn.stands)


def _open_part(case: Document, turn: Turn, since: int) -> Turn:
    """A turn up to the first period still to come from which its place has closed, or its holder cannot stay."""
    space = next(one for one in case["spaces"] if one["id"] == turn.space)
    own = [one for one in case["requests"] if one["applicant"] == turn.applicant]
    bans = [
        one
        for one in case["forbidden"]
        if (one["applicant"], one.get("space", turn.space)) == (turn.applicant, turn.space)
    ]
    barred = {
        *space["closed"],
        *(n for one in space["stands"] if one["id"] in turn.stands for n in one["closed"]),
        *(n for request in own for n in request["unavailable"]),
        *(n for one in bans for n in one.get("periods", turn.periods)),
    }
    first = min((n for n in turn.periods if n >= since and n in barred), default=turn.start + turn.length)
    return replace(turn, length=first - turn.start)


def _shut(case: Document, gone: Iterable[Turn], since: int) -> None:
    """What somebody lived who is no longer in the case is nobody else's to live."""
    for turn in gone:
        space = next(one for one in case["spaces"] if one["id"] == turn.space)
        for stand in space["stands"]:
            if stand["id"] in turn.stands:
                stand["closed"] = sorted({*stand["closed"], *(n for n in turn.periods if n < since)})
