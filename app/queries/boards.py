"""What the board needs of a plan, in few queries whatever its size."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import Call, Exhibitor, StoredPlan


def plan_of_call(plan_id: int) -> StoredPlan | None:
    """The plan of an address with its call and site; its case is read when it is asked for."""
    return db.session.get(StoredPlan, plan_id, options=[joinedload(StoredPlan.call).joinedload(Call.site)])


def names(ids: Collection[int]) -> list[Any]:
    """(id, name, name_ar) of exhibitors: all a sentence needs."""
    return list(
        db.session.execute(select(Exhibitor.id, Exhibitor.name, Exhibitor.name_ar).where(Exhibitor.id.in_(ids)))
    )
