"""Note who came and who did not; correct it with a reason.

The first note of a day stands until it is corrected: two agents with the same list cannot undo each other in
silence. Days are those of Morocco's calendar by the server's clock; nobody is noted ahead of time. Everything said of
a person is told to the accounts that act for her, with what the charter makes of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from app.clock import now, today
from app.errors import Invalid, Refused
from app.extensions import db
from app.i18n import _
from app.models import Attendance, AttendanceSource, AttendanceState, PublishedTurn, Site, User
from app.notices import attendance as notices
from app.planning.absences import sentences, standing
from app.queries import attendance as queries
from app.services import audit

LONGEST_REASON = 300


@dataclass(frozen=True)
class Mark:
    """What is said of a turn on a day; ``state`` None takes a note away (a correction only)."""

    turn_id: int
    day: date
    state: AttendanceState | None
    reason: str = ""


def note(actor: User, site: Site, mark: Mark, source: AttendanceSource = AttendanceSource.LIST) -> bool:
    """Note one exhibitor's day, in one commit; False when the same was noted already.

    Raises Refused when she is not expected there that day, the day is to come or too long past, or something else was
    noted (it is corrected with a reason); Invalid for an excuse without one.
    """
    turn = _expected(site, mark)
    if mark.day < today() - timedelta(days=queries.NOTED_FREELY):
        raise Refused(_("Ce jour est passé depuis trop longtemps pour la liste : corrigez-le avec un motif."))
    if mark.state is AttendanceState.EXCUSED:
        _reasoned(mark.reason)
    written = _write(actor, site, turn, mark, source)
    if not written:
        _same(turn, mark)
    db.session.commit()
    return written


def note_rest(actor: User, site: Site, day: date) -> int:
    """Note everybody whom nobody noted as come, in one commit; how many. Today only: the hall is before one's eyes."""
    if day != today():
        raise Refused(_("Seule la liste du jour se complète d'un coup."))
    rows = [row for row in queries.day_list(site, day).rows if row.noted is None]
    marks = [(row.turn, Mark(row.turn.id, day, AttendanceState.PRESENT)) for row in rows]
    marks.sort(key=lambda pair: pair[0].exhibitor_id)
    count = sum(_write(actor, site, turn, mark, AttendanceSource.LIST) for turn, mark in marks)
    db.session.commit()
    return count


def correct(actor: User, site: Site, mark: Mark) -> None:
    """Change, add or take away what was noted of a past or present day, with the reason; one commit.

    Raises Refused when she was not expected, the day is to come or nothing would change; Invalid without a reason.
    """
    turn = _expected(site, mark)
    _reasoned(mark.reason)
    query = select(Attendance).where(
        Attendance.exhibitor_id == turn.exhibitor_id, Attendance.day == mark.day
    ).with_for_update().execution_options(populate_existing=True)  # fmt: skip
    found = db.session.scalars(query).one_or_none()
    before = found.state if found else None
    if before is mark.state:
        raise Refused(_("C'est déjà ce qui est noté ce jour-là."))
    if mark.state is None:
        db.session.delete(found)
    elif found is None:
        if not _write(actor, site, turn, mark, AttendanceSource.LIST, action="attendance.correct"):
            raise Refused(_("Une autre personne vient de noter ce jour. Rechargez la page."))
        db.session.commit()
        return
    else:
        found.state, found.reason = mark.state, mark.reason.strip()
        found.source, found.noted_at, found.noted_by_id = AttendanceSource.LIST, now(), actor.id
    db.session.flush()
    _tell(actor, site, turn, mark, before, "attendance.correct")
    db.session.commit()


def _expected(site: Site, mark: Mark) -> PublishedTurn:
    """The turn, if it is held at the site on that day, and the day has come."""
    turn = queries.turn_by_id(mark.turn_id)
    hold = queries.hold_of(turn) if turn is not None else None
    if turn is None or hold is None or turn.publication.site_id != site.id or not hold.holds(mark.day):
        raise Refused(_("Personne n'est attendu à cet emplacement ce jour-là. Rechargez la page."))
    if mark.day > today():
        raise Refused(_("Ce jour n'est pas encore venu : la présence se note le jour même."))
    return turn


def _reasoned(reason: str) -> None:
    if not reason.strip():
        raise Invalid({"reason": [_("Dites pourquoi : le motif reste au registre.")]})
    if len(reason.strip()) > LONGEST_REASON:
        raise Invalid({"reason": [_("%(max)d caractères au plus : raccourcissez ce texte.", max=LONGEST_REASON)]})


def _write(
    actor: User, site: Site, turn: PublishedTurn, mark: Mark, source: AttendanceSource,
    action: str = "attendance.note",
) -> bool:  # fmt: skip
    """Write the note unless the day has one; whether it was written."""
    dialect: Any = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(Attendance).values(
        exhibitor_id=turn.exhibitor_id, day=mark.day, site_id=site.id, turn_id=turn.id, state=mark.state,
        source=source, reason=mark.reason.strip(), noted_at=now(), noted_by_id=actor.id,
    )  # fmt: skip
    new = statement.on_conflict_do_nothing(index_elements=["exhibitor_id", "day"]).returning(Attendance.day)
    if db.session.execute(new).first() is None:
        return False
    _tell(actor, site, turn, mark, None, action)
    return True


def _same(turn: PublishedTurn, mark: Mark) -> None:
    found = queries.noted_on(turn.exhibitor_id, mark.day)
    if found is not None and found.state is not mark.state:
        db.session.rollback()
        raise Refused(_("Autre chose est déjà noté pour ce jour : corrigez-le avec un motif."))


def _tell(
    actor: User, site: Site, turn: PublishedTurn, mark: Mark, before: AttendanceState | None, action: str
) -> None:
    entry = audit.record(
        site, actor, action, f"exhibitor:{turn.exhibitor_id}",
        before={"state": before.value if before else None},
        after={
            "state": mark.state.value if mark.state else None, "day": mark.day.isoformat(), "turn": turn.id,
            "reasoned": bool(mark.reason.strip()),
        },
    )  # fmt: skip
    if AttendanceState.ABSENT in (before, mark.state) or AttendanceState.EXCUSED in (before, mark.state):
        found = queries.records(site.id, [turn.exhibitor_id], today())[turn.exhibitor_id]
        where = standing(turn.publication.call, found.held, found.states, today())
        notices.noted(entry.id, site, turn, mark.day, mark.state, lambda: sentences(where))
