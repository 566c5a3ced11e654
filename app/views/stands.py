"""The numbered stands of a space."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.errors import Invalid, Refused
from app.forms.base import add_faults
from app.forms.space import StandForm, StandsForm
from app.i18n import _, ngettext
from app.models import Stand
from app.permissions import current_actor, manages_or_administers, policy
from app.queries import space as queries
from app.services import stand as service

blueprint = Blueprint("stands", __name__, url_prefix="/manage")


@blueprint.get("/spaces/<int:space_id>/stands/new")
@policy(manages_or_administers, subject=queries.by_id)
def new(space_id: int) -> str:
    """The form of many stands at once."""
    return render_template("spaces/stands.html", site=g.subject.site, space=g.subject, form=StandsForm())


@blueprint.post("/spaces/<int:space_id>/stands/new")
@policy(manages_or_administers, subject=queries.by_id)
def create(space_id: int) -> Response | tuple[str, int]:
    """Add stands."""
    form = StandsForm()
    if form.validate_on_submit():
        wanted = {name: form[name].data for name in ("count", "area_m2", "per_row", "features")}
        try:
            made = service.add_many(current_actor(), g.subject, **wanted)
        except Invalid as error:
            add_faults(form, error)
        else:
            flash(ngettext("%(num)s emplacement ajouté.", "%(num)s emplacements ajoutés.", len(made)), "ok")
            return redirect(url_for("spaces.show", space_id=space_id), 303)
    return render_template("spaces/stands.html", site=g.subject.site, space=g.subject, form=form), 422


@blueprint.get("/stands/<int:stand_id>/")
@policy(manages_or_administers, subject=queries.stand_by_id)
def edit(stand_id: int) -> str:
    """The form of one stand; squares count from 1."""
    stand: Stand = g.subject
    form = StandForm(
        data={
            "code": stand.code, "area_m2": stand.area_m2, "features": stand.features, "x": stand.x + 1, "y": stand.y + 1
        }
    )  # fmt: skip
    return render_template("spaces/stand.html", site=stand.site, stand=stand, form=form)


@blueprint.post("/stands/<int:stand_id>/")
@policy(manages_or_administers, subject=queries.stand_by_id)
def save(stand_id: int) -> Response | tuple[str, int]:
    """Write a stand's facts."""
    form = StandForm()
    if form.validate_on_submit():
        try:
            service.edit(current_actor(), g.subject, form.facts())
        except Invalid as error:
            add_faults(form, error)
        else:
            flash(_("L'emplacement est enregistré."), "ok")
            return redirect(url_for("spaces.show", space_id=g.subject.space_id), 303)
    return render_template("spaces/stand.html", site=g.subject.site, stand=g.subject, form=form), 422


@blueprint.post("/stands/<int:stand_id>/delete")
@policy(manages_or_administers, subject=queries.stand_by_id)
def delete(stand_id: int) -> Response:
    """Remove a stand, or say what keeps it."""
    space_id = g.subject.space_id
    try:
        service.delete(current_actor(), g.subject)
    except Refused as refused:
        for reason in refused.reasons:
            flash(reason, "alert")
        return redirect(url_for("stands.edit", stand_id=stand_id), 303)
    flash(_("L'emplacement est supprimé."), "ok")
    return redirect(url_for("spaces.show", space_id=space_id), 303)
