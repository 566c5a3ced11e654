"""Ask the scheduler for the least disruption after a closure: the question, the child process, the options.

The question is the call's case without the closures that turns stand in the way of, eased where the turns in force
already break it (``planning.eased``), and these closures as orders. Periods that have begun are lived: nothing
in them changes, but for the days that close. Beside what the scheduler finds there is always the option to place
nobody anew.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from app.models import Call, Closure, Publication
from app.planning.case import build
from app.planning.child import Child
from app.planning.eased import eased
from app.planning.judge import problem_of
from app.planning.keys import space_key, stand_key
from app.planning.living import ground
from app.queries.closing import asked_places
from app.queries.planning import facts
from scheduler.aftermath import aftermath
from scheduler.codec import canonical_bytes, case_sha256, encode_plan, encode_turn
from scheduler.orders import Closure as Shut
from scheduler.orders import Order
from scheduler.plan import Plan, Turn

Document = dict[str, Any]
LEAVE, FEWEST = "none", "fewest"
SECONDS = 12
"""So long the scheduler may look for more than the first option."""
LAST = 45
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


def answer(asked: Question, memory_mb: int) -> list[Document]:
    """The options, the fewest changes first, and the one that places nobody last."""
    leave = _leave(asked)
    if not asked.order.closures:
        return [leave]
    found = [one for one in _ask(asked, memory_mb) if one["name"] == FEWEST or one["better"]]
    kept = [one for n, one in enumerate(found) if one["turns"] not in [other["turns"] for other in found[:n]]]
    return [*(one for one in kept if one["turns"] != leave["turns"]), leave]


def _leave(asked: Question) -> Document:
    """Everybody whom the closure does not touch stays; the others lose what is closed."""
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


def _ask(asked: Question, memory_mb: int) -> list[Document]:
    """What the scheduler says in its own process; nothing when no plan obeys every rule, or it takes too long."""
    with tempfile.TemporaryDirectory(prefix="dawra-repair-") as folder:
        case, plan = Path(folder) / "case.json", Path(folder) / "plan.json"
        case.write_bytes(canonical_bytes(asked.case))
        before = Plan(case_sha256(asked.case), "feasible", asked.turns, ())
        plan.write_bytes(canonical_bytes(encode_plan(before)))
        child = Child(_command(asked.order, case, plan, Path(folder) / "after.json"), memory_mb)
        try:
            code = child.wait_until(time.monotonic() + LAST)
        finally:
            child.end()
    reports = [one for one in child.told if one.get("format") == "dawra-repair/1"]
    return list(reports[-1]["options"]) if code == 0 and reports else []


def _command(order: Order, case: Path, plan: Path, out: Path) -> list[str]:
    words = [sys.executable, "-m", "scheduler", "repair", str(case), str(plan), "--out", str(out), "--json"]
    for one in order.closures:
        place = one.space if one.stand is None else f"{one.space}:{one.stand}"
        words += ["--close", f"{place}:{one.first}-{one.last}"]
    return [*words, "--from", str(order.since), "--seconds", str(SECONDS)]


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
