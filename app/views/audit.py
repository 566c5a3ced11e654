"""The journal of a site: who decided what, and whether nobody touched it since."""

from __future__ import annotations

from flask import Blueprint, g, render_template, request

from app.intake import whole
from app.permissions import manages_or_administers, policy
from app.planning.journal import Journal
from app.queries import audit as queries
from app.queries.site import by_slug
from app.services import audit

blueprint = Blueprint("audit", __name__)


@blueprint.get("/manage/<slug>/audit/")
@policy(manages_or_administers, subject=by_slug)
def index(slug: str) -> str:
    """A page of the journal, newest first; ``?check=1`` checks the whole chain."""
    entries = queries.entries(g.subject, request.args.get("before", type=whole))
    faults = audit.verify(g.subject) if request.args.get("check") else None
    return render_template(
        "audit/index.html", site=g.subject, entries=entries, faults=faults, head=audit.head(g.subject),
        words=queries, journal=Journal([entry for entry, _name in entries]), more=len(entries) == queries.PAGE,
    )  # fmt: skip
