"""Invitations by mail (to act for an exhibitor, to a role at a site), and registrations waiting for their mail."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.account import Language, SiteRole, User
from app.models.base import PERSONAL, Base, choice
from app.models.exhibitor import Exhibitor
from app.models.site import Site


class Invitation(Base):
    """An invitation to act for an exhibitor, or to a role at a site: one of the two.

    Only the token's SHA-256 is kept; ``accepted_at`` makes it usable once.
    """

    __tablename__ = "invitation"
    id: Mapped[int] = mapped_column(primary_key=True)
    exhibitor_id: Mapped[int | None] = mapped_column(ForeignKey("exhibitor.id"), index=True)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"), index=True)
    role: Mapped[SiteRole | None] = mapped_column(choice(SiteRole, "role"))
    email: Mapped[str] = mapped_column(String(254), index=True, info=PERSONAL)
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    exhibitor: Mapped[Exhibitor | None] = relationship()
    site: Mapped[Site | None] = relationship()
    invited_by: Mapped[User] = relationship()

    __table_args__ = (
        CheckConstraint(
            "(exhibitor_id IS NOT NULL AND site_id IS NULL AND role IS NULL) OR "
            "(exhibitor_id IS NULL AND site_id IS NOT NULL AND role IS NOT NULL)",
            "one_purpose",
        ),
    )


class Registration(Base):
    """An account asked for, not yet confirmed from its mailbox; only the token's SHA-256 is kept."""

    __tablename__ = "registration"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), index=True, info=PERSONAL)
    name: Mapped[str] = mapped_column(String(120), info=PERSONAL)
    password: Mapped[str] = mapped_column(String(255))
    language: Mapped[Language] = mapped_column(choice(Language, "language"))
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]
