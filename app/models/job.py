"""Workers: who is alive."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class Worker(Base):
    """A worker process and when it was last seen."""

    __tablename__ = "worker"
    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    seen_at: Mapped[datetime]
