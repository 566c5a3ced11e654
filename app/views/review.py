"""The review of a call's applications: list, figures, one file, decisions."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.errors import Invalid
from app.forms.base import add_faults
from app.forms.review import RefusalForm
from app.i18n import _, ngettext
from app.intake import whole
from app.models import Application, ApplicationState, Call
from app.notices.application import appeal
from app.permissions import acts_for, current_actor, policy, reviews
from app.planning.charter import GROUPS, group_word
from app.queries import call as calls
from app.queries import review as queries
from app.services import review as service

blueprint = Blueprint("review", __name__, url_prefix="/manage")

Answer = str | Response | tuple[str, int]
STATES = [state for state in ApplicationState if state is not ApplicationState.DRAFT]


@blueprint.get("/calls/<int:call_id>/applications/")
@policy(reviews, subject=calls.call_by_id)
def index(call_id: int) -> str:
    """The files that match, and places asked against places offered."""
    call: Call = g.subject
    filters = _filters()
    return render_template(
        "review/index.html", call=call, site=call.site, filters=filters, demand=queries.demand(call),
        files=queries.files(call, filters, request.args.get("page", 1, whole)), spaces=calls.spaces_of(call),
        states=STATES, groups=GROUPS, group_word=group_word, published=service.is_published(call),
    )  # fmt: skip


@blueprint.get("/applications/<int:application_id>")
@policy(reviews, subject=queries.file_by_id)
def show(application_id: int) -> str:
    """One file."""
    form = RefusalForm()
    form.offer()
    return _file_page(form)


@blueprint.post("/calls/<int:call_id>/applications/accept")
@policy(reviews, subject=calls.call_by_id)
def accept(call_id: int) -> Response:
    """Make the chosen files eligible."""
    changed = service.accept(current_actor(), g.subject, request.form.getlist("chosen", whole))
    flash(ngettext("%(num)s candidature retenue.", "%(num)s candidatures retenues.", changed), "ok")
    if request.form.get("from") == "file" and (chosen := request.form.getlist("chosen", whole)):
        return redirect(url_for("review.show", application_id=chosen[0]), 303)
    return redirect(url_for("review.index", call_id=call_id), 303)


@blueprint.post("/applications/<int:application_id>/refuse")
@policy(reviews, subject=queries.file_by_id)
def refuse(application_id: int) -> Answer:
    """Refuse a file with its reason."""
    form = RefusalForm()
    form.offer()
    if not form.validate():
        return _file_page(form), 422
    try:
        service.refuse(current_actor(), g.subject, form.code(), form.text.data or "")
    except Invalid as error:
        add_faults(form, error)
        return _file_page(form), 422
    flash(_("Candidature refusée ; la réponse motivée part à l'artisan."), "ok")
    return redirect(url_for("review.show", application_id=application_id), 303)


@blueprint.post("/applications/<int:application_id>/undo")
@policy(reviews, subject=queries.file_by_id)
def undo(application_id: int) -> Response:
    """Take a decision back."""
    service.undo(current_actor(), g.subject)
    flash(_("Décision annulée : le dossier est à relire."), "ok")
    return redirect(url_for("review.show", application_id=application_id), 303)


def _file_page(form: RefusalForm) -> str:
    file: Application = g.subject
    before, after = queries.neighbours(file)
    return render_template(
        "review/show.html", file=file, call=file.call, site=file.call.site, form=form, before=before, after=after,
        appeal=appeal(), own=acts_for(current_actor(), file), published=service.is_published(file.call),
    )  # fmt: skip


def _filters() -> queries.Filters:
    state, group = request.args.get("state", ""), request.args.get("group", "")
    return queries.Filters(
        state=ApplicationState(state) if state in set(STATES) else None,
        family=request.args.get("family", "")[:16],
        group=group if group in GROUPS else "",
        space_id=request.args.get("space", 0, whole),
        text=request.args.get("text", "").strip()[:100],
    )
