"""Turns that have begun, in a plan made or published now: what was lived stays, whatever has closed since.

A closure shuts every period it touches, and so the days of that period that were lived before it. A turn under way
that a closure cuts would break the rules by its own past: its place would be closed, its length too short. So the
case that a plan is judged by is made to hold for those of its turns that are the begun part of a turn in force;
for everybody else, and for what is still to come, it stays as it is.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from app.clock import today
from app.models import Call, Closure, PublishedTurn
from app.planning.case import freeze, written
from app.planning.changes import Stay
from app.planning.eased import widen
from app.planning.keys import exhibitor_id, space_id
from app.planning.variant import Variant
from app.queries import closing
from app.queries.closing import covers
from scheduler.plan import Turn

Document = dict[str, Any]
DAY = timedelta(days=1)


def case_now(
    call: Call, turns: Iterable[Turn], rows: Collection[PublishedTurn], variant: Variant | None = None
) -> tuple[str, str]:  # fmt: skip
    """A call's case as it is now, for a plan of these turns: canonical JSON and SHA-256. ``rows``: turns in force."""
    return lived_in(*freeze(call, variant), turns, rows)


def lived_in(text: str, sha256: str, turns: Iterable[Turn], rows: Collection[PublishedTurn]) -> tuple[str, str]:
    """A frozen case made to hold for what has begun of these turns."""
    kept = begun(turns, rows)
    return written(as_lived(json.loads(text), kept)) if kept else (text, sha256)


def begun(turns: Iterable[Turn], rows: Collection[PublishedTurn]) -> list[Turn]:
    """The turns that are what has begun of a turn in force, whole or cut short."""
    under_way = {(row.exhibitor_id, row.space_id, row.start): row.length for row in rows if row.starts_on <= today()}
    return [
        turn for turn in turns
        if turn.length <= under_way.get((exhibitor_id(turn.applicant), space_id(turn.space), turn.start), 0)
    ]  # fmt: skip


def as_lived(case: Document, kept: Sequence[Turn]) -> Document:
    """The case with which these begun turns agree; done twice it is the same."""
    if not kept:
        return case
    case = json.loads(json.dumps(case))
    past = {n for n, period in enumerate(case["periods"]) if date.fromisoformat(period["start"]) <= today()}
    for space in case["spaces"]:
        _open(space, [turn for turn in kept if turn.space == space["id"]], past)
    for request in case["requests"]:
        own = [turn for turn in kept if turn.applicant == request["applicant"]]
        lived = {period for turn in own for period in turn.periods} & past
        ahead = [period for period in request["unavailable"] if period not in lived]
        widen(request, own)
        request["unavailable"] = ahead
    case["pins"] = [_shortened(pin, kept) for pin in case["pins"]]
    return case


def _open(space: Document, own: Sequence[Turn], past: Collection[int]) -> None:
    """Open the places lived on, in the periods lived: the others of the space stay closed, a stand each."""
    held = {stand: set(turn.periods) & set(past) for turn in own for stand in turn.stands}
    lived = set().union(*held.values()) & set(space["closed"])
    space["closed"] = [period for period in space["closed"] if period not in lived]
    for stand in space["stands"]:
        shut = {*stand["closed"], *lived} - held.get(stand["id"], set())
        stand["closed"] = sorted(shut)


def _shortened(pin: Document, kept: Iterable[Turn]) -> Document:
    """A pin of a turn under way is kept by what was lived of it."""
    place = (pin["applicant"], pin["space"], pin["start"])
    length = next((turn.length for turn in kept if (turn.applicant, turn.space, turn.start) == place), pin["length"])
    return {**pin, "length": min(pin["length"], length)}


def days_of(call: Call, stays: Iterable[Stay], rows: Iterable[PublishedTurn] | None) -> list[Stay]:
    """The stays with the days that begun turns really have; ``rows``: turns in force, None before any rotation.

    One may have been taken up, or cut, inside a period; and a place that closes is left meanwhile.
    """
    old = {(row.exhibitor_id, row.stand_id, row.start): row for row in rows or () if row.starts_on <= today()}
    closures = closing.ahead(call, today()) if old else []
    found = []
    for stay in stays:
        row = old.get((stay.exhibitor_id, stay.stand_id, stay.start))
        if rows is not None and row is None and stay.starts_on <= today():  # put by hand, under way: from tomorrow
            stay = replace(stay, starts_on=min(max(stay.starts_on, today() + DAY), stay.ends_on))
        if row and stay.length <= row.length and stay.starts_on <= row.starts_on:
            kept = replace(
                stay, starts_on=row.starts_on, ends_on=min(stay.ends_on, row.ends_on), pauses=row.paused_on
            )  # fmt: skip
            stay = open_part(kept, closures) or kept
        found.append(stay)
    return found


def open_part(stay: Stay, closures: Iterable[Closure]) -> Stay | None:
    """A stay without the days ahead on which its place is closed; None when no day is left.

    A closure in the middle interrupts it, one at its end cuts it short. What is past stays as it was.
    """
    shut = [one for one in closures if covers(one, stay.space_id, stay.stand_ids)]
    span = [stay.starts_on + n * DAY for n in range((stay.ends_on - stay.starts_on).days + 1)]
    held = [
        day for day in span
        if (day not in stay.pauses if day < today() else not any(one.starts_on <= day <= one.ends_on for one in shut))
    ]  # fmt: skip
    if not held:
        return None
    pauses = tuple(day for day in span if held[0] < day < held[-1] and day not in held)
    return replace(stay, starts_on=held[0], ends_on=held[-1], pauses=pauses)
