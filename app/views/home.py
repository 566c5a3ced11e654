"""The front page and a person's landing place after signing in."""

from __future__ import annotations

from flask import Blueprint, render_template

from app.permissions import anyone, policy, signed_in

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@policy(anyone)
def index() -> str:
    """The front page."""
    return render_template("home/index.html")


@blueprint.get("/me/")
@policy(signed_in)
def me() -> str:
    """What waits for the person who signed in: her exhibitors, her sites."""
    return render_template("home/me.html")
