"""Offers of turns and of free places, and the places set free after publication.

An offer is open until it ends, exactly once: by an answer, by its deadline, or because it is taken back. What is
offered is a turn of the publication in force (``turn_id``), or a free place (``vacancy_id``), which becomes a turn
when it is accepted.
"""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import PERSONAL, Base, choice
from app.models.call import Call
from app.models.exhibitor import Exhibitor
from app.models.rotation import PublishedTurn
from app.models.space import Space, Stand


class OfferState(enum.StrEnum):
    """Open, or how it ended."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class VacancyCause(enum.StrEnum):
    """Why a place became free."""

    DECLINED = "declined"
    EXPIRED = "expired"
    RETURNED = "returned"
    ABSENT = "absent"
    CLOSED = "closed"
    OPENED = "opened"


class VacancyState(enum.StrEnum):
    """Free, taken up again, or no longer to be filled."""

    OPEN = "open"
    FILLED = "filled"
    ENDED = "ended"


class Vacancy(Base):
    """A stand (and its further stands ``also``) free for ``length`` periods from ``start``; days included.

    ``left_by_id``: who held it. One open vacancy a stand and first day, by constraint.
    """

    __tablename__ = "vacancy"
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), index=True)
    space_id: Mapped[int] = mapped_column(ForeignKey("space.id"))
    stand_id: Mapped[int] = mapped_column(ForeignKey("stand.id"))
    also: Mapped[list[int]] = mapped_column(JSON, default=list)
    start: Mapped[int]
    length: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    cause: Mapped[VacancyCause] = mapped_column(choice(VacancyCause, "cause"))
    left_by_id: Mapped[int | None] = mapped_column(ForeignKey("exhibitor.id"), index=True)
    state: Mapped[VacancyState] = mapped_column(choice(VacancyState, "state"), default=VacancyState.OPEN)
    opened_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    call: Mapped[Call] = relationship()
    space: Mapped[Space] = relationship()
    stand: Mapped[Stand] = relationship()
    left_by: Mapped[Exhibitor | None] = relationship()

    __table_args__ = (
        Index("uq_vacancy_open_place", "stand_id", "starts_on", unique=True,
              sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'")),
        CheckConstraint("start >= 0 AND length >= 1", "periods_sensible"),
        CheckConstraint("starts_on <= ends_on", "days_in_order"),
        CheckConstraint("(state = 'open') = (ended_at IS NULL)", "ended_dated"),
    )  # fmt: skip


class Offer(Base):
    """A turn or a free place offered to an exhibitor until ``deadline``; the place as offered stands in the row.

    At most one open offer a turn, a vacancy, and a stand from one first day, by constraint. ``reminders``: how many
    were sent. ``ended_by_id``: who answered, None for the clock. ``reason``: why it was taken back.
    """

    __tablename__ = "offer"
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), index=True)
    exhibitor_id: Mapped[int] = mapped_column(ForeignKey("exhibitor.id"), index=True)
    turn_id: Mapped[int | None] = mapped_column(ForeignKey("turn.id"), index=True)
    vacancy_id: Mapped[int | None] = mapped_column(ForeignKey("vacancy.id"), index=True)
    space_id: Mapped[int] = mapped_column(ForeignKey("space.id"))
    stand_id: Mapped[int] = mapped_column(ForeignKey("stand.id"))
    also: Mapped[list[int]] = mapped_column(JSON, default=list)
    start: Mapped[int]
    length: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    state: Mapped[OfferState] = mapped_column(choice(OfferState, "state"), default=OfferState.OPEN)
    offered_at: Mapped[datetime]
    deadline: Mapped[datetime]
    reminders: Mapped[int] = mapped_column(default=0)
    offered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    reason: Mapped[str] = mapped_column(Text, default="", info=PERSONAL)
    call: Mapped[Call] = relationship()
    exhibitor: Mapped[Exhibitor] = relationship()
    turn: Mapped[PublishedTurn | None] = relationship()
    vacancy: Mapped[Vacancy | None] = relationship()
    space: Mapped[Space] = relationship()
    stand: Mapped[Stand] = relationship()

    __table_args__ = (
        Index("uq_offer_open_turn", "turn_id", unique=True,
              sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'")),
        Index("uq_offer_open_vacancy", "vacancy_id", unique=True,
              sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'")),
        Index("uq_offer_open_place", "stand_id", "starts_on", unique=True,
              sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'")),
        Index("ix_offer_state_deadline", "state", "deadline"),
        CheckConstraint("(turn_id IS NULL) <> (vacancy_id IS NULL) OR state = 'accepted'", "of_turn_or_place"),
        CheckConstraint("start >= 0 AND length >= 1", "periods_sensible"),
        CheckConstraint("starts_on <= ends_on", "days_in_order"),
        CheckConstraint("offered_at < deadline", "deadline_after_offer"),
        CheckConstraint("(state = 'open') = (ended_at IS NULL)", "ended_dated"),
    )  # fmt: skip
