"""A repair or a withdrawal that takes two people: what is asked, and the second person's answer."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.errors import Invalid, Refused
from app.forms.base import add_faults
from app.forms.publication import RefuseForm
from app.i18n import _
from app.models import LookKind, LookState, Publication, SecondLook
from app.notices.second_look import what
from app.permissions import current_actor, manages_or_administers, policy
from app.planning.proposals import proposal
from app.queries import second_look as queries
from app.services import repairing, second_looks, withdrawal
from app.services.rotation_letters import coming_of, ended
from app.services.rotation_letters import withdrawal as withdrawal_letters

blueprint = Blueprint("second_looks", __name__, url_prefix="/manage/looks")


@blueprint.get("/<int:look_id>")
@policy(manages_or_administers, subject=queries.by_id)
def show(look_id: int) -> str:
    """What is asked."""
    return _page(g.subject, RefuseForm())


@blueprint.post("/<int:look_id>/do")
@policy(manages_or_administers, subject=queries.by_id)
def do(look_id: int) -> Response | tuple[str, int]:
    """Do what somebody else asked for."""
    try:
        made = _do(g.subject)
    except Refused as error:
        return _page(queries.by_id(look_id), RefuseForm(formdata=None), error.reasons), 409
    flash(_("C'est fait : les personnes concernées sont prévenues."), "ok")
    return redirect(url_for("programme.rotation", slug=made.site.slug, number=made.number), 303)


def _do(look: SecondLook) -> Publication:
    actor, look_id = current_actor(), look.id
    if look.kind is LookKind.REPAIR and look.repair_id is not None:
        return repairing.carry_out(actor, look.repair_id, look.option, look_id)
    return withdrawal.withdraw(actor, look.publication_id, look.reason, look_id)


@blueprint.post("/<int:look_id>/end")
@policy(manages_or_administers, subject=queries.by_id)
def end(look_id: int) -> Response | tuple[str, int]:
    """Take one's own request back, or decline another's with a reason."""
    form = RefuseForm()
    try:
        second_looks.end(current_actor(), look_id, form.reason.data or "")
    except Invalid as error:
        add_faults(form, error)
        return _page(queries.by_id(look_id), form), 422
    except Refused as error:
        return _page(queries.by_id(look_id), form, error.reasons), 409
    flash(_("C'est noté : cette demande ne sera pas suivie."), "ok")
    return redirect(url_for("second_looks.show", look_id=look_id), 303)


def _page(look: SecondLook | None, form: RefuseForm, refusal: tuple[str, ...] = ()) -> str:
    assert look is not None  # noqa: S101 - the policy found it
    waits, publication = look.state is LookState.OPEN, look.publication
    option, letters = None, []
    if look.repair is not None:
        option = next((one for one in proposal(look.repair, []).options if one.name == look.option), None)
    elif waits and publication.superseded_at is None:
        letters = [*ended(look.call, publication.turns), *withdrawal_letters(publication, look.reason)]
    return render_template(
        "plans/second_look.html", look=look, call=look.call, site=look.call.site, form=form, refusal=refusal,
        waits=waits, option=option, letters=letters, asks=what(look, look.asked_by.name),
        own=look.asked_by_id == current_actor().id, lost=sum(map(len, coming_of(publication).values())) if waits else 0,
    )  # fmt: skip
