"""Who does what at a site."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.errors import Invalid
from app.forms.base import add_faults
from app.forms.team import InviteToTeamForm
from app.i18n import _
from app.limits import limit_submit
from app.models import SiteRole
from app.permissions import current_actor, manages_or_administers, policy
from app.queries import account as queries
from app.queries import site as sites
from app.services import invitation
from app.services import team as service

blueprint = Blueprint("team", __name__, url_prefix="/manage/<slug>/team")

Page = str | Response | tuple[str, int]


def _page(form: InviteToTeamForm) -> str:
    site = g.subject
    return render_template(
        "team/index.html", site=site, form=form, team=queries.team(site), invited=queries.invited(site)
    )


@blueprint.get("/")
@policy(manages_or_administers, subject=sites.by_slug)
def index(slug: str) -> Page:
    """The team, and the form to invite somebody."""
    return _page(InviteToTeamForm())


@blueprint.post("/")
@policy(manages_or_administers, subject=sites.by_slug)
@limit_submit
def invite(slug: str) -> Page:
    """Invite a mailbox to a role."""
    form = InviteToTeamForm()
    if form.validate_on_submit():
        try:
            invitation.to_site(current_actor(), g.subject, SiteRole(form.role.data), form.email.data)
            flash(_("L'invitation est partie : elle sert une fois, pendant 14 jours."), "ok")
            return redirect(url_for("team.index", slug=slug), 303)
        except Invalid as error:
            add_faults(form, error)
    return _page(form), 422


@blueprint.post("/<int:user_id>/<role>/remove")
@policy(manages_or_administers, subject=queries.role_at)
def remove(slug: str, user_id: int, role: str) -> Response:
    """Take a role back."""
    actor, held = current_actor(), g.subject
    service.remove(actor, held.site, user_id, held.role)
    flash(_("Ce rôle est retiré."), "ok")
    allowed = manages_or_administers(actor, held.site)
    return redirect(url_for("team.index", slug=slug) if allowed else url_for("home.me"), 303)


@blueprint.post("/invitations/<int:invitation_id>/cancel")
@policy(manages_or_administers, subject=queries.invitation_at)
def cancel(slug: str, invitation_id: int) -> Response:
    """Take an invitation back."""
    service.cancel(current_actor(), g.subject)
    flash(_("L'invitation est annulée."), "ok")
    return redirect(url_for("team.index", slug=slug), 303)
