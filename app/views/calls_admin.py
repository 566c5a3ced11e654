"""A manager's calls: choose a charter, draft, preview, publish, then correct, extend or cancel."""

from __future__ import annotations

from datetime import time, timedelta
from secrets import token_hex
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.clock import at_wall, local, now, today
from app.errors import Invalid, Refused
from app.forms.base import Form, add_faults
from app.forms.call import CallForm, ClosingForm, ReasonForm, TextsForm, filled, from_values
from app.forms.charter import charter_faulty, reshaped
from app.i18n import _
from app.intake import whole
from app.models import Call, CallState, Site
from app.permissions import current_actor, manages, policy, works_at
from app.planning.absences import clauses
from app.planning.charter import aims, always, rules
from app.planning.charter_templates import TEMPLATES
from app.planning.life import life_clauses
from app.queries import call as queries
from app.queries import site as sites
from app.queries.space import of_site
from app.services import call as service
from app.services.call_check import CallValues, check

blueprint = Blueprint("calls_admin", __name__, url_prefix="/manage")

Answer = str | Response | tuple[str, int]


@blueprint.get("/<slug>/calls/")
@policy(works_at, subject=sites.by_slug)
def index(slug: str) -> str:
    """Every call of the site."""
    calls = queries.calls_of_site(g.subject)
    counts = queries.received([call.id for call in calls])
    return render_template(
        "calls_admin/index.html", site=g.subject, calls=calls, counts=counts, at=now(), window=queries.window
    )


@blueprint.get("/<slug>/calls/choose")
@policy(manages, subject=sites.by_slug)
def choose(slug: str) -> str:
    """The spaces and the charter to start from."""
    return render_template("calls_admin/choose.html", site=g.subject, spaces=of_site(g.subject), templates=TEMPLATES)


@blueprint.get("/<slug>/calls/new")
@policy(manages, subject=sites.by_slug)
def new(slug: str) -> str:
    """A form filled in from a charter template."""
    site: Site = g.subject
    form = _form(site, data=from_values(_beginning(site)))
    return _page(site, form)


@blueprint.post("/<slug>/calls/new")
@policy(manages, subject=sites.by_slug)
def create(slug: str) -> Answer:
    """Keep a draft."""
    site: Site = g.subject
    form = _form(site)
    if reshaped(form, request.form, ("quotas", "high_seasons")):
        return _page(site, form)
    if not _sound(form, site):
        return _page(site, form), 422
    made = service.draft(current_actor(), site, form.values())
    flash(_("Brouillon enregistré. Relisez-le, puis publiez."), "ok")
    return redirect(url_for("calls_admin.show", call_id=made.id), 303)


@blueprint.get("/calls/<int:call_id>/")
@policy(works_at, subject=queries.call_by_id)
def show(call_id: int) -> str:
    """A call as its managers see it: the preview of a draft, and what may still be done."""
    call: Call = g.subject
    values = service.values_of(call)
    return render_template(
        "calls_admin/show.html", call=call, site=call.site, state=queries.window(call, now()),
        faults=check(call.site, values) if call.state is CallState.DRAFT else {}, overlaps=queries.overlapping(call),
        spaces=queries.spaces_of(call), periods=list(zip(values.spans(), values.weights(), strict=True)),
        counts=queries.received([call.id]), waiting=queries.to_review(call.id),
        template=TEMPLATES.get(call.charter_template), **charter_of(call),
    )  # fmt: skip


@blueprint.get("/calls/<int:call_id>/edit")
@policy(manages, subject=queries.call_by_id)
def edit(call_id: int) -> Answer:
    """The draft's form, or the texts of a published call."""
    call: Call = g.subject
    if call.state is CallState.DRAFT:
        return _page(call.site, _form(call.site, data=filled(call)), call)
    return _texts_page(call, TextsForm(obj=call))


@blueprint.post("/calls/<int:call_id>/edit")
@policy(manages, subject=queries.call_by_id)
def revise(call_id: int) -> Answer:
    """Keep a changed draft."""
    call: Call = g.subject
    form = _form(call.site)
    if reshaped(form, request.form, ("quotas", "high_seasons")):
        return _page(call.site, form, call)
    if not _sound(form, call.site):
        return _page(call.site, form, call), 422
    service.revise(current_actor(), call, form.values())
    flash(_("Brouillon enregistré."), "ok")
    return redirect(url_for("calls_admin.show", call_id=call_id), 303)


@blueprint.post("/calls/<int:call_id>/texts")
@policy(manages, subject=queries.call_by_id)
def correct(call_id: int) -> Answer:
    """Correct the texts of a published call."""
    form = TextsForm()
    if not form.validate():
        return _texts_page(g.subject, form), 422
    service.correct(current_actor(), g.subject, form.texts())
    flash(_("Textes corrigés."), "ok")
    return redirect(url_for("calls_admin.show", call_id=call_id), 303)


@blueprint.post("/calls/<int:call_id>/publish")
@policy(manages, subject=queries.call_by_id)
def publish(call_id: int) -> Answer:
    """Publish a draft."""
    try:
        service.publish(current_actor(), g.subject)
    except Invalid as error:
        raise Refused(*[text for texts in error.faults.values() for text in texts]) from error
    flash(_("L'appel est publié."), "ok")
    return redirect(url_for("calls_admin.show", call_id=call_id), 303)


@blueprint.get("/calls/<int:call_id>/extend")
@policy(manages, subject=queries.call_by_id)
def extending(call_id: int) -> Answer:
    """Ask for a later closing."""
    wall = local(g.subject.closes_at).replace(tzinfo=None)
    return _small_page("extend", g.subject, ClosingForm(data={"closes_at": wall}))


@blueprint.post("/calls/<int:call_id>/extend")
@policy(manages, subject=queries.call_by_id)
def extend(call_id: int) -> Answer:
    """Move the closing later."""
    form = ClosingForm()
    return _do("extend", g.subject, form, lambda: service.extend(current_actor(), g.subject, form.instant()))


@blueprint.get("/calls/<int:call_id>/cancel")
@policy(manages, subject=queries.call_by_id)
def cancelling(call_id: int) -> Answer:
    """Ask why."""
    return _small_page("cancel", g.subject, ReasonForm())


@blueprint.post("/calls/<int:call_id>/cancel")
@policy(manages, subject=queries.call_by_id)
def cancel(call_id: int) -> Answer:
    """Cancel a published call."""
    form = ReasonForm()
    return _do("cancel", g.subject, form, lambda: service.cancel(current_actor(), g.subject, form.reason.data or ""))


@blueprint.post("/calls/<int:call_id>/discard")
@policy(manages, subject=queries.call_by_id)
def discard(call_id: int) -> Answer:
    """Throw a draft away."""
    slug = g.subject.site.slug
    service.discard(current_actor(), g.subject)
    flash(_("Brouillon supprimé."), "ok")
    return redirect(url_for("calls_admin.index", slug=slug), 303)


def charter_of(call: Call) -> dict[str, Any]:
    """A call's charter in sentences, for a page."""
    told = [*clauses(call), *life_clauses(call)]
    return {"rules": rules(call.charter), "aims": aims(call.charter), "always": always(), "presence": told}


def _form(site: Site, data: dict[str, Any] | None = None) -> CallForm:
    form = CallForm(data=data)
    form.offer(of_site(site))
    return form


def _beginning(site: Site) -> CallValues:
    """What a new call proposes: the template and spaces asked for, a season in two months, a draw from chance."""
    template = TEMPLATES.get(request.args.get("template", ""), TEMPLATES["equal_turns"])
    asked = set(request.args.getlist("space", whole))
    spaces = [space for space in of_site(site) if space.stands and (not asked or space.id in asked)]
    closes = today() + timedelta(days=38)
    start = closes + timedelta(days=28 - closes.weekday())
    return CallValues(
        space_ids=[space.id for space in spaces], season_start=start, season_end=start + timedelta(days=167),
        opens_at=at_wall(today(), time(9)), closes_at=at_wall(closes, time(17)), seed=token_hex(8),
        charter=template.build(sum(len(space.stands) for space in spaces)), charter_template=template.code,
        max_turn_length=template.max_turn_length, max_turns=template.max_turns, duties=template.duties,
        absences_running=template.absences_running, absences_yearly=template.absences_yearly,
        duties_ar=template.duties_ar, contact=site.phone, offers=True, refill=True,
    )  # fmt: skip


def _sound(form: CallForm, site: Site) -> bool:
    """Judge the form and what it says together, so that every fault is told at once."""
    readable = form.validate()
    faults = check(site, form.values())
    known = set(form.errors) | ({"charter"} if charter_faulty(form) else set())
    told = {name: texts for name, texts in faults.items() if name not in known}
    add_faults(form, Invalid(told))
    return readable and not faults


def _page(site: Site, form: CallForm, call: Call | None = None) -> str:
    template = TEMPLATES.get(form.charter_template.data or "")
    return render_template("calls_admin/form.html", site=site, form=form, call=call, template=template)


def _texts_page(call: Call, form: TextsForm) -> str:
    return render_template("calls_admin/texts.html", call=call, site=call.site, form=form)


def _small_page(name: str, call: Call, form: Form) -> str:
    return render_template(f"calls_admin/{name}.html", call=call, site=call.site, form=form)


def _do(name: str, call: Call, form: Form, verb: Any) -> Answer:
    """Run a verb of a small page; its faults stand next to the field."""
    if not form.validate():
        return _small_page(name, call, form), 422
    try:
        verb()
    except Invalid as error:
        add_faults(form, error)
        return _small_page(name, call, form), 422
    flash(_("C'est enregistré."), "ok")
    return redirect(url_for("calls_admin.show", call_id=call.id), 303)
