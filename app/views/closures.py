"""Closures of a site, and its public holidays."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, flash, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app import clock
from app.errors import Invalid, Refused
from app.forms.base import add_faults
from app.forms.closure import ClosureForm, HolidaysForm
from app.i18n import _, ngettext
from app.permissions import current_actor, manages_or_administers, policy, works_at
from app.queries import holiday as holidays
from app.queries import space as queries
from app.queries.site import by_slug
from app.services import closure as service

blueprint = Blueprint("closures", __name__, url_prefix="/manage")

AHEAD = timedelta(days=366)  # holidays offered: the coming year


@blueprint.get("/<slug>/closures/")
@policy(works_at, subject=by_slug)
def index(slug: str) -> str:
    """The closures to come, and the holidays to close on in one step."""
    today = clock.today()
    form = HolidaysForm()
    coming = queries.closures(g.subject, today)
    form.offer(_not_closed(today, {(closure.starts_on, closure.ends_on) for closure in coming if not closure.space_id}))
    past = queries.past_closures(g.subject, today)
    return render_template("closures/index.html", site=g.subject, closures=coming, past=past, form=form)


@blueprint.get("/<slug>/closures/new")
@policy(manages_or_administers, subject=by_slug)
def new(slug: str) -> str:
    """The form of a closure."""
    return render_template("closures/form.html", site=g.subject, form=_form())


@blueprint.post("/<slug>/closures/new")
@policy(manages_or_administers, subject=by_slug)
def create(slug: str) -> Response | tuple[str, int]:
    """Close, or say what stands in the way."""
    form = _form()
    if form.validate_on_submit():
        try:
            service.create(current_actor(), g.subject, form.facts())
        except Invalid as error:
            add_faults(form, error)
        except Refused as refused:
            form.form_errors = [_("Ces jours sont pris. Déplacez d'abord :"), *refused.reasons]
        else:
            flash(_("La fermeture est inscrite."), "ok")
            return redirect(url_for("closures.index", slug=slug), 303)
    return render_template("closures/form.html", site=g.subject, form=form), 422


@blueprint.post("/<slug>/closures/holidays")
@policy(manages_or_administers, subject=by_slug)
def add_holidays(slug: str) -> Response:
    """Close on the holidays ticked."""
    form = HolidaysForm()
    offered = _not_closed(clock.today(), set())
    form.offer(offered)
    chosen = [holiday for holiday in offered if holiday.key in form.chosen.data] if form.validate_on_submit() else []
    try:
        added = service.add_holidays(current_actor(), g.subject, chosen)
    except Refused as refused:
        for reason in (_("Aucun jour n'a été fermé : des jours sont pris."), *refused.reasons):
            flash(reason, "alert")
    else:
        flash(ngettext("%(num)s jour férié fermé.", "%(num)s jours fériés fermés.", added), "ok" if added else "info")
    return redirect(url_for("closures.index", slug=slug), 303)


@blueprint.post("/closures/<int:closure_id>/delete")
@policy(manages_or_administers, subject=queries.closure_by_id)
def delete(closure_id: int) -> Response:
    """Remove a closure."""
    slug = g.subject.site.slug
    service.delete(current_actor(), g.subject)
    flash(_("La fermeture est supprimée : ces jours sont libres."), "ok")
    return redirect(url_for("closures.index", slug=slug), 303)


def _form() -> ClosureForm:
    form = ClosureForm()
    form.offer(queries.of_site(g.subject))
    return form


def _not_closed(today: date, closed: set[tuple[date, date]]) -> list[holidays.Holiday]:
    offered = holidays.between(today, today + AHEAD)
    return [holiday for holiday in offered if (holiday.starts_on, holiday.ends_on) not in closed]
