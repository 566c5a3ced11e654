"""Verbs on trials: try a draft call's charter on past demand or on invented people."""

from __future__ import annotations

from typing import Any

from app.errors import Invalid, Refused
from app.i18n import _
from app.models import Call, CallState, RunKind, SolveRun, User
from app.planning.case import written
from app.planning.trial import Order, case_invented, case_of_past
from app.queries import trial as queries
from app.queries.planning import eligible
from app.services import freezing, runs
from app.services.call import values_of
from app.services.call_check import check

MOST_SEASONS, MOST_PEOPLE, MOST_TURNOVER = 30, 2000, 50


def start(actor: User, call: Call, order: Order, seconds: int) -> SolveRun:
    """Freeze what is tried and queue it, in one commit; raises Invalid with every fault, or Refused."""
    runs.refuse(call, seconds)
    if call.state is not CallState.DRAFT:
        raise Refused(_("Cet appel est publié : sa charte ne change plus. Faites plutôt un scénario."))
    _require_sound(call, order)
    charters = {"A": call.charter} | ({"B": order.other} if order.other else {})
    cases = {letter: written(document) for letter, document in _cases(call, order, charters).items()}
    for text, sha256 in cases.values():
        freezing.keep(call.id, text, sha256)
    scope = order.scope(call, {letter: sha256 for letter, (_text, sha256) in cases.items()})
    run = SolveRun(call_id=call.id, kind=RunKind.TRIAL, seconds_limit=seconds, scope=scope)
    return runs.queue(actor, run, call, *cases["A"])


def _require_sound(call: Call, order: Order) -> None:
    faults: dict[str, list[str]] = {}
    for name, value, most in (
        ("seasons", order.seasons, MOST_SEASONS), ("people", order.people, MOST_PEOPLE),
        ("turnover", order.turnover + 1, MOST_TURNOVER + 1),
    ):  # fmt: skip
        if not 1 <= value <= most:
            low = 0 if name == "turnover" else 1
            faults[name] = [_("Donnez un nombre entre %(min)s et %(max)s.", min=low, max=most - 1 + low)]
    if faults:
        raise Invalid(faults)
    if unsound := check(call.site, values_of(call)):
        texts = [text for found in unsound.values() for text in found]
        raise Refused(_("Corrigez d'abord le brouillon de l'appel :"), *texts)


def _cases(call: Call, order: Order, charters: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    values = values_of(call)
    slots = list(zip(values.spans(), values.weights(), strict=True))
    if order.source is None:
        crafts = queries.crafts()
        if not crafts:
            raise Refused(_("Aucune activité n'est connue : importez d'abord la nomenclature."))
        return {key: case_invented(call, one, slots, order.people, crafts) for key, one in charters.items()}
    past = next((found for found, _number in queries.past_calls(call) if found.id == order.source), None)
    demand = eligible(past) if past else []
    if not demand:
        raise Invalid({"source": [_("Cet appel n'a plus de candidature retenue : choisissez une autre demande.")]})
    return {key: case_of_past(call, one, slots, demand) for key, one in charters.items()}
