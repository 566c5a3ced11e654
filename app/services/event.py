"""Plan, change and cancel events; room, animator and artisans are held by quarter-hour, by primary key.

A clash is told with a sentence each, all at once. Whoever loses a race against another animator gets the very same
sentences: the database refuses, and the question is asked again.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, time
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, OperationalError

from app.clock import now, today
from app.errors import Invalid, Refused, Stale
from app.extensions import db
from app.i18n import _
from app.models import Event, EventArtisan, EventKind, EventState, Exhibitor, Membership, Site, SiteRole, Space, User
from app.queries.clash import QUARTER, Wanted, clashes, quarters
from app.services import audit
from app.services.days import span
from app.services.event_slots import free, take

#: The longest festival; real fairs last up to 33 days.
MOST_DAYS = 62
#: How far ahead an event may be planned, in days.
FARTHEST = 5 * 366
ATTEMPTS = 4


@dataclass(frozen=True)
class Outline:
    """What an animator gives of an event. Hours are Moroccan wall time, on each day from the first to the last."""

    kind: EventKind
    title: str
    space_id: int
    starts_on: date
    ends_on: date
    from_time: time
    to_time: time
    animator_id: int
    title_ar: str = ""
    about: str = ""
    about_ar: str = ""
    places: int | None = None
    exhibitor_ids: tuple[int, ...] = ()

    def wanted(self, site: Site) -> Wanted:
        """The room, hours and people asked for."""
        return Wanted(
            site.id, self.space_id, tuple(span(self.starts_on, self.ends_on)),
            quarters(self.from_time, self.to_time), self.animator_id, tuple(sorted(set(self.exhibitor_ids))),
        )  # fmt: skip


def plan(actor: User, site: Site, outline: Outline) -> Event:
    """Plan an event; raises Invalid for bad input, Refused with a sentence for each clash."""
    _check(site, outline, earliest=today())
    uid = f"{uuid.uuid4().hex}@dawra"

    def write() -> Event:
        event = Event(site_id=site.id, uid=uid, sequence=0)
        _fill(event, outline)
        db.session.add(event)
        db.session.flush()
        take(event.id, outline.wanted(site))
        audit.record(site, actor, "event.plan", f"event:{event.id}", after=_facts(outline))
        return event

    return _attempt(site, outline, write, ignoring=None)


def change(actor: User, event: Event, outline: Outline, sequence: int) -> Event:
    """Change a planned event; ``sequence`` is the one that was read (Stale if somebody changed it since)."""
    site, event_id = event.site, event.id
    _check(site, outline, earliest=min(today(), event.ends_on))

    def write() -> Event:
        found = _locked(event_id, sequence)
        before = _facts(_outline_of(found))
        free(found)
        _fill(found, outline)
        found.sequence += 1
        db.session.flush()
        take(found.id, outline.wanted(site))
        audit.record(site, actor, "event.change", f"event:{found.id}", before=before, after=_facts(outline))
        return found

    return _attempt(site, outline, write, ignoring=event_id)


def cancel(actor: User, event: Event) -> Event:
    """Call an event off: its hours are free again; feeds tell it as cancelled. Raises Refused when it already is."""
    found = _locked(event.id, None)
    free(found)
    found.state = EventState.CANCELLED
    found.sequence += 1
    found.updated_at = now()
    audit.record(
        found.site, actor, "event.cancel", f"event:{found.id}",
        before={"state": EventState.PLANNED.value}, after={"state": EventState.CANCELLED.value},
    )  # fmt: skip
    db.session.commit()
    return found


def _attempt(site: Site, outline: Outline, write: Callable[[], Event], ignoring: int | None) -> Event:
    for _attempt_number in range(ATTEMPTS):
        if found := clashes(outline.wanted(site), ignoring):
            db.session.rollback()
            raise Refused(*found)
        try:
            event = write()
            db.session.commit()
            return event
        except Stale:
            raise
        except Refused as refusal:  # a room closed, or an event cancelled, since we looked
            db.session.rollback()
            raise Refused(*(clashes(outline.wanted(site), ignoring) or refusal.reasons)) from refusal
        except IntegrityError:
            db.session.rollback()
        except OperationalError as error:
            db.session.rollback()
            if getattr(error.orig, "sqlstate", "") != "40P01":  # PostgreSQL ended a deadlock: we may ask again
                raise
    raise Refused(_("Quelqu'un d'autre écrit au même moment. Envoyez encore une fois."))


def _locked(event_id: int, sequence: int | None) -> Event:
    query = (
        select(Event).where(Event.id == event_id).with_for_update(of=Event).execution_options(populate_existing=True)
    )
    event = db.session.scalars(query).one()
    if event.state is EventState.CANCELLED:
        db.session.rollback()
        raise Refused(_("Cette animation est annulée : elle ne peut plus changer. Dupliquez-la pour la refaire."))
    if sequence is not None and event.sequence != sequence:
        db.session.rollback()
        raise Stale(_("Quelqu'un a changé cette animation entre-temps. Relisez-la, puis recommencez."))
    return event


def _fill(event: Event, outline: Outline) -> None:
    values = asdict(outline)
    chosen = set(values.pop("exhibitor_ids"))
    for name, value in values.items():
        setattr(event, name, value)
    event.updated_at = now()
    kept = [artisan for artisan in event.artisans if artisan.exhibitor_id in chosen]
    new = sorted(chosen - {artisan.exhibitor_id for artisan in kept})
    event.artisans = kept + [EventArtisan(exhibitor_id=exhibitor_id) for exhibitor_id in new]


def _outline_of(event: Event) -> Outline:
    values = {name: getattr(event, name) for name in Outline.__dataclass_fields__ if name != "exhibitor_ids"}
    return Outline(**values, exhibitor_ids=tuple(sorted(artisan.exhibitor_id for artisan in event.artisans)))


def _facts(outline: Outline) -> dict[str, Any]:
    """What the audit trail keeps: ids and hours, no names."""
    return {
        "kind": outline.kind.value, "space": outline.space_id, "animator": outline.animator_id,
        "from": f"{outline.starts_on.isoformat()} {outline.from_time:%H:%M}",
        "to": f"{outline.ends_on.isoformat()} {outline.to_time:%H:%M}",
        "places": outline.places, "exhibitors": sorted(set(outline.exhibitor_ids)),
    }  # fmt: skip


def _check(site: Site, outline: Outline, earliest: date) -> None:
    if faults := faults_of(site, outline, earliest):
        raise Invalid(faults)


def faults_of(site: Site, outline: Outline, earliest: date) -> dict[str, list[str]]:
    """What is wrong with an event by itself, by field; clashes with others are another matter."""
    faults: dict[str, list[str]] = {}

    def fault(field: str, wrong: object, sentence: str) -> None:
        if wrong:
            faults.setdefault(field, []).append(sentence)

    fault("title", not outline.title.strip(), _("Donnez un titre à l'animation."))
    fault("title", len(outline.title) > 160, _("Le titre a 160 caractères au plus."))
    fault("title_ar", len(outline.title_ar) > 160, _("Le titre a 160 caractères au plus."))
    for field in ("title", "title_ar", "about", "about_ar"):
        fault(field, "\x00" in getattr(outline, field), _("Ce texte contient un caractère illisible : retapez-le."))
    fault("ends_on", outline.ends_on < outline.starts_on, _("Le dernier jour vient avant le premier."))
    fault("ends_on", outline.ends_on < earliest, _("Ces jours sont passés : choisissez une date à venir."))
    far = (outline.ends_on - today()).days > FARTHEST
    fault("ends_on", far, _("Cette date est trop lointaine : cinq ans d'avance au plus."))
    fault(
        "ends_on", (outline.ends_on - outline.starts_on).days >= MOST_DAYS,
        _("Une animation dure %(days)s jours au plus.", days=MOST_DAYS),
    )  # fmt: skip
    for field, at in (("from_time", outline.from_time), ("to_time", outline.to_time)):
        odd = at.minute % QUARTER or at.second or at.microsecond
        fault(field, odd, _("Les heures vont par quarts d'heure : 10:00, 10:15, 10:30…"))
    fault("to_time", outline.to_time <= outline.from_time, _("L'heure de fin vient après l'heure de début."))
    _check_people(site, outline, fault)
    return faults


def _check_people(site: Site, outline: Outline, fault: Callable[[str, object, str], None]) -> None:
    room = db.session.get(Space, outline.space_id)
    known = room is not None and room.site_id == site.id
    fault("space_id", not known, _("Choisissez une salle de ce site."))
    fault("places", outline.places is not None and outline.places < 1, _("Au moins une place, ou rien."))
    capacity = room.capacity if room is not None and known else None
    fault(
        "places", capacity and (outline.places or 0) > capacity,
        _("La salle accueille %(number)s personnes au plus.", number=capacity),
    )  # fmt: skip
    fault("animator_id", not _may_animate(site, outline.animator_id), _("Choisissez un animateur de ce site."))
    ids = set(outline.exhibitor_ids)
    found = set(db.session.scalars(select(Exhibitor.id).where(Exhibitor.id.in_(ids))))
    fault("exhibitor_ids", ids - found, _("Un des artisans choisis n'existe pas : refaites le choix."))


def _may_animate(site: Site, user_id: int) -> bool:
    roles = (SiteRole.MANAGER, SiteRole.ANIMATOR)
    query = select(Membership.role).where(
        Membership.user_id == user_id, Membership.site_id == site.id, Membership.role.in_(roles)
    )
    return db.session.scalars(query).first() is not None
