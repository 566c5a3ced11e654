"""Islamic holidays whose day an administrator has confirmed: Morocco decides by sighting, before is an estimate."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class HolidayConfirmation(Base):
    """The first day of a holiday (its ``code`` in ``data/holidays.json``) in a year of the Hijri calendar."""

    __tablename__ = "holiday_confirmation"
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    hijri_year: Mapped[int] = mapped_column(primary_key=True)
    starts_on: Mapped[date]
    confirmed_at: Mapped[datetime]
    confirmed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))

    __table_args__ = (CheckConstraint("hijri_year BETWEEN 1400 AND 1600", "hijri_year_sensible"),)
