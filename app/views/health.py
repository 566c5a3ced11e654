"""``/healthz``: the process answers. ``/readyz``: database, schema and worker are there."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, jsonify

from app.permissions import anyone, policy
from app.services import health

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@policy(anyone)
def process() -> Response:
    """The process is up."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
@policy(anyone)
def ready() -> tuple[Response, int]:
    """Every part the service needs, each told apart; 503 when one is missing."""
    parts = health.check(current_app.extensions["settings"])
    sound = all(state == "ok" for state in parts.values())
    return jsonify(status="ok" if sound else "unavailable", **parts), 200 if sound else 503
