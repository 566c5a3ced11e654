"""A site's home for those who work there, and its facts."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, flash, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app import clock
from app.errors import Invalid
from app.forms.base import add_faults
from app.forms.site import SiteForm
from app.i18n import _
from app.permissions import current_actor, manages_or_administers, policy, works_at
from app.queries import dashboard as queries
from app.queries import worklist
from app.queries.site import by_slug
from app.services import absence
from app.services import site as service

blueprint = Blueprint("manage", __name__, url_prefix="/manage")


@blueprint.get("/<slug>/")
@policy(works_at, subject=by_slug)
def dashboard(slug: str) -> str:
    """What waits at the site today, each thing one step from its remedy."""
    today = clock.today()
    board, work = queries.of(g.subject, clock.now(), today), worklist.of(g.subject, clock.now(), today)
    return render_template(
        "manage/dashboard.html", site=g.subject, board=board, work=work, absent=absence.waiting(g.subject),
        tomorrow=today + timedelta(days=1),
    )  # fmt: skip


@blueprint.get("/<slug>/site")
@policy(manages_or_administers, subject=by_slug)
def site(slug: str) -> str:
    """The form of the site's facts."""
    form = SiteForm(obj=g.subject)
    form.offer()
    return render_template("manage/site.html", site=g.subject, form=form)


@blueprint.post("/<slug>/site")
@policy(manages_or_administers, subject=by_slug)
def save_site(slug: str) -> Response | tuple[str, int]:
    """Write the site's facts."""
    form = SiteForm()
    form.offer()
    if form.validate_on_submit():
        try:
            service.edit(current_actor(), g.subject, form.facts())
        except Invalid as error:
            add_faults(form, error)
        else:
            flash(_("La fiche du site est enregistrée."), "ok")
            return redirect(url_for("manage.site", slug=slug), 303)
    return render_template("manage/site.html", site=g.subject, form=form), 422
