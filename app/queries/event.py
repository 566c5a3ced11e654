"""Reading one event."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from app.extensions import db
from app.models import Event, EventState
from app.queries.programme import with_event
from app.queries.public import Card, card


@dataclass(frozen=True)
class EventPage:
    """An event as the public sees it; nobody is named on one that was called off."""

    event: Event
    artisans: tuple[Card, ...]


def by_id(event_id: int) -> Event | None:
    """An event, with its site, room and artisans."""
    query = select(Event).where(Event.id == event_id).options(*with_event())
    return db.session.scalars(query).unique().one_or_none()


def event_page(event: Event) -> EventPage:
    """What the public page of an event tells."""
    return EventPage(event, cards(event))


def cards(event: Event) -> tuple[Card, ...]:
    """The public cards of the artisans who take part, by title."""
    if event.state is EventState.CANCELLED:
        return ()
    return tuple(sorted((card(one.exhibitor) for one in event.artisans), key=lambda one: (one.title, one.id)))
