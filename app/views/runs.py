"""One solve: its progress as it goes, how it ended, and the button that stops it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    flash,
    g,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as Answer

from app.database import reading
from app.errors import Refused
from app.extensions import db
from app.i18n import _, language, speaking
from app.intake import whole
from app.models import RunKind, RunState, SolveRun
from app.permissions import current_actor, manages, policy
from app.planning import clashes
from app.planning.endings import sentence, told
from app.planning.judge import Namer, namer
from app.planning.keys import directory
from app.queries import plans as queries
from app.queries import rotation as rotations
from app.queries import trial as trials
from app.services import relaxing, runs

blueprint = Blueprint("runs", __name__)

STREAM = 25  # seconds a stream lasts; the browser then asks again
LOOK = 0.5  # seconds between looks at the row


@blueprint.get("/manage/runs/<int:run_id>/")
@policy(manages, subject=queries.run)
def show(run_id: int) -> Answer | str:
    """The page of a run; that of a repair is its closure's."""
    run = g.subject
    if run.kind is RunKind.REPAIR and (closure := queries.closure_of_run(run.id)) is not None:
        return redirect(url_for("closures.show", closure_id=closure), 303)
    plan_id, has_result = queries.plan_of_run(run.id), trials.result(run.id) is not None
    return render_template(
        "runs/show.html", run=run, call=run.call, plan_id=plan_id, has_result=has_result, **_words(run)
    )  # fmt: skip


@blueprint.get("/manage/runs/<int:run_id>/status")
@policy(manages, subject=queries.run)
def status(run_id: int) -> Response:
    """How a run stands, for pages that cannot listen to its events."""
    return jsonify(_told(g.subject))


@blueprint.get("/manage/runs/<int:run_id>/events")
@policy(manages, subject=queries.run)
def events(run_id: int) -> Response:
    """The progress of a run as server-sent events, for a while; between looks no database session is held."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    stream = _events(app, run_id, language())
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return Response(stream, mimetype="text/event-stream", headers=headers)


@blueprint.post("/manage/runs/<int:run_id>/cancel")
@policy(manages, subject=queries.run)
def cancel(run_id: int) -> Answer:
    """Stop a run."""
    runs.cancel(current_actor(), g.subject)
    flash(_("L'arrêt est demandé."), "info")
    return redirect(url_for("runs.show", run_id=run_id), 303)


@blueprint.post("/manage/runs/<int:run_id>/relax")
@policy(manages, subject=queries.run)
def relax(run_id: int) -> Answer:
    """Try an impossible season with one rule relaxed."""
    try:
        draft = relaxing.relax(current_actor(), g.subject, request.form.get("change", -1, type=whole))
    except Refused as error:
        flash(" ".join(error.reasons), "alert")
        return redirect(url_for("runs.show", run_id=run_id), 303)
    return redirect(url_for("runs.show", run_id=draft.id), 303)


def _events(app: Flask, run_id: int, lang: str) -> Iterator[str]:
    yield "retry: 1000\n\n"
    before, end = "", time.monotonic() + STREAM
    while time.monotonic() < end:
        with app.app_context(), reading(), speaking(lang):
            run = db.session.get_one(SolveRun, run_id)
            data = json.dumps(_told(run))
            ended = run.state.ended
        if data != before:
            yield f"event: {'end' if ended else 'progress'}\ndata: {data}\n\n"
            before = data
        if ended:
            return
        time.sleep(LOOK)


def _told(run: SolveRun) -> dict[str, Any]:
    html = render_template("runs/_progress.html", run=run, **_words(run))
    return {"state": run.state.value, "ended": run.state.ended, "progress": run.progress, "html": html}


def _words(run: SolveRun) -> dict[str, Any]:
    known = clashes.told(run.clashes, language(), _names(run)) if run.state is RunState.IMPOSSIBLE else None
    details = [] if known else [told(one, language()) for one in run.clashes]
    return {"sentence": sentence(run), "details": details, "clashes": known, "made": _made(run)}


def _made(run: SolveRun) -> list[str]:
    """The changes a draft was made with, in words: the one asked for first, then what was taken along."""
    origin = queries.run(run.scope["relaxed"]) if "relaxed" in run.scope else None
    known = clashes.told(origin.clashes, language(), _names(origin)) if origin is not None else None
    if known is None:
        return []
    words = {change.number: change.text for clash in known.clashes for change in clash.changes}
    numbers = [run.scope["change"], *run.scope.get("along", [])]
    return [words[number] for number in numbers if number in words]


def _names(run: SolveRun) -> Namer:
    """A trial's people have no names."""
    people = [] if run.kind is RunKind.TRIAL else rotations.people(queries.people_in(run.case.text))
    return namer(directory(rotations.spaces_of(run.call), people))
