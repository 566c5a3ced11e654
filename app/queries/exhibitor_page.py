"""An exhibitor's public page: her card, her turns in current publications, her events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import Event, EventArtisan, EventState, Exhibitor, Publication, PublishedTurn, Site
from app.queries.programme import current_turns, showing, stand_codes, with_event, with_showing
from app.queries.public import Card, card, card_options


@dataclass(frozen=True)
class Stay:
    """A turn and the site it is at."""

    site: Site
    space: object
    stands: tuple[str, ...]
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class ExhibitorPage:
    """All the page tells; turns and events in order of time."""

    card: Card
    coming: tuple[Stay, ...]
    past: tuple[Stay, ...]
    events: tuple[Event, ...]


def published_exhibitor(exhibitor_id: int) -> Exhibitor | None:
    """An exhibitor whom the public may look up: one with a turn in a current publication or in a planned event.

    Whoever never appeared has no page at all, like one who does not exist. Whoever appeared without consenting to
    anything has one that tells her craft and days only: the programme shows as much already.
    """
    turn = exists().where(
        PublishedTurn.exhibitor_id == Exhibitor.id,
        PublishedTurn.publication_id == Publication.id,
        Publication.superseded_at.is_(None),
    )
    event = exists().where(
        EventArtisan.exhibitor_id == Exhibitor.id,
        EventArtisan.event_id == Event.id,
        Event.state == EventState.PLANNED,
    )
    query = select(Exhibitor).where(Exhibitor.id == exhibitor_id, or_(turn, event)).options(*card_options())
    return db.session.scalars(query).unique().one_or_none()


def with_feed(exhibitor_id: int) -> Exhibitor | None:
    """An exhibitor who has, or had, a public page: her calendar goes on, to tell those who keep it what has ended."""
    turn = exists().where(PublishedTurn.exhibitor_id == Exhibitor.id)
    event = exists().where(EventArtisan.exhibitor_id == Exhibitor.id)
    query = select(Exhibitor).where(Exhibitor.id == exhibitor_id, or_(turn, event)).options(*card_options())
    return db.session.scalars(query).unique().one_or_none()


def photographed(exhibitor_id: int) -> Exhibitor | None:
    """A published exhibitor who consented to show her photo."""
    found = published_exhibitor(exhibitor_id)
    return found if found and found.publish_photo and found.photo else None


def exhibitor_page(exhibitor: Exhibitor, today: date) -> ExhibitorPage:
    """What the page tells on a day; a turn that ends today is still to come."""
    query = (
        with_showing(current_turns())
        .where(PublishedTurn.exhibitor_id == exhibitor.id)
        .options(joinedload(PublishedTurn.publication).joinedload(Publication.site))
        .order_by(PublishedTurn.starts_on, PublishedTurn.id)
    )
    turns = list(db.session.scalars(query).unique())
    codes = stand_codes(turns)
    stays = [
        Stay(turn.publication.site, turn.space, showing(turn, codes).stands, turn.starts_on, turn.ends_on)
        for turn in turns
    ]
    return ExhibitorPage(
        card=card(exhibitor),
        coming=tuple(stay for stay in stays if stay.ends_on >= today),
        past=tuple(stay for stay in reversed(stays) if stay.ends_on < today),
        events=events_of(exhibitor, today),
    )


def events_of(exhibitor: Exhibitor, since: date) -> tuple[Event, ...]:
    """The events she takes part in that are planned and not over."""
    query = (
        select(Event)
        .join(Event.artisans)
        .where(
            EventArtisan.exhibitor_id == exhibitor.id, Event.ends_on >= since, Event.state == EventState.PLANNED
        )
        .options(*with_event())
        .order_by(Event.starts_on, Event.from_time, Event.id)
    )  # fmt: skip
    return tuple(db.session.scalars(query).unique())
