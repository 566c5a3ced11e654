"""Mend a rotation that a closure touches: carry an option out as a publication, or draft it.

The options come from ``services.seeking``. Carrying one out is one commit: the next numbered publication, its days,
the free places that follow, what is told to those concerned, the journal. Turns nobody touches keep their rows and
hear nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from app.clock import now, today
from app.errors import NotFound, Stale
from app.extensions import db
from app.i18n import _
from app.models import (
    Call,
    Closure,
    LookKind,
    Offer,
    Publication,
    PublicationCause,
    Repair,
    RepairState,
    StoredPlan,
    User,
)
from app.notices import closure as notices
from app.planning import begun, mended, mending, staying
from app.planning.changes import Stay, compare, stays_of_rows
from app.planning.figures import digest
from app.planning.judge import plan_of
from app.planning.living import ground
from app.queries import closing as queries
from app.services import audit, freezing, leftover, second_looks, vacancy
from app.services.amendment import holding, in_force
from app.services.edition import Edition, Written, write
from app.services.offering import offer_turns


def carry_out(actor: User, repair_id: int, name: str, look_id: int | None = None) -> Publication:
    """Publish an option. Raises Stale when the rotation or its data changed since it was sought, NotFound.

    ``look_id``: what somebody else asked for, where the call wants a second person; Refused without it.
    """
    call_id = _call_of(repair_id)
    with holding(call_id) as call:
        look = second_looks.answered(actor, call, look_id, LookKind.REPAIR)
        if look is not None and (look.repair_id, look.option) != (repair_id, name):
            raise NotFound
        repair, option, previous = _current(call, repair_id, name)
        closures = queries.ahead(call, today())
        stays = mended.stays(call, mending.turns_in(option), previous.turns, closures)
        before = stays_of_rows(previous.turns)
        changes = compare(before, stays)
        same = mended.confirmed(stays, previous.turns)
        _unpin(actor, call, previous, stays)
        sha256, text = _papers(call, previous, stays)
        written = write(
            Edition(
                call, sha256, text, stays, changes, PublicationCause.CLOSED, actor, same, previous.overrides or (),
                look.asked_by_id if look else None,
            ),
            previous,
        )  # fmt: skip
        repair.state, repair.chosen = RepairState.DONE, name
        second_looks.done(actor, look)
        _follow(actor, call, repair, written, closures, before)
    return written.publication


def _call_of(repair_id: int) -> int:
    repair = queries.repair_by_id(repair_id)
    if repair is None:
        raise NotFound
    return repair.call_id


def _current(call: Call, repair_id: int, name: str) -> tuple[Repair, dict[str, Any], Publication]:
    """The option as long as it still answers today's question."""
    repair = db.session.get(Repair, repair_id, populate_existing=True)
    option = mending.option_of(repair.options, name) if repair is not None else None
    if repair is None or option is None:
        raise NotFound
    previous = in_force(call)
    base = ground(call, previous)
    same = repair.publication_id == previous.id and base.case_sha256 == repair.case_sha256
    late = staying.held_in(call.id, base.case_text).faults(base.problem, mending.turns_in(option))
    if repair.state is RepairState.DONE or not same or any(late):
        raise Stale(_("La rotation ou ses données ont changé depuis ce calcul : cherchez à nouveau."))
    return repair, option, previous


def _unpin(actor: User, call: Call, previous: Publication, stays: Sequence[Stay]) -> None:
    """A turn that a closure takes from its place is not held there by a pin any more; a permanent stand stays hers."""
    kept = {(stay.exhibitor_id, stay.stand_id, stay.start) for stay in stays}
    for row in previous.turns:
        if (row.exhibitor_id, row.stand_id, row.start) not in kept:
            vacancy.unpin(call, row, actor, permanent=False)


def _papers(call: Call, previous: Publication, stays: Sequence[Stay]) -> tuple[str, str]:
    """The frozen case of today and the plan of the stays in it."""
    base = ground(call, previous)
    turns = [base.turn(stay.exhibitor_id, stay) for stay in stays]
    base = base.holding(turns, previous)
    freezing.keep(call.id, base.case_text, base.case_sha256)
    return base.case_sha256, base.after(base.turns, turns)


def _follow(
    actor: User, call: Call, repair: Repair, written: Written, closures: Sequence[Closure], before: Sequence[Stay]
) -> None:  # fmt: skip
    """What a repair brings with it: free places, questions, messages, the journal."""
    at, publication = now(), written.publication
    leftover.shut(call, closures, at, actor)
    leftover.end_taken(call, publication, at, actor)
    fresh = [row for row in publication.turns if row.id in {new.id for new in written.new.values()}]
    offers: list[Offer] = list(offer_turns(call, fresh, at, actor).values()) if call.offers else []
    after = stays_of_rows(publication.turns)
    told = notices.mended(publication, repair.closure, mended.news(before, after), offers)
    leftover.offer_free(call, written.gone, at, actor)
    audit.record(
        call.site, actor, "closure.repair", f"publication:{publication.id}",
        before={"publication": repair.publication_id},
        after={
            "call": call.id, "number": publication.number, "closure": repair.closure_id, "option": repair.chosen,
            "removed": [row.id for row in written.gone], "added": [row.id for row in written.new.values()],
            "messages": told, "case_sha256": publication.case_sha256, "plan_sha256": publication.plan_sha256,
        },
    )  # fmt: skip


def draft(actor: User, repair_id: int, name: str) -> StoredPlan:
    """Keep an option as a draft plan beside the others, to be looked at and edited on the board; raises Stale."""
    call_id = _call_of(repair_id)
    with holding(call_id) as call:
        _repair, option, previous = _current(call, repair_id, name)
        text, sha256 = begun.case_now(call, mending.turns_in(option), previous.turns)
        freezing.keep(call.id, text, sha256)
        written = mending.plan_text(sha256, mending.turns_in(option))
        plan = StoredPlan(
            call_id=call.id, case_sha256=sha256, text=written, sha256=hashlib.sha256(written.encode()).hexdigest(),
            status="feasible", digest=digest(text, plan_of(written)), created_at=now(),
        )  # fmt: skip
        db.session.add(plan)
        db.session.flush()
        audit.record(
            call.site, actor, "closure.draft", f"plan:{plan.id}",
            after={"call": call.id, "repair": repair_id, "option": name, "case": sha256},
        )  # fmt: skip
    return plan
