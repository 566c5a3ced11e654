"""Runs and plans of a call, and the loaders of their pages."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import defer, joinedload

from app.extensions import db
from app.models import Call, Craft, Decision, ExhibitorGroup, Repair, RunKind, RunState, SolveRun, StoredPlan

SHOWN = 50


def call(call_id: int) -> Call | None:
    """The call of an address."""
    return db.session.get(Call, call_id)


def run(run_id: int) -> SolveRun | None:
    """The run of an address."""
    return db.session.get(SolveRun, run_id, options=[joinedload(SolveRun.call).joinedload(Call.site)])


def plan(plan_id: int) -> StoredPlan | None:
    """The plan of an address, with its case."""
    options = [
        joinedload(StoredPlan.call).joinedload(Call.site),
        joinedload(StoredPlan.case),
        joinedload(StoredPlan.run),
    ]
    return db.session.get(StoredPlan, plan_id, options=options)


def decision(decision_id: int) -> Decision | None:
    """The decision of an address."""
    return db.session.get(Decision, decision_id)


def open_run(call_id: int) -> SolveRun | None:
    """The solve or trial of a call that has not ended, if there is one; repairs go beside it."""
    unfinished = SolveRun.state.in_([RunState.QUEUED, RunState.RUNNING]), SolveRun.kind != RunKind.REPAIR
    return db.session.scalars(select(SolveRun).where(SolveRun.call_id == call_id, *unfinished)).first()


def runs(call_id: int) -> list[SolveRun]:
    """The latest runs of a call, newest first."""
    mine = SolveRun.call_id == call_id, SolveRun.kind == RunKind.SOLVE
    query = select(SolveRun).where(*mine).order_by(SolveRun.id.desc()).limit(SHOWN)
    return list(db.session.scalars(query))


def plans(call_id: int) -> list[StoredPlan]:
    """The latest plans of a call, newest first, without their texts."""
    query = select(StoredPlan).where(StoredPlan.call_id == call_id).order_by(StoredPlan.id.desc()).limit(SHOWN)
    return list(db.session.scalars(query.options(defer(StoredPlan.text), joinedload(StoredPlan.run))))


def some(call_id: int, plan_ids: Collection[int]) -> list[StoredPlan]:
    """The plans of a call with these ids, in the order asked, each once, with their cases."""
    query = select(StoredPlan).where(StoredPlan.call_id == call_id, StoredPlan.id.in_(plan_ids))
    options = joinedload(StoredPlan.case), joinedload(StoredPlan.run)
    found = {plan.id: plan for plan in db.session.scalars(query.options(*options))}
    return [found[one] for one in dict.fromkeys(plan_ids) if one in found]


def groups_of(exhibitor_ids: Collection[int]) -> dict[int, set[str]]:
    """The groups these exhibitors declare."""
    found: dict[int, set[str]] = {}
    query = select(ExhibitorGroup).where(ExhibitorGroup.exhibitor_id.in_(exhibitor_ids))
    for one in db.session.scalars(query):
        found.setdefault(one.exhibitor_id, set()).add(one.group.value)
    return found


def plan_of_run(run_id: int) -> int | None:
    """The id of the plan a run gave, if it gave one."""
    return db.session.scalar(select(StoredPlan.id).where(StoredPlan.run_id == run_id))


def closure_of_run(run_id: int) -> int | None:
    """The id of the closure a job seeks places for, as long as its options are there."""
    return db.session.scalar(select(Repair.closure_id).where(Repair.run_id == run_id))


def run_scope(plan_id: int, call_id: int) -> dict[str, Any]:
    """The scope of the run that gave a plan of a call; empty for a plan without one, or of another call."""
    query = select(SolveRun.scope).join(StoredPlan, StoredPlan.run_id == SolveRun.id)
    return db.session.scalar(query.where(StoredPlan.id == plan_id, StoredPlan.call_id == call_id)) or {}


def is_plan_of(plan_id: int, call_id: int) -> bool:
    """Whether a plan belongs to a call."""
    query = select(StoredPlan.id).where(StoredPlan.id == plan_id, StoredPlan.call_id == call_id)
    return db.session.scalar(query) is not None


def people_of(plan: StoredPlan) -> set[int]:
    """The exhibitors of a plan's case."""
    return people_in(plan.case.text)


def people_in(case_text: str) -> set[int]:
    """The exhibitors with a request in a frozen case."""
    return {int(one["applicant"][1:]) for one in json.loads(case_text)["requests"]}


def in_case(plan: StoredPlan, space_id: int) -> bool:
    """Whether a space was in the case a plan was made for."""
    return any(one["id"] == f"S{space_id}" for one in json.loads(plan.case.text)["spaces"])


def craft_names(plan: StoredPlan) -> dict[str, Craft]:
    """The crafts a plan's case names, by code."""
    codes = {one["activity"] for one in json.loads(plan.case.text)["applicants"]}
    return {craft.code: craft for craft in db.session.scalars(select(Craft).where(Craft.code.in_(codes)))}
