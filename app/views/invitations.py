"""Take up an invitation received by mail."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.i18n import _
from app.limits import limit_sign_in
from app.permissions import current_actor, policy, signed_in
from app.services import invitation as service

blueprint = Blueprint("invitations", __name__, url_prefix="/invitations")


@blueprint.get("/<token>")
@policy(signed_in, subject=service.by_token)
def show(token: str) -> str:
    """What the invitation is for; reading it accepts nothing."""
    return render_template("invitations/show.html", invitation=g.subject)


@blueprint.post("/<token>")
@policy(signed_in, subject=service.by_token)
@limit_sign_in
def accept(token: str) -> Response:
    """Accept, with the account signed in."""
    accepted = service.accept(current_actor(), token)
    flash(_("C'est fait : vous pouvez commencer."), "ok")
    if accepted.exhibitor_id is not None:
        return redirect(url_for("exhibitors.show", exhibitor_id=accepted.exhibitor_id), 303)
    return redirect(url_for("home.me"), 303)
