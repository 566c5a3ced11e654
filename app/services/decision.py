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
from app.services import audit


def pin(actor: User, plan: StoredPlan, exhibitor_id: int, space_id: int, start: int) -> Decision:
    """Hold a turn of a plan in place in the next solves; raises Refused when the plan has no such turn."""
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
    same = _find(plan.call, exhibitor_id, kind=DecisionKind.PIN, space_id=space_id, start=start, length=turn.length)
    return same or _add(actor, plan.call, Decision(exhibitor_id=exhibitor_id, kind=DecisionKind.PIN, **place))


def _stand(space_id: int, key: str) -> Stand | None:
    stands = db.session.scalars(select(Stand).where(Stand.space_id == space_id))
    return next((stand for stand in stands if stand_key(space_id, stand.code) == key), None)


def forbid(
    actor: User, call: Call, exhibitor_id: int, reason: str, *,
    space_id: int | None = None, start: int | None = None, length: int | None = None,
) -> Decision:  # fmt: skip
    """Keep an exhibitor from a space, from periods, or from both; None means every one. A reason is required."""
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
    return _add(
        actor, call, Decision(exhibitor_id=exhibitor_id, kind=DecisionKind.FORBID, reason=reason.strip(), **place)
    )


def remove(actor: User, decision: Decision, call: Call) -> None:
    """Take a decision back."""
    before = _document(decision)
    db.session.delete(decision)
    audit.record(call.site, actor, f"decision.{decision.kind.value}.remove", f"decision:{decision.id}", before=before)
    db.session.commit()


def _find(call: Call, exhibitor_id: int, **values: Any) -> Decision | None:
    query = select(Decision).filter_by(call_id=call.id, exhibitor_id=exhibitor_id, **values)
    return db.session.scalars(query).first()


def _pins(call: Call, exhibitor_id: int) -> list[Decision]:
    query = select(Decision).filter_by(call_id=call.id, exhibitor_id=exhibitor_id, kind=DecisionKind.PIN)
    return list(db.session.scalars(query))


def _overlaps(pinned: Decision, space_id: int | None, start: int | None, length: int | None) -> bool:
    first, last = pinned.start or 0, (pinned.start or 0) + (pinned.length or 1)
    here = space_id is None or pinned.space_id == space_id
    return here and (start is None or (start < last and first < start + (length or 1)))


def _add(actor: User, call: Call, decision: Decision) -> Decision:
    decision.call_id, decision.created_by_id, decision.created_at = call.id, actor.id, now()
    db.session.add(decision)
    db.session.flush()
    audit.record(
        call.site, actor, f"decision.{decision.kind.value}", f"decision:{decision.id}", after=_document(decision)
    )
    db.session.commit()
    return decision


def _document(decision: Decision) -> dict[str, Any]:
    return {
        "call": decision.call_id, "exhibitor": decision.exhibitor_id, "space": decision.space_id,
        "stand": decision.stand_id, "start": decision.start, "length": decision.length, "reason": decision.reason,
    }  # fmt: skip
