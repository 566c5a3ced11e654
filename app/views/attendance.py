"""Attendance: the day's list, a turn's days, the exhibitor's code, labels to print."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, abort, current_app, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.clock import today
from app.codes import code_of, picture, read_code
from app.errors import Invalid, Refused
from app.forms.attendance import CorrectionForm, FreeForm, NoteForm
from app.forms.base import add_faults
from app.i18n import _, localized, ngettext
from app.models import AttendanceSource, AttendanceState, Exhibitor, PublishedTurn, Site
from app.permissions import assists, current_actor, greets, manages, may_act_for, policy
from app.planning import absences
from app.queries import attendance as queries
from app.queries.exhibitor import by_id as exhibitor_by_id
from app.queries.site import by_slug
from app.services import absence
from app.services import attendance as service

blueprint = Blueprint("attendance", __name__)


def meeting_by_code(code: str) -> queries.Meeting | None:
    """Whom a scanned code names."""
    exhibitor_id = read_code(code)
    return None if exhibitor_id is None else queries.meeting(exhibitor_id, today())


def address_of(exhibitor: Exhibitor) -> str:
    """What her code says: an address of ours, from the settings."""
    base = str(current_app.extensions["settings"].base_url).rstrip("/")
    return base + url_for("attendance.scanned", code=code_of(exhibitor.id))


@blueprint.get("/manage/<slug>/presence/")
@policy(assists, subject=by_slug)
def index(slug: str) -> str:
    """Who is expected today (or on another day), one tap each."""
    site, day = g.subject, _day()
    found = queries.day_list(site, day)
    return render_template(
        "attendance/index.html", site=site, day=day, today=today(), list=found, lately=_lately(),
        frees=manages(current_actor(), site),
        states=AttendanceState,
        **_near(site, found),
    )  # fmt: skip


@blueprint.post("/manage/<slug>/presence/")
@policy(assists, subject=by_slug)
def note(slug: str) -> Response:
    """Note one exhibitor, or all who are left."""
    form = NoteForm()
    day = form.day.data or today()
    back = redirect(url_for("attendance.index", slug=slug, on=day.isoformat()), 303)
    if form.everybody.data:
        count = service.note_rest(current_actor(), g.subject, day)
        flash(ngettext("%(num)s présence notée.", "%(num)s présences notées.", count), "ok")
        return back
    mark = form.mark()
    if mark is None:
        raise Refused(_("Rechargez la page : cette demande n'est pas lisible."))
    service.note(current_actor(), g.subject, mark)
    back.location += f"#turn-{mark.turn_id}"
    return back


@blueprint.get("/manage/<slug>/presence/labels")
@policy(assists, subject=by_slug)
def labels(slug: str) -> str:
    """The labels of the stands of a day, each with its exhibitor's code."""
    found = queries.day_list(g.subject, _day())
    codes = {row.turn.id: _picture(row.turn.exhibitor) for row in found.rows}
    return render_template("attendance/labels.html", site=g.subject, list=found, codes=codes)


@blueprint.get("/manage/turns/<int:turn_id>/presence")
@policy(assists, subject=queries.turn_by_id)
def turn(turn_id: int) -> str:
    """The days of a turn: what was noted, and the form to correct it."""
    return _turn_page(g.subject, CorrectionForm(data={"day": _day(), "state": request.args.get("state")}))


@blueprint.post("/manage/turns/<int:turn_id>/presence")
@policy(assists, subject=queries.turn_by_id)
def correct(turn_id: int) -> Response | tuple[str, int]:
    """Correct a day, with the reason."""
    form = CorrectionForm()
    if form.validate_on_submit():
        try:
            service.correct(current_actor(), g.subject.publication.site, form.mark(turn_id))
        except Invalid as error:
            add_faults(form, error)
        except Refused as refused:
            form.form_errors = list(refused.reasons)
        else:
            flash(_("La présence est corrigée ; le motif est au journal."), "ok")
            return redirect(url_for("attendance.turn", turn_id=turn_id), 303)
    return _turn_page(g.subject, form), 422


@blueprint.post("/manage/turns/<int:turn_id>/free")
@policy(manages, subject=queries.turn_by_id)
def free(turn_id: int) -> Response | tuple[str, int]:
    """Give the rest of a no-show's turn to others."""
    slug, form = g.subject.publication.site.slug, FreeForm()
    if form.validate_on_submit():
        try:
            freed = absence.free_rest(current_actor(), turn_id, form.reason.data or "")
        except Invalid as error:
            add_faults(form, error)
        except Refused as refused:
            form.form_errors = list(refused.reasons)
        else:
            flash(_freed(freed), "ok")
            return redirect(url_for("attendance.index", slug=slug), 303)
    correction = CorrectionForm(formdata=None, data={"day": today()})
    return _turn_page(queries.turn_by_id(turn_id) or abort(404), correction, form), 422


def _freed(freed: absence.Freed) -> str:
    if freed.place is None:
        return _("Le reste du tour est libre ; il finit trop tôt pour être proposé à quelqu'un.")
    if freed.offers:
        return _("Le reste du tour est libre : il est proposé selon l'ordre de la charte.")
    return _("Le reste du tour est libre ; personne n'est encore sollicité. Voyez qui peut le prendre.")


@blueprint.get("/presence/<code>")
@policy(greets, subject=meeting_by_code)
def scanned(code: str) -> str:
    """Whose code was scanned: her place today, and one button to say that she has come."""
    found: queries.Meeting = g.subject
    here = [one for one in found.today(today()) if assists(current_actor(), one.publication.site)]
    noted = queries.noted_on(found.exhibitor.id, today()) if here else None
    return render_template(
        "attendance/scanned.html", code=code, met=found, here=here[0] if here else None, noted=noted, today=today()
    )


@blueprint.post("/presence/<code>")
@policy(greets, subject=meeting_by_code)
def arrived(code: str) -> Response:
    """She has come."""
    found: queries.Meeting = g.subject
    here = [one for one in found.today(today()) if assists(current_actor(), one.publication.site)]
    if not here:
        raise Refused(_("Cet exposant n'est pas attendu ici aujourd'hui."))
    mark = service.Mark(here[0].id, today(), AttendanceState.PRESENT)
    new = service.note(current_actor(), here[0].publication.site, mark, AttendanceSource.CODE)
    flash(_("L'arrivée est notée.") if new else _("L'arrivée était déjà notée."), "ok" if new else "info")
    return redirect(url_for("attendance.scanned", code=code), 303)


@blueprint.get("/exhibitors/<int:exhibitor_id>/code")
@policy(may_act_for, subject=exhibitor_by_id)
def code(exhibitor_id: int) -> str:
    """The exhibitor's own code, to show at the stand."""
    met = queries.meeting(exhibitor_id, today())
    return render_template("attendance/code.html", exhibitor=g.subject, met=met, picture=_picture(g.subject))


def _day() -> date:
    try:
        asked = date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        return today()
    return min(asked, today())


def _lately() -> list[date]:
    """The days the list is open for without a reason, the oldest first."""
    return [today() - timedelta(days=back) for back in range(queries.NOTED_FREELY, -1, -1)]


def _picture(exhibitor: Exhibitor) -> Any:
    return picture(address_of(exhibitor), _("Code de présence de %(who)s", who=localized(exhibitor)))


def _near(site: Site, found: queries.DayList) -> dict[str, Any]:
    """Where everybody on the list stands with the absences the charter allows."""
    kept = queries.records(site.id, [row.turn.exhibitor_id for row in found.rows], today())
    standings = {
        row.turn.id: absences.standing(
            row.turn.publication.call, kept[row.turn.exhibitor_id].held, kept[row.turn.exhibitor_id].states, today()
        )
        for row in found.rows
    }  # fmt: skip
    return {"standings": standings, "warnings": absences.sentences}


def _turn_page(turn: PublishedTurn, form: CorrectionForm, free: FreeForm | None = None) -> str:
    site, hold = turn.publication.site, queries.hold_of(turn)
    days = queries.days_of_turn(hold, today()) if hold else []
    kept = queries.records(site.id, [turn.exhibitor_id], today())[turn.exhibitor_id]
    where = absences.standing(turn.publication.call, kept.held, kept.states, today())
    names = queries.names_of(one.noted.noted_by_id for one in days if one.noted)
    return render_template(
        "attendance/turn.html", turn=turn, site=site, days=days, form=form, names=names, standing=where,
        free=(free or FreeForm(formdata=None)) if free or _may_free(turn) else None,
        warnings=absences.sentences(where), clauses=absences.clauses(turn.publication.call),
    )  # fmt: skip


def _may_free(turn: PublishedTurn) -> bool:
    return manages(current_actor(), turn) and absence.may_free(turn)
