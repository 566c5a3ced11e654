"""What a manager corrects by hand in the ledger; all else is counted from published turns."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.account import User
from app.models.base import PERSONAL, Base
from app.models.call import Call
from app.models.exhibitor import Exhibitor
from app.models.site import Site


class LedgerCorrection(Base):
    """Turns, periods and points added to (or taken from) an exhibitor's account, with the reason.

    ``call_id``: the season corrected; None for what she received before Dawra, or elsewhere.
    """

    __tablename__ = "ledger_correction"
    id: Mapped[int] = mapped_column(primary_key=True)
    exhibitor_id: Mapped[int] = mapped_column(ForeignKey("exhibitor.id"), index=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    call_id: Mapped[int | None] = mapped_column(index=True)
    turns: Mapped[int] = mapped_column(default=0)
    periods: Mapped[int] = mapped_column(default=0)
    points: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(Text, info=PERSONAL)
    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    exhibitor: Mapped[Exhibitor] = relationship()
    site: Mapped[Site] = relationship()
    call: Mapped[Call | None] = relationship(primaryjoin="foreign(LedgerCorrection.call_id) == Call.id", viewonly=True)
    made_by: Mapped[User] = relationship()

    __table_args__ = (
        ForeignKeyConstraint(["call_id", "site_id"], ["call.id", "call.site_id"]),
        CheckConstraint("reason <> ''", "reasoned"),
        CheckConstraint("turns <> 0 OR periods <> 0 OR points <> 0", "says_something"),
    )
