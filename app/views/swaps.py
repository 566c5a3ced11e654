"""One's turns: give back, propose a swap, answer one; and the managers' word on swaps agreed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, abort, flash, g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from app.clock import now
from app.errors import Invalid, Refused
from app.i18n import _, language
from app.limits import limit_submit
from app.models import PublishedTurn, Swap, SwapPolicy
from app.permissions import answers, anyone, current_actor, manages, may_act_for, policy
from app.phrases import time_left
from app.planning.exchange import Exchange
from app.queries import offer as queries
from app.queries import rotation as rotations
from app.queries.public import card
from app.services import swap as service
from app.services import turn as turns
from app.services.offering import deadline
from app.views.turns import done

blueprint = Blueprint("swaps", __name__)

Verb = Callable[[Any, int], Swap]
ANSWERS: dict[str, Verb] = {"agree": service.agree, "decline": service.decline, "cancel": service.cancel}


def hers(user: Any, turn: PublishedTurn) -> bool:
    """Those who act for a turn's exhibitor."""
    return may_act_for(user, turn.exhibitor)


def party(user: Any, swap: Swap) -> bool:
    """Who may read a swap: those who act for either side, and the managers."""
    sides = (swap.turn.exhibitor, swap.other_turn.exhibitor)
    return any(may_act_for(user, one) for one in sides) or manages(user, swap)


@blueprint.get("/me/turns/<int:turn_id>")
@policy(answers, subject=queries.turn_in_force)
def turn(turn_id: int) -> str:
    """One turn and what may be done with it."""
    asked = queries.open_for_turns((turn_id,))
    return render_template(
        "swaps/turn.html", turn=g.subject, call=g.subject.publication.call, stands=queries.stands_of(g.subject),
        offer=asked[0] if asked else None, swaps=queries.open_swaps_about((turn_id,)),
        swappable=g.subject.publication.call.swaps is not SwapPolicy.NONE,
        own=may_act_for(current_actor(), g.subject.exhibitor),
        open=deadline(g.subject.publication.call, g.subject.starts_on, now()) is not None,
    )  # fmt: skip


@blueprint.get("/me/turns/<int:turn_id>/give-back")
@policy(answers, subject=queries.turn_in_force)
def giving_back(turn_id: int) -> str:
    """Ask once before giving a turn back."""
    return render_template("swaps/give_back.html", turn=g.subject, stands=queries.stands_of(g.subject))


@blueprint.post("/me/turns/<int:turn_id>/give-back")
@policy(answers, subject=queries.turn_in_force)
def give_back(turn_id: int) -> Answer:
    """Give it back."""
    told = _("Votre tour est rendu. La place est libre pour quelqu'un d'autre.")
    return _do(lambda: turns.give_back(current_actor(), turn_id), told, url_for("home.me"))


@blueprint.get("/me/turns/<int:turn_id>/swap")
@policy(hers, subject=queries.turn_in_force)
def choose(turn_id: int) -> str:
    """The turns the rules permit her to take in exchange."""
    mine = g.subject
    call, publication = mine.publication.call, rotations.current(mine.publication.call_id)
    others = [row for row in queries.turns_of_call(call.id) if row.exhibitor_id != mine.exhibitor_id]
    later = [row for row in others if row.starts_on > now().date()]
    open_to = Exchange.of(call, publication).choices(mine, later, language()) if publication else []
    return render_template(
        "swaps/choose.html", turn=mine, call=call, choices=[(row, card(row.exhibitor)) for row in open_to],
        others=len(others), stands_of=queries.stands_of,
    )  # fmt: skip


@blueprint.post("/me/turns/<int:turn_id>/swap")
@policy(hers, subject=queries.turn_in_force)
def propose(turn_id: int) -> Answer:
    """Propose a swap."""
    chosen = request.form.get("other_turn_id", "")
    number = int(chosen) if chosen.isdecimal() and len(chosen) < 12 else 0
    told = _("Votre demande est partie. Vous serez prévenu de la réponse.")
    return _do(
        lambda: service.propose(current_actor(), turn_id, number), told, url_for("swaps.turn", turn_id=turn_id),
        url_for("swaps.choose", turn_id=turn_id),
    )  # fmt: skip


@blueprint.get("/me/swaps/<int:swap_id>")
@policy(party, subject=queries.swap_by_id)
def show(swap_id: int) -> Response:
    """A swap, signed in."""
    actor, swap = current_actor(), g.subject
    return _page(
        swap, url_for("swaps.answer", swap_id=swap_id), mine=may_act_for(actor, swap.turn.exhibitor),
        asked=may_act_for(actor, swap.other_turn.exhibitor),
    )  # fmt: skip


@blueprint.post("/me/swaps/<int:swap_id>/answer")
@policy(party, subject=queries.swap_by_id)
def answer(swap_id: int) -> Answer:
    """The other says yes or no; who proposed it takes it back."""
    return _answer(current_actor(), g.subject, ANSWERS, url_for("swaps.show", swap_id=swap_id))


@blueprint.get("/swaps/<swap_ticket>")
@policy(anyone, subject=queries.swap_of_ticket)
def link(swap_ticket: str) -> Response:
    """The swap of a signed link; nothing is answered by reading it."""
    return _page(g.subject[0], url_for("swaps.answer_link", swap_ticket=swap_ticket), mine=False, asked=True)


@blueprint.post("/swaps/<swap_ticket>/answer")
@policy(anyone, subject=queries.swap_of_ticket)
@limit_submit
def answer_link(swap_ticket: str) -> Answer:
    """Say yes or no with the link."""
    swap, user = g.subject
    verbs = {name: verb for name, verb in ANSWERS.items() if name != "cancel"}
    return _answer(user, swap, verbs, url_for("swaps.link", swap_ticket=swap_ticket))


@blueprint.post("/manage/swaps/<int:swap_id>/approve")
@policy(manages, subject=queries.swap_by_id)
def approve(swap_id: int) -> Answer:
    """A manager approves."""

    def work(actor: Any) -> str:
        service.approve(actor, swap_id)
        return _("L'échange est fait, les deux exposants sont prévenus.")

    return done(g.subject.call_id, work)


@blueprint.post("/manage/swaps/<int:swap_id>/refuse")
@policy(manages, subject=queries.swap_by_id)
def refuse(swap_id: int) -> Answer:
    """A manager refuses, with the reason."""
    reason = request.form.get("reason", "")

    def work(actor: Any) -> str:
        service.refuse_swap(actor, swap_id, reason)
        return _("L'échange est refusé, les deux exposants sont prévenus.")

    return done(g.subject.call_id, work)


def _page(swap: Swap, address: str, *, mine: bool, asked: bool) -> Response:
    page = make_response(
        render_template(
            "swaps/show.html", swap=swap, address=address, mine=mine, asked=asked,
            left=time_left(swap.deadline, now()), late=swap.deadline <= now(), stands_of=queries.stands_of,
        )
    )  # fmt: skip
    page.headers["Cache-Control"] = "no-store"
    page.headers["X-Robots-Tag"] = "noindex"
    return page


def _answer(actor: Any, swap: Swap, verbs: Mapping[str, Verb], back: str) -> Answer:
    verb = verbs.get(request.form.get("answer", "")) or abort(400)
    return _do(lambda: verb(actor, swap.id), _("C'est noté. Merci de votre réponse."), back)


def _do(work: Callable[[], object], told: str, then: str, otherwise: str = "") -> Answer:
    try:
        work()
    except (Refused, Invalid) as error:
        for reason in getattr(error, "reasons", ()) or (str(error),):
            flash(reason, "error")
        return redirect(otherwise or then, 303)
    flash(told, "ok")
    return redirect(then, 303)
