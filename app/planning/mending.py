"""Ask the scheduler for the least disruption after a closure: the question, its command, the options.

The question is the call's case without the closures that turns stand in the way of, eased where the turns in force
already break it (``planning.eased``), and these closures as orders. Periods that have begun are lived: nothing
in them changes, but for the days that close. Beside what the scheduler finds there is always the option to place
nobody anew.
"""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from app.models import Call, Closure, Publication
from app.planning.case import build
from app.planning.eased import eased
from app.planning.judge import problem_of
from app.planning.keys import space_key, stand_key
from app.planning.living import ground
from app.queries.closing import asked_places
from app.queries.planning import facts
from scheduler.aftermath import aftermath
from scheduler.codec import canonical_bytes, encode_plan, encode_turn
from scheduler.orders import Closure as Shut
from scheduler.orders import Order
from scheduler.plan import Plan, Turn

Document = dict[str, Any]
LEAVE, FEWEST = "none", "fewest"
SECONDS = 30
"""So long the scheduler may look for more than the first option."""
LONGEST = 180
"""Seconds after which it is ended, whatever it has found."""


@dataclass(frozen=True)
class Question:
    """What is asked for one call; ``order`` without closures when only days of the present period close."""

    case: Document
    turns: tuple[Turn, ...]
    order: Order
    sha256: str


def question(call: Call, publication: Publication, closures: Sequence[Closure], today: date) -> Question:
    """The question for a call as its data are now; ``closures``: those that its turns stand in the way of."""
    base = ground(call, publication)
    ids = {one.id for one in closures}
    known = facts(call)
    document = build(replace(known, closures=[one for one in known.closures if one.id not in ids]))
    since = next((n for n, period in enumerate(call.periods) if period.starts_on > today), len(call.periods))
    shut = [part for one in closures for part in _parts(call, one, since)]
    case = eased(document, base.turns)
    _leave_to_the_asked(case, call)
    return Question(case, base.turns, Order(closures=tuple(dict.fromkeys(shut)), since=since), base.case_sha256)


def _leave_to_the_asked(case: Document, call: Call) -> None:
    """A free place that somebody is being asked about is not given away meanwhile."""
    taken = {
        (space_key(one.space_id), stand_id): range(one.start, one.start + one.length)
        for one in asked_places(call.id)
        for stand_id in (one.stand_id, *one.also)
    }
    ids = {stand.id: stand_key(stand.space_id, stand.code) for place in call.places for stand in place.space.stands}
    shut = {(space, ids[stand]): periods for (space, stand), periods in taken.items() if stand in ids}
    for space in case["spaces"]:
        for stand in space["stands"]:
            stand["closed"] = sorted({*stand["closed"], *shut.get((space["id"], stand["id"]), ())})


def _parts(call: Call, closure: Closure, since: int) -> Iterator[Shut]:
    """The order's closures: each space of the call that this one is about, each run of its periods still to come."""
    hit = [
        n for n, period in enumerate(call.periods)
        if n >= since and period.starts_on <= closure.ends_on and closure.starts_on <= period.ends_on
    ]  # fmt: skip
    if not hit:
        return
    breaks = [0, *(at for at, (a, b) in enumerate(pairwise(hit), start=1) if b != a + 1), len(hit)]
    stand = stand_key(closure.stand.space_id, closure.stand.code) if closure.stand else None
    for place in call.places:
        if closure.space_id in (None, place.space_id):
            for first, end in pairwise(breaks):
                yield Shut(space_key(place.space_id), hit[first], hit[end - 1], stand)


def leave(asked: Question) -> Document:
    """The option to place nobody: whom the closure does not touch stays, the others lose what is closed."""
    if not asked.order.closures:
        turns, dropped = asked.turns, []
    else:
        state = aftermath(problem_of(canonical_bytes(asked.case).decode()), asked.turns, asked.order)
        turns, dropped = (*state.past, *state.kept), [loss.rest for loss in state.losses]
    ordered = sorted(turns, key=lambda turn: turn.order)
    return {
        "name": LEAVE, "changed": 0, "proven": False, "better": 0, "empty": 0, "placed": [], "moved": [], "again": [],
        "restood": [], "dropped": [encode_turn(turn) for turn in dropped],
        "turns": [encode_turn(turn) for turn in ordered], "sentences": [],
    }  # fmt: skip


def scope(asked: Question) -> Document:
    """What a job is told besides the case: the turns in force, what closes, the first period that may change."""
    close = [[one.space, one.stand, one.first, one.last] for one in asked.order.closures]
    return {"turns": [encode_turn(turn) for turn in asked.turns], "close": close, "since": asked.order.since}


def command(told: Document, case: Path, plan: Path, out: Path, solver: str = "") -> list[str]:
    """The command line that seeks places, for what ``scope`` told; ``solver`` replaces this Python's own scheduler."""
    program = shlex.split(solver) or [sys.executable, "-m", "scheduler"]
    words = [*program, "repair", str(case), str(plan), "--out", str(out), "--json"]
    for space, stand, first, last in told["close"]:
        place = space if stand is None else f"{space}:{stand}"
        words += ["--close", f"{place}:{first}-{last}"]
    return [*words, "--from", str(told["since"]), "--seconds", str(SECONDS)]


def worth_showing(report: Document, leave: Document) -> list[Document]:
    """The options of the scheduler's report: the fewest changes first, none twice, none that is ``leave``."""
    found = [one for one in report["options"] if one["name"] == FEWEST or one["better"]]
    kept = [one for n, one in enumerate(found) if one["turns"] not in [other["turns"] for other in found[:n]]]
    return [one for one in kept if one["turns"] != leave["turns"]]


def turns_in(option: Document) -> tuple[Turn, ...]:
    """The turns of an option, in plan order."""
    return tuple(_turn(one) for one in option["turns"])


def _turn(one: Document) -> Turn:
    also = tuple(one.get("also", ()))
    return Turn(one["applicant"], one["space"], one["stand"], one["start"], one["length"], also)


def option_of(options: Iterable[Document], name: str) -> Document | None:
    """The option of a name."""
    return next((one for one in options if one["name"] == name), None)


def plan_text(sha256: str, turns: Sequence[Turn]) -> str:
    """A plan file of turns, nothing claimed."""
    return json.dumps(encode_plan(Plan(sha256, "feasible", tuple(turns), ())), sort_keys=True)
