"""The front page and a person's landing place after signing in."""

from __future__ import annotations

from flask import Blueprint, render_template

from app.clock import now, today
from app.permissions import anyone, current_actor, policy, signed_in
from app.queries import home, offer, proposal, second_look, site, steering
from app.services.offering import still_to_come
from app.views.todo import steps

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@policy(anyone)
def index() -> str:
    """The front page: what Dawra is, what is on, where."""
    return render_template(
        "home/index.html",
        shows=home.shows(today()),
        regions=site.find(site.Filters()).tiles,
        calls=home.open_calls(now()),
    )


@blueprint.get("/me/")
@policy(signed_in)
def me() -> str:
    """What waits for the person who signed in: her exhibitors, her sites, her next steps."""
    actor = current_actor()
    assert actor is not None  # noqa: S101 - the policy let her in
    own = home.own_exhibitors(actor.id, today())
    works = home.work([member.site_id for member in actor.memberships])
    calls = home.open_calls(now(), limit=50)
    ids = [item.exhibitor.id for item in own]
    offers, swaps = offer.open_for(ids), offer.swaps_of(ids)
    return render_template(
        "home/me.html",
        own=own,
        works=works,
        calls=calls,
        steps=steps(
            own,
            works,
            calls,
            now(),
            offers,
            swaps,
            proposal.awaiting(actor),
            second_look.awaiting(actor),
            steering.waiting(now(), today()) if actor.is_administrator else None,
        ),
        now=now(),
        movable={turn.id for item in own for turn in item.turns if still_to_come(turn.starts_on, now())},
    )
