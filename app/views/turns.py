"""The life of a call's turns, for its managers: answers awaited, free places, turns and their state."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.clock import now
from app.errors import Invalid, Refused
from app.i18n import _, language, ngettext
from app.models import Call, OfferState, User
from app.permissions import current_actor, manages, policy
from app.planning.desk import free_places
from app.queries import offer as queries
from app.queries import plans
from app.queries import rotation as rotations
from app.services import offer_desk

blueprint = Blueprint("turns", __name__)


@blueprint.get("/manage/calls/<int:call_id>/turns/")
@policy(manages, subject=plans.call)
def index(call_id: int) -> str:
    """Everything that lives in the rotation in force."""
    call: Call = g.subject
    publication = rotations.current(call.id)
    turns = queries.turns_of_call(call.id)
    return render_template(
        "turns/index.html", call=call, publication=publication, turns=turns,
        offers=queries.of_turns([turn.id for turn in turns]), waiting=queries.of_call(call.id, (OfferState.OPEN,)),
        places=free_places(call, publication, queries.unasked(call.id), language()) if publication else [],
        swaps=queries.swaps_in(call.id), now=now(), stands_of=queries.stands_of,
    )  # fmt: skip


@blueprint.post("/manage/calls/<int:call_id>/turns/offer")
@policy(manages, subject=plans.call)
def offer_all(call_id: int) -> Response:
    """Offer every turn that nobody has confirmed."""

    def work(actor: User) -> str:
        made = offer_desk.offer_all(actor, call_id, _days())
        return ngettext("%(num)s tour proposé.", "%(num)s tours proposés.", made)

    return done(call_id, work)


@blueprint.post("/manage/offers/<int:offer_id>/extend")
@policy(manages, subject=queries.by_id)
def extend(offer_id: int) -> Response:
    """Give more time to answer."""
    return done(
        g.subject.call_id,
        lambda actor: offer_desk.extend(actor, offer_id, _days()) or _("Le délai est prolongé, c'est dit."),
    )


@blueprint.post("/manage/offers/<int:offer_id>/take-back")
@policy(manages, subject=queries.by_id)
def take_back(offer_id: int) -> Response:
    """Take back the offer of a free place."""
    reason = request.form.get("reason", "")
    return done(
        g.subject.call_id,
        lambda actor: offer_desk.take_back(actor, offer_id, reason) or _("La proposition est retirée, c'est dit."),
    )


@blueprint.post("/manage/vacancies/<int:vacancy_id>/offer")
@policy(manages, subject=queries.vacancy_by_id)
def offer_place(vacancy_id: int) -> Response:
    """Offer a free place to the next in order, or to the one chosen."""

    def work(actor: User) -> str:
        chosen = request.form.get("exhibitor_id", "")
        made = offer_desk.offer_vacancy(actor, vacancy_id, int(chosen) if chosen.isdecimal() else None)
        return _("Place proposée à %(name)s.", name=made.exhibitor.name)

    return done(g.subject.call_id, work)


@blueprint.post("/manage/vacancies/<int:vacancy_id>/end")
@policy(manages, subject=queries.vacancy_by_id)
def end_place(vacancy_id: int) -> Response:
    """Leave a place free."""
    return done(
        g.subject.call_id,
        lambda actor: offer_desk.end_place(actor, vacancy_id) or _("Cette place reste libre."),
    )


def _days() -> int:
    text = request.form.get("days", "")
    return int(text) if text.isdecimal() and len(text) < 4 else 0


def done(call_id: int, work: Callable[[User], str]) -> Response:
    """Do it, say so or say why not, and go back to the page."""
    actor = current_actor()
    assert actor is not None  # noqa: S101 - the policy let her in
    try:
        flash(work(actor), "ok")
    except Invalid as error:
        for text in (text for texts in error.faults.values() for text in texts):
            flash(text, "error")
    except Refused as error:
        for text in error.reasons:
            flash(text, "error")
    return redirect(url_for("turns.index", call_id=call_id), 303)
