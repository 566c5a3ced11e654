"""Confirm the day of an Islamic holiday, once it is announced."""

from __future__ import annotations

from datetime import date

from app.clock import now
from app.errors import Invalid, NotFound
from app.extensions import db
from app.i18n import _
from app.models import HolidayConfirmation, User
from app.queries.holiday import estimate_of
from app.services import audit

FURTHEST = 3  # days from the estimate


def confirm(actor: User, code: str, hijri_year: int, starts_on: date) -> None:
    """Write the first day of a holiday; correcting it later is allowed. Raises NotFound, Invalid."""
    estimate = estimate_of(code, hijri_year)
    if estimate is None:
        raise NotFound
    if abs((starts_on - estimate).days) > FURTHEST:
        sentence = _("Ce jour est à plus de %(days)d jours de l'estimation : vérifiez l'année.", days=FURTHEST)
        raise Invalid({"starts_on": [sentence]})
    row = db.session.get(HolidayConfirmation, (code, hijri_year)) or HolidayConfirmation(
        code=code, hijri_year=hijri_year
    )
    before = row.starts_on.isoformat() if row.starts_on else None
    if before != starts_on.isoformat():
        row.starts_on, row.confirmed_at, row.confirmed_by_id = starts_on, now(), actor.id
        db.session.add(row)
        subject = f"holiday:{code}-{hijri_year}"
        audit.record(None, actor, "holiday.confirm", subject, before=before, after=starts_on.isoformat())
    db.session.commit()
