"""Verbs on calls: draft, revise, publish, extend, correct, cancel, discard.

Once published, a call's rules, spaces, season and periods never change: artisans apply under what they read. Only the
closing may move later, and the texts be corrected.
"""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select

from app.clock import now
from app.errors import Invalid, Refused
from app.extensions import db
from app.i18n import _
from app.models import Call, CallPeriod, CallSpace, CallState, FrozenCase, Site, SolveRun, Trial, User
from app.services import audit
from app.services.call_check import CallValues, check

#: Texts that may be corrected after publication; ``*_ar`` are the Arabic twins.
TEXTS = ("title", "title_ar", "intro", "intro_ar", "duties", "duties_ar", "contact")


def draft(actor: User, site: Site, values: CallValues) -> Call:
    """A new draft, numbered in its site. Raises Invalid with every fault."""
    _require_sound(site, values)
    db.session.execute(select(Site.id).where(Site.id == site.id).with_for_update())
    last = db.session.scalar(select(func.max(Call.number)).where(Call.site_id == site.id))
    call = Call(site_id=site.id, number=(last or 0) + 1, created_at=now(), state=CallState.DRAFT)
    _write(call, values)
    db.session.add(call)
    db.session.flush()
    _offer(call, values)
    audit.record(site, actor, "call.draft", f"call:{call.id}", after=facts(call))
    db.session.commit()
    return call


def revise(actor: User, call: Call, values: CallValues) -> None:
    """Change a draft. Raises Refused once it is published, Invalid with every fault."""
    call = _locked(call)
    _require_draft(call)
    _require_sound(call.site, values)
    before = facts(call)
    _write(call, values)
    _offer(call, values)
    audit.record(call.site, actor, "call.revise", f"call:{call.id}", before=before, after=facts(call))
    db.session.commit()


def publish(actor: User, call: Call) -> None:
    """Publish a draft: its periods are frozen as rows, and it is public from now on.

    Raises Refused when it is no draft or its closing has passed, Invalid with every fault.
    """
    at = now()
    call = _locked(call)
    _require_draft(call)
    values = values_of(call)
    _require_sound(call.site, values)
    if call.closes_at <= at:
        raise Refused(_("La date de clôture est déjà passée : changez-la avant de publier."))
    for position, (span, weight) in enumerate(zip(values.spans(), values.weights(), strict=True)):
        call.periods.append(CallPeriod(position=position, starts_on=span.start, ends_on=span.end, weight=weight))
    call.state, call.published_at = CallState.PUBLISHED, at
    audit.record(call.site, actor, "call.publish", f"call:{call.id}", before={"state": "draft"}, after=facts(call))
    db.session.commit()


def extend(actor: User, call: Call, closes_at: datetime) -> None:
    """Move the closing of a published call later. Raises Refused when it would be earlier, or once it has closed."""
    at = now()
    call = _locked(call)
    _require_published(call)
    if at >= call.closes_at:
        raise Refused(_("Les candidatures sont closes : la clôture ne peut plus changer."))
    if closes_at <= call.closes_at:
        raise Refused(_("La clôture ne peut être que repoussée : des artisans comptent sur la date publiée."))
    faults = check(call.site, values_of(call, closes_at=closes_at))
    if faults:
        raise Invalid({"closes_at": [text for texts in faults.values() for text in texts]})
    before = call.closes_at.isoformat()
    call.closes_at = closes_at
    audit.record(
        call.site, actor, "call.extend", f"call:{call.id}",
        before={"closes_at": before}, after={"closes_at": closes_at.isoformat()},
    )  # fmt: skip
    db.session.commit()


def correct(actor: User, call: Call, texts: dict[str, str]) -> None:
    """Correct the texts of a published call (``TEXTS``); the rest never changes. Raises Invalid without a title."""
    call = _locked(call)
    _require_published(call)
    if unknown := set(texts) - set(TEXTS):
        raise Invalid({name: [_("Cela ne change plus après la publication.")] for name in sorted(unknown)})
    if not texts.get("title", call.title).strip():
        raise Invalid({"title": [_("Donnez un titre à l'appel.")]})
    changed = {name: text for name, text in texts.items() if getattr(call, name) != text}
    before = {name: getattr(call, name) for name in changed}
    for name, text in changed.items():
        setattr(call, name, text)
    if changed:
        audit.record(call.site, actor, "call.correct", f"call:{call.id}", before=before, after=changed)
    db.session.commit()


def cancel(actor: User, call: Call, reason: str) -> None:
    """Cancel a published call, with the reason its page shows. Raises Invalid without one."""
    if not reason.strip():
        raise Invalid({"reason": [_("Dites pourquoi : les candidats le liront.")]})
    call = _locked(call)
    _require_published(call)
    call.state, call.cancel_reason = CallState.CANCELLED, reason.strip()
    audit.record(
        call.site, actor, "call.cancel", f"call:{call.id}",
        before={"state": "published"}, after={"state": "cancelled", "reason": call.cancel_reason},
    )  # fmt: skip
    db.session.commit()


def discard(actor: User, call: Call) -> None:
    """Throw a draft away; nobody but its managers ever saw it."""
    call = _locked(call)
    _require_draft(call)
    audit.record(call.site, actor, "call.discard", f"call:{call.id}", before=facts(call))
    _forget_trials(call)
    db.session.delete(call)
    db.session.commit()


def _forget_trials(call: Call) -> None:
    """A draft's trials go with it."""
    mine = select(SolveRun.id).where(SolveRun.call_id == call.id)
    db.session.execute(delete(Trial).where(Trial.run_id.in_(mine)))
    db.session.execute(delete(SolveRun).where(SolveRun.call_id == call.id))
    db.session.execute(delete(FrozenCase).where(FrozenCase.call_id == call.id))


def values_of(call: Call, **changes: Any) -> CallValues:
    """What a call says, as plain values, with some of them changed."""
    said = {f.name: getattr(call, f.name) for f in fields(CallValues) if f.name != "space_ids"}
    said["space_ids"] = tuple(place.space_id for place in call.places)
    return CallValues(**said | changes)


def facts(call: Call) -> dict[str, Any]:
    """What the audit trail keeps of a call, as JSON values."""
    values = values_of(call)
    kept = {f.name: getattr(values, f.name) for f in fields(values)}
    for name in ("season_start", "season_end", "opens_at", "closes_at"):
        kept[name] = kept[name].isoformat()
    kept["space_ids"] = sorted(kept["space_ids"])
    kept["periods"] = [
        [period.starts_on.isoformat(), period.ends_on.isoformat(), period.weight] for period in call.periods
    ]
    return kept | {"number": call.number, "state": call.state.value}


def _locked(call: Call) -> Call:
    """The call as it is now, its row locked until the end of the transaction."""
    query = select(Call).where(Call.id == call.id).with_for_update().execution_options(populate_existing=True)
    return db.session.execute(query).scalar_one()


def _require_sound(site: Site, values: CallValues) -> None:
    if faults := check(site, values):
        raise Invalid(faults)


def _require_draft(call: Call) -> None:
    if call.state is not CallState.DRAFT:
        raise Refused(_("Cet appel est publié : ses règles et ses dates ne changent plus."))


def _require_published(call: Call) -> None:
    if call.state is not CallState.PUBLISHED:
        raise Refused(_("Cet appel n'est pas publié."))


def _write(call: Call, values: CallValues) -> None:
    for f in fields(values):
        if f.name not in ("space_ids", "high_seasons", "reminder_days"):
            setattr(call, f.name, getattr(values, f.name))
    call.high_seasons, call.reminder_days = list(values.high_seasons), list(values.reminder_days)


def _offer(call: Call, values: CallValues) -> None:
    """The spaces offered: rows taken away and added, the others untouched."""
    wanted = dict.fromkeys(values.space_ids)
    call.places = [place for place in call.places if place.space_id in wanted]
    known = {place.space_id for place in call.places}
    call.places += [CallSpace(space_id=n, site_id=call.site_id) for n in wanted if n not in known]
    db.session.flush()
