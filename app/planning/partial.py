"""Solve a part of a plan only: everything else is pinned in the frozen case, and nothing new may come beside it.

``{"plan": id, "space": id}``: only that hall changes. ``{"plan": id, "start": n}``: only what starts in period ``n``
or later changes. The turns outside are pins; where there was none, each applicant is banned, so that the rest of the
season stays exactly as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from app.planning.judge import problem_of, turns_of
from app.planning.keys import space_key
from scheduler.codec import canonical_bytes, case_sha256
from scheduler.plan import Turn
from scheduler.text import Message
from scheduler.verify import verify

Document = dict[str, Any]
WHOLE = ("pins", "quotas", "min_activities", "min_fill")
"""Rules that only the whole plan can break."""


def narrowed(case: Document, plan_text: str, scope: Document) -> tuple[str, str]:
    """A case in which only a part of a plan may change, as canonical JSON with its SHA-256."""
    document = narrowed_to(case, kept(plan_text, scope), scope)
    return canonical_bytes(document).decode(), case_sha256(document)


def narrowed_to(case: Document, outside: Sequence[Turn], scope: Document) -> Document:
    """A case in which these turns are pinned, and nothing new may come beside them outside the scope."""
    return {
        **case,
        "pins": _pins(case["pins"], outside),
        "forbidden": [*case["forbidden"], *_bans(case, outside, scope)],
    }


def kept(plan_text: str, scope: Document) -> list[Turn]:
    """The turns of a plan that a partial solve must leave as they are."""
    if "space" in scope:
        return [turn for turn in turns_of(plan_text) if turn.space != space_key(scope["space"])]
    return [turn for turn in turns_of(plan_text) if turn.start < scope["start"]]


def unkeepable(case_text: str, outside: Iterable[Turn]) -> tuple[Message, ...]:
    """What the turns to be kept break by themselves: no solve could keep them."""
    found = verify(problem_of(case_text), tuple(outside)).violations
    return tuple(one.message for one in found if one.rule not in WHOLE)


def _pins(pins: list[Document], outside: Iterable[Turn]) -> list[Document]:
    there = {(pin["applicant"], pin["space"], pin["start"], pin["length"]) for pin in pins}
    added = [
        {"applicant": t.applicant, "space": t.space, "start": t.start, "length": t.length, "stand": t.stand}
        for t in outside
        if (t.applicant, t.space, t.start, t.length) not in there
    ]
    return [*pins, *added]


def _bans(case: Document, outside: Iterable[Turn], scope: Document) -> list[Document]:
    season = len(case["periods"])
    own: dict[tuple[str, str], set[int]] = {}
    anywhere: dict[str, set[int]] = {}
    for turn in outside:
        own.setdefault((turn.applicant, turn.space), set()).update(turn.periods)
        anywhere.setdefault(turn.applicant, set()).update(turn.periods)
    for pin in case["pins"]:  # a pin of a turn that is not in this plan must stay possible
        periods = range(pin["start"], pin["start"] + pin["length"])
        own.setdefault((pin["applicant"], pin["space"]), set()).update(periods)
        anywhere.setdefault(pin["applicant"], set()).update(periods)
    if "start" in scope:
        return [
            {"applicant": who, "periods": periods, "reason": ""}
            for who in (one["applicant"] for one in case["requests"])
            if (periods := sorted(set(range(scope["start"])) - anywhere.get(who, set())))
        ]
    mine = space_key(scope["space"])
    return [
        {"applicant": one["applicant"], "space": wish["id"], "periods": periods, "reason": ""}
        for one in case["requests"]
        for wish in one["spaces"]
        if wish["id"] != mine
        and (periods := sorted(set(range(season)) - own.get((one["applicant"], wish["id"]), set())))
    ]
