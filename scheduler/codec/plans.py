"""`dawra-plan/1`: a document becomes a Plan, or all its faults. Whether names exist is for verify to say."""

from __future__ import annotations

import math
from typing import Any, cast

from scheduler.codec.parsing import ENORMOUS, Repeated, UnreadableError, parse, show, spellable, step
from scheduler.codec.reading import Faults, Fields
from scheduler.errors import BadPlan, Fault
from scheduler.plan import STATUSES, Level, Plan, Status, Tier, Turn

FORMAT = "dawra-plan/1"
HUGE = 10**16
"""No value or level of a tier may pass this: the largest weights over the longest season give less."""


def decode_plan(source: bytes | str | dict[str, Any]) -> Plan:
    """Read a plan from its bytes, its text or its parsed document; raises BadPlan with every fault.

    Left out: `status` "feasible", no `tiers`, `seconds` 0, not `deterministic`, nothing about the `solver`.
    """
    try:
        document = source if isinstance(source, dict) else parse(source)
        faults = Faults()
        plan = _read(document, faults)
        if faults.found:
            raise BadPlan(faults.found)
        return plan
    except UnreadableError as error:
        raise BadPlan([Fault("", f"the plan {error}")]) from None
    except RecursionError:
        raise BadPlan([Fault("", "the plan is nested too deeply")]) from None


def _read(document: object, faults: Faults) -> Plan:
    required = ("format", "case_sha256", "turns")
    optional = ("status", "tiers", "seconds", "deterministic", "solver")
    root = Fields(document, "", faults, required, optional)
    if root.has("format") and root.data["format"] != FORMAT:
        faults.add("format", f"must be {show(FORMAT)}, not {show(root.data['format'])}")
    sha256 = root.text("case_sha256")
    if sha256 and not (len(sha256) == 64 and set(sha256) <= set("0123456789abcdef")):
        faults.add("case_sha256", "must be 64 digits 0-9 and a-f")
    return Plan(
        case_sha256=sha256,
        status=cast(Status, root.choice("status", "feasible", STATUSES)),
        turns=tuple(_turn(item, path, faults) for path, item in root.items("turns")),
        tiers=_tiers(root, faults),
        seconds=root.number("seconds", 0.0, 0.0, HUGE),
        deterministic=root.flag("deterministic"),
        solver=_solver(root, faults),
    )


def _solver(root: Fields, faults: Faults) -> dict[str, Any]:
    value = root.data.get("solver")
    if value is None:
        return {}
    if isinstance(value, dict):
        _sound(value, "solver", faults)
        _draw(value.get("draw"), faults)
        return value
    faults.add("solver", f"must be an object, not {show(value)}")
    return {}


def _draw(value: object, faults: Faults) -> None:
    """Find figures of the draw that are none; a solver may tell more of it."""
    if isinstance(value, dict):
        for key in ("asked", "proven"):
            faults.whole(value.get(key, 0), f"solver.draw.{key}", 0)
    elif value is not None:
        faults.add("solver.draw", f"must be an object, not {show(value)}")


def _sound(value: object, path: str, faults: Faults) -> None:
    """Find what has no one spelling in whatever a solver tells: keys given twice, no numbers, broken Unicode."""
    if isinstance(value, dict):
        for key in value.twice if isinstance(value, Repeated) else ():
            faults.add(step(path, key), "is given twice")
        for key, item in value.items():
            if not spellable(key):
                faults.add(step(path, key), "the key holds characters that are no text")
            _sound(item, step(path, key), faults)
    elif isinstance(value, list):
        for place, item in enumerate(value):
            _sound(item, f"{path}[{place}]", faults)
    elif isinstance(value, str) and not spellable(value):
        faults.add(path, f"holds characters that are no text: {show(value)}")
    elif isinstance(value, float) and not math.isfinite(value):
        faults.add(path, f"must be a finite number, not {show(value)}")
    elif isinstance(value, int) and abs(value) >= ENORMOUS:
        faults.add(path, "is a number of too many digits")


def _turn(item: object, path: str, faults: Faults) -> Turn:
    fields = Fields(item, path, faults, ("applicant", "space", "stand", "start", "length"), ("also",))
    return Turn(
        applicant=fields.text("applicant"),
        space=fields.text("space"),
        stand=fields.text("stand"),
        start=fields.whole("start", 0, 0),
        length=fields.whole("length", 1, 1),
        also=tuple(sorted(fields.words("also"))),
    )


def _tiers(root: Fields, faults: Faults) -> tuple[Tier, ...]:
    """Read the tiers; one told twice could be read in two ways."""
    tiers: dict[str, Tier] = {}
    for path, item in root.items("tiers"):
        tier = _tier(item, path, faults)
        if tier.name and tier.name in tiers:
            faults.add(f"{path}.name", f"{show(tier.name)} is given twice")
        tiers[tier.name] = tier
    return tuple(tiers.values())


def _tier(item: object, path: str, faults: Faults) -> Tier:
    fields = Fields(item, path, faults, ("name",), ("value", "bound", "levels"))
    levels: dict[int, Level] = {}
    for at, one in fields.items("levels"):
        level = Fields(one, at, faults, ("at_least", "count"), ("bound",))
        at_least = level.whole("at_least", 1, 1, HUGE)
        if at_least in levels and level.data.get("at_least") == at_least:
            faults.add(level.at("at_least"), f"{at_least} is given twice")
        levels[at_least] = Level(at_least, level.whole("count", 0, 0), level.maybe_whole("bound", 0))
    return Tier(
        name=fields.text("name"),
        value=fields.maybe_whole("value", -HUGE, HUGE),
        bound=fields.maybe_whole("bound", -HUGE, HUGE),
        levels=tuple(levels.values()),
    )


def encode_turn(turn: Turn) -> dict[str, Any]:
    """Return one turn as a document; `also` only when there are further stands."""
    document: dict[str, Any] = {
        "applicant": turn.applicant,
        "space": turn.space,
        "stand": turn.stand,
        "start": turn.start,
        "length": turn.length,
    }
    if turn.also:
        document["also"] = list(turn.also)
    return document


def encode_plan(plan: Plan) -> dict[str, Any]:
    """Return the document of a plan, its turns in plan order."""
    return {
        "format": FORMAT,
        "case_sha256": plan.case_sha256,
        "status": plan.status,
        "turns": [encode_turn(turn) for turn in plan.turns],
        "tiers": [_tier_document(tier) for tier in plan.tiers],
        "seconds": plan.seconds,
        "deterministic": plan.deterministic,
        "solver": dict(plan.solver),
    }


def _tier_document(tier: Tier) -> dict[str, Any]:
    document: dict[str, Any] = {"name": tier.name}
    if tier.value is not None:
        document["value"] = tier.value
    if tier.bound is not None:
        document["bound"] = tier.bound
    if tier.levels:
        document["levels"] = [
            {"at_least": level.at_least, "count": level.count} | ({} if level.bound is None else {"bound": level.bound})
            for level in tier.levels
        ]
    return document
