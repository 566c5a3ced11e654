"""Verbs of the review: a file is eligible, or refused with a reason; a decision can be undone until publication.

A file may be decided as soon as it is deposited. When its author changes it before the deadline, the decision falls and
the file is to be read anew (``app.services.application``). Nobody decides on a file of her own.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from app.clock import now
from app.errors import Invalid, Refused
from app.extensions import db
from app.i18n import _
from app.models import Application, ApplicationState, Call, Publication, RefusalReason, User
from app.notices import application as notices
from app.permissions import acts_for
from app.services import audit

DECIDED = (ApplicationState.ELIGIBLE, ApplicationState.REFUSED)


def accept(actor: User, call: Call, application_ids: Sequence[int]) -> int:
    """Make deposited files of a call eligible, all or none; returns how many changed (eligible ones stay).

    Raises Invalid for none, Refused with a sentence for each file that cannot be.
    """
    at = now()
    if not application_ids:
        raise Invalid({"chosen": [_("Cochez au moins une candidature.")]})
    files = _locked(call, application_ids)
    _require_free(actor, call, files)
    changed = [file for file in files if file.state is not ApplicationState.ELIGIBLE]
    for file in changed:
        _decide(actor, file, ApplicationState.ELIGIBLE, at)
    db.session.commit()
    return len(changed)


def refuse(actor: User, application: Application, reason: RefusalReason | None, text: str) -> None:
    """Refuse a file, with its reason and a text its author will read; a notice goes out with it.

    Raises Invalid without reason or text, Refused for a file that cannot be decided.
    """
    at = now()
    faults: dict[str, list[str]] = {}
    if reason is None:
        faults["reason"] = [_("Choisissez un motif.")]
    if not text.strip():
        faults["text"] = [_("Expliquez le motif : l'artisan le lira.")]
    if faults:
        raise Invalid(faults)
    (file,) = _locked(application.call, [application.id])
    _require_free(actor, file.call, [file])
    _decide(actor, file, ApplicationState.REFUSED, at, reason, text.strip())
    notices.refusal(file)
    db.session.commit()


def undo(actor: User, application: Application) -> None:
    """Take a decision back: the file is to be read anew. Raises Refused once a rotation of the call is published."""
    (file,) = _locked(application.call, [application.id])
    if file.state in DECIDED:
        _require_free(actor, file.call, [file])
        _decide(actor, file, ApplicationState.SUBMITTED, None)
    db.session.commit()


def is_published(call: Call) -> bool:
    """Whether a rotation of the call was ever published: from then on, decisions taken stay."""
    return db.session.execute(select(Publication.id).where(Publication.call_id == call.id).limit(1)).first() is not None


def _locked(call: Call, ids: Sequence[int]) -> list[Application]:
    """The files of a call as they are now, in order of their id; Refused when one is not of this call."""
    db.session.execute(select(Call.id).where(Call.id == call.id).with_for_update(read=True))
    query = select(Application).where(Application.id.in_(ids), Application.call_id == call.id).order_by(Application.id)
    files = list(db.session.scalars(query.with_for_update().execution_options(populate_existing=True)))
    if len(files) != len(set(ids)):
        raise Refused(_("Une des candidatures n'est pas de cet appel."))
    return files


def _require_free(actor: User, call: Call, files: Sequence[Application]) -> None:
    """Refused, with one sentence a file, unless each may be decided by this person now."""
    published = is_published(call)
    reasons = [sentence for file in files if (sentence := _obstacle(actor, file, published=published))]
    if reasons:
        db.session.rollback()
        raise Refused(*reasons)


def _obstacle(actor: User, file: Application, *, published: bool) -> str:
    number = file.receipt
    if file.state in (ApplicationState.DRAFT, ApplicationState.WITHDRAWN):
        return _("La candidature %(number)s n'est pas déposée.", number=number or file.id)
    if acts_for(actor, file):
        return _("Vous agissez pour l'auteur de %(number)s : une autre personne doit décider.", number=number)
    if published and file.state in DECIDED:
        return _("La rotation est publiée : la décision sur %(number)s ne change plus.", number=number)
    return ""


def _decide(
    actor: User,
    file: Application,
    state: ApplicationState,
    at: datetime | None,
    reason: RefusalReason | None = None,
    text: str = "",
) -> None:
    before = _decision(file)
    file.state, file.reason, file.reason_text = state, reason, text
    file.decided_at, file.decided_by_id = at, actor.id if at else None
    db.session.flush()
    verb = {ApplicationState.ELIGIBLE: "accept", ApplicationState.REFUSED: "refuse"}.get(state, "undo")
    audit.record(
        file.call.site, actor, f"application.{verb}", f"application:{file.id}", before=before, after=_decision(file)
    )


def _decision(file: Application) -> dict[str, object]:
    """What the audit trail keeps of a decision; the text was written for the author and is kept on the file."""
    return {"state": file.state.value, "reason": file.reason.value if file.reason else None}
