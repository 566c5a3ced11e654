"""Leave the waiting list of a call, and come back to it."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.i18n import _
from app.permissions import current_actor, may_act_for, policy
from app.queries.application import application_by_id
from app.services import turn as service

blueprint = Blueprint("waiting", __name__, url_prefix="/me/applications")


@blueprint.get("/<int:application_id>/leave-list")
@policy(may_act_for, subject=application_by_id)
def leaving(application_id: int) -> str:
    """Ask once before leaving."""
    return render_template("applications/leave_list.html", application=g.subject, call=g.subject.call)


@blueprint.post("/<int:application_id>/leave-list")
@policy(may_act_for, subject=application_by_id)
def leave(application_id: int) -> Response:
    """Leave."""
    service.leave_list(current_actor(), g.subject)
    flash(_("Vous n'êtes plus sur la liste d'attente. Vous pouvez y revenir."), "ok")
    return redirect(url_for("applications.show", application_id=application_id), 303)


@blueprint.post("/<int:application_id>/rejoin-list")
@policy(may_act_for, subject=application_by_id)
def rejoin(application_id: int) -> Response:
    """Come back."""
    service.rejoin_list(current_actor(), g.subject)
    flash(_("Vous êtes de nouveau sur la liste d'attente."), "ok")
    return redirect(url_for("applications.show", application_id=application_id), 303)
