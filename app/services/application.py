"""Verbs on applications: start, save each step, submit, edit, withdraw.

The one rule of time: a verb reads the server's clock once, when it starts, and is accepted iff
``opens_at <= that instant < closes_at``. It holds alike for drafts, deposits, changes and withdrawals.

Serials are given under a lock of the call's row, in the transaction that stores the deposit: no gap, no double.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.clock import now
from app.errors import Invalid, NotFound, Refused
from app.extensions import db
from app.i18n import _, instant
from app.models import Application, ApplicationSpace, ApplicationState, Call, CallState, Exhibitor, User
from app.notices import application as notices
from app.permissions import may_act_for
from app.planning.wishes import Faults, Wish, faults, frame_of, wish_of
from app.queries.application import application_in
from app.queries.call import spaces_of
from app.services import audit

DEPOSITED = (ApplicationState.SUBMITTED, ApplicationState.ELIGIBLE, ApplicationState.REFUSED)
NEEDS = ("min_length", "max_length", "max_turns", "area_m2", "stands")
LONGEST_NOTE = 2000


def start(actor: User, call: Call, exhibitor_id: int, client_key: str, space_ids: Sequence[int]) -> Application:
    """A new draft with its spaces from the best liked on, or the application that is already there.

    The same ``client_key`` sent again gives the same draft, with the spaces as last sent. Raises NotFound for an
    exhibitor the actor may not act for, Refused outside the window, Invalid with the faults of the spaces.
    """
    at = now()
    actor_id, call_id = actor.id, call.id
    try:
        application = _begin(actor, call, exhibitor_id, client_key, space_ids, at)
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        return _already(actor_id, call_id, exhibitor_id)
    return application


def save_spaces(actor: User, application: Application, space_ids: Sequence[int]) -> None:
    """Keep step 1: the spaces wanted, from the best liked on."""
    _save(actor, application, 1, ("spaces",), {"space_ids": tuple(space_ids)})


def save_periods(
    actor: User, application: Application, unavailable: Collection[int], preferred: Mapping[int, int]
) -> None:
    """Keep step 2: positions of impossible periods, and how much others are liked (1–3)."""
    _save(actor, application, 2, ("periods",), {"unavailable": tuple(unavailable), "preferred": dict(preferred)})


def save_needs(actor: User, application: Application, needs: Mapping[str, Any], note: str = "") -> None:
    """Keep step 3: ``NEEDS`` (lengths in periods, area in m²), ``features``, and a note of at most 2000 characters."""
    _save(actor, application, 3, (*NEEDS, "periods"), {name: needs[name] for name in (*NEEDS, "features")}, note)


def submit(actor: User, application: Application) -> Application:
    """Deposit a draft, or a withdrawn application again: a receipt with number and time, told to its accounts.

    Doing it again changes nothing and gives the same receipt, even after the deadline. Raises Refused outside the
    window, Invalid with every fault.
    """
    at = now()
    held = _held(actor, application, exclusive=True)
    if held.state not in DEPOSITED:
        _require_window(held.call, at)
        _deposit(actor, held, at)
    db.session.commit()
    return held


def deposit(actor: User, call: Call, exhibitor_id: int, client_key: str, wish: Wish, note: str = "") -> Application:
    """Start, fill and submit in one transaction: for the desk, imports and retries. The same key, the same receipt.

    Raises as ``start`` and ``submit`` do.
    """
    at = now()
    actor_id, call_id = actor.id, call.id
    try:
        _lock_call(call_id, exclusive=True)
        held = _begin(actor, call, exhibitor_id, client_key, wish.space_ids, at)
        if held.state not in DEPOSITED:
            _require_window(call, at)
            _require(_faults_of(call, wish), None)
            _fill(held, wish, note)
            _deposit(actor, held, at)
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        return _already(actor_id, call_id, exhibitor_id)
    return held


def withdraw(actor: User, application: Application) -> None:
    """Withdraw, until the deadline; the receipt's number stays. Doing it again changes nothing."""
    at = now()
    held = _held(actor, application)
    _require_window(held.call, at)
    if held.state is not ApplicationState.WITHDRAWN:
        before = held.state.value
        held.state, held.updated_at = ApplicationState.WITHDRAWN, at
        _forget_decision(held)
        audit.record(
            held.call.site, actor, "application.withdraw", f"application:{held.id}",
            before={"state": before}, after={"state": held.state.value},
        )  # fmt: skip
    db.session.commit()


def facts(application: Application) -> dict[str, Any]:
    """What the audit trail keeps of an application; its note is personal and stays out."""
    wish = wish_of(application)
    return {
        "state": application.state.value, "number": application.number, "spaces": list(wish.space_ids),
        "unavailable": sorted(wish.unavailable), "preferred": {str(k): v for k, v in wish.preferred.items()},
        "min_length": wish.min_length, "max_length": wish.max_length, "max_turns": wish.max_turns,
        "area_m2": wish.area_m2, "features": sorted(wish.features), "stands": wish.stands,
    }  # fmt: skip


def _begin(
    actor: User, call: Call, exhibitor_id: int, client_key: str, space_ids: Sequence[int], at: datetime
) -> Application:
    """The application of this exhibitor in this call: found, or made as a draft."""
    exhibitor = db.session.get(Exhibitor, exhibitor_id)
    if exhibitor is None or not may_act_for(actor, exhibitor):
        raise NotFound
    _lock_call(call.id)
    found = application_in(call, exhibitor_id)
    key = _key(client_key, call.id, exhibitor_id)
    if found is not None and (found.state is not ApplicationState.DRAFT or found.client_key != key):
        return found
    _require_window(call, at)
    _require(_faults_of(call, Wish(space_ids=space_ids)), ("spaces",))
    made = found or Application(
        call_id=call.id, exhibitor_id=exhibitor_id, client_key=key, entered_by_id=actor.id, updated_at=at
    )
    db.session.add(made)
    db.session.flush()
    _rank(made, space_ids)
    made.updated_at = at
    return made


def _key(client_key: str, call_id: int, exhibitor_id: int) -> str:
    """The key kept: the browser's own, told apart when it was used for another exhibitor or call (the back button)."""
    clean = client_key.strip()[:64]
    used = db.session.execute(
        select(Application.call_id, Application.exhibitor_id).where(Application.client_key == clean)
    ).first()
    if clean and used in (None, (call_id, exhibitor_id)):
        return clean
    return hashlib.sha256(f"{clean}:{call_id}:{exhibitor_id}".encode()).hexdigest()


def _already(actor_id: int, call_id: int, exhibitor_id: int) -> Application:
    """After losing a race: the application the other request made."""
    actor, call = db.session.get(User, actor_id), db.session.get(Call, call_id)
    found = application_in(call, exhibitor_id) if call else None
    if found is None or not may_act_for(actor, found):
        raise Refused(_("Votre demande a croisé une autre : rechargez la page et recommencez."))
    return found


def _save(
    actor: User,
    application: Application,
    step: int,
    names: Collection[str],
    changes: Mapping[str, Any],
    note: str | None = None,
) -> None:
    """Keep a step in the window. A draft needs that step sound; what was deposited must stay sound as a whole."""
    at = now()
    held = _held(actor, application)
    _require_window(held.call, at)
    before, old_note, deposited = facts(held), held.note, held.state in DEPOSITED
    wish = replace(wish_of(held), **changes)
    _require(_faults_of(held.call, wish), None if deposited else names)
    _fill(held, wish, old_note if note is None else note)
    held.step, held.updated_at = max(held.step, step), at
    if deposited and (facts(held), held.note) != (before, old_note):
        held.state = ApplicationState.SUBMITTED
        _forget_decision(held)
        audit.record(
            held.call.site, actor, "application.edit", f"application:{held.id}", before=before, after=facts(held)
        )
    db.session.commit()


def _deposit(actor: User, held: Application, at: datetime) -> None:
    _require(_faults_of(held.call, wish_of(held)), None)
    before = facts(held)
    if held.number is None:
        last = db.session.scalar(select(func.max(Application.number)).where(Application.call_id == held.call_id))
        held.number, held.submitted_at = (last or 0) + 1, at
    held.state, held.updated_at, held.step = ApplicationState.SUBMITTED, at, 3
    db.session.flush()
    audit.record(
        held.call.site, actor, "application.submit", f"application:{held.id}", before=before, after=facts(held)
    )
    notices.receipt(held)


def _fill(held: Application, wish: Wish, note: str) -> None:
    """Write a sound wish."""
    _rank(held, wish.space_ids)
    held.unavailable = sorted(set(wish.unavailable))
    held.preferred = {str(position): liking for position, liking in sorted(wish.preferred.items())}
    for name in NEEDS:
        setattr(held, name, getattr(wish, name))
    held.features, held.note = sorted(set(wish.features)), note.strip()[:LONGEST_NOTE]


def _rank(held: Application, space_ids: Sequence[int]) -> None:
    """Rank the spaces anew; old rows go first, so that no two ever share a rank."""
    if [wish.space_id for wish in held.wishes] == list(space_ids):
        return
    held.wishes = []
    db.session.flush()
    held.wishes = [
        ApplicationSpace(space_id=space_id, call_id=held.call_id, rank=rank)
        for rank, space_id in enumerate(space_ids, start=1)
    ]


def _held(actor: User, application: Application, *, exclusive: bool = False) -> Application:
    """The application as it is now, locked after its call; NotFound for whom it does not concern."""
    _lock_call(application.call_id, exclusive=exclusive)
    query = select(Application).where(Application.id == application.id).with_for_update()
    held = db.session.execute(query.execution_options(populate_existing=True)).scalar_one_or_none()
    if held is None or not may_act_for(actor, held):
        raise NotFound
    return held


def _lock_call(call_id: int, *, exclusive: bool = False) -> None:
    """Hold the call still: shared against changes of its window, exclusive to give serials."""
    query = select(Call).where(Call.id == call_id).with_for_update(read=not exclusive)
    db.session.execute(query.execution_options(populate_existing=True)).scalar_one()


def _require_window(call: Call, at: datetime) -> None:
    """``opens_at <= at < closes_at`` in a published call, or Refused with the instant that was missed."""
    if call.state is not CallState.PUBLISHED:
        raise Refused(_("Cet appel n'est pas ouvert."))
    if at < call.opens_at:
        raise Refused(_("Cet appel ouvre le %(time)s (heure du Maroc).", time=instant(call.opens_at)))
    if at >= call.closes_at:
        raise Refused(
            _(
                "Les candidatures sont closes depuis le %(time)s (heure du Maroc). Rien n'a changé ; "
                "ce que vous aviez saisi reste lisible.",
                time=instant(call.closes_at, "d MMMM yyyy, HH:mm:ss"),
            )
        )


def _faults_of(call: Call, wish: Wish) -> Faults:
    return faults(frame_of(call, spaces_of(call)), wish)


def _require(found: Faults, names: Collection[str] | None) -> None:
    """Raise Invalid with the faults of these fields (None: of all)."""
    told = {name: texts for name, texts in found.items() if names is None or name in names}
    if told:
        db.session.rollback()
        raise Invalid(told)


def _forget_decision(held: Application) -> None:
    """A changed or withdrawn file is to be read anew: what was decided no longer holds."""
    held.reason, held.reason_text, held.decided_at, held.decided_by_id = None, "", None, None
