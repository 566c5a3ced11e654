"""Spaces of a site: the list with its floor plans, and each one's facts."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.errors import Invalid, Refused
from app.forms.base import add_faults
from app.forms.space import SpaceForm
from app.i18n import _, localized
from app.permissions import current_actor, manages_or_administers, policy, works_at
from app.queries import space as queries
from app.queries.site import by_slug
from app.services import space as service

blueprint = Blueprint("spaces", __name__, url_prefix="/manage")


@blueprint.get("/<slug>/spaces/")
@policy(works_at, subject=by_slug)
def index(slug: str) -> str:
    """The spaces and their floor plans."""
    return render_template("spaces/index.html", site=g.subject, spaces=queries.of_site(g.subject))


@blueprint.get("/<slug>/spaces/new")
@policy(manages_or_administers, subject=by_slug)
def new(slug: str) -> str:
    """The form of a new space."""
    return render_template("spaces/form.html", site=g.subject, space=None, form=SpaceForm())


@blueprint.post("/<slug>/spaces/new")
@policy(manages_or_administers, subject=by_slug)
def create(slug: str) -> Response | tuple[str, int]:
    """Add a space."""
    form = SpaceForm()
    if form.validate_on_submit():
        try:
            space = service.create(current_actor(), g.subject, form.facts())
        except Invalid as error:
            add_faults(form, error)
        else:
            flash(_("« %(name)s » est ajouté. Numérotez ses emplacements.", name=localized(space)), "ok")
            return redirect(url_for("spaces.show", space_id=space.id), 303)
    return render_template("spaces/form.html", site=g.subject, space=None, form=form), 422


@blueprint.get("/spaces/<int:space_id>/")
@policy(works_at, subject=queries.by_id)
def show(space_id: int) -> str:
    """A space: its plan and its stands."""
    return render_template("spaces/show.html", site=g.subject.site, space=g.subject)


@blueprint.get("/spaces/<int:space_id>/edit")
@policy(manages_or_administers, subject=queries.by_id)
def edit(space_id: int) -> str:
    """The form of a space's facts."""
    return render_template("spaces/form.html", site=g.subject.site, space=g.subject, form=SpaceForm(obj=g.subject))


@blueprint.post("/spaces/<int:space_id>/edit")
@policy(manages_or_administers, subject=queries.by_id)
def save(space_id: int) -> Response | tuple[str, int]:
    """Write a space's facts."""
    form = SpaceForm()
    if form.validate_on_submit():
        try:
            service.edit(current_actor(), g.subject, form.facts())
        except Invalid as error:
            add_faults(form, error)
        else:
            flash(_("L'espace est enregistré."), "ok")
            return redirect(url_for("spaces.show", space_id=space_id), 303)
    return render_template("spaces/form.html", site=g.subject.site, space=g.subject, form=form), 422


@blueprint.post("/spaces/<int:space_id>/delete")
@policy(manages_or_administers, subject=queries.by_id)
def delete(space_id: int) -> Response:
    """Remove a space, or say what keeps it."""
    slug = g.subject.site.slug
    try:
        service.delete(current_actor(), g.subject)
    except Refused as refused:
        for reason in refused.reasons:
            flash(reason, "alert")
        return redirect(url_for("spaces.show", space_id=space_id), 303)
    flash(_("L'espace est supprimé."), "ok")
    return redirect(url_for("spaces.index", slug=slug), 303)
