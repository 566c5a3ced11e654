"""`verify --recompute`: solve the case again as the plan says it was solved, and compare byte for byte.

What is not the same is said, each with its path in the plan file.
"""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Iterator, Mapping
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
MOST = 12
"""So many differences are told, and how many more there are."""


def recompute(problem: Problem, plan: Plan) -> tuple[int, list[Message]]:
    """Return the exit code and sentences: the same bytes but for the seconds, others, or not to be compared."""
    limits = _limits(plan.solver)
    if not plan.deterministic or limits is None:
        return UNDECIDED, [Message(_CUT if not plan.deterministic else _UNNAMED)]
    mine = made_with()
    if plan.solver.get("ortools") != mine["ortools"]:
        return UNDECIDED, [Message(_SOLVER, {"theirs": plan.solver.get("ortools"), "ours": mine["ortools"]})]
    again = replace(problem, seed=str(plan.solver.get("seed", problem.seed)))
    done = supervise(again, encode_case(again), limits, started=time.monotonic())
    if done.document is None or done.outcome != "plan":
        return UNDECIDED, [Message(_FAILED, {"outcome": done.outcome})]
    return compare(plan, done.document)


def compare(plan: Plan, computed: Mapping[str, Any]) -> tuple[int, list[Message]]:
    """Compare a plan with the document that came out when it was computed again."""
    theirs, ours = _compared(encode_plan(plan)), _compared(computed)
    if canonical_bytes(theirs) == canonical_bytes(ours):
        return SAME, [Message(_SAME)]
    found = [Message(_PART, {"path": path, "theirs": said, "ours": made}) for path, said, made in _apart(theirs, ours)]
    if len(found) > MOST:
        found[MOST:] = [Message(_MORE, {"n": len(found) - MOST})]
    mine = made_with()
    if plan.solver.get("code") != mine["code"]:
        return UNDECIDED, [Message(_CODE, {"theirs": plan.solver.get("dawra"), "ours": mine["dawra"]}), *found]
    return DIFFERENT, [Message(_DIFFERENT), *found]


def _apart(theirs: Any, ours: Any, path: str = "") -> Iterator[tuple[str, str, str]]:
    """Yield (path, what is announced, what was computed) of all that differs; turns are told whole."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        for key in sorted(theirs.keys() | ours.keys()):
            yield from _apart(theirs.get(key), ours.get(key), f"{path}.{key}" if path else key)
    elif isinstance(theirs, list) and isinstance(ours, list) and path == "turns":
        for place, turn in enumerate(theirs):
            if turn not in ours:
                yield f"turns[{place}]", _told(turn), "–"
        yield from (("turns", "–", _told(turn)) for turn in ours if turn not in theirs)
    elif isinstance(theirs, list) and isinstance(ours, list):
        for place, (one, other) in enumerate(itertools.zip_longest(theirs, ours)):
            yield from _apart(one, other, f"{path}[{place}]")
    elif canonical_bytes(theirs) != canonical_bytes(ours):
        yield path, _told(theirs), _told(ours)


def _told(value: object) -> str:
    """Return a value as the file has it, a dash where it has none."""
    return "–" if value is None else canonical_bytes(value).decode()


def _limits(solver: Mapping[str, object]) -> Limits | None:
    """Return the limits a plan names; None if they are not all there."""
    named = solver.get("parameters")
    if not isinstance(named, Mapping):
        return None
    workers, effort, seed = named.get("workers"), named.get("effort"), solver.get("seed", "")
    if type(workers) is not int or not isinstance(effort, int | float) or not isinstance(seed, str):
        return None
    if isinstance(effort, bool) or not (1 <= workers <= 64 and 0 < effort <= 1e6):
        return None
    return Limits(None, workers, float(effort))


def _compared(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a plan without what may differ: the seconds, and the code that gave the same plan."""
    solver = {key: value for key, value in document["solver"].items() if key not in ("dawra", "code")}
    again = json.dumps({**document, "seconds": 0, "solver": solver})
    found: dict[str, Any] = json.loads(again, parse_float=_number)
    return found


def _number(text: str) -> int | float:
    """Read 6.0 as 6: programs that copy JSON write either."""
    number = float(text)
    return int(number) if number.is_integer() else number


_SAME = N_("Recalcul : le même planning, octet pour octet (sauf les secondes).")
_DIFFERENT = N_("Recalcul : un autre planning que celui annoncé.")
_PART = N_("{path} : {theirs} annoncé, {ours} recalculé")
_MORE = N_("et {n} autres différences")
_CUT = N_(
    "Recalcul impossible : ce planning a été interrompu par l'horloge ou modifié, il ne se dit pas reproductible."
)
_UNNAMED = N_("Recalcul impossible : le planning ne dit pas avec quels paramètres il a été calculé.")
_SOLVER = N_("Recalcul impossible : planning calculé avec OR-Tools {theirs}, ici OR-Tools {ours}.")
_CODE = N_("Recalcul différent, mais le programme n'est pas le même : planning de Dawra {theirs}, ici Dawra {ours}.")
_FAILED = N_("Recalcul impossible : le calcul n'est pas allé à son terme ({outcome}).")
