"""The ledger of fairness: a site's for its manager, an exhibitor's own beside the average."""

from __future__ import annotations

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Redirect

from app.clock import today
from app.errors import Invalid
from app.exports.sheet import to_csv
from app.forms.base import add_faults
from app.forms.ledger import MEASURES, CorrectionForm, FilterForm
from app.i18n import _
from app.models import Site
from app.notices.ledger import told
from app.permissions import current_actor, manages, manages_or_administers, may_act_for, policy
from app.planning import absences
from app.queries import attendance
from app.queries import ledger_page as queries
from app.queries.exhibitor import by_id as exhibitor_by_id
from app.queries.ledger import accounts
from app.queries.site import by_slug
from app.services import ledger as service

blueprint = Blueprint("ledger", __name__)


@blueprint.get("/manage/<slug>/ledger/")
@policy(manages_or_administers, subject=by_slug)
def index(slug: str) -> str:
    """Who received what, the worst-off first."""
    form, found = _asked(g.subject)
    return render_template("ledger/index.html", site=g.subject, form=form, ledger=found, measures=MEASURES)


@blueprint.get("/manage/<slug>/ledger.csv")
@policy(manages_or_administers, subject=by_slug)
def table(slug: str) -> Response:
    """The same lines as a spreadsheet reads them."""
    _form, found = _asked(g.subject)
    head = [
        _("Nom"), _("Numéro au registre"), _("Tours passés"), _("Périodes passées"), _("Points"), _("Périodes à venir"),
        _("Périodes manquées"), _("Absences"), _("Absences excusées"), _("Échanges"), _("Périodes corrigées"),
        _("Périodes en tout"),
    ]  # fmt: skip
    rows = [
        [
            line.exhibitor.name, line.exhibitor.register_number, line.lived.turns, line.lived.periods,
            line.lived.points, line.due.periods, line.missed, line.absences, line.excused, line.swaps,
            line.corrected.periods, line.total.periods,
        ]
        for line in found.lines
    ]  # fmt: skip
    answer = Response(
        to_csv([head, *([str(cell) for cell in row] for row in rows)]), content_type="text/csv; charset=utf-8"
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="{slug}-registre.csv"'
    return answer


@blueprint.get("/manage/<slug>/ledger/<int:exhibitor_id>")
@policy(manages_or_administers, subject=queries.entry)
def show(slug: str, exhibitor_id: int) -> str:
    """One exhibitor's account, and the form to correct it."""
    return _entry_page(g.subject, _correction_form(g.subject.site))


@blueprint.post("/manage/<slug>/ledger/<int:exhibitor_id>")
@policy(manages, subject=queries.entry)
def correct(slug: str, exhibitor_id: int) -> Redirect | tuple[str, int]:
    """Correct it, with the reason."""
    form = _correction_form(g.subject.site)
    if form.validate_on_submit():
        try:
            service.correct(current_actor(), g.subject.site, g.subject.exhibitor, form.values())
        except Invalid as error:
            add_faults(form, error)
        else:
            flash(_("Le registre est corrigé ; l'exposant en est averti."), "ok")
            return redirect(url_for("ledger.show", slug=slug, exhibitor_id=exhibitor_id), 303)
    return _entry_page(g.subject, form), 422


@blueprint.get("/exhibitors/<int:exhibitor_id>/ledger")
@policy(may_act_for, subject=exhibitor_by_id)
def mine(exhibitor_id: int) -> str:
    """An exhibitor's own ledger, season by season, beside the average; her absences and what the charter says."""
    seasons = queries.beside_others(g.subject, today())
    standings = {}
    for site_id in {one.call.site_id for one in seasons}:
        kept = attendance.records(site_id, [exhibitor_id], today())[exhibitor_id]
        standings |= {
            one.call.id: absences.sentences(absences.standing(one.call, kept.held, kept.states, today()))
            for one in seasons
            if one.call.site_id == site_id and one.call.season_end >= today()
        }
    return render_template(
        "ledger/mine.html", exhibitor=g.subject, seasons=seasons, standings=standings, clauses=absences.clauses,
        corrections=queries.corrections(exhibitor_id), told=told,
    )  # fmt: skip


def _asked(site: Site) -> tuple[FilterForm, queries.SiteLedger]:
    calls = queries.calls_of(site)
    form = FilterForm(request.args)
    form.offer(calls)
    default = str(calls[0].charter.get("measure", "periods")) if calls else "periods"
    return form, queries.site_ledger(site, calls, form.filters(calls, default), today())


def _correction_form(site: Site) -> CorrectionForm:
    form = CorrectionForm()
    form.offer(queries.calls_of(site))
    return form


def _entry_page(entry: queries.Entry, form: CorrectionForm) -> str:
    account = accounts([entry.exhibitor.id], today())[entry.exhibitor.id]
    seasons = [one for one in account.seasons.values() if one.call is not None and one.call.site_id == entry.site.id]
    return render_template(
        "ledger/show.html", site=entry.site, exhibitor=entry.exhibitor, seasons=seasons, form=form,
        corrections=queries.corrections(entry.exhibitor.id, entry.site.id), told=told,
    )  # fmt: skip
