"""The draw of a call: promised before its seed can be known, then the seed."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.clock import today
from app.errors import Invalid, Refused
from app.exports.bundle import promised
from app.forms.base import Form, add_faults
from app.forms.draw import CommitForm, RevealForm
from app.i18n import _
from app.models import Call
from app.permissions import anyone, current_actor, manages, policy
from app.planning.draw import changes, kept
from app.planning.verifier import verifier
from app.queries import call as calls
from app.queries import draw as queries
from app.services import draw as service

blueprint = Blueprint("draws", __name__)


@blueprint.get("/manage/calls/<int:call_id>/draw")
@policy(manages, subject=calls.call_by_id)
def show(call_id: int) -> str:
    """The promises so far, and what can be done next."""
    return _page(g.subject, CommitForm(), RevealForm())


@blueprint.post("/manage/calls/<int:call_id>/draw")
@policy(manages, subject=calls.call_by_id)
def commit(call_id: int) -> Response | tuple[str, int]:
    """Promise the case as it is now."""
    form = CommitForm()
    if form.validate_on_submit():
        try:
            service.commit(
                current_actor(), g.subject, form.source.data or "", form.drawn_on.data, form.objections_until.data,
                form.reason.data or "",
            )  # fmt: skip
        except (Invalid, Refused) as error:
            _say(form, error)
        else:
            flash(_("L'engagement est public : son empreinte figure sur la page de l'appel."), "ok")
            return redirect(url_for("draws.show", call_id=call_id), 303)
    return _page(g.subject, form, RevealForm()), 422


@blueprint.get("/draws/<int:commitment_id>/files.zip")
@policy(anyone, subject=queries.by_id)
def files(commitment_id: int) -> Response:
    """The promised case and the promise, for everybody who wants to check or to object."""
    response = Response(promised(g.subject, kept(g.subject), verifier()), content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="dawra-draw-{commitment_id}.zip"'
    return response


@blueprint.post("/manage/draws/<int:commitment_id>/seed")
@policy(manages, subject=queries.by_id)
def reveal(commitment_id: int) -> Response | tuple[str, int]:
    """Enter the seed."""
    form = RevealForm()
    if form.validate_on_submit():
        try:
            service.reveal(current_actor(), g.subject, form.seed.data or "")
        except (Invalid, Refused) as error:
            _say(form, error)
        else:
            flash(_("La graine est publiée. Vous pouvez calculer la rotation."), "ok")
            return redirect(url_for("draws.show", call_id=g.subject.call_id), 303)
    return _page(g.subject.call, CommitForm(formdata=None), form), 422


def _say(form: Form, error: Invalid | Refused) -> None:
    if isinstance(error, Invalid):
        add_faults(form, error)
    else:
        form.form_errors = list(error.reasons)


def _page(call: Call, committing: CommitForm, revealing: RevealForm) -> str:
    promises = queries.commitments(call.id)
    open_one = next((one for one in promises if one.superseded_at is None), None)
    return render_template(
        "draws/show.html", call=call, site=call.site, promises=promises, open_one=open_one, committing=committing,
        revealing=revealing, today=today(), changed=changes(open_one) if open_one else [],
    )  # fmt: skip
