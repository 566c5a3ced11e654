"""The promises about a call's draw, and the seed that counts."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import Call, Commitment


def by_id(commitment_id: int) -> Commitment | None:
    """The promise of an address."""
    options = [joinedload(Commitment.call).joinedload(Call.site)]
    return db.session.get(Commitment, commitment_id, options=options)


def commitments(call_id: int) -> list[Commitment]:
    """Every promise of a call, the newest first."""
    query = select(Commitment).where(Commitment.call_id == call_id).order_by(Commitment.id.desc())
    return list(db.session.scalars(query))


def in_force(call_id: int) -> Commitment | None:
    """The promise that counts, if there is one."""
    query = select(Commitment).where(Commitment.call_id == call_id, Commitment.superseded_at.is_(None))
    return db.session.scalars(query).first()


def of_case(call_id: int, case_sha256: str) -> Commitment | None:
    """The newest revealed promise about a case, by its hash with an empty seed."""
    query = (
        select(Commitment)
        .where(Commitment.call_id == call_id, Commitment.case_sha256 == case_sha256, Commitment.seed != "")
        .order_by(Commitment.id.desc())
    )
    return db.session.scalars(query).first()


def seed(call: Call) -> str:
    """The seed of a call's draw: the revealed one, empty while a promise waits for it; else the call's own."""
    promise = in_force(call.id)
    return call.seed if promise is None else promise.seed
