"""Correct the ledger by hand: what came before Dawra, or what its records tell wrongly; always with a reason."""

from __future__ import annotations

from dataclasses import dataclass

from app.clock import now
from app.errors import Invalid
from app.extensions import db
from app.i18n import _
from app.models import Call, Exhibitor, LedgerCorrection, Site, User
from app.notices import ledger as notices
from app.services import audit

MOST = 1000
LONGEST_REASON = 1000


@dataclass(frozen=True)
class Correction:
    """What to add (or, below zero, take away); ``call_id``: the season, None outside any."""

    turns: int = 0
    periods: int = 0
    points: int = 0
    call_id: int | None = None
    reason: str = ""


def correct(actor: User, site: Site, exhibitor: Exhibitor, given: Correction) -> LedgerCorrection:
    """Write a correction, one commit; the exhibitor is told. Raises Invalid with every fault."""
    _check(site, given)
    row = LedgerCorrection(
        exhibitor_id=exhibitor.id, site_id=site.id, call_id=given.call_id, turns=given.turns, periods=given.periods,
        points=given.points, reason=given.reason.strip(), made_at=now(), made_by_id=actor.id,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    audit.record(
        site, actor, "ledger.correct", f"exhibitor:{exhibitor.id}",
        after={
            "correction": row.id, "call": row.call_id, "turns": row.turns, "periods": row.periods,
            "points": row.points,
        },
    )  # fmt: skip
    notices.corrected(row, site, exhibitor)
    db.session.commit()
    return row


def _check(site: Site, given: Correction) -> None:
    faults: dict[str, list[str]] = {}
    if not (given.turns or given.periods or given.points):
        faults["periods"] = [_("Donnez au moins un nombre, plus ou moins.")]
    for name in ("turns", "periods", "points"):
        if abs(getattr(given, name)) > MOST:
            faults[name] = [_("Donnez un nombre entre -%(most)s et %(most)s.", most=MOST)]
    if not given.reason.strip():
        faults["reason"] = [_("Dites pourquoi : l'exposant le lira.")]
    elif len(given.reason.strip()) > LONGEST_REASON:
        faults["reason"] = [_("%(max)d caractères au plus : raccourcissez ce texte.", max=LONGEST_REASON)]
    call = db.session.get(Call, given.call_id) if given.call_id is not None else None
    if given.call_id is not None and (call is None or call.site_id != site.id):
        faults["call_id"] = [_("Choisissez une saison de ce site.")]
    if faults:
        raise Invalid(faults)
