"""A call's solves and plans: start one, read the board, pin, forbid, ask why not, publish."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, current_app, flash, g, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from app.clock import now
from app.errors import Invalid, Refused
from app.forms.base import add_faults
from app.forms.plan import ForbidForm, StartForm, WhyForm, chosen, offer_places, part
from app.i18n import _, language
from app.intake import whole
from app.models import StoredPlan
from app.permissions import current_actor, manages, policy
from app.planning.board_page import page
from app.planning.cost import cost as turn_cost
from app.planning.judge import explain, namer
from app.planning.keys import Directory, directory, exhibitor_key, space_key
from app.planning.variant import variant_of
from app.queries import plans as queries
from app.queries import proposal
from app.queries import rotation as rotations
from app.queries.planning import decisions
from app.queries.publication import unreached
from app.services import board_decisions, decision, rotation, runs
from app.services.rotation_letters import concerned, letters
from app.services.rotation_review import review

blueprint = Blueprint("plans", __name__)


@blueprint.get("/manage/calls/<int:call_id>/plans/")
@policy(manages, subject=queries.call)
def index(call_id: int) -> str:
    """The runs and plans of a call."""
    return _index(StartForm(seconds=current_app.extensions["settings"].solve_seconds))


@blueprint.post("/manage/calls/<int:call_id>/plans/")
@policy(manages, subject=queries.call)
def start(call_id: int) -> Response | tuple[str, int]:
    """Start a solve."""
    form = StartForm()
    if form.validate_on_submit():
        try:
            run = runs.start(current_actor(), g.subject, form.seconds.data, _scope())
            return redirect(url_for("runs.show", run_id=run.id), 303)
        except Invalid as error:
            add_faults(form, error)
        except Refused as error:
            form.form_errors.extend(error.reasons)
    return _index(form), 422


def _scope() -> dict[str, Any]:
    """What is to be solved: a part of a plan, the scenario of the plan the form stands beside, or the whole season."""
    beside = queries.run_scope(request.form.get("plan", 0, whole), g.subject.id)
    variant = variant_of(beside)
    return part(request.form) or (variant.scope() if variant else {})


def _index(form: StartForm) -> str:
    call = g.subject
    return render_template(
        "plans/index.html", call=call, form=form, runs=queries.runs(call.id), plans=queries.plans(call.id),
        current=rotations.current(call.id), eligible=len(rotations.eligible(call.id)),
        waiting=proposal.waiting_of(call.id),
    )  # fmt: skip


def _known(plan: StoredPlan) -> Directory:
    return directory(rotations.spaces_of(plan.call), rotations.people(queries.people_of(plan)))


@blueprint.get("/manage/plans/<int:plan_id>/")
@policy(manages, subject=queries.plan)
def show(plan_id: int) -> str:
    """The board of a plan, its figures, its reserve list."""
    told = page(g.subject)
    form = StartForm(seconds=current_app.extensions["settings"].solve_seconds)
    return render_template(
        "plans/show.html", plan=told.plan, call=told.plan.call, page=told, board=told.board, figures=told.figures,
        decisions=told.decisions, form=form,
    )  # fmt: skip


@blueprint.post("/manage/plans/<int:plan_id>/pins")
@policy(manages, subject=queries.plan)
def pin(plan_id: int) -> Response:
    """Hold a turn in place."""
    values = [request.form.get(name, type=whole) for name in ("exhibitor", "space", "start")]
    if None in values:
        abort(422)
    try:
        board_decisions.pin(current_actor(), plan_id, *values)
        flash(_("Tour épinglé : les prochains calculs le garderont."), "ok")
    except Refused as error:
        flash(" ".join(error.reasons), "alert")
    return redirect(url_for("plans.show", plan_id=plan_id), 303)


@blueprint.route("/manage/plans/<int:plan_id>/forbid", methods=["GET", "POST"])
@policy(manages, subject=queries.plan)
def forbid(plan_id: int) -> Response | str | tuple[str, int]:
    """Keep an exhibitor from a place, with a reason."""
    plan, who = g.subject, _asked(g.subject)
    form = ForbidForm(space=request.args.get("space", ""), period=request.args.get("period", ""))
    offer_places(form, plan.call)
    if form.validate_on_submit():
        try:
            board_decisions.forbid(
                current_actor(), plan_id, who, form.reason.data, space_id=chosen(form.space),
                start=chosen(form.period), length=request.args.get("length", 1, whole),
            )  # fmt: skip
            flash(_("C'est noté : les prochains calculs en tiendront compte."), "ok")
            return redirect(url_for("plans.show", plan_id=plan_id), 303)
        except Invalid as error:
            add_faults(form, error)
        except Refused as error:
            form.form_errors.extend(error.reasons)
    known = _known(plan)
    page = render_template("plans/forbid.html", plan=plan, call=plan.call, form=form, who=_person(known, who))
    return (page, 422) if form.is_submitted() else page


def _asked(plan: StoredPlan) -> int:
    """The exhibitor the address asks about; only people of the plan's case."""
    who = request.args.get("exhibitor", type=whole)
    if who is None or who not in queries.people_of(plan):
        abort(404)
    return who


def _person(known: Directory, who: int) -> object:
    return known.exhibitors[exhibitor_key(who)]


@blueprint.get("/manage/plans/<int:plan_id>/why")
@policy(manages, subject=queries.plan)
def why(plan_id: int) -> str:
    """Why somebody has no (further) turn, in a space and period if asked."""
    return _why(costed=False)


@blueprint.get("/manage/plans/<int:plan_id>/why/cost")
@policy(manages, subject=queries.plan)
def cost(plan_id: int) -> str:
    """The same, and what such a turn would cost: a child process answers within seconds."""
    return _why(costed=True)


def _why(*, costed: bool) -> str:
    plan, who = g.subject, _asked(g.subject)
    form = WhyForm(MultiDict({"space": "", "period": "", **request.args.to_dict()}))
    offer_places(form, plan.call)
    form.validate()
    known = _known(plan)
    space = chosen(form.space) if not form.space.errors else None
    place: dict[str, Any] = {
        "space": space_key(space) if space and queries.in_case(plan, space) else None,
        "period": chosen(form.period) if not form.period.errors else None,
    }
    question = (plan.case.text, plan.text, exhibitor_key(who), language(), namer(known))
    memory = current_app.extensions["settings"].solve_memory_mb
    made = [one for one in decisions(plan.call_id) if one.exhibitor_id == who]
    return render_template(
        "plans/why.html", plan=plan, call=plan.call, form=form, who=_person(known, who), decisions=made,
        sentences=explain(*question, **place, persons=True),
        cost=turn_cost(*question, **place, memory_mb=memory) if costed else None,
    )  # fmt: skip


@blueprint.get("/manage/plans/<int:plan_id>/publish")
@policy(manages, subject=queries.plan)
def preview(plan_id: int) -> str:
    """What publishing would change, and what stands in its way."""
    return _preview(g.subject)


@blueprint.post("/manage/plans/<int:plan_id>/publish")
@policy(manages, subject=queries.plan)
def publish(plan_id: int) -> Response | tuple[str, int]:
    """Publish the plan."""
    version, mark = request.form.get("version", type=whole), request.form.get("mark")
    try:
        publication = rotation.publish(current_actor(), plan_id, version, mark=mark)
    except Refused as error:
        there = rotations.publication_of(g.subject)
        if there is None or len(error.reasons) > 1:
            return _preview(queries.plan(plan_id), error.reasons), 409
        publication = there  # pressed twice: the second press is told of the same publication, nothing else is amiss
    flash(_("La rotation nº %(number)s est publiée.", number=publication.number), "ok")
    return redirect(url_for("plans.index", call_id=publication.call_id), 303)


def _preview(plan: StoredPlan | None, refusal: tuple[str, ...] = ()) -> str:
    assert plan is not None  # noqa: S101 - the policy found it
    found = review(plan)
    sound = not (found.conflicts or found.stops)
    return render_template(
        "plans/publish.html", plan=plan, call=plan.call, review=found, refusal=refusal,
        letters=letters(plan, found, now()) if sound else [], waiting=proposal.waiting_of(plan.call_id),
        unreached=unreached(concerned(found)) if sound else [],
    )  # fmt: skip


@blueprint.post("/manage/decisions/<int:decision_id>/remove")
@policy(manages, subject=queries.decision)
def remove_decision(decision_id: int) -> Response:
    """Take a pin or a ban back."""
    call = g.subject.call
    back = request.form.get("plan", type=whole)
    known = back is not None and queries.is_plan_of(back, call.id)
    if known:
        board_decisions.lift(current_actor(), back, g.subject)
    else:
        decision.remove(current_actor(), g.subject, call)
    flash(_("La décision est retirée."), "ok")
    target = url_for("plans.show", plan_id=back) if known else url_for("plans.index", call_id=call.id)
    return redirect(target, 303)
