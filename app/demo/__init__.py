"""The demo: three real sites with invented applicants, loaded at the first start of a demo installation."""

from __future__ import annotations

from sqlalchemy import select

from app.demo import accounts, stories
from app.extensions import db
from app.models import User
from app.settings import Settings


def load(settings: Settings) -> bool:
    """Load the demo unless it is there; True when it was loaded now. Reference data must be there."""
    if db.session.scalar(select(User.id).where(User.email == accounts.MANAGER)) is not None:
        return False
    people = accounts.make()
    stories.marrakech(people, settings)
    stories.fquih_ben_salah(people)
    stories.fes(people)
    return True
