"""The board as files: a table for spreadsheets, and sheets to print."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from flask import Blueprint, Response, abort, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Redirect

from app.errors import Refused
from app.exports.sheet import to_csv, to_xlsx
from app.forms.board import BoardTableForm, version
from app.i18n import _, direction, localized
from app.models import Space
from app.permissions import current_actor, manages, policy
from app.planning.board_page import Page, page
from app.planning.leaves import leaves
from app.queries.boards import plan_of_call
from app.services import board_import
from app.services.imports import BadFile
from app.services.imports import board as columns

blueprint = Blueprint("board_files", __name__, url_prefix="/manage/plans/<int:plan_id>")

TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
SHEETS = ("plan", "labels", "attendance")


@blueprint.get("/table")
@policy(manages, subject=plan_of_call)
def table(plan_id: int) -> Response:
    """Every turn, a line each; ``?kind=xlsx`` for a workbook."""
    kind = request.args.get("kind", "csv")
    if kind not in TYPES:
        abort(404)
    told = page(g.subject)
    rows = list(_rows(told))
    if kind == "csv":
        data = to_csv([str(cell) for cell in row] for row in rows)
    else:
        data = to_xlsx(rows, _("Planning %(id)s", id=plan_id), right_to_left=direction() == "rtl")
    response = Response(data, content_type=TYPES[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="dawra-planning-{plan_id}.{kind}"'
    return response


def _rows(told: Page) -> Iterator[list[str | int]]:
    halls = {hall.key: localized(hall.space) if hall.space else hall.key for hall in told.board.halls}
    twins = {name for name, count in Counter(halls.values()).items() if count > 1}
    codes = {hall.key: hall.space.code if isinstance(hall.space, Space) else hall.key for hall in told.board.halls}
    yield list(columns.titles())
    for card in told.board.cards:
        hall = codes[card.space] if halls[card.space] in twins else halls[card.space]
        yield [
            hall, card.codes, card.starts_on.isoformat(), card.ends_on.isoformat(), card.length, card.name,
            card.exhibitor.register_number if card.exhibitor else card.key, card.craft, card.level,
            _("oui") if card.pin else "",
        ]  # fmt: skip


@blueprint.route("/import", methods=["GET", "POST"])
@policy(manages, subject=plan_of_call)
def bring_in(plan_id: int) -> Redirect | str | tuple[str, int]:
    """Take a table back as the draft: all its lines, or none with every fault."""
    plan, form = g.subject, BoardTableForm(version=g.subject.version)
    bad = None
    if form.validate_on_submit():
        try:
            made = board_import.bring_in(current_actor(), plan_id, version(request.form), form.file.data.read())
            flash(_("Le tableau est repris.") if made else _("Le fichier dit la même chose que le tableau."), "ok")
            return redirect(url_for("plans.show", plan_id=plan_id), 303)
        except BadFile as error:
            bad = error
        except Refused as error:
            form.form_errors = list(error.reasons)
    plan = plan_of_call(plan_id)
    shown = render_template("board/import.html", plan=plan, call=plan.call, form=form, bad=bad)
    return (shown, 422) if form.is_submitted() else shown


@blueprint.get("/print")
@policy(manages, subject=plan_of_call)
def sheets(plan_id: int) -> str:
    """The plan on A3, ``?what=labels`` of its stands, or ``attendance``: a sheet a hall and period."""
    what = request.args.get("what", "plan")
    if what not in SHEETS:
        abort(404)
    plan, told = g.subject, page(g.subject)
    return render_template(
        "board/print.html", plan=plan, call=plan.call, page=told, leaves=leaves(told.board), what=what
    )
