"""Closures of a site, and its public holidays."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import clock
from app.errors import Invalid, Refused, Stale
from app.forms.base import Form, add_faults
from app.forms.closure import ChangeForm, ClosureForm, HolidaysForm
from app.i18n import _, ngettext
from app.models import Closure, ClosureReason, PublishedTurn, Site
from app.permissions import current_actor, manages, manages_or_administers, policy, works_at
from app.planning.edit_words import taken_back
from app.planning.proposals import proposal
from app.queries import closing, second_look
from app.queries import holiday as holidays
from app.queries import space as queries
from app.queries.site import by_slug
from app.services import closing_days, repairing, second_looks, seeking
from app.services import closure as service

blueprint = Blueprint("closures", __name__, url_prefix="/manage")

AHEAD = timedelta(days=366)  # holidays offered: the coming year


@blueprint.get("/<slug>/closures/")
@policy(works_at, subject=by_slug)
def index(slug: str) -> str:
    """The closures to come, and the holidays to close on in one step."""
    today = clock.today()
    form = HolidaysForm()
    coming = queries.closures(g.subject, today)
    form.offer(_not_closed(today, {(closure.starts_on, closure.ends_on) for closure in coming if not closure.space_id}))
    past = queries.past_closures(g.subject, today)
    return render_template(
        "closures/index.html", site=g.subject, closures=coming, past=past, form=form,
        waiting=closing.waiting(coming, today),
    )  # fmt: skip


@blueprint.get("/<slug>/closures/new")
@policy(manages_or_administers, subject=by_slug)
def new(slug: str) -> str:
    """The form of a closure."""
    return render_template("closures/form.html", site=g.subject, form=_form())


@blueprint.post("/<slug>/closures/new")
@policy(manages_or_administers, subject=by_slug)
def create(slug: str) -> Response | str | tuple[str, int]:
    """Close; where turns are published on these days, list them first and then look for places."""
    form, site = _form(), g.subject
    if form.validate_on_submit():
        try:
            service.check(site, form.facts())
            service.refuse_events(site, form.facts())
            touched = closing.touched(site.id, form.facts(), clock.today())
            if touched and not form.confirmed.data:
                return _confirm(touched, form, url_for("closures.create", slug=slug))
            asked = len(closing.asked_about(site.id, form.facts()))
            closure = closing_days.create(current_actor(), site, form.facts(), over_turns=True)
        except Invalid as error:
            add_faults(form, error)
        except Refused as refused:
            form.form_errors = [_("Ces jours sont pris. Déplacez d'abord :"), *refused.reasons]
        else:
            return _entered(closure, _("La fermeture est inscrite."), asked)
    return render_template("closures/form.html", site=site, form=form), 422


def _confirm(touched: list[PublishedTurn], form: Form, action: str) -> str:
    """The turns on the days to be closed, before she confirms."""
    return render_template(
        "closures/confirm.html", site=g.subject if isinstance(g.subject, Site) else g.subject.site, touched=touched,
        form=form, action=action, today=clock.today(), starts_on=form.starts_on.data,
    )  # fmt: skip


def _entered(closure: Closure, said: str, asked: int) -> Response:
    """On to the options where turns stand in the way, else back to the list; ``asked``: offers that were taken back."""
    flash(said, "ok")
    if asked:
        flash(taken_back(asked), "info")
    if closing.touched(closure.site_id, closure, clock.today()):
        closure_id = closure.id
        seeking.seek(current_actor(), closure)
        return redirect(url_for("closures.show", closure_id=closure_id), 303)
    return redirect(url_for("closures.index", slug=closure.site.slug), 303)


@blueprint.get("/closures/<int:closure_id>/")
@policy(manages_or_administers, subject=queries.closure_by_id)
def show(closure_id: int) -> str:
    """A closure: the turns still on its days, and what can be done for each call."""
    closure = g.subject
    touched = closing.touched(closure.site_id, closure, clock.today())
    calls = closing.by_call(touched)
    proposals = [proposal(one, calls.get(one.call_id, [])) for one in closing.repairs(closure).values()]
    unsought = {call_id for call_id in calls if call_id not in {one.repair.call_id for one in proposals}}
    looks = {one.repair_id: one for one in second_look.waiting([closure.site_id])}
    return render_template(
        "closures/show.html", site=closure.site, closure=closure, touched=touched, proposals=proposals,
        unsought=unsought, looks=looks, today=clock.today(),
    )  # fmt: skip


@blueprint.post("/closures/<int:closure_id>/seek")
@policy(manages_or_administers, subject=queries.closure_by_id)
def seek(closure_id: int) -> Response:
    """Look for places (again)."""
    seeking.seek(current_actor(), g.subject)
    return redirect(url_for("closures.show", closure_id=closure_id), 303)


@blueprint.post("/repairs/<int:repair_id>/carry-out")
@policy(manages, subject=closing.repair_by_id)
def carry_out(repair_id: int) -> Response:
    """Publish an option, or ask a second person to where the call wants one."""
    closure_id, option = g.subject.closure_id, request.form.get("option", "")
    back = redirect(url_for("closures.show", closure_id=closure_id), 303)
    try:
        if g.subject.call.four_eyes:
            look = second_looks.ask_repair(current_actor(), repair_id, option)
            return redirect(url_for("second_looks.show", look_id=look.id), 303)
        made = repairing.carry_out(current_actor(), repair_id, option)
    except (Stale, Refused) as error:
        flash(" ".join(error.reasons), "alert")
        return back
    said = _("La rotation nº %(number)s est publiée ; les personnes concernées sont prévenues.", number=made.number)
    flash(said, "ok")
    return back


@blueprint.post("/repairs/<int:repair_id>/draft")
@policy(manages, subject=closing.repair_by_id)
def draft(repair_id: int) -> Response:
    """Keep an option as a draft plan."""
    closure_id = g.subject.closure_id
    try:
        plan = repairing.draft(current_actor(), repair_id, request.form.get("option", ""))
    except (Stale, Refused) as error:
        flash(" ".join(error.reasons), "alert")
        return redirect(url_for("closures.show", closure_id=closure_id), 303)
    flash(_("Cette réparation est un planning brouillon : relisez-le, puis publiez-le."), "ok")
    return redirect(url_for("plans.show", plan_id=plan.id), 303)


@blueprint.route("/closures/<int:closure_id>/change", methods=["GET", "POST"])
@policy(manages_or_administers, subject=queries.closure_by_id)
def change(closure_id: int) -> Response | str | tuple[str, int]:
    """Shorten, lengthen or reword a closure."""
    closure = g.subject
    form = ChangeForm(obj=closure)
    if form.validate_on_submit():
        facts = form.facts(closure.space_id, closure.stand_id)
        try:
            service.check(closure.site, facts, but=closure)
            touched = closing.touched(closure.site_id, facts, clock.today())
            if touched and not form.confirmed.data:
                return _confirm(touched, form, url_for("closures.change", closure_id=closure_id))
            asked = len(closing.asked_about(closure.site_id, facts))
            closing_days.change(current_actor(), closure, facts)
        except Invalid as error:
            add_faults(form, error)
        except Refused as refused:
            form.form_errors = [_("Ces jours sont pris. Déplacez d'abord :"), *refused.reasons]
        else:
            return _entered(queries.closure_by_id(closure_id) or abort(404), _("La fermeture est modifiée."), asked)
    shown = render_template("closures/change.html", site=closure.site, closure=closure, form=form)
    return (shown, 422) if form.is_submitted() else shown


@blueprint.post("/<slug>/closures/holidays")
@policy(manages_or_administers, subject=by_slug)
def add_holidays(slug: str) -> Response:
    """Close on the holidays ticked."""
    form = HolidaysForm()
    offered = _not_closed(clock.today(), set())
    form.offer(offered)
    chosen = [holiday for holiday in offered if holiday.key in form.chosen.data] if form.validate_on_submit() else []
    try:
        days = [service.ClosureFacts(day.starts_on, day.ends_on, ClosureReason.HOLIDAY) for day in chosen]
        asked = len(closing.asked_about(g.subject.id, *days))
        added = closing_days.add_holidays(current_actor(), g.subject, chosen)
    except Refused as refused:
        for reason in (_("Aucun jour n'a été fermé : des jours sont pris."), *refused.reasons):
            flash(reason, "alert")
    else:
        flash(ngettext("%(num)s jour férié fermé.", "%(num)s jours fériés fermés.", added), "ok" if added else "info")
        if asked:
            flash(taken_back(asked), "info")
    return redirect(url_for("closures.index", slug=slug), 303)


@blueprint.post("/closures/<int:closure_id>/delete")
@policy(manages_or_administers, subject=queries.closure_by_id)
def delete(closure_id: int) -> Response:
    """Remove a closure."""
    slug = g.subject.site.slug
    closing_days.delete(current_actor(), g.subject)
    flash(_("La fermeture est supprimée : ces jours sont libres."), "ok")
    return redirect(url_for("closures.index", slug=slug), 303)


def _form() -> ClosureForm:
    form = ClosureForm()
    form.offer(queries.of_site(g.subject))
    return form


def _not_closed(today: date, closed: set[tuple[date, date]]) -> list[holidays.Holiday]:
    offered = holidays.between(today, today + AHEAD)
    return [holiday for holiday in offered if (holiday.starts_on, holiday.ends_on) not in closed]
