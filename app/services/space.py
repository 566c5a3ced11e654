"""Describe a site's spaces."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.errors import Invalid, Refused
from app.extensions import db
from app.i18n import _
from app.models import Call, CallSpace, Closure, Event, PublishedTurn, Site, Space, SpaceDay, SpaceKind, User
from app.services import audit, days


@dataclass(frozen=True)
class SpaceFacts:
    """A space as a form gives it: ``area_m2`` in m², ``capacity`` in people, ``weight`` the value of the place."""

    code: str
    name: str
    name_ar: str
    kind: SpaceKind
    area_m2: int | None
    capacity: int | None
    weight: int


def create(actor: User, site: Site, facts: SpaceFacts) -> Space:
    """Add a space; the site's closures hold for it too. Raises Invalid where the code is taken."""
    days.lock_site(site.id)
    _check_code(site, facts.code)
    space = Space(site_id=site.id, **asdict(facts))
    db.session.add(space)
    _flush_unique(facts.code)
    for closure in _closures_of_whole_site(site):
        days.close_days(space.id, days.span(closure.starts_on, closure.ends_on))
    audit.record(site, actor, "space.create", f"space:{space.id}", after=asdict(facts))
    db.session.commit()
    return space


def edit(actor: User, space: Space, facts: SpaceFacts) -> Space:
    """Write a space's facts. Raises Invalid where the code is taken."""
    _check_code(space.site, facts.code, ignoring=space)
    changed = {name: value for name, value in asdict(facts).items() if getattr(space, name) != value}
    before = {name: getattr(space, name) for name in changed}
    for name, value in changed.items():
        setattr(space, name, value)
    _flush_unique(facts.code)
    if changed:
        audit.record(space.site, actor, "space.edit", f"space:{space.id}", before=before, after=changed)
    db.session.commit()
    return space


def delete(actor: User, space: Space) -> None:
    """Remove a space and its stands. Raises Refused with every use that keeps it."""
    if reasons := kept_by(space):
        raise Refused(*reasons)
    site, name = space.site, space.name
    before = {"code": space.code, "kind": space.kind, "stands": [stand.code for stand in space.stands]}
    subject = f"space:{space.id}"
    try:
        for day in db.session.scalars(select(SpaceDay).where(SpaceDay.space_id == space.id)):
            db.session.delete(day)
        db.session.flush()
        db.session.delete(space)
        db.session.flush()
    except IntegrityError as error:
        db.session.rollback()
        raise Refused(_("« %(name)s » vient d'être utilisé : rechargez la page.", name=name)) from error
    audit.record(site, actor, "space.delete", subject, before=before)
    db.session.commit()


def kept_by(space: Space) -> list[str]:
    """A sentence for each thing that keeps a space from being removed; empty when nothing does."""
    reasons = [
        _(
            "« %(space)s » figure dans l'appel nº %(number)s. Retirez-le de l'appel, ou fermez l'espace.",
            space=space.name, number=call.number,
        )
        for call in calls_of(space)
    ]  # fmt: skip
    for table, sentence in (
        (PublishedTurn, _("Des tours y ont été publiés : fermez l'espace au lieu de le supprimer.")),
        (Event, _("Des animations y sont prévues ou y ont eu lieu : fermez l'espace au lieu de le supprimer.")),
        (Closure, _("Des fermetures y sont inscrites : supprimez-les d'abord.")),
    ):
        if db.session.scalar(select(func.count()).select_from(table).where(table.space_id == space.id)):
            reasons.append(sentence)
    return reasons


def calls_of(space: Space) -> list[Call]:
    """The calls that offer a space, by number."""
    query = select(Call).join(CallSpace, CallSpace.call_id == Call.id).where(CallSpace.space_id == space.id)
    return list(db.session.scalars(query.order_by(Call.number)))


def _closures_of_whole_site(site: Site) -> list[Closure]:
    query = select(Closure).where(Closure.site_id == site.id, Closure.space_id.is_(None))
    return list(db.session.scalars(query))


def _check_code(site: Site, code: str, ignoring: Space | None = None) -> None:
    query = select(Space).where(Space.site_id == site.id, Space.code == code)
    taken = db.session.scalars(query).one_or_none()
    if taken is not None and taken is not ignoring:
        raise _code_taken(code)


def _flush_unique(code: str) -> None:
    """Two people may take a code at once: the database decides."""
    try:
        db.session.flush()
    except IntegrityError as error:
        db.session.rollback()
        raise _code_taken(code) from error


def _code_taken(code: str) -> Invalid:
    return Invalid({"code": [_("Le code %(code)s est déjà pris dans ce site : choisissez-en un autre.", code=code)]})
