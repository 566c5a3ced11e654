"""The public pages of a site: its programme on a day, its exhibitors, its events, its published rotations."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, current_app, g, render_template, request, send_from_directory, url_for

from app.clock import today
from app.exports.bundle import bundle, filename
from app.exports.floorplan import StandState
from app.permissions import anyone, policy, sees_call
from app.planning import overrides
from app.planning.draw import kept, promised
from app.planning.judge import turns_of
from app.planning.rotation import rotation as rotation_page
from app.planning.verifier import verifier
from app.planning.versions import versions
from app.queries.call import call_by_id
from app.queries.event import by_id, event_page
from app.queries.exhibitor_page import exhibitor_page, photographed, published_exhibitor
from app.queries.programme import Hall, programme
from app.queries.publication import lines
from app.queries.rotation import by_number
from app.queries.site import by_slug

blueprint = Blueprint("programme", __name__)

#: How anybody judges the files of a rotation again.
COMMAND = "python3 dawra_verify.py case.json plan.json"

#: Days that can be asked for: the calendar's arithmetic stays far from its ends.
FIRST, LAST = date(2000, 1, 1), date(2199, 12, 31)


@blueprint.get("/sites/<slug>/")
@policy(anyone, subject=by_slug)
def show(slug: str) -> str:
    """Who is here on a day (today, or ``?on=YYYY-MM-DD``), who comes next, events, how to come."""
    asked = request.args.get("on", "")
    day = day_asked(asked)
    told = programme(g.subject, day or today(), today())
    return render_template(
        "programme/show.html", site=g.subject, p=told, unreadable=bool(asked) and day is None, stands_of=stands_of
    )


@blueprint.get("/exhibitors/<int:exhibitor_id>")
@policy(anyone, subject=published_exhibitor)
def exhibitor(exhibitor_id: int) -> str:
    """What an exhibitor who appeared in a programme consented to tell, and her turns."""
    return render_template("programme/exhibitor.html", page=exhibitor_page(g.subject, today()))


@blueprint.get("/exhibitors/<int:exhibitor_id>/photo")
@policy(anyone, subject=photographed)
def photo(exhibitor_id: int) -> Response:
    """Her photo, where she consented to show it."""
    folder = current_app.extensions["settings"].data_dir.resolve() / "photos"
    return send_from_directory(folder, g.subject.photo, max_age=0)


@blueprint.get("/events/<int:event_id>")
@policy(anyone, subject=by_id)
def event(event_id: int) -> str:
    """One event."""
    return render_template("programme/event.html", told=event_page(g.subject))


@blueprint.get("/sites/<slug>/rotations/")
@policy(anyone, subject=by_slug)
def rotations(slug: str) -> str:
    """Every rotation published, the newest first."""
    return render_template("programme/rotations.html", site=g.subject, lines=lines(g.subject))


@blueprint.get("/calls/<int:call_id>/rotations/")
@policy(sees_call, subject=call_by_id)
def call_versions(call_id: int) -> str:
    """Every version of a call's rotation, and what each changed."""
    return render_template("programme/versions.html", call=g.subject, site=g.subject.site, versions=versions(g.subject))


@blueprint.get("/sites/<slug>/rotations/<int:number>")
@policy(anyone, subject=by_number)
def rotation(slug: str, number: int) -> str:
    """One rotation with its fairness, its changes and its proof."""
    told = rotation_page(g.subject)
    command = f"{COMMAND} commitment.json" if told.promised else COMMAND
    return render_template("programme/rotation.html", r=told, site=g.subject.site, command=command)


@blueprint.get("/sites/<slug>/rotations/<int:number>/bundle.zip")
@policy(anyone, subject=by_number)
def files(slug: str, number: int) -> Response:
    """The case and the plan, to count the rotation again."""
    stated = overrides.stated(g.subject.case.text, turns_of(g.subject.plan_text), g.subject.overrides or ())
    packed = bundle(g.subject, verifier(), stated, kept(promised(g.subject)))
    response = Response(packed, content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{filename(g.subject)}"'
    return response


@blueprint.get("/dawra_verify.py")
@policy(anyone)
def check() -> Response:
    """The program that judges a rotation's files without Dawra."""
    response = Response(verifier(), content_type="text/x-python; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="dawra_verify.py"'
    return response


def stands_of(hall: Hall) -> dict[int, StandState]:
    """Who is on which stand of a hall, for its floor plan."""
    held = {
        stand_id: StandState("held", one.card.title, one.card.family, url_for(".exhibitor", exhibitor_id=one.card.id))
        for one in hall.showings
        for stand_id in one.stand_ids
    }
    return {stand.id: held.get(stand.id, StandState("free")) for stand in hall.space.stands}


def day_asked(text: str) -> date | None:
    """A day of the address; None when absent or unreadable."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST <= day <= LAST else None
