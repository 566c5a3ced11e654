"""The case a job is to solve: a call's season, a part of a plan, a scenario, or one with a change made."""

from __future__ import annotations

import json
from typing import Any

from app.clock import now
from app.errors import Refused
from app.extensions import db
from app.i18n import _, language
from app.models import Call, FrozenCase, SolveRun, StoredPlan
from app.planning import begun, clashes, partial, under_way
from app.planning.case import freeze
from app.planning.judge import namer, turns_of, word
from app.planning.keys import directory
from app.planning.variant import variant_of
from app.queries.plans import people_of, run_scope
from app.queries.rotation import current, people, spaces_of

Scope = dict[str, Any]


def keep(call_id: int, text: str, sha256: str) -> None:
    """Keep a case, once, in the caller's transaction."""
    if db.session.get(FrozenCase, sha256) is None:
        db.session.add(FrozenCase(sha256=sha256, call_id=call_id, text=text, frozen_at=now()))
        db.session.flush()


def widened(call: Call, scope: Scope) -> Scope:
    """A part of a scenario's plan stays in that scenario; ``since``: the first period to come of a season that runs."""
    since = under_way.since(call, current(call.id))
    scope = {**scope, "since": since} if since else scope
    if "plan" not in scope:
        return scope
    variant = variant_of(run_scope(scope["plan"], call.id))
    return {**scope, **variant.scope()} if variant else scope


def case_for(call: Call, scope: Scope) -> tuple[str, str, Scope]:
    """The case of a solve, as canonical JSON with its SHA-256, and its scope; raises Refused when it cannot be made.

    In a season that runs, the turns that have begun stay whatever the scope (``planning.under_way``); where they break
    a rule of the charter, the scope tells which rule is off in which hall (``eased``).
    """
    if "relaxed" in scope:
        found = _relaxed(call, scope)
    else:
        found = _part(call, scope) if "plan" in scope else freeze(call, variant_of(scope))
    text, sha256, eased = under_way.keeping(*found, call, current(call.id))
    return text, sha256, {**scope, "eased": eased} if eased else scope


def _part(call: Call, scope: Scope) -> tuple[str, str]:
    plan = db.session.get(StoredPlan, scope["plan"])
    spaces = {place.space_id for place in call.places}
    inside = scope.get("space") in spaces or 0 <= scope.get("start", -1) < len(call.periods)
    if plan is None or plan.call_id != call.id or not inside:
        raise Refused(_("Cette partie n'est pas dans ce planning."))
    held = current(call.id)
    rows = held.turns if held else ()
    text, _sha256 = begun.case_now(call, turns_of(plan.text), rows, variant_of(scope))
    if broken := partial.unkeepable(text, partial.kept(plan.text, scope)):
        names = namer(directory(spaces_of(call), people(people_of(plan))))
        raise Refused(_("Le reste du planning ne peut pas rester tel quel :"), *word(broken, language(), names))
    return partial.narrowed(json.loads(text), plan.text, scope)


def _relaxed(call: Call, scope: Scope) -> tuple[str, str]:
    """The case of an impossible run with a change made, and what was taken along (``planning.clashes``)."""
    run = db.session.get(SolveRun, scope["relaxed"])
    numbers = [scope["change"], *scope.get("along", [])]
    known = run is not None and run.call_id == call.id
    changes = [clashes.change_of(run.clashes, number) for number in numbers] if run is not None and known else [None]
    made = [one for one in changes if one is not None]
    if run is None or len(made) < len(changes):
        raise Refused(_("Ce changement n'est plus proposé : relancez le calcul."))
    return clashes.relaxed(run.case.text, *made)
