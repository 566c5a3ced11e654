"""Attendance: who came on a day of her turn, and who did not."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import PERSONAL, Base, choice
from app.models.exhibitor import Exhibitor
from app.models.rotation import PublishedTurn


class AttendanceState(enum.StrEnum):
    """What was seen of an exhibitor on a day; ``excused``: absent, with a reason the site accepted."""

    PRESENT = "present"
    ABSENT = "absent"
    EXCUSED = "excused"


class AttendanceSource(enum.StrEnum):
    """How it was noted: from the day's list, or by the exhibitor's code scanned at the stand."""

    LIST = "list"
    CODE = "code"


class Attendance(Base):
    """One exhibitor on one day of Morocco's calendar: she stands in one place a day (see ``Presence``).

    Days are whole: turns are held by the day. The row outlives the publication it was noted under; ``turn_id`` is
    the turn as it stood then. A day without a row is not noted: nothing is held against her.
    """

    __tablename__ = "attendance"
    exhibitor_id: Mapped[int] = mapped_column(ForeignKey("exhibitor.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    turn_id: Mapped[int] = mapped_column(ForeignKey("turn.id"), index=True)
    state: Mapped[AttendanceState] = mapped_column(choice(AttendanceState, "state"))
    source: Mapped[AttendanceSource] = mapped_column(choice(AttendanceSource, "source"))
    reason: Mapped[str] = mapped_column(String(300), default="", info=PERSONAL)
    noted_at: Mapped[datetime]
    noted_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    exhibitor: Mapped[Exhibitor] = relationship()
    turn: Mapped[PublishedTurn] = relationship()

    __table_args__ = (CheckConstraint("state <> 'excused' OR reason <> ''", "excuse_reasoned"),)
