"""What is written about an impossible case: its clashes, what would help, and the best plan with that done.

The plan's status is "impossible": judged by the case as it is, its turns break the rules that clash, and no other.
`solver` tells: `clashes` (sentences, with their `path` in the case and the number of their `clash`), `because` (the
rules always on that they rest on), `minimal`, `complete` (no other clash is there), `relaxations` (ranked: sentence,
path, new value or null to leave it out, exhibitors it `touches`, enough `alone`, `applied` in the turns offered).
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import version
from typing import Any

from scheduler.codec.sentences import encode_sentence
from scheduler.diagnose import Clash, Diagnosis
from scheduler.errors import Impossible, Stopped
from scheduler.limits import Limits
from scheduler.plan import Plan, Turn
from scheduler.problem import Problem
from scheduler.rulebook import tiers_of
from scheduler.solver import solve


def offer(problem: Problem, diagnosis: Diagnosis, turns: tuple[Turn, ...], made_by: dict[str, Any]) -> Plan:
    """Return the plan that says why there is none, with the turns that the relaxations chosen allow."""
    tiers = tuple(tier.measure(problem, turns) for tier in tiers_of(problem)) if turns else ()
    return Plan(problem.sha256, "impossible", turns, tiers, solver=made_by | told(diagnosis))


def at_hand(diagnosis: Diagnosis) -> tuple[Turn, ...]:
    """Return the turns found while the last relaxation chosen was tried; none if some clash has no relaxation."""
    return diagnosis.chosen[-1].turns if diagnosis.relaxed is not None else ()


def told(diagnosis: Diagnosis) -> dict[str, Any]:
    """Return the diagnosis as a document."""
    clashes = list(enumerate(diagnosis.clashes))
    return {
        "clashes": [
            encode_sentence(part.message) | {"path": part.path, "clash": number}
            for number, clash in clashes
            for part in clash.parts
        ],
        "because": [
            encode_sentence(message) | {"clash": number} for number, clash in clashes for message in clash.because
        ],
        "minimal": diagnosis.minimal,
        "complete": diagnosis.complete,
        "relaxations": [
            one | {"clash": number, "applied": any(change is done for done in diagnosis.chosen)}
            for number, clash in clashes
            for change, one in zip(clash.relaxations, _relaxations(clash), strict=True)
        ],
    }


def _relaxations(clash: Clash) -> list[dict[str, Any]]:
    return [
        encode_sentence(one.step.message)
        | {
            "kind": one.part.kind,
            "path": one.part.path,
            "value": one.step.value,
            "touches": one.touches,
            "alone": one.alone,
        }
        for one in clash.relaxations
    ]


def tell_impossible(
    problem: Problem, diagnosis: Diagnosis | None, limits: Limits, began: float, write: Callable[[Plan], None]
) -> None:
    """Write what clashes with the turns at hand, then better ones while time is left (`began`: monotonic)."""
    made_by: dict[str, Any] = {"ortools": version("ortools"), "seed": problem.seed}
    if diagnosis is None:
        return

    def better(plan: Plan) -> None:
        write(offer(problem, diagnosis, plan.turns, made_by))

    write(offer(problem, diagnosis, at_hand(diagnosis), made_by))
    left = None if limits.seconds is None else limits.seconds - (time.monotonic() - began)
    if diagnosis.relaxed is not None and (left is None or left > 0):
        with contextlib.suppress(Stopped, Impossible):
            better(solve(diagnosis.relaxed, replace(limits, seconds=left), improved=better))
