"""Who held which stand on which days: the turns as they were lived, across publications.

A turn's row belongs to the publication in force, or to the one it ended with. So a day is held by a turn when

* the turn's publication had not been replaced by then: what is replaced on a day gives that day to its successor
  (but for the rest of a no-show's turn, set free: the day it is freed on was still hers);
* the turn was there by then (``since``, else its publication's day), unless it came with the first publication of
  its call: that one also tells the days before it (a rotation may be recorded late).

The days of one exhibitor never overlap: the promise of a day (``Presence``) has one turn.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from app.clock import local
from app.extensions import db
from app.models import Call, Publication, PublicationCause, PublishedTurn

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Hold:
    """A turn and the days it was really held, both included, less its pauses; what is in force counts up to its end."""

    turn: PublishedTurn
    first: date
    last: date

    def holds(self, day: date) -> bool:
        """Whether the day is one of them."""
        return self.first <= day <= self.last and self.turn.holds(day)

    def days(self, until: date) -> list[date]:
        """The days held, up to ``until`` (included)."""
        last = min(self.last, until)
        span = (self.first + n * DAY for n in range((last - self.first).days + 1))
        return [day for day in span if day.isoformat() not in self.turn.pauses]


# Aliases are made once: SQLAlchemy takes ten milliseconds to fit a new one, and compiles its query anew each time.
_other, _after = aliased(Publication), aliased(Publication)
_following = (
    select(_after.cause)
    .where(_after.call_id == Publication.call_id, _after.number > Publication.number)
    .order_by(_after.number)
    .limit(1)
    .correlate(Publication)
    .scalar_subquery()
)
_first = (
    select(func.min(_other.published_at))
    .where(_other.call_id == Publication.call_id)
    .correlate(Publication)
    .scalar_subquery()
)
_turns = (
    select(PublishedTurn, _first, _following)
    .join(PublishedTurn.publication)
    .options(
        contains_eager(PublishedTurn.publication).joinedload(Publication.call).joinedload(Call.site),
        joinedload(PublishedTurn.space),
        joinedload(PublishedTurn.stand),
        joinedload(PublishedTurn.exhibitor),
    )
    .order_by(PublishedTurn.starts_on, PublishedTurn.id)
)


def holds(*where: Any) -> list[Hold]:
    """The holds of the turns that satisfy conditions on turn and publication, in order of day; three queries."""
    found = (_hold(*row) for row in db.session.execute(_turns.where(*where)))
    return [hold for hold in found if hold.first <= hold.last]


def _hold(turn: PublishedTurn, published_first: datetime, ended_by: PublicationCause | None) -> Hold:
    publication = turn.publication
    beginning = local(published_first).date()
    born = local(turn.since or publication.published_at).date()
    first = turn.starts_on if born <= beginning else max(turn.starts_on, born)
    last = turn.ends_on
    if publication.superseded_at is not None:
        replaced = local(publication.superseded_at).date()
        until = replaced if ended_by is PublicationCause.ABSENT else replaced - DAY
        last = date.min if replaced <= beginning else min(last, until)
    return Hold(turn, first, last)
