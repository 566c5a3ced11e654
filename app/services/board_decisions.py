"""Decisions taken on the board: pin, forbid, close a stand, hold a place for good; logged with the plan's edits.

Pins and bans bind the board at once. A closure or a permanent exhibitor changes the facts: the case is frozen anew
and the plan goes on with it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.errors import NotFound, Refused
from app.extensions import db
from app.i18n import _
from app.models import (
    Call,
    ClosureReason,
    Decision,
    DecisionKind,
    EditKind,
    FrozenCase,
    PlanEdit,
    Stand,
    StoredPlan,
    User,
)
from app.planning import begun
from app.planning.editing import Change, Target
from app.planning.keys import exhibitor_key
from app.planning.proof import proof_of, stricter
from app.planning.variant import variant_of
from app.queries import closing, rotation
from app.services import board, closing_days, decision, freezing
from app.services.board import Draft
from app.services.closure import ClosureFacts

DECISIONS = (EditKind.PIN, EditKind.UNPIN, EditKind.FORBID, EditKind.ALLOW, EditKind.PERMANENT)
MADE = (EditKind.PIN, EditKind.FORBID, EditKind.PERMANENT)  # kinds that make a decision; the others take one away


def pin(actor: User, plan_id: int, exhibitor_id: int, space_id: int, start: int) -> PlanEdit:
    """Hold a turn in place, here and in the next solves; raises Refused when there is no such turn."""
    draft = board.open_draft(plan_id)
    held = decision.pinned(draft.plan, exhibitor_id, space_id, start)
    if decision.same(draft.plan.call, held):
        raise Refused(_("Ce tour est déjà épinglé."))
    return _keep(actor, draft, EditKind.PIN, held)


def forbid(
    actor: User, plan_id: int, exhibitor_id: int, reason: str, *,
    space_id: int | None = None, start: int | None = None, length: int | None = None,
) -> PlanEdit:  # fmt: skip
    """Keep somebody from a place, with a reason kept in the house; raises Invalid or Refused."""
    draft = board.open_draft(plan_id)
    ban = decision.ban(draft.plan.call, exhibitor_id, reason, space_id=space_id, start=start, length=length)
    return _keep(actor, draft, EditKind.FORBID, ban)


def _keep(actor: User, draft: Draft, kind: EditKind, made: Decision) -> PlanEdit:
    decision.note(actor, draft.plan.call, made)
    edit = board.write(actor, draft, kind, Change(), about={"decision": decision.document(made)})
    db.session.commit()
    return edit


def lift(actor: User, plan_id: int, made: Decision) -> PlanEdit:
    """Take a pin or a ban back."""
    draft = board.open_draft(plan_id)
    kind = EditKind.UNPIN if made.kind is DecisionKind.PIN else EditKind.ALLOW
    about = {"decision": decision.document(made)}
    decision.forget(actor, made, draft.plan.call)
    change = Change()
    if made.permanent:
        draft, change = _on_fresh_data(draft)
    edit = board.write(actor, draft, kind, change, about=about)
    db.session.commit()
    return edit


def close(
    actor: User, plan_id: int, version: int, stand_id: int, first: int, last: int, reason: ClosureReason, note: str = ""
) -> PlanEdit:  # fmt: skip
    """Close a stand for some periods; her turns there stay on the board with a warning until they are moved.

    Raises Stale, Invalid, or Refused with every published turn in the way.
    """
    with holding_plan(plan_id) as calls:
        return _close(actor, calls, board.open_draft(plan_id, version), (stand_id, first, last), reason, note)


def _close(
    actor: User, calls: Sequence[Call], draft: Draft, where: tuple[int, int, int], reason: ClosureReason, note: str
) -> PlanEdit:  # fmt: skip
    call, (stand_id, first, last) = draft.plan.call, where
    stand = db.session.get(Stand, stand_id)
    if stand is None or stand.space_id not in {place.space_id for place in call.places}:
        raise Refused(_("Cet emplacement ne fait pas partie de l'appel."))
    if not 0 <= first <= last < len(call.periods):
        raise Refused(_("Cette période ne fait pas partie de la saison."))
    days = call.periods[first].starts_on, call.periods[last].ends_on
    facts = ClosureFacts(*days, reason, stand.space_id, stand.id, note.strip())
    asked = len(closing.asked_about(call.site_id, facts))
    closing_days.enter(actor, calls, call.site, facts)
    draft, change = _on_fresh_data(draft)
    about = {"closure": _closure_document(facts), "asked": asked}
    return board.write(actor, draft, EditKind.CLOSE, change, about=about)


@contextmanager
def holding_plan(plan_id: int) -> Iterator[list[Call]]:
    """The calls of a plan's site held still, before the plan itself is: for what opens or closes days."""
    plan = db.session.get(StoredPlan, plan_id)
    if plan is None:
        raise NotFound
    with closing_days.holding_site(plan.call.site_id) as calls:
        yield calls


@dataclass(frozen=True)
class Permanent:
    """A place held for good: a whole season on one stand."""

    exhibitor_id: int
    stand_id: int
    reason: str


def hold(actor: User, plan_id: int, version: int, asked: Permanent) -> PlanEdit:
    """Give somebody a stand for the whole season, outside the rotation; raises Stale, Invalid or Refused.

    Who stands there now goes to the reserve.
    """
    draft = board.open_draft(plan_id, version)
    made = decision.permanent(draft.plan.call, asked.exhibitor_id, asked.stand_id, asked.reason)
    decision.note(actor, draft.plan.call, made)
    draft, dropped = _on_fresh_data(draft)
    target = _given_place(draft, exhibitor_key(made.exhibitor_id))
    told = board.permit(draft, target, asked.reason)
    change = Change((*dropped.removed, *target.swap.removed), target.swap.added)
    about = {"decision": decision.document(made)}
    edit = board.write(
        actor, draft, EditKind.PERMANENT, change, overrides=told, about=about, reason=asked.reason if told else ""
    )
    db.session.commit()
    return edit


def _given_place(draft: Draft, who: str) -> Target:
    """Her turns put in, and out what stood there or was hers."""
    table = draft.desk
    wanted = table.pinned_turns(who)
    gone = dict.fromkeys(held for turn in wanted for held in table.in_the_way(turn))
    gone |= dict.fromkeys(table.turns_of(who))
    return table.judged(Change(tuple(gone), wanted))


def refresh(actor: User, plan_id: int, version: int) -> PlanEdit | None:
    """Go on with today's data; turns of people or stands that are gone leave the plan, those begun are put back.

    None: nothing had changed.
    """
    draft = board.open_draft(plan_id, version)
    before = draft.plan.case_sha256
    draft, change = _on_fresh_data(draft)
    begun = draft.desk.staying.put_back(draft.desk.problem, draft.desk.turns)
    if draft.plan.case_sha256 == before and not (begun.removed or begun.added):
        db.session.rollback()
        return None
    change = Change((*change.removed, *begun.removed), begun.added)
    about = {"before": before, "after": draft.plan.case_sha256}
    edit = board.write(actor, draft, EditKind.REFRESH, change, about=about)
    db.session.commit()
    return edit


def _on_fresh_data(draft: Draft) -> tuple[Draft, Change]:
    """The plan on the case as it is now, and the turns that cannot go on; the caller writes the change."""
    plan = draft.plan
    if not plan.proof:
        plan.proof = proof_of(plan.text)
    previous = rotation.current(plan.call_id)
    turns = [*draft.desk.turns, *draft.desk.staying.missing(draft.desk.turns)]
    rows = previous.turns if previous else ()
    text, sha256 = begun.case_now(plan.call, turns, rows, variant_of(plan.run.scope) if plan.run else None)
    if sha256 != plan.case_sha256:
        freezing.keep(plan.call_id, text, sha256)
        origin = db.session.get_one(FrozenCase, plan.proof["case_sha256"])
        holds = sha256 == origin.sha256 or stricter(json.loads(origin.text), json.loads(text))
        plan.proof = {**plan.proof, "holds_for": sha256 if holds else ""}
        plan.case_sha256 = sha256
        db.session.flush()
        db.session.expire(plan, ["case"])
    fresh = board.lay_out(plan)
    gone = [turn for turn in draft.desk.turns if turn not in set(fresh.desk.turns)]
    return fresh, Change(removed=tuple(gone))


def turn_back(
    actor: User, calls: Sequence[Call], draft: Draft, kind: EditKind, about: dict[str, Any], *, undo: bool
) -> tuple[Draft, Change]:  # fmt: skip
    """Take back (or make again) what an edit did besides moving turns, and say which turns that drops.

    ``calls``: those of the site, held (``holding_plan``).
    """
    call = draft.plan.call
    if kind in DECISIONS:
        again = (kind in MADE) is not undo
        (decision.restore if again else decision.revoke)(actor, call, about["decision"])
        return _on_fresh_data(draft) if about["decision"]["permanent"] else (board.lay_out(draft.plan), Change())
    if kind is EditKind.CLOSE:
        facts = _closure_facts(about["closure"])
        (closing_days.leave if undo else closing_days.enter)(actor, calls, call.site, facts)
        return _on_fresh_data(draft)
    return draft, Change()


def _closure_document(facts: ClosureFacts) -> dict[str, Any]:
    return {
        "space": facts.space_id, "stand": facts.stand_id, "from": facts.starts_on.isoformat(),
        "to": facts.ends_on.isoformat(), "reason": facts.reason.value, "note": facts.note,
    }  # fmt: skip


def _closure_facts(told: dict[str, Any]) -> ClosureFacts:
    return ClosureFacts(
        date.fromisoformat(told["from"]), date.fromisoformat(told["to"]), ClosureReason(told["reason"]),
        told["space"], told["stand"], told["note"],
    )  # fmt: skip
