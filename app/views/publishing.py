"""Publishing by two people, and withdrawing a publication."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.clock import now
from app.errors import Invalid, Refused
from app.forms.base import add_faults
from app.forms.publication import DeclineForm, WithdrawForm
from app.i18n import _
from app.intake import whole
from app.models import ProposalState, Publication
from app.permissions import current_actor, manages, manages_or_administers, policy
from app.queries import plans
from app.queries import proposal as queries
from app.queries import rotation as rotations
from app.queries.publication import unreached
from app.services import proposals, rotation, second_looks, withdrawal
from app.services.rotation_letters import coming_of, concerned, ended, letters
from app.services.rotation_letters import withdrawal as withdrawal_letters
from app.services.rotation_review import review
from app.views.navigation import may

blueprint = Blueprint("publishing", __name__, url_prefix="/manage")


@blueprint.post("/plans/<int:plan_id>/propose")
@policy(manages, subject=plans.plan)
def propose(plan_id: int) -> Response:
    """Propose a plan to a second person."""
    version, mark = request.form.get("version", type=whole), request.form.get("mark")
    try:
        made = proposals.propose(current_actor(), plan_id, version, mark=mark)
    except Refused as error:
        flash(" ".join(error.reasons), "alert")
        return redirect(url_for("plans.preview", plan_id=plan_id), 303)
    flash(_("C'est proposé : une autre personne est prévenue et publiera."), "ok")
    return redirect(url_for("publishing.show", proposal_id=made.id), 303)


@blueprint.get("/proposals/<int:proposal_id>")
@policy(manages_or_administers, subject=queries.by_id)
def show(proposal_id: int) -> str:
    """What was proposed: all that publishing it would change and tell."""
    return _proposal_page(DeclineForm())


@blueprint.post("/proposals/<int:proposal_id>/publish")
@policy(manages_or_administers, subject=queries.by_id)
def publish(proposal_id: int) -> Response | tuple[str, int]:
    """Publish what somebody else proposed."""
    plan_id, version = g.subject.plan_id, g.subject.plan_version
    mark = request.form.get("mark", "")
    try:
        made = rotation.publish(current_actor(), plan_id, version, mark=mark, proposal_id=proposal_id)
    except Refused as error:
        g.subject = queries.by_id(proposal_id)
        return _proposal_page(DeclineForm(formdata=None), error.reasons), 409
    flash(_("La rotation nº %(number)s est publiée.", number=made.number), "ok")
    return redirect(url_for("programme.rotation", slug=made.site.slug, number=made.number), 303)


@blueprint.post("/proposals/<int:proposal_id>/end")
@policy(manages_or_administers, subject=queries.by_id)
def end(proposal_id: int) -> Response | tuple[str, int]:
    """Take one's own proposal back, or decline another's with a reason."""
    form = DeclineForm()
    try:
        proposals.end(current_actor(), proposal_id, form.reason.data or "")
    except Invalid as error:
        add_faults(form, error)
        return _proposal_page(form), 422
    except Refused as error:
        return _proposal_page(form, error.reasons), 409
    flash(_("C'est noté : cette proposition ne sera pas publiée."), "ok")
    return redirect(url_for("publishing.show", proposal_id=proposal_id), 303)


def _proposal_page(form: DeclineForm, refusal: tuple[str, ...] = ()) -> str:
    proposal, plan, actor = g.subject, g.subject.plan, current_actor()
    waits = proposal.state is ProposalState.OPEN
    same = proposals.unchanged(proposal, plan)
    found = review(plan) if waits and same else None
    sound = found is not None and not (found.conflicts or found.stops)
    return render_template(
        "plans/proposal.html", proposal=proposal, plan=plan, call=proposal.call, review=found, same=same, form=form,
        letters=letters(plan, found, now()) if found and sound else [], refusal=refusal, waits=waits,
        unreached=unreached(concerned(found)) if found and sound else [],
        own=actor is not None and proposal.proposed_by_id == actor.id, may_open=may("plans.show", plan),
    )  # fmt: skip


@blueprint.get("/rotations/<int:publication_id>/withdraw")
@policy(manages, subject=rotations.by_id)
def withdrawing(publication_id: int) -> str:
    """Whom withdrawing a publication concerns, and what they are told."""
    return _withdraw_page(g.subject, WithdrawForm())


@blueprint.post("/rotations/<int:publication_id>/withdraw")
@policy(manages, subject=rotations.by_id)
def withdraw(publication_id: int) -> Response | tuple[str, int]:
    """Withdraw the publication in force, or ask a second person to where the call wants one."""
    form = WithdrawForm()
    if form.validate_on_submit():
        try:
            if g.subject.call.four_eyes:
                look = second_looks.ask_withdrawal(current_actor(), publication_id, form.reason.data or "")
                return redirect(url_for("second_looks.show", look_id=look.id), 303)
            made = withdrawal.withdraw(current_actor(), publication_id, form.reason.data or "")
        except Invalid as error:
            add_faults(form, error)
        except Refused as error:
            form.form_errors = list(error.reasons)
        else:
            flash(_("La rotation nº %(number)s est retirée.", number=made.number), "ok")
            return redirect(url_for("programme.rotation", slug=made.site.slug, number=made.number), 303)
    return _withdraw_page(rotations.by_id(publication_id), form), 422


def _withdraw_page(publication: Publication | None, form: WithdrawForm) -> str:
    assert publication is not None  # noqa: S101 - the policy found it
    told = form.reason.data or _("[votre raison]")
    coming = {} if publication.superseded_at else coming_of(publication)
    sent = [] if publication.superseded_at else [
        *ended(publication.call, publication.turns), *withdrawal_letters(publication, told)
    ]  # fmt: skip
    return render_template(
        "plans/withdraw.html", publication=publication, call=publication.call, site=publication.site, form=form,
        letters=sent, unreached=unreached(coming), ended=sum(map(len, coming.values())),
    )  # fmt: skip
