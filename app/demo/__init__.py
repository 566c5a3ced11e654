"""The demo: three real sites with invented applicants, loaded at the first start of a demo installation."""

from __future__ import annotations

from sqlalchemy import select

from app.demo import accounts, stories
from app.extensions import db
from app.models import User
from app.settings import Settings


def load(settings: Settings) -> bool:
    """Load what is missing of the demo, a story at a time; True when something was. Reference data must be there.

    A start that was cut short, or too slow to solve, is taken up by the next.
    """
    there = db.session.scalar(select(User.id).where(User.email == accounts.MANAGER)) is not None
    people = accounts.known() if there else accounts.make()
    told = [stories.marrakech(people), stories.fquih_ben_salah(people), stories.fes(people)]
    published = stories.publish_marrakech(people, settings)
    return any(told) or published


def complete() -> bool:
    """Whether the rotation of Marrakech is published: a solve that found the machine too busy leaves it out."""
    return stories.published()
