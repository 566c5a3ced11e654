"""What the board needs of a plan, in few queries whatever its size."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import Application, Call, Exhibitor, StoredPlan


def plan_of_call(plan_id: int) -> StoredPlan | None:
    """The plan of an address with its call and site; its case is read when it is asked for."""
    return db.session.get(StoredPlan, plan_id, options=[joinedload(StoredPlan.call).joinedload(Call.site)])


def names(call_id: int, ids: Collection[int]) -> list[Any]:
    """(id, name, name_ar, register_number) of exhibitors: all a board needs. Nearly all applied in the call."""
    named = select(Exhibitor.id, Exhibitor.name, Exhibitor.name_ar, Exhibitor.register_number)
    applied = named.join(Application, Application.exhibitor_id == Exhibitor.id).where(Application.call_id == call_id)
    found = list(db.session.execute(applied))
    missing = set(ids).difference(one.id for one in found)
    return [*found, *db.session.execute(named.where(Exhibitor.id.in_(missing)))] if missing else found
