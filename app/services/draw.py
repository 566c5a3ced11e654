"""Promise the case of a call before its seed can be known, then enter the seed its public source gave: once."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from app.clock import now, today
from app.errors import Invalid, Refused
from app.extensions import db
from app.i18n import _
from app.models import Call, CallState, Commitment, User
from app.planning import draw as planning
from app.queries import draw as queries
from app.services import audit, freezing

LONGEST_SOURCE, LONGEST_SEED, LONGEST_REASON = 300, 200, 500


def commit(
    actor: User, call: Call, source: str, drawn_on: date | None, objections_until: date | None, reason: str = ""
) -> Commitment:
    """Freeze the call's case and promise it, in one commit. Raises Invalid, or Refused when nothing may be promised.

    A promise before stays public, superseded, and the new one says why it follows. One whose seed is known is only
    followed if the case has changed: nobody draws the same case twice.
    """
    _lock(call)
    if call.state is not CallState.PUBLISHED or now() < call.closes_at:
        raise Refused(_("On ne s'engage que sur un dossier complet : après la clôture de l'appel publié."))
    source, reason, before = planning.seed_text(source), reason.strip(), queries.in_force(call.id)
    faults = _faults(source, drawn_on, objections_until, reason, before)
    if faults or drawn_on is None or objections_until is None:
        raise Invalid(faults)
    text, sha256 = planning.frozen(call)
    if queries.of_case(call.id, sha256) is not None:
        raise Refused(_("Ce dossier a déjà été tiré au sort : le même dossier ne se tire pas deux fois."))
    if before is not None:
        before.superseded_at = now()
    freezing.keep(call.id, text, sha256)
    db.session.flush()
    made = Commitment(
        call_id=call.id, case_sha256=sha256, document=planning.promise(call, source, drawn_on, objections_until),
        source=source, drawn_on=drawn_on, objections_until=objections_until, reason=reason if before else "",
        committed_at=now(), committed_by_id=actor.id, seed="",
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    audit.record(
        call.site, actor, "draw.commit", f"commitment:{made.id}",
        before={"commitment": before.id} if before else None,
        after={"call": call.id, **made.document, "reason": made.reason},
    )  # fmt: skip
    db.session.commit()
    return made


def _faults(
    source: str, drawn_on: date | None, objections_until: date | None, reason: str, before: Commitment | None
) -> dict[str, list[str]]:
    faults: dict[str, list[str]] = {}
    if not 1 <= len(source) <= LONGEST_SOURCE:
        faults["source"] = [_("Nommez la source publique : qui tire quoi, et comment on le lit.")]
    if drawn_on is None or drawn_on <= today():
        faults["drawn_on"] = [_("Le tirage est à venir : choisissez un jour après aujourd'hui.")]
    if objections_until is None or objections_until < today():
        faults["objections_until"] = [_("Laissez le temps d'objecter : choisissez aujourd'hui ou un jour à venir.")]
    elif drawn_on is not None and objections_until >= drawn_on:
        faults["objections_until"] = [_("Les objections finissent avant le jour du tirage : changez une date.")]
    if before is not None and not 1 <= len(reason) <= LONGEST_REASON:
        faults["reason"] = [_("Dites à tous pourquoi cet engagement remplace le précédent.")]
    return faults


def reveal(actor: User, commitment: Commitment, seed: str) -> None:
    """Enter the seed its source gave, once and for all. Raises Invalid; Refused when it is too early or too late."""
    call = commitment.call
    _lock(call)
    db.session.refresh(commitment)
    if commitment.superseded_at is not None or commitment.seed:
        raise Refused(_("Cet engagement ne reçoit plus de graine : il est remplacé, ou déjà tiré."))
    if today() < commitment.drawn_on:
        raise Refused(_("Le tirage n'a pas encore eu lieu."))
    if changed := planning.changes(commitment):
        raise Refused(
            _("Le dossier a changé depuis l'engagement : rétablissez-le, ou engagez-vous de nouveau avec une source "
              "à venir. Ce qui a changé :"), *changed,
        )  # fmt: skip
    text = planning.seed_text(seed)
    if not 1 <= len(text) <= LONGEST_SEED:
        raise Invalid({"seed": [_("Recopiez ce que la source a publié, en 200 caractères au plus.")]})
    commitment.seed, commitment.revealed_at, commitment.revealed_by_id = text, now(), actor.id
    audit.record(call.site, actor, "draw.reveal", f"commitment:{commitment.id}", after={"call": call.id, "seed": text})
    db.session.commit()


def require_drawn(call: Call, *, whole: bool) -> None:
    """Raise Refused when a promise about the call's draw is not kept yet, or (``whole``) no longer about this case.

    A part of a plan is solved again around turns that stay: its case is another, and its page says so.
    """
    promise = queries.in_force(call.id)
    if promise is None:
        return
    if not promise.seed:
        raise Refused(_("Un tirage est engagé : entrez d'abord la graine que la source a publiée."))
    if whole and (changed := planning.changes(promise)):
        raise Refused(
            _("Le dossier a changé depuis le tirage : rétablissez-le, ou engagez-vous de nouveau avant de calculer. "
              "Ce qui a changé :"), *changed,
        )  # fmt: skip


def _lock(call: Call) -> None:
    db.session.execute(select(Call.id).where(Call.id == call.id).with_for_update())
