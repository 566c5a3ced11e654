"""An exhibitor's applications: four steps, a receipt, changes until the deadline."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.clock import now
from app.errors import Invalid, Refused
from app.extensions import db
from app.forms.application import (
    CHOICES,
    NothingForm,
    StartForm,
    needs_form,
    periods_form,
    spaces_form,
    start_form,
)
from app.forms.base import Form, add_faults
from app.i18n import _, language
from app.limits import limit_submit
from app.models import Application, ApplicationState, Call
from app.notices.application import appeal
from app.permissions import current_actor, may_act_for, may_apply, policy, signed_in
from app.phrases import time_left
from app.planning.outcome import outcome
from app.planning.waiting import waiting_list
from app.planning.wishes import faults, frame_of, wish_of
from app.queries import application as queries
from app.queries import call as calls
from app.services import application as service

blueprint = Blueprint("applications", __name__, url_prefix="/me/applications")

Answer = str | Response | tuple[str, int]
STEPS = ("spaces", "periods", "needs", "check")


@blueprint.get("/")
@policy(signed_in)
def index() -> str:
    """Every application of mine, with its state and the reason."""
    return render_template("applications/index.html", applications=queries.applications_of(current_actor()))


@blueprint.get("/start/<int:call_id>")
@policy(may_apply, subject=calls.call_by_id)
def start(call_id: int) -> Answer:
    """Step 1 of a new application, with a key of its own."""
    return _start_page(g.subject, _start_form(g.subject, client_key=str(uuid4())))


@blueprint.post("/start/<int:call_id>")
@policy(may_apply, subject=calls.call_by_id)
@limit_submit
def begin(call_id: int) -> Answer:
    """Keep step 1 as a draft, or go on with the application that is already there."""
    call: Call = g.subject
    form = _start_form(call)
    if not form.validate():
        return _start_page(call, form), 422
    try:
        made = service.start(
            current_actor(), call, form.exhibitor_id.data, form.client_key.data or "", form.space_ids()
        )
    except (Invalid, Refused) as error:
        status = _tell(form, error)
        return _start_page(call, form), status
    if made.step > 1 or made.state is not ApplicationState.DRAFT:
        flash(_("Une candidature existe déjà pour cet exposant : la voici."), "info")
        return _to("show", made)
    return _to("periods", made)


@blueprint.get("/<int:application_id>")
@policy(may_act_for, subject=queries.application_by_id)
def show(application_id: int) -> str:
    """Where an application stands, with its number, its decision and why."""
    return _own_page(
        "show",
        appeal=appeal(),
        outcome=outcome(g.subject, language()),
        queue=waiting_list(g.subject, language()),
    )


@blueprint.get("/<int:application_id>/receipt")
@policy(may_act_for, subject=queries.application_by_id)
def receipt(application_id: int) -> Answer:
    """The receipt, to print."""
    if not g.subject.receipt:
        return _to("show", g.subject)
    return _own_page("receipt")


@blueprint.get("/<int:application_id>/spaces")
@policy(may_act_for, subject=queries.application_by_id)
def spaces(application_id: int) -> Answer:
    """Step 1."""
    return _step_page("spaces", spaces_form(g.subject, calls.spaces_of(g.subject.call)))


@blueprint.post("/<int:application_id>/spaces")
@policy(may_act_for, subject=queries.application_by_id)
def save_spaces(application_id: int) -> Answer:
    """Keep step 1."""
    form = spaces_form(g.subject, calls.spaces_of(g.subject.call))
    return _save("spaces", form, lambda: service.save_spaces(current_actor(), g.subject, form.space_ids()))


@blueprint.get("/<int:application_id>/periods")
@policy(may_act_for, subject=queries.application_by_id)
def periods(application_id: int) -> Answer:
    """Step 2: the small calendar."""
    return _step_page("periods", periods_form(g.subject))


@blueprint.post("/<int:application_id>/periods")
@policy(may_act_for, subject=queries.application_by_id)
def save_periods(application_id: int) -> Answer:
    """Keep step 2."""
    form = periods_form(g.subject)
    return _save(
        "periods",
        form,
        lambda: service.save_periods(current_actor(), g.subject, form.unavailable(), form.preferred()),
    )


@blueprint.get("/<int:application_id>/needs")
@policy(may_act_for, subject=queries.application_by_id)
def needs(application_id: int) -> Answer:
    """Step 3."""
    return _step_page("needs", needs_form(g.subject, calls.spaces_of(g.subject.call)))


@blueprint.post("/<int:application_id>/needs")
@policy(may_act_for, subject=queries.application_by_id)
def save_needs(application_id: int) -> Answer:
    """Keep step 3."""
    form = needs_form(g.subject, calls.spaces_of(g.subject.call))
    return _save(
        "needs",
        form,
        lambda: service.save_needs(current_actor(), g.subject, form.needs(), form.note.data or ""),
    )


@blueprint.get("/<int:application_id>/check")
@policy(may_act_for, subject=queries.application_by_id)
def check(application_id: int) -> Answer:
    """Step 4: everything once more, and the button."""
    return _step_page("check", NothingForm())


@blueprint.post("/<int:application_id>/submit")
@policy(may_act_for, subject=queries.application_by_id)
@limit_submit
def submit(application_id: int) -> Answer:
    """Deposit; doing it again shows the same receipt."""
    form = NothingForm()
    try:
        service.submit(current_actor(), g.subject)
    except (Invalid, Refused) as error:
        return _again("check", form, error)
    return _to("receipt", g.subject)


@blueprint.get("/<int:application_id>/withdraw")
@policy(may_act_for, subject=queries.application_by_id)
def withdrawing(application_id: int) -> Answer:
    """Ask once before withdrawing."""
    return _own_page("withdraw", form=NothingForm())


@blueprint.post("/<int:application_id>/withdraw")
@policy(may_act_for, subject=queries.application_by_id)
def withdraw(application_id: int) -> Answer:
    """Withdraw until the deadline."""
    service.withdraw(current_actor(), g.subject)
    flash(_("Candidature retirée. Vous pouvez la déposer de nouveau jusqu'à la clôture."), "ok")
    return _to("show", g.subject)


def _to(page: str, application: Application) -> Response:
    return redirect(url_for(f"applications.{page}", application_id=application.id), 303)


def _start_form(call: Call, **data: str) -> StartForm:
    return start_form(calls.spaces_of(call), queries.exhibitors_for(current_actor(), call), **data)


def _start_page(call: Call, form: StartForm) -> str:
    state = calls.window(call, now())
    return render_template("applications/start.html", call=call, form=form, state=state, steps=STEPS)


def _tell(form: Form, error: Invalid | Refused) -> int:
    """Put an error's sentences in the form; the answer's status."""
    if isinstance(error, Invalid):
        add_faults(form, error)
        return 422
    db.session.rollback()
    form.form_errors.extend(error.reasons)
    return 409


def _save(page: str, form: Form, verb: Callable[[], None]) -> Answer:
    """Keep a step and go to the next; what was typed stays when it cannot be kept."""
    if not form.validate():
        return _step_page(page, form, checked=False), 422
    try:
        verb()
    except (Invalid, Refused) as error:
        return _again(page, form, error)
    if request.form.get("then") == "leave":
        flash(_("C'est gardé. Vous pourrez continuer plus tard."), "ok")
        return _to("show", g.subject)
    if g.subject.receipt and g.subject.state is not ApplicationState.WITHDRAWN:
        flash(_("Changement enregistré. Votre numéro ne change pas."), "ok")
        return _to("show", g.subject)
    return _to(STEPS[STEPS.index(page) + 1], g.subject)


def _again(page: str, form: Form, error: Invalid | Refused) -> Answer:
    status = _tell(form, error)
    return _step_page(page, form, checked=False), status


def _step_page(page: str, form: Form, *, checked: bool = True) -> Answer:
    """A step's page; outside the window the application is only read."""
    application: Application = g.subject
    if checked and calls.window(application.call, now()) != "open":
        return _to("show", application)
    return _own_page(page, form=form, steps=STEPS, symbols=CHOICES)


def _own_page(page: str, **more: object) -> str:
    """A page about one application, with all it says in words."""
    application: Application = g.subject
    call, at = application.call, now()
    offered = calls.spaces_of(call)
    return render_template(
        f"applications/{page}.html", application=application, call=call, state=calls.window(call, at),
        left=time_left(call.closes_at, at), unsound=faults(frame_of(call, offered), wish_of(application)),
        **more,
    )  # fmt: skip
