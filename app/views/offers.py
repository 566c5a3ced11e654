"""Answer an offer: from the mail's link without signing in, or signed in.

Reading the page answers nothing (mail scanners open links): only its two buttons do, with the page's token.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as Answer

from app.clock import now
from app.errors import Refused
from app.i18n import _
from app.limits import limit_submit
from app.models import Offer, User
from app.permissions import acts_for, answers, anyone, current_actor, policy
from app.phrases import time_left
from app.queries import offer as queries
from app.services import offer as service

blueprint = Blueprint("offers", __name__)

Verb = Callable[[User, int], Offer]


@blueprint.get("/offers/<ticket>")
@policy(anyone, subject=queries.of_ticket)
def show(ticket: str) -> Response:
    """The offer of a signed link; nothing is answered."""
    return _page(g.subject[0], url_for(".accept", ticket=ticket), url_for(".decline", ticket=ticket))


@blueprint.post("/offers/<ticket>/accept")
@policy(anyone, subject=queries.of_ticket)
@limit_submit
def accept(ticket: str) -> Answer:
    """Say yes with the link."""
    return _answer(service.accept, g.subject[1], g.subject[0], url_for(".show", ticket=ticket))


@blueprint.post("/offers/<ticket>/decline")
@policy(anyone, subject=queries.of_ticket)
@limit_submit
def decline(ticket: str) -> Answer:
    """Say no with the link."""
    return _answer(service.decline, g.subject[1], g.subject[0], url_for(".show", ticket=ticket))


@blueprint.get("/me/offers/<int:offer_id>")
@policy(answers, subject=queries.by_id)
def mine(offer_id: int) -> Response:
    """The same, signed in: for herself, or for her by the desk or on the telephone."""
    return _page(g.subject, url_for(".accept_mine", offer_id=offer_id), url_for(".decline_mine", offer_id=offer_id))


@blueprint.post("/me/offers/<int:offer_id>/accept")
@policy(answers, subject=queries.by_id)
def accept_mine(offer_id: int) -> Answer:
    """Say yes, signed in."""
    return _answer(service.accept, current_actor(), g.subject, url_for(".mine", offer_id=offer_id))


@blueprint.post("/me/offers/<int:offer_id>/decline")
@policy(answers, subject=queries.by_id)
def decline_mine(offer_id: int) -> Answer:
    """Say no, signed in."""
    return _answer(service.decline, current_actor(), g.subject, url_for(".mine", offer_id=offer_id))


def _page(offer: Offer, yes: str, no: str) -> Response:
    """The page; kept by no cache and found by no search engine."""
    actor = current_actor()
    page = make_response(
        render_template(
            "offers/show.html", offer=offer, yes=yes, no=no, left=time_left(offer.deadline, now()),
            late=offer.deadline <= now(), stands=queries.stands_of(offer), signed_in=actor is not None,
            for_her=actor is not None and not acts_for(actor, offer.exhibitor), ended=service.ended_sentence(offer),
        )
    )  # fmt: skip
    page.headers["Cache-Control"] = "no-store"
    page.headers["X-Robots-Tag"] = "noindex"
    return page


def _answer(verb: Verb, actor: User | None, offer: Offer, back: str) -> Answer:
    assert actor is not None  # noqa: S101 - the policy let her in
    try:
        verb(actor, offer.id)
    except Refused as error:
        for reason in error.reasons:
            flash(reason, "error")
    else:
        flash(_("C'est noté. Merci de votre réponse."), "ok")
    return redirect(back, 303)
