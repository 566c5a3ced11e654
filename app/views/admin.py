"""The programme's administration: which sites have a manager, who has an account."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.clock import today
from app.i18n import _
from app.models import SiteRole, SiteState
from app.permissions import administers, current_actor, policy
from app.queries import account as queries
from app.queries import site as sites
from app.queries import steering
from app.services import team
from app.views.sites import asked_filters

blueprint = Blueprint("admin", __name__, url_prefix="/admin")


@blueprint.get("/")
@policy(administers)
def index() -> str:
    """The sites that match the filters, and how many managers each has."""
    filters = asked_filters()
    found, managers = sites.matching(filters), queries.managers()
    bare, idle = bool(request.args.get("bare")), bool(request.args.get("idle"))
    left = steering.idle(today()) if idle else set()
    return render_template(
        "admin/index.html", managers=managers, filters=filters, bare=bare, idle=idle,
        sites=[
            site for site in found if not (bare and managers.get(site.id)) and not (idle and site.id not in left)
        ],
        regions=sites.regions(), states=SiteState,
    )  # fmt: skip


@blueprint.get("/people/")
@policy(administers)
def people() -> str:
    """Search accounts."""
    text = request.args.get("text", "")[:100]
    site = sites.by_slug(request.args.get("site", "")[:60])
    return render_template("admin/people.html", people=queries.people(text), text=text, site=site, page=queries.PAGE)


@blueprint.post("/sites/<slug>/managers/<int:user_id>")
@policy(administers, subject=lambda slug, user_id: sites.by_slug(slug) if queries.by_id(user_id) else None)
def give_manager(slug: str, user_id: int) -> Response:
    """Make somebody manager of a site."""
    user = queries.by_id(user_id)
    team.give(current_actor(), g.subject, user, SiteRole.MANAGER)
    flash(_("%(name)s gère maintenant ce site.", name=user.name if user else ""), "ok")
    return redirect(url_for("team.index", slug=slug), 303)


@blueprint.post("/people/<int:user_id>/block")
@policy(administers, subject=queries.by_id)
def block(user_id: int) -> Response:
    """Close an account, or open it again."""
    team.block(current_actor(), g.subject, active=not g.subject.active)
    flash(_("Le compte est ouvert à nouveau.") if g.subject.active else _("Le compte est bloqué."), "ok")
    return redirect(url_for("admin.people", text=g.subject.email), 303)
