"""Try a draft call's charter before it opens: on past demand or invented people, one season and many."""

from __future__ import annotations

from flask import Blueprint, Response, abort, current_app, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from app.errors import Invalid, Refused
from app.forms.base import add_faults
from app.forms.charter import charter_faulty, reshaped
from app.forms.trial import TrialForm, trial_data
from app.models import Call, RunKind
from app.permissions import current_actor, manages, policy
from app.planning.judge import namer
from app.planning.keys import directory
from app.planning.trial_page import page, picture
from app.queries import plans, rotation
from app.queries import trial as queries
from app.services import trial as service
from app.services.call_check import charter_check

blueprint = Blueprint("trials", __name__)


@blueprint.get("/manage/calls/<int:call_id>/trials/")
@policy(manages, subject=plans.call)
def index(call_id: int) -> str:
    """The trials of a call, and a new one while it is a draft."""
    form = TrialForm(data=trial_data(g.subject, current_app.extensions["settings"].solve_seconds))
    return _page(form)


@blueprint.post("/manage/calls/<int:call_id>/trials/")
@policy(manages, subject=plans.call)
def start(call_id: int) -> Answer | str | tuple[str, int]:
    """Try the charter."""
    call, form = g.subject, TrialForm()
    past = _offered(form)
    if reshaped(form, request.form, ("quotas",)):
        return _page(form, past)
    if _sound(form, call):
        try:
            run = service.start(current_actor(), call, form.order(call), form.seconds.data)
            return redirect(url_for("runs.show", run_id=run.id), 303)
        except Invalid as error:
            add_faults(form, error)
        except Refused as error:
            form.form_errors.extend(error.reasons)
    return _page(form, past), 422


def _offered(form: TrialForm) -> list[tuple[Call, int]]:
    past = queries.past_calls(g.subject)
    form.offer(past)
    return past


def _sound(form: TrialForm, call: Call) -> bool:
    """Judge the form and the second charter together, so that every fault is told at once."""
    readable = form.validate()
    faults = charter_check(form.charter())
    add_faults(form, Invalid({k: v for k, v in faults.items() if k != "charter" or not charter_faulty(form)}))
    return readable and not faults


def _page(form: TrialForm, past: list[tuple[Call, int]] | None = None) -> str:
    known, call = _offered(form) if past is None else past, g.subject
    return render_template("trials/index.html", call=call, form=form, past=known, runs=queries.trials(call.id))


@blueprint.get("/manage/runs/<int:run_id>/trial")
@policy(manages, subject=plans.run)
def show(run_id: int) -> Answer | str:
    """What came of a trial."""
    run, trial = g.subject, queries.result(run_id)
    if trial is None:
        if run.kind is not RunKind.TRIAL:
            abort(404)
        return redirect(url_for("runs.show", run_id=run_id), 303)
    names = namer(directory(rotation.spaces_of(run.call), []))
    told = page(trial, names)
    source = plans.call(told.order["source"]) if told.order["source"] else None
    return render_template("trials/show.html", run=run, call=run.call, trial=trial, page=told, source=source)


@blueprint.get("/manage/runs/<int:run_id>/trial/picture")
@policy(manages, subject=plans.run)
def figure(run_id: int) -> Response:
    """One figure over the seasons, as a picture."""
    trial = queries.result(run_id)
    drawn = picture(trial, request.args.get("figure", "")) if trial else None
    if drawn is None:
        abort(404)
    return Response(drawn, mimetype="image/svg+xml", headers={"Cache-Control": "private, max-age=3600"})
