"""`verify --recompute`: solve the case again as the plan says it was solved, and compare byte for byte."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from scheduler.codec import canonical_bytes, encode_case, encode_plan
from scheduler.limits import Limits
from scheduler.plan import Plan
from scheduler.problem import Problem
from scheduler.provenance import made_with
from scheduler.supervisor import supervise
from scheduler.text import N_, Message

SAME, DIFFERENT, UNDECIDED = 0, 1, 3
"""What the command's exit code says of it."""


def recompute(problem: Problem, plan: Plan) -> tuple[int, Message]:
    """Return the exit code and a sentence: the same bytes but for the seconds, others, or not to be compared."""
    limits = _limits(plan.solver)
    if not plan.deterministic or limits is None:
        return UNDECIDED, Message(_CUT if not plan.deterministic else _UNNAMED)
    mine = made_with()
    if plan.solver.get("ortools") != mine["ortools"]:
        return UNDECIDED, Message(_SOLVER, {"theirs": plan.solver.get("ortools"), "ours": mine["ortools"]})
    again = replace(problem, seed=str(plan.solver.get("seed", problem.seed)))
    done = supervise(again, encode_case(again), limits, started=time.monotonic())
    if done.document is None or done.outcome != "plan":
        return UNDECIDED, Message(_FAILED, {"outcome": done.outcome})
    if _bytes(done.document) == _bytes(encode_plan(plan)):
        return SAME, Message(_SAME)
    if plan.solver.get("code") != mine["code"]:
        return UNDECIDED, Message(_CODE, {"theirs": plan.solver.get("dawra"), "ours": mine["dawra"]})
    return DIFFERENT, Message(_DIFFERENT)


def _limits(solver: Mapping[str, object]) -> Limits | None:
    """Return the limits a plan names; None if they are not all there."""
    named = solver.get("parameters")
    if not isinstance(named, Mapping):
        return None
    workers, effort = named.get("workers"), named.get("effort")
    if (
        type(workers) is not int
        or not 1 <= workers <= 64
        or not isinstance(effort, int | float)
        or not 0 < effort <= 1e6
    ):
        return None
    return Limits(None, workers, float(effort))


def _bytes(document: Mapping[str, Any]) -> bytes:
    """Return a plan's bytes without what may differ: the seconds, and the code that gave the same plan."""
    solver = {key: value for key, value in document["solver"].items() if key not in ("dawra", "code")}
    return canonical_bytes({**document, "seconds": 0, "solver": solver})


_SAME = N_("Recalcul : le même planning, octet pour octet (sauf les secondes).")
_DIFFERENT = N_("Recalcul : un autre planning que celui annoncé.")
_CUT = N_(
    "Recalcul impossible : ce planning a été interrompu par l'horloge ou modifié, il ne se dit pas reproductible."
)
_UNNAMED = N_("Recalcul impossible : le planning ne dit pas avec quels paramètres il a été calculé.")
_SOLVER = N_("Recalcul impossible : planning calculé avec OR-Tools {theirs}, ici OR-Tools {ours}.")
_CODE = N_("Recalcul différent, mais le programme n'est pas le même : planning de Dawra {theirs}, ici Dawra {ours}.")
_FAILED = N_("Recalcul impossible : le calcul n'est pas allé à son terme ({outcome}).")
