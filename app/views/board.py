"""The board of a draft plan: verdicts before a move, edits, undo and redo, decisions; for scripts and without."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, g, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.errors import Invalid, Refused, Stale
from app.forms import board as forms
from app.forms.base import add_faults
from app.i18n import _, language
from app.intake import whole
from app.models import EditKind, Space
from app.permissions import current_actor, manages, policy
from app.planning import board_page
from app.planning.board_page import known_of, page
from app.planning.editing import desk
from app.planning.judge import namer
from app.planning.keys import Directory, directory, exhibitor_key
from app.planning.staying import staying
from app.planning.verdicts import verdicts as judge_places
from app.queries import boards as queries
from app.queries import exhibitor as exhibitors
from app.queries import rotation
from app.queries.planning import decisions
from app.services import board as service
from app.services import board_decisions, board_history
from app.services.board import NeedsReason
from app.services.board_decisions import Permanent

blueprint = Blueprint("board", __name__, url_prefix="/manage/plans/<int:plan_id>")

Answer = Response | str | tuple[str, int] | tuple[Response, int]
PARTS = ("figures", "tools", "table", "list", "reserve", "history")


@blueprint.get("/verdicts")
@policy(manages, subject=queries.plan_of_call)
def verdicts(plan_id: int) -> Response:
    """Where a turn (or somebody of the reserve) may go: every place at once."""
    plan, sent = g.subject, request.args
    who = exhibitor_key(sent.get("exhibitor", 0, whole))
    table = desk(plan.case.text, plan.text, decisions(plan.call_id), staying(plan))
    at = forms.spot(sent.get("at", ""))
    turn = table.held(at, who) if at else None
    if not table.knows(who) or (sent.get("at") and turn is None):
        abort(404)
    people = queries.names(plan.call_id, [int(one.id[1:]) for one in table.problem.applicants])
    known = directory(rotation.spaces_of(plan.call), people)
    return jsonify({"version": plan.version, **judge_places(table, who, turn, language(), namer(known))})


@blueprint.post("/edits")
@policy(manages, subject=queries.plan_of_call)
def edit(plan_id: int) -> Answer:
    """Make an edit."""
    ask, seen = forms.asked(request.form), forms.version(request.form)
    if ask is None:
        return _refused([_("Cette demande est illisible. Rechargez le tableau.")], 422)
    try:
        service.edit(current_actor(), plan_id, seen, ask)
    except NeedsReason as error:
        return _asks_reason(error)
    except Stale:
        return _stale(seen)
    except Refused as error:
        return _refused(list(error.reasons), 409)
    return _done()


@blueprint.post("/undo")
@policy(manages, subject=queries.plan_of_call)
def undo(plan_id: int) -> Answer:
    """Take the last edit back."""
    return _turn_back(plan_id, EditKind.UNDO)


@blueprint.post("/redo")
@policy(manages, subject=queries.plan_of_call)
def redo(plan_id: int) -> Answer:
    """Make the last edit taken back again."""
    return _turn_back(plan_id, EditKind.REDO)


def _turn_back(plan_id: int, kind: EditKind) -> Answer:
    seen = forms.version(request.form)
    verb = board_history.undo if kind is EditKind.UNDO else board_history.redo
    try:
        verb(current_actor(), plan_id, seen)
    except Stale:
        return _stale(seen)
    except Refused as error:
        return _refused(list(error.reasons), 409)
    return _done()


@blueprint.post("/refresh")
@policy(manages, subject=queries.plan_of_call)
def refresh(plan_id: int) -> Answer:
    """Go on with today's data."""
    seen = forms.version(request.form)
    try:
        made = board_decisions.refresh(current_actor(), plan_id, seen)
    except Stale:
        return _stale(seen)
    if made is None:
        flash(_("Les données n'ont pas changé."), "info")
        return redirect(url_for("plans.show", plan_id=plan_id), 303)
    return _done()


@blueprint.get("/turn")
@policy(manages, subject=queries.plan_of_call)
def turn(plan_id: int) -> str:
    """A turn (or somebody of the reserve) by itself: every action as a form."""
    return _turn_page(request.args)


@blueprint.route("/close", methods=["GET", "POST"])
@policy(manages, subject=queries.plan_of_call)
def close(plan_id: int) -> Answer:
    """Close a stand for some periods."""
    plan = g.subject
    form = forms.CloseForm(version=plan.version)
    form.offer(plan.call, _spaces())
    if form.validate_on_submit():
        first, last = int(form.first.data), int(form.last.data)
        try:
            board_decisions.close(
                current_actor(), plan_id, forms.version(request.form), int(form.stand.data), first, last,
                form.reason.data, form.note.data or "",
            )  # fmt: skip
            return _done()
        except Stale:
            return _stale(forms.version(request.form))
        except Invalid as error:
            add_faults(form, error)
        except Refused as error:
            form.form_errors = [_("Ces jours sont pris. Déplacez d'abord :"), *error.reasons]
    shown = render_template("board/close.html", plan=plan, call=plan.call, form=form)
    return (shown, 422) if form.is_submitted() else shown


@blueprint.route("/permanent", methods=["GET", "POST"])
@policy(manages, subject=queries.plan_of_call)
def permanent(plan_id: int) -> Answer:
    """Hold a place for good."""
    plan = g.subject
    form = forms.PermanentForm(version=plan.version)
    form.offer(rotation.people(exhibitors.known_here(plan.call.site)), _spaces())
    if form.validate_on_submit():
        asked = Permanent(int(form.exhibitor.data), int(form.stand.data), form.reason.data)
        try:
            board_decisions.hold(current_actor(), plan_id, forms.version(request.form), asked)
            return _done()
        except Stale:
            return _stale(forms.version(request.form))
        except NeedsReason as error:
            form.form_errors = [*error.breaches, *error.faults["reason"]]
        except Invalid as error:
            add_faults(form, error)
        except Refused as error:
            form.form_errors = list(error.reasons)
    shown = render_template("board/permanent.html", plan=plan, call=plan.call, form=form)
    return (shown, 422) if form.is_submitted() else shown


def _spaces() -> list[Space]:
    return rotation.spaces_of(g.subject.call)


def _scripted() -> bool:
    return request.accept_mimetypes.best == "application/json"


def _fresh() -> Any:
    """The plan as it is now: a refusal rolled back what was read before."""
    return queries.plan_of_call(request.view_args["plan_id"] if request.view_args else 0)


def _done() -> Answer:
    """The board after an edit: its parts for a script, else the page."""
    told = page(_fresh())
    said = told.history[-1].sentence
    if _scripted():
        return jsonify({"version": told.plan.version, "said": said, "parts": parts(told)})
    flash(said, "ok")
    return redirect(url_for("plans.show", plan_id=told.plan.id), 303)


def parts(told: board_page.Page) -> dict[str, str]:
    """The parts of the board that an edit changes, as HTML."""
    return {
        name: render_template(f"board/_{name}.html", page=told, plan=told.plan, call=told.plan.call) for name in PARTS
    }


def _asks_reason(error: NeedsReason) -> Answer:
    if _scripted():
        return jsonify({"error": "reason", "breaches": error.breaches, "faults": error.faults["reason"]}), 422
    return _turn_page(request.form, breaches=error.breaches, faults=error.faults["reason"]), 422


def _refused(reasons: list[str], status: int) -> Answer:
    if _scripted():
        return jsonify({"error": "refused", "reasons": reasons}), status
    return _turn_page(request.form, refused=reasons), status


def _stale(seen: int) -> Answer:
    """Somebody was faster: what she did, and the edit asked for, to be made again on the board of now."""
    plan = _fresh()
    changes = [line.sentence for line in board_page.since(plan, max(seen, 0))]
    if _scripted():
        told = page(plan)
        return jsonify({"error": "stale", "version": plan.version, "changes": changes, "parts": parts(told)}), 409
    sent = {key: value for key, value in request.form.items() if key not in ("csrf_token", "version")}
    return render_template("board/stale.html", plan=plan, call=plan.call, changes=changes, sent=sent), 409


def _turn_page(sent: Any, **told: Any) -> str:
    """The page of a turn; without one (nobody of that name, an unreadable place) there is no such page."""
    plan = _fresh()
    known: Directory = known_of(plan)
    who = sent.get("exhibitor", 0, whole)
    person = known.exhibitors.get(exhibitor_key(who))
    table = desk(plan.case.text, plan.text, decisions(plan.call_id), staying(plan))
    at = forms.spot(sent.get("at", ""))
    held = table.held(at, exhibitor_key(who)) if at else None
    if person is None or not table.knows(exhibitor_key(who)):
        abort(404 if request.method == "GET" else 422)
    shown = page(plan)
    card = next(
        (one for one in shown.board.cards if held and one.at == sent.get("at") and one.exhibitor_id == who), None
    )
    waiting = next((one for one in shown.board.reserve if one.exhibitor_id == who), None)
    return render_template(
        "board/turn.html", plan=plan, call=plan.call, who=person, card=card, waiting=waiting, page=shown, sent=sent,
        **told,
    )  # fmt: skip
