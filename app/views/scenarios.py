"""Scenarios of a call's season: made under another charter, seed or set of decisions; compared side by side."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.errors import Invalid, Refused
from app.forms.base import add_faults
from app.forms.charter import charter_faulty, reshaped
from app.forms.scenario import ScenarioForm, scenario_data
from app.i18n import _
from app.intake import whole
from app.models import Call
from app.permissions import current_actor, manages, policy
from app.planning.comparison import MOST, comparison, gains
from app.queries import plans as queries
from app.queries.planning import decisions
from app.services import runs
from app.services.call_check import charter_check

blueprint = Blueprint("scenarios", __name__)

Answer = Response | str | tuple[str, int]


@blueprint.get("/manage/calls/<int:call_id>/scenarios/new")
@policy(manages, subject=queries.call)
def new(call_id: int) -> str:
    """The call's charter, to be changed for a draft."""
    made = decisions(call_id)
    seconds = current_app.extensions["settings"].solve_seconds
    form = ScenarioForm(data=scenario_data(g.subject, made, seconds))
    form.offer(made)
    return _page(form)


@blueprint.post("/manage/calls/<int:call_id>/scenarios/new")
@policy(manages, subject=queries.call)
def create(call_id: int) -> Answer:
    """Solve the season as the scenario says."""
    call, form = g.subject, ScenarioForm()
    form.offer(decisions(call_id))
    if reshaped(form, request.form, ("quotas",)):
        return _page(form)
    if _sound(form, call):
        try:
            run = runs.start(current_actor(), call, form.seconds.data, form.variant(call).scope())
            return redirect(url_for("runs.show", run_id=run.id), 303)
        except Invalid as error:
            add_faults(form, error)
        except Refused as error:
            form.form_errors.extend(error.reasons)
    return _page(form), 422


def _sound(form: ScenarioForm, call: Call) -> bool:
    """Judge the form and its charter together, so that every fault is told at once."""
    readable = form.validate()
    faults = charter_check(form.variant(call).charter)
    add_faults(form, Invalid({k: v for k, v in faults.items() if k != "charter" or not charter_faulty(form)}))
    return readable and not faults


def _page(form: ScenarioForm) -> str:
    return render_template("scenarios/form.html", call=g.subject, form=form)


@blueprint.get("/manage/calls/<int:call_id>/compare")
@policy(manages, subject=queries.call)
def compare(call_id: int) -> Response | str:
    """Plans of the call side by side; who gains and who loses from one to another."""
    asked = sorted(request.args.getlist("plan", whole))
    plans = queries.some(call_id, asked)
    if not 2 <= len(plans) <= MOST:
        flash(_("Choisissez de deux à quatre plannings à comparer."), "alert")
        return redirect(url_for("plans.index", call_id=call_id), 303)
    told = comparison(g.subject, plans)
    before, after = told.pair(request.args.get("before", type=whole), request.args.get("after", type=whole))
    return render_template(
        "scenarios/compare.html", call=g.subject, told=told, gains=gains(told, before, after), before=before,
        after=after,
    )  # fmt: skip
