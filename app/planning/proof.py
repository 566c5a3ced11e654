"""What is still proven of an edited plan.

The solver proves bounds for one case, each given the values reached before it. They hold for an edited plan as long
as the case only grew stricter, every rule is kept, and what comes before is no worse than it was.
"""

from __future__ import annotations

from typing import Any

from app.planning.judge import plan_of
from scheduler.plan import Level, Plan, Tier
from scheduler.problem import Problem
from scheduler.verify import Verdict
from scheduler.wishes.fill import Fill

Document = dict[str, Any]


def proof_of(plan_text: str) -> Document:
    """What a plan claims, to be kept beside it while it is edited."""
    plan = plan_of(plan_text)
    tiers = [
        {
            "name": tier.name, "value": tier.value, "bound": tier.bound,
            "levels": [[level.at_least, level.count, level.bound] for level in tier.levels],
        }
        for tier in plan.tiers
    ]  # fmt: skip
    return {"case_sha256": plan.case_sha256, "holds_for": plan.case_sha256, "tiers": tiers}


def claims(proof: Document) -> tuple[Tier, ...]:
    """The claims kept by ``proof_of``."""
    return tuple(
        Tier(one["name"], one["value"], one["bound"], tuple(Level(*level) for level in one["levels"]))
        for one in proof.get("tiers", ())
    )


def retold(problem: Problem, plan: Plan, verdict: Verdict, proof: Document) -> tuple[Tier, ...]:
    """The tiers of an edited plan, recounted; with the bounds of ``proof`` as far as they still hold."""
    holds = proof.get("holds_for") == problem.sha256 and not verdict.violations
    kept = {tier.name: tier for tier in claims(proof)} if holds else {}
    told = []
    if "min_fill" in kept:
        told.append(Tier("min_fill", Fill().measure(problem, plan.turns).value, kept["min_fill"].bound))
    intact = True
    for counted in verdict.tiers:
        claimed = kept.get(counted.name)
        if claimed is None:
            told.append(counted)
            intact = False
        elif counted.value is not None:
            told.append(Tier(counted.name, counted.value, claimed.bound if intact else None))
            intact = intact and counted.value >= (claimed.value or 0)
        else:
            tier, intact = _levels(counted, claimed, intact)
            told.append(tier)
    return tuple(told)


def _levels(counted: Tier, claimed: Tier, intact: bool) -> tuple[Tier, bool]:
    before = {level.at_least: level for level in claimed.levels}
    levels = []
    for at in sorted({level.at_least for level in (*counted.levels, *claimed.levels)}):
        count = next((level.count for level in counted.levels if level.at_least >= at), 0)
        known = before.get(at)
        levels.append(Level(at, count, known.bound if known and intact else None))
        intact = intact and (known is None or count >= known.count)
    return Tier(counted.name, levels=tuple(levels)), intact


def stricter(old: Document, new: Document) -> bool:
    """Whether a case only forbids more than another did: pins, bans and closures added, nothing else changed."""
    loose = ("name", "pins", "forbidden", "spaces", "published")
    if {k: v for k, v in old.items() if k not in loose} != {k: v for k, v in new.items() if k not in loose}:
        return False
    if any(one not in new[key] for key in ("pins", "forbidden") for one in old[key]):
        return False
    if "stability" in (new["charter"].get("tiers") or ()) and old["published"] != new["published"]:
        return False
    pairs = zip(old["spaces"], new["spaces"], strict=False)
    return len(old["spaces"]) == len(new["spaces"]) and all(_closes_more(a, b) for a, b in pairs)


def _closes_more(old: Document, new: Document) -> bool:
    if len(old["stands"]) != len(new["stands"]):
        return False
    pairs = [(old, new), *zip(old["stands"], new["stands"], strict=True)]
    return all(
        {**a, "closed": 0, "stands": 0} == {**b, "closed": 0, "stands": 0} and set(a["closed"]) <= set(b["closed"])
        for a, b in pairs
    )
