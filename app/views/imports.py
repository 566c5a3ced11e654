"""Import tables from the browser: programme administrators."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Redirect

from app.errors import NotFound, Refused
from app.forms.imports import ImportForm
from app.i18n import _
from app.permissions import administers, current_actor, policy
from app.services import imports
from app.services.imports.run import columns

blueprint = Blueprint("imports", __name__, url_prefix="/admin/import")


@blueprint.get("/")
@policy(administers)
def index() -> str:
    """The form, the columns of each table, and the templates."""
    return _page(_form())


@blueprint.post("/")
@policy(administers)
def upload() -> str | Redirect | tuple[str, int]:
    """Look for faults, or import when there is none."""
    form = _form()
    if not form.validate_on_submit():
        return _page(form), 422
    checking = "check" in request.form
    try:
        report = imports.run(current_actor(), form.noun.data, form.file.data.read(), dry=checking)
    except imports.BadFile as bad:
        return _page(form, bad=bad), 422
    except Refused as refused:
        flash(str(refused), "alert")
        return redirect(url_for("imports.index"), 303)
    if checking:
        return _page(form, report=report)
    told = {"created": report.created, "updated": report.updated, "unchanged": report.unchanged}
    flash(_("Importé. Créés : %(created)s ; modifiés : %(updated)s ; inchangés : %(unchanged)s.", **told), "ok")
    return redirect(url_for("imports.index"), 303)


@blueprint.get("/<filename>")
@policy(administers)
def template(filename: str) -> Response:
    """A table to fill in: ``sites.csv``."""
    noun, dot, ending = filename.partition(".")
    if (dot, ending) != (".", "csv"):
        raise NotFound
    headers = {"Content-Disposition": f'attachment; filename="{noun}.csv"'} if noun in imports.NOUNS else {}
    return Response(imports.template(noun), mimetype="text/csv; charset=utf-8", headers=headers)


def _form() -> ImportForm:
    form = ImportForm()
    form.offer()
    return form


def _page(form: ImportForm, **more: object) -> str:
    tables = {noun: columns(noun) for noun in imports.NOUNS}
    return render_template("admin/import.html", form=form, tables=tables, **more)
