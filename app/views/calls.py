"""Calls as the public sees them."""

from __future__ import annotations

from flask import Blueprint, g, render_template, request

from app.clock import now
from app.models import Call
from app.permissions import anyone, current_actor, policy, sees_call
from app.phrases import time_left
from app.planning.absences import clauses
from app.planning.charter import aims, always, group_word, rules
from app.planning.life import life_clauses
from app.queries import application as applications
from app.queries import call as queries
from app.queries import draw, publication

blueprint = Blueprint("calls", __name__, url_prefix="/calls")


@blueprint.get("/")
@policy(anyone)
def index() -> str:
    """Open, upcoming and past calls."""
    at = now()
    region, text = request.args.get("region", "")[:2], request.args.get("text", "").strip()[:100]
    shelf = queries.public_calls(at, region, text)
    return render_template(
        "calls/index.html", shelf=shelf, regions=queries.regions(), region=region, text=text,
        left=lambda call: time_left(call.closes_at, at), window=lambda call: queries.window(call, at),
    )  # fmt: skip


@blueprint.get("/<int:call_id>")
@policy(sees_call, subject=queries.call_by_id, open=True)
def show(call_id: int) -> str:
    """What, where, when, under which rules, until when, and how to apply."""
    call: Call = g.subject
    at, actor = now(), current_actor()
    return render_template(
        "calls/show.html", call=call, state=queries.window(call, at), left=time_left(call.closes_at, at),
        spaces=queries.spaces_of(call), rules=rules(call.charter), aims=aims(call.charter), always=always(),
        presence=[*clauses(call), *life_clauses(call)], promises=draw.commitments(call.id),
        published=publication.any_of(call.id),
        mine=applications.mine_in(actor, call) if actor else [],
        others=applications.others_in(actor, call) if actor else 0, group_word=group_word,
    )  # fmt: skip
