"""Exhibitor profiles: one's own, and those written at a site's desk."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.errors import Invalid
from app.forms.base import add_faults, complete_faults
from app.forms.exhibitor import AssistedForm, ExhibitorForm, values_of
from app.i18n import _
from app.intake import whole
from app.limits import limit_submit
from app.models import Exhibitor
from app.permissions import acts_for, assists, current_actor, may_act_for, policy, signed_in
from app.queries import exhibitor as queries
from app.queries import site as sites
from app.queries.application import applications_by
from app.services import exhibitor as service
from app.services import member

blueprint = Blueprint("exhibitors", __name__)

Page = str | Response | tuple[str, int]


@blueprint.get("/me/exhibitors/")
@policy(signed_in)
def index() -> Page:
    """The profiles one acts for."""
    return render_template("exhibitors/index.html", exhibitors=queries.of_user(current_actor()), site=None)


@blueprint.get("/me/exhibitors/new")
@policy(signed_in)
def new() -> Page:
    """The form of a new profile."""
    return render_template("exhibitors/form.html", form=ExhibitorForm(), exhibitor=None, site=None)


@blueprint.post("/me/exhibitors/new")
@policy(signed_in)
@limit_submit
def create() -> Page:
    """Write one's profile."""
    form = ExhibitorForm()
    if form.validate_on_submit():
        try:
            return _written(service.create(current_actor(), form.profile()))
        except Invalid as error:
            add_faults(form, error)
    else:
        _complete(form)
    return render_template("exhibitors/form.html", form=form, exhibitor=None, site=None), 422


@blueprint.get("/manage/<slug>/exhibitors/")
@policy(assists, subject=sites.by_slug)
def helped(slug: str) -> Page:
    """The profiles this site's desk helps with."""
    return render_template("exhibitors/index.html", exhibitors=queries.helped_at(g.subject), site=g.subject)


@blueprint.get("/manage/<slug>/exhibitors/new")
@policy(assists, subject=sites.by_slug)
def new_helped(slug: str) -> Page:
    """The form of a profile for somebody who asks for help."""
    return render_template("exhibitors/form.html", form=AssistedForm(), exhibitor=None, site=g.subject)


@blueprint.post("/manage/<slug>/exhibitors/new")
@policy(assists, subject=sites.by_slug)
@limit_submit
def create_helped(slug: str) -> Page:
    """Write a profile for somebody who agreed to it."""
    form = AssistedForm()
    if form.validate_on_submit():
        try:
            made = service.create(current_actor(), form.profile(), site=g.subject, consent=form.consent.data)
            return _written(made)
        except Invalid as error:
            add_faults(form, error)
    else:
        _complete(form)
    return render_template("exhibitors/form.html", form=form, exhibitor=None, site=g.subject), 422


@blueprint.get("/me/exhibitors/<int:exhibitor_id>")
@policy(may_act_for, subject=queries.by_id)
def show(exhibitor_id: int) -> Page:
    """A profile as those who act for it see it."""
    return render_template(
        "exhibitors/show.html", exhibitor=g.subject, has_members=g.subject.kind in member.GROUPED,
        applications=applications_by(g.subject),
    )  # fmt: skip


@blueprint.get("/me/exhibitors/<int:exhibitor_id>/edit")
@policy(may_act_for, subject=queries.by_id)
def edit(exhibitor_id: int) -> Page:
    """The form of a profile."""
    form = ExhibitorForm(obj=g.subject)
    for name, value in values_of(g.subject).items():
        form[name].data = value
    return render_template("exhibitors/form.html", form=form, exhibitor=g.subject, site=None)


@blueprint.post("/me/exhibitors/<int:exhibitor_id>/edit")
@policy(may_act_for, subject=queries.by_id)
@limit_submit
def update(exhibitor_id: int) -> Page:
    """Change a profile."""
    form, exhibitor = ExhibitorForm(), g.subject
    if form.validate_on_submit():
        try:
            service.edit(current_actor(), exhibitor, form.profile())
            return _written(exhibitor)
        except Invalid as error:
            add_faults(form, error)
    else:
        _complete(form)
    return render_template("exhibitors/form.html", form=form, exhibitor=exhibitor, site=None), 422


@blueprint.post("/me/exhibitors/<int:exhibitor_id>/help/<slug>/end")
@policy(acts_for, subject=queries.of_helper)
def end_help(exhibitor_id: int, slug: str) -> Page:
    """Take back the consent given to a site's desk."""
    service.end_help(current_actor(), g.subject, slug)
    flash(_("L'accueil de ce site ne peut plus agir pour ce profil."), "ok")
    return redirect(url_for("exhibitors.show", exhibitor_id=exhibitor_id), 303)


def _complete(form: ExhibitorForm) -> None:
    if not form.kind.errors:
        complete_faults(form, service.faults_of(form.profile()))


def _written(exhibitor: Exhibitor) -> Response:
    flash(_("Le profil est enregistré."), "ok")
    if service.looks_like_card(exhibitor.register_number):
        flash(
            _("Ce numéro ressemble à celui d'une carte nationale. Si c'en est un, remplacez-le : il ne doit pas être "
              "gardé ici."), "alert",
        )  # fmt: skip
    if call_id := request.args.get("call", type=whole):  # back to the application that sent her here
        return redirect(url_for("applications.start", call_id=call_id), 303)
    return redirect(url_for("exhibitors.show", exhibitor_id=exhibitor.id), 303)
