"""What calendar feeds tell: turns of current publications and events, as far back as a year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import aliased, joinedload

from app.extensions import db
from app.models import Event, EventArtisan, Exhibitor, Publication, PublishedTurn, Site
from app.queries.programme import current_turns, with_event, with_showing

#: Feeds forget what is over for so many days.
KEPT = timedelta(days=366)


def turns_at(site: Site, today: date) -> list[PublishedTurn]:
    """The turns of a site's current publications."""
    return _turns(Publication.site_id == site.id, today)


def turns_of(exhibitor: Exhibitor, today: date) -> list[PublishedTurn]:
    """The turns of an exhibitor in current publications, wherever they are."""
    return _turns(PublishedTurn.exhibitor_id == exhibitor.id, today)


@dataclass(frozen=True)
class Ending:
    """How a turn ended, for calendars: by the next publication of its call, or with its own's withdrawal."""

    sequence: int
    at: datetime


def ended_at(site: Site, today: date) -> list[tuple[PublishedTurn, Ending]]:
    """Turns of a site that ended with their publication, each with its end; a moved one is not among them."""
    return _ended(Publication.site_id == site.id, today)


def ended_of(exhibitor: Exhibitor, today: date) -> list[tuple[PublishedTurn, Ending]]:
    """The same, of an exhibitor wherever she was."""
    return _ended(PublishedTurn.exhibitor_id == exhibitor.id, today)


# once: see app.queries.held
_later, _ending_one, _its = (aliased(Publication) for _ in range(3))
_now = aliased(PublishedTurn)
_follower = (
    select(func.min(_later.number))
    .where(_later.call_id == Publication.call_id, _later.number > Publication.number)
    .correlate(Publication)
    .scalar_subquery()
)
_going_on = select(_now.uid).join(_its, _its.id == _now.publication_id).where(_its.superseded_at.is_(None))


def _ended(whose: object, today: date) -> list[tuple[PublishedTurn, Ending]]:
    query = (
        with_showing(select(PublishedTurn, _ending_one).join(PublishedTurn.publication))  # type: ignore[arg-type]
        .outerjoin(_ending_one, (_ending_one.call_id == Publication.call_id) & (_ending_one.number == _follower))
        .where(
            whose,  # type: ignore[arg-type]
            PublishedTurn.ends_on >= today - KEPT, Publication.superseded_at.is_not(None),
            PublishedTurn.uid.not_in(_going_on),
            Publication.withdrawn_at.is_not(None) | _ending_one.id.is_not(None),
        )
        .options(joinedload(PublishedTurn.publication).joinedload(Publication.site))
        .order_by(Publication.number, PublishedTurn.starts_on, PublishedTurn.id)
    )  # fmt: skip
    # a turn moved before it ended has a row in several publications: the last one tells
    last = {row.uid: (row, _ending(row.publication, after)) for row, after in db.session.execute(query).unique()}
    return list(last.values())


def _ending(publication: Publication, after: Publication | None) -> Ending:
    if publication.withdrawn_at is not None or after is None:
        return Ending(publication.number + 1, publication.withdrawn_at or publication.published_at)
    return Ending(after.number, after.published_at)


def events_at(site: Site, today: date) -> list[Event]:
    """The events of a site; cancelled ones too, feeds tell them as such."""
    query = select(Event).where(Event.site_id == site.id, Event.ends_on >= today - KEPT)
    return _events(query)


def events_with(exhibitor: Exhibitor, today: date) -> list[Event]:
    """The events an exhibitor takes part in; cancelled ones too."""
    query = (
        select(Event)
        .join(Event.artisans)
        .where(EventArtisan.exhibitor_id == exhibitor.id, Event.ends_on >= today - KEPT)
    )
    return _events(query)


def _turns(whose: object, today: date) -> list[PublishedTurn]:
    query = (
        with_showing(current_turns())
        .where(whose, PublishedTurn.ends_on >= today - KEPT)  # type: ignore[arg-type]
        .options(joinedload(PublishedTurn.publication).joinedload(Publication.site))
        .order_by(PublishedTurn.starts_on, PublishedTurn.id)
    )
    return list(db.session.scalars(query).unique())


def _events(query: object) -> list[Event]:
    ordered = query.options(*with_event()).order_by(Event.starts_on, Event.from_time, Event.id)  # type: ignore[attr-defined]
    return list(db.session.scalars(ordered).unique())
