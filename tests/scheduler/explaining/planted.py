"""Cases with one planted clash: a base that has plans, and a few lines that cannot hold together.

Everything planted happens in a space of its own, among people of its own, so that nothing else can be in the way.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from tests.scheduler.builders import document, person, request, space

Document = dict[str, Any]
Planted = tuple[Document, frozenset[str]]
"""A case, and the paths of what cannot hold together in it."""
SEASON = 6
CRAFTS = ("zellige", "wool", "leather", "brass")


def planted(seed: int) -> Planted:
    """Return the case of a seed."""
    rng = random.Random(seed)
    case = _base(rng)
    how = HOW[seed % len(HOW)]
    return case, frozenset(how(case, rng))


def _base(rng: random.Random) -> Document:
    """Two spaces, people who want them, pins and bans that disturb nobody, and some of the charter's rules."""
    halls = [space(name, rng.choice([2, 3, 4])) for name in "ST"]
    halls.append(space("Z", 2))
    people, requests = [], []
    for number in range(rng.randint(4, 12)):
        name = f"P{number}"
        people.append(person(name, rng.choice(CRAFTS), family=rng.choice(["", "f"]), groups=["all"]))
        requests.append(request(name, *rng.sample("ST", rng.choice([1, 2])), max_turns=rng.randint(1, 3)))
    for name in ("Z1", "Z2", "Z3"):
        people.append(person(name, f"craft {name}", groups=["all"]))
        requests.append(request(name, "Z", "S", max_turns=4))
    chances = {"max_same_family": 4, "rest": 1, "min_activities": 2, "max_turns_per_site": 3}
    rules = {name: value for name, value in chances.items() if rng.random() < 0.5}
    pinned = rng.sample(requests[:-3], 2)
    pins = [
        {"applicant": one["applicant"], "space": one["spaces"][0]["id"], "start": 2 * n, "length": 1}
        for n, one in enumerate(pinned)
    ]
    bans = [
        {"applicant": one["applicant"], "space": "S", "periods": [5], "reason": "works"}
        for one in rng.sample(requests, 3)
    ]
    return document(people, halls, requests, SEASON, pins=pins, forbidden=bans, charter=rules, seed="x")


def _pin(case: Document, who: str, start: int, **more: Any) -> str:
    case["pins"].append({"applicant": who, "space": "Z", "start": start, "length": 1, **more})
    return f"pins[{len(case['pins']) - 1}]"


def _person(case: Document, who: str) -> Document:
    return next(one for one in case["applicants"] if one["id"] == who)


def _asked(case: Document, who: str) -> tuple[str, Document]:
    return next((f"requests[{n}]", one) for n, one in enumerate(case["requests"]) if one["applicant"] == who)


def _one_stand(case: Document, rng: random.Random) -> list[str]:
    return [_pin(case, "Z1", 1, stand="Z/1"), _pin(case, "Z2", 1, stand="Z/1")]


def _full_space(case: Document, rng: random.Random) -> list[str]:
    return [_pin(case, who, 3) for who in ("Z1", "Z2", "Z3")]


def _ban(case: Document, rng: random.Random) -> list[str]:
    case["forbidden"].append({"applicant": "Z1", "space": rng.choice(["Z", None]), "periods": [1, 2], "reason": "late"})
    return [_pin(case, "Z1", 2), f"forbidden[{len(case['forbidden']) - 1}]"]


def _closure(case: Document, rng: random.Random) -> list[str]:
    case["spaces"][2]["closed"] = [4]
    return [_pin(case, "Z2", 4), "spaces[2].closed"]


def _closed_stand(case: Document, rng: random.Random) -> list[str]:
    case["spaces"][2]["stands"][1]["closed"] = [0, 1]
    return [_pin(case, "Z2", 1, stand="Z/2"), "spaces[2].stands[1].closed"]


def _away(case: Document, rng: random.Random) -> list[str]:
    path, asked = _asked(case, "Z3")
    asked["unavailable"] = [0]
    return [_pin(case, "Z3", 0), f"{path}.unavailable"]


def _too_often(case: Document, rng: random.Random) -> list[str]:
    path, asked = _asked(case, "Z1")
    asked["max_turns"] = 1
    return [_pin(case, "Z1", 0), _pin(case, "Z1", 4), f"{path}.max_turns"]


def _two_places(case: Document, rng: random.Random) -> list[str]:
    first = _pin(case, "Z1", 3)
    case["pins"].append({"applicant": "Z1", "space": "S", "start": 3, "length": 1})
    return [first, f"pins[{len(case['pins']) - 1}]"]


def _cap(case: Document, rng: random.Random) -> list[str]:
    case["charter"] |= {"max_same_activity": 1, "min_activities": None}
    _person(case, "Z1")["activity"] = _person(case, "Z2")["activity"] = "glass"
    return [_pin(case, "Z1", 1), _pin(case, "Z2", 1), "charter.max_same_activity"]


def _variety(case: Document, rng: random.Random) -> list[str]:
    case["charter"]["min_activities"] = 2
    _person(case, "Z1")["activity"] = _person(case, "Z2")["activity"] = "glass"
    return [_pin(case, "Z1", 1), _pin(case, "Z2", 1), "charter.min_activities"]


def _rivals(case: Document, rng: random.Random) -> list[str]:
    case["charter"] |= {"rivals_apart": True, "min_activities": None}
    _person(case, "Z1")["activity"] = _person(case, "Z2")["activity"] = "glass"
    return [_pin(case, "Z1", 1), _pin(case, "Z2", 1), "charter.rivals_apart"]


def _rest(case: Document, rng: random.Random) -> list[str]:
    case["charter"] |= {"rest": 3, "max_turns_per_site": None}
    return [_pin(case, "Z1", 0), _pin(case, "Z1", 3), "charter.rest"]


def _site(case: Document, rng: random.Random) -> list[str]:
    case["charter"] |= {"max_turns_per_site": 1, "rest": None}
    return [_pin(case, "Z1", 0), _pin(case, "Z1", 4), "charter.max_turns_per_site"]


def _at_most(case: Document, rng: random.Random) -> list[str]:
    scope = rng.choice(["season", "space", "space-period"])
    case["charter"]["quotas"] = [{"group": "odd", "at_most": 0, "scope": scope}]
    _person(case, "Z1")["groups"].append("odd")
    return [_pin(case, "Z1", 2), "charter.quotas[0]"]


def _at_least(case: Document, rng: random.Random) -> list[str]:
    scope = rng.choice(["season", "space", "space-period"])
    group = {"group": "all", "at_least": 1, "scope": scope}
    case["charter"]["quotas"] = [{"group": "none", "at_most": 0.5}, group]
    _person(case, "Z1")["groups"].remove("all")
    return [_pin(case, "Z1", 2), "charter.quotas[1]"]


def _share_and_bans(case: Document, rng: random.Random) -> list[str]:
    """Half of a space must be of a group whose two members are both ruled out of it."""
    case["charter"]["quotas"] = [{"group": "odd", "at_least": 0.5, "scope": "space"}]
    bans = []
    for who in ("Z2", "Z3"):
        _person(case, who)["groups"].append("odd")
        case["forbidden"].append({"applicant": who, "space": "Z"})
        bans.append(f"forbidden[{len(case['forbidden']) - 1}]")
    for one in case["requests"]:
        if not one["applicant"].startswith("Z"):
            _person(case, one["applicant"])["groups"].append("odd")
    return [_pin(case, "Z1", 2), "charter.quotas[0]", *bans]


HOW: list[Callable[[Document, random.Random], list[str]]] = [
    _one_stand, _full_space, _ban, _closure, _closed_stand, _away, _too_often, _two_places,
    _cap, _variety, _rivals, _rest, _site, _at_most, _at_least, _share_and_bans,
]  # fmt: skip


def crowded(seed: int) -> Document:
    """Return a case with three clashes among the same few people, which may rest on each other."""
    rng = random.Random(seed)
    case = _base(rng)
    case["charter"]["quotas"] = []
    for how in rng.sample(HOW, 3):
        quotas = case["charter"]["quotas"]
        how(case, rng)
        if case["charter"]["quotas"] is not quotas:
            case["charter"]["quotas"] += quotas
    return case
