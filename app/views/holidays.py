"""Confirm the days of Islamic holidays: programme administrators."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app import clock
from app.errors import Invalid
from app.forms.closure import ConfirmForm
from app.i18n import _
from app.permissions import administers, current_actor, policy
from app.queries import holiday as queries
from app.services import holiday as service

blueprint = Blueprint("holidays", __name__, url_prefix="/admin/holidays")


@blueprint.get("/")
@policy(administers)
def index() -> str:
    """The Islamic holidays of the last months and of two years to come, estimated or confirmed."""
    first, last = clock.today() - timedelta(days=90), clock.today() + timedelta(days=730)
    shown = [holiday for holiday in queries.islamic() if first <= holiday.starts_on <= last]
    return render_template("admin/holidays.html", holidays=shown)


@blueprint.post("/")
@policy(administers)
def confirm() -> Response:
    """Write the announced day."""
    form = ConfirmForm()
    if not form.validate_on_submit():
        flash(_("Écrivez un jour comme 2027-01-31."), "alert")
        return redirect(url_for("holidays.index"), 303)
    try:
        service.confirm(current_actor(), form.code.data, form.hijri_year.data, form.starts_on.data)
    except Invalid as error:
        for texts in error.faults.values():
            flash(" ".join(texts), "alert")
    else:
        flash(_("Le jour est confirmé."), "ok")
    return redirect(url_for("holidays.index"), 303)
