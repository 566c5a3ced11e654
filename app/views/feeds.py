"""Calendar feeds, for any calendar that can subscribe to an address."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, g, request

from app.clock import today
from app.exports.ical import Feed, exhibitor_feed, site_feed
from app.permissions import anyone, policy
from app.queries.exhibitor_page import with_feed
from app.queries.site import by_slug

blueprint = Blueprint("feeds", __name__)


@blueprint.get("/sites/<slug>/calendar.ics")
@policy(anyone, subject=by_slug)
def site(slug: str) -> Response:
    """Who is on show at a site, and its events."""
    return _answer(site_feed(g.subject, _base_url(), today()), slug)


@blueprint.get("/exhibitors/<int:exhibitor_id>/calendar.ics")
@policy(anyone, subject=with_feed)
def exhibitor(exhibitor_id: int) -> Response:
    """An exhibitor's turns and events."""
    return _answer(exhibitor_feed(g.subject, _base_url(), today()), f"exhibitor-{exhibitor_id}")


def _base_url() -> str:
    """The configured address, not the one asked for: feeds are kept and passed on."""
    return str(current_app.extensions["settings"].base_url).rstrip("/")


def _answer(feed: Feed, name: str) -> Response:
    """The file; "not modified" by its content only, since a withdrawn consent changes no date."""
    response = Response(feed.body, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'inline; filename="{name}.ics"'
    response.add_etag()
    response.last_modified = feed.changed_at
    return response.make_conditional(request) if request.if_none_match else response
