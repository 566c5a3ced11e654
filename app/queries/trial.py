"""What a charter is tried on: past calls of a site, the crafts exhibitors practise; and the trials of a call."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import (
    Application,
    ApplicationState,
    Call,
    CallState,
    Craft,
    ExhibitorCraft,
    FrozenCase,
    RunKind,
    SolveRun,
    Trial,
)

SHOWN = 30


def past_calls(call: Call) -> list[tuple[Call, int]]:
    """Other calls of the site with the number of their retained applications, the latest season first."""
    counted = func.count(Application.id)
    query = (
        select(Call, counted)
        .join(Application, Application.call_id == Call.id)
        .where(Call.site_id == call.site_id, Call.id != call.id, Call.state == CallState.PUBLISHED)
        .where(Application.state == ApplicationState.ELIGIBLE)
        .group_by(Call.id)
        .order_by(Call.season_start.desc(), Call.id.desc())
    )
    return [(found, number) for found, number in db.session.execute(query)]


def crafts() -> list[tuple[str, str]]:
    """(craft, family) of every craft, those most practised first."""
    known = func.count(ExhibitorCraft.exhibitor_id)
    query = select(Craft.code, Craft.family_code).outerjoin(ExhibitorCraft, ExhibitorCraft.craft_code == Craft.code)
    rows = db.session.execute(query.group_by(Craft.code, Craft.family_code).order_by(known.desc(), Craft.code))
    return [(code, family) for code, family in rows]


def trials(call_id: int) -> list[SolveRun]:
    """The trials of a call, newest first."""
    mine = SolveRun.call_id == call_id, SolveRun.kind == RunKind.TRIAL
    return list(db.session.scalars(select(SolveRun).where(*mine).order_by(SolveRun.id.desc()).limit(SHOWN)))


def result(run_id: int) -> Trial | None:
    """What came of a trial, once it has."""
    return db.session.get(Trial, run_id, options=[joinedload(Trial.run)])


def case_text(sha256: str) -> str:
    """A frozen case."""
    return db.session.get_one(FrozenCase, sha256).text


def case_of(sha256: str) -> FrozenCase | None:
    """A frozen case, if it is there."""
    return db.session.get(FrozenCase, sha256)
