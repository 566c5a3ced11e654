"""A manager's decisions on a plan: pin a turn, keep somebody from a place, take a decision back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app.clock import now
from app.errors import Invalid, Refused
from app.extensions import db
from app.i18n import _
from app.models import Call, Decision, DecisionKind, Stand, StoredPlan, User
from app.planning.judge import turns_of
from app.planning.keys import exhibitor_key, space_key, stand_key
from app.queries.exhibitor import known_here
from app.services import audit


def pin(actor: User, plan: StoredPlan, exhibitor_id: int, space_id: int, start: int) -> Decision:
    """Hold a turn of a plan in place in the next solves; raises Refused when the plan has no such turn."""
    made = pinned(plan, exhibitor_id, space_id, start)
    return same(plan.call, made) or _add(actor, plan.call, made)


def pinned(plan: StoredPlan, exhibitor_id: int, space_id: int, start: int) -> Decision:
    """The pin of a turn of a plan, not yet kept; raises Refused when the plan has no such turn."""
    turn = next(
        (
            one
            for one in turns_of(plan.text)
            if (one.applicant, one.space, one.start) == (exhibitor_key(exhibitor_id), space_key(space_id), start)
        ),
        None,
    )
    stand = None if turn is None else _stand(space_id, turn.stand)
    if turn is None or stand is None:
        raise Refused(_("Ce tour n'est pas dans ce planning, ou son emplacement n'existe plus."))
    place = {"space_id": space_id, "stand_id": stand.id, "start": start, "length": turn.length}
    return Decision(exhibitor_id=exhibitor_id, kind=DecisionKind.PIN, permanent=False, reason="", **place)


def same(call: Call, made: Decision) -> Decision | None:
    """The decision of a call that says the same as one, if it was already taken."""
    names = ("exhibitor_id", "kind", "space_id", "start", "length", "permanent")
    query = select(Decision).filter_by(call_id=call.id, **{name: getattr(made, name) for name in names})
    return db.session.scalars(query).first()


def permanent(call: Call, exhibitor_id: int, stand_id: int, reason: str) -> Decision:
    """A stand held by somebody for the whole season, not yet kept; raises Invalid or Refused."""
    if not reason.strip():
        raise Invalid({"reason": [_("Donnez la raison : elle est gardée avec la décision.")]})
    stand = db.session.get(Stand, stand_id)
    if stand is None or stand.space_id not in {place.space_id for place in call.places}:
        raise Invalid({"stand": [_("Cet emplacement ne fait pas partie de l'appel.")]})
    if exhibitor_id not in known_here(call.site):
        raise Invalid({"exhibitor": [_("Choisissez un exposant connu de ce site.")]})
    pins = select(Decision).filter_by(call_id=call.id, kind=DecisionKind.PIN)
    for one in db.session.scalars(pins):
        if one.stand_id == stand_id or one.exhibitor_id == exhibitor_id:
            raise Refused(_("Un tour épinglé s'y oppose : retirez d'abord l'épingle."))
    return Decision(
        exhibitor_id=exhibitor_id, kind=DecisionKind.PIN, permanent=True, space_id=stand.space_id, stand_id=stand_id,
        start=0, length=len(call.periods), reason=reason.strip(),
    )  # fmt: skip


def _stand(space_id: int, key: str) -> Stand | None:
    stands = db.session.scalars(select(Stand).where(Stand.space_id == space_id))
    return next((stand for stand in stands if stand_key(space_id, stand.code) == key), None)


def forbid(
    actor: User, call: Call, exhibitor_id: int, reason: str, *,
    space_id: int | None = None, start: int | None = None, length: int | None = None,
) -> Decision:  # fmt: skip
    """Keep an exhibitor from a space, from periods, or from both; None means every one. A reason is required."""
    return _add(actor, call, ban(call, exhibitor_id, reason, space_id=space_id, start=start, length=length))


def ban(
    call: Call, exhibitor_id: int, reason: str, *,
    space_id: int | None = None, start: int | None = None, length: int | None = None,
) -> Decision:  # fmt: skip
    """The ban of ``forbid``, not yet kept; raises Invalid or Refused."""
    if not reason.strip():
        raise Invalid({"reason": [_("Donnez la raison : elle est gardée avec la décision.")]})
    if space_id is not None and space_id not in {place.space_id for place in call.places}:
        raise Refused(_("Cet espace ne fait pas partie de l'appel."))
    if start is not None and not 0 <= start < len(call.periods):
        raise Refused(_("Cette période ne fait pas partie de la saison."))
    length = None if start is None else max(1, min(length or 1, len(call.periods) - start))
    if any(_overlaps(one, space_id, start, length) for one in _pins(call, exhibitor_id)):
        raise Refused(_("Un tour épinglé de cette personne s'y trouve : retirez d'abord l'épingle."))
    place = {"space_id": space_id, "start": start, "length": length}
    return Decision(
        exhibitor_id=exhibitor_id,
        kind=DecisionKind.FORBID,
        reason=reason.strip(),
        permanent=False,
        stand_id=None,
        **place,
    )


def remove(actor: User, decision: Decision, call: Call) -> None:
    """Take a decision back."""
    forget(actor, decision, call)
    db.session.commit()


def forget(actor: User, decision: Decision, call: Call) -> None:
    """Take a decision back in the caller's transaction."""
    action, subject, before = f"decision.{decision.kind.value}.remove", f"decision:{decision.id}", document(decision)
    db.session.delete(decision)
    db.session.flush()
    audit.record(call.site, actor, action, subject, before=before)


def revoke(actor: User, call: Call, told: dict[str, Any]) -> None:
    """Take back the decision a document tells of, in the caller's transaction; nothing to do when it is gone."""
    found = same(call, _decision(told))
    if found is not None:
        forget(actor, found, call)


def restore(actor: User, call: Call, told: dict[str, Any]) -> None:
    """Take the decision a document tells of again, in the caller's transaction."""
    made = _decision(told)
    if same(call, made) is None:
        note(actor, call, made)


def _decision(told: dict[str, Any]) -> Decision:
    return Decision(
        exhibitor_id=told["exhibitor"], kind=DecisionKind(told["kind"]), space_id=told["space"], start=told["start"],
        stand_id=told["stand"], length=told["length"], reason=told["reason"], permanent=told["permanent"],
    )  # fmt: skip


def _pins(call: Call, exhibitor_id: int) -> list[Decision]:
    query = select(Decision).filter_by(call_id=call.id, exhibitor_id=exhibitor_id, kind=DecisionKind.PIN)
    return list(db.session.scalars(query))


def _overlaps(pinned: Decision, space_id: int | None, start: int | None, length: int | None) -> bool:
    first, last = pinned.start or 0, (pinned.start or 0) + (pinned.length or 1)
    here = space_id is None or pinned.space_id == space_id
    return here and (start is None or (start < last and first < start + (length or 1)))


def _add(actor: User, call: Call, decision: Decision) -> Decision:
    note(actor, call, decision)
    db.session.commit()
    return decision


def note(actor: User, call: Call, decision: Decision) -> None:
    """Keep a decision in the caller's transaction."""
    decision.call_id, decision.created_by_id, decision.created_at = call.id, actor.id, now()
    db.session.add(decision)
    db.session.flush()
    audit.record(
        call.site, actor, f"decision.{decision.kind.value}", f"decision:{decision.id}", after=document(decision)
    )


def document(decision: Decision) -> dict[str, Any]:
    """A decision in the audit trail and in the log of edits: ids, no names."""
    return {
        "call": decision.call_id, "exhibitor": decision.exhibitor_id, "kind": decision.kind.value,
        "space": decision.space_id, "stand": decision.stand_id, "start": decision.start, "length": decision.length,
        "reason": decision.reason, "permanent": decision.permanent,
    }  # fmt: skip
