"""The animator's pages: the calendar of a site, and its events."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.clock import today
from app.errors import Invalid, Refused
from app.forms.base import add_faults, complete_faults
from app.forms.event import EventForm, blank, facts_of
from app.i18n import _
from app.intake import whole
from app.models import Event, EventState, Site
from app.permissions import animates, current_actor, policy
from app.queries.agenda import agenda
from app.queries.candidate import offer, rooms_in_use
from app.queries.event import by_id
from app.queries.site import by_slug
from app.queries.suggestion import suggestions
from app.services import event as service
from app.views.programme import day_asked

blueprint = Blueprint("events", __name__, url_prefix="/manage")

Page = str | Response | tuple[str, int]


@blueprint.get("/<slug>/events/")
@policy(animates, subject=by_slug)
def index(slug: str) -> str:
    """The month or the week that holds a day, by room."""
    view = "week" if request.args.get("view") == "week" else "month"
    around = day_asked(request.args.get("from", "")) or today()
    return render_template(
        "events/index.html", site=g.subject, agenda=agenda(g.subject, view, around, today()), today=today(),
        ideas=suggestions(g.subject, today()),
    )  # fmt: skip


@blueprint.get("/<slug>/events/new")
@policy(animates, subject=by_slug)
def new(slug: str) -> str:
    """An empty form, or one filled from an event to repeat (``?copy=``) or from the calendar."""
    return _show(g.subject, EventForm(data=_start(g.subject)))


@blueprint.post("/<slug>/events/new")
@policy(animates, subject=by_slug)
def create(slug: str) -> Page:
    """Plan the event, or say what stands in the way."""
    form = EventForm()
    return _write(g.subject, form, None, _("L'animation est inscrite."))


@blueprint.get("/events/<int:event_id>/")
@policy(animates, subject=by_id)
def edit(event_id: int) -> str:
    """The form of an event; one that was called off is only shown."""
    return _show(g.subject.site, EventForm(data=facts_of(g.subject)), g.subject)


@blueprint.post("/events/<int:event_id>/")
@policy(animates, subject=by_id)
def change(event_id: int) -> Page:
    """Change the event, or say what stands in the way."""
    return _write(g.subject.site, EventForm(), g.subject, _("L'animation est changée."))


@blueprint.post("/events/<int:event_id>/cancel")
@policy(animates, subject=by_id)
def cancel(event_id: int) -> Response:
    """Call the event off."""
    event = service.cancel(current_actor(), g.subject)
    flash(_("L'animation est annulée : salle, animateur et artisans sont libres."), "ok")
    return redirect(url_for("events.index", slug=event.site.slug, **{"from": event.starts_on.isoformat()}), 303)


def _start(site: Site) -> dict[str, Any]:
    copied = by_id(request.args.get("copy", 0, whole))
    if copied is not None and copied.site_id == site.id:
        return facts_of(copied) | {"sequence": ""}
    actor = current_actor()
    return blank(
        actor.id if actor else 0, day_asked(request.args.get("day", "")) or today(),
        request.args.get("room", None, whole), request.args.get("artisan", None, whole), request.args.get("kind", ""),
    )  # fmt: skip


def _write(site: Site, form: EventForm, event: Event | None, done: str) -> Page:
    _offer(site, form, event)
    if "look" in request.form:
        return _render(site, form, event)
    if form.validate_on_submit():
        try:
            kept = _keep(site, form, event)
        except Invalid as error:
            add_faults(form, error)
        except Refused as refused:
            form.form_errors = list(refused.reasons)
        else:
            flash(done, "ok")
            return redirect(url_for("events.index", slug=site.slug, **{"from": kept.starts_on.isoformat()}), 303)
    elif form.whole:
        complete_faults(
            form, service.faults_of(site, form.outline(), earliest=min(today(), event.ends_on if event else today()))
        )
    return _render(site, form, event), 422


def _keep(site: Site, form: EventForm, event: Event | None) -> Event:
    if event is None:
        return service.plan(current_actor(), site, form.outline())
    read = int(form.sequence.data) if (form.sequence.data or "").isdecimal() else -1
    return service.change(current_actor(), event, form.outline(), read)


def _show(site: Site, form: EventForm, event: Event | None = None) -> str:
    _offer(site, form, event)
    return _render(site, form, event)


def _offer(site: Site, form: EventForm, event: Event | None) -> None:
    g.rooms = rooms_in_use(site, form.days, event.id if event else None)
    form.prepare(site, g.rooms)
    g.offer = offer(site, form.days, form.search.data or "", form.exhibitor_ids.data or ())
    form.invite(g.offer)


def _render(site: Site, form: EventForm, event: Event | None) -> str:
    called_off = event is not None and event.state is EventState.CANCELLED
    return render_template(
        "events/form.html", site=site, form=form, event=event, called_off=called_off, offer=g.offer, rooms=g.rooms
    )
