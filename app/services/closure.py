"""Close a site, a space or a stand for some days, and give the days back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, select

from app.errors import Invalid, Refused
from app.extensions import db
from app.i18n import _
from app.models import Closure, ClosureReason, Repair, Site, Space, Stand, User
from app.queries.holiday import Holiday
from app.services import audit, days

LONGEST = 1100  # days: three years of works


@dataclass(frozen=True)
class ClosureFacts:
    """A closure as a form gives it, days included: of the whole site, of a space, or of a stand of the space."""

    starts_on: date
    ends_on: date
    reason: ClosureReason
    space_id: int | None = None
    stand_id: int | None = None
    note: str = ""


def enter(actor: User, site: Site, facts: ClosureFacts, *, over_turns: bool = False) -> Closure:
    """Close the days in the caller's transaction. Raises Invalid; Refused with every turn and event in the way.

    ``over_turns``: published turns are no obstacle. They stay until a repair moves them (``services.repairing``);
    their days are shut as they fall free, and nothing new comes to any of the days.
    """
    days.lock_site(site.id)
    check(site, facts)
    space, stand = _place(site, facts)
    return _write(actor, site, facts, spaces_of(site, space), stand, over_turns=over_turns)


def check(site: Site, facts: ClosureFacts, but: Closure | None = None) -> None:
    """Raise Invalid when the place is not the site's, the days are the wrong way round or the closure is there.

    ``but``: the closure being changed, which is no other one.
    """
    _place(site, facts)
    _check(site, facts, but)


def remove(actor: User, closure: Closure) -> None:
    """Remove a closure and free the days that no other one closes; the site is locked, the caller commits."""
    site, before, whole_space = closure.site, told(closure), closure.stand_id is None
    freed = days.span(closure.starts_on, closure.ends_on)
    spaces = spaces_of(site, closure.space) if whole_space else []
    subject = f"closure:{closure.id}"
    db.session.execute(delete(Repair).where(Repair.closure_id == closure.id))
    db.session.delete(closure)
    db.session.flush()
    for space in spaces:
        days.release_days(space.id, freed)
    audit.record(site, actor, "closure.delete", subject, before=before)


def enter_holidays(actor: User, site: Site, holidays: Iterable[Holiday]) -> list[Closure]:
    """Close the whole site on public holidays, all of them or none, in the caller's transaction; those not there yet.

    Raises Refused with every turn and event in the way.
    """
    days.lock_site(site.id)
    facts = [
        ClosureFacts(holiday.starts_on, holiday.ends_on, ClosureReason.HOLIDAY, note=holiday.fr)
        for holiday in holidays
    ]  # fmt: skip
    new = [one for one in facts if not twin(site, one)]
    spaces = spaces_of(site, None)
    in_the_way = [reason for one in new for space in spaces for reason in days.uses(space.id, _days(one))]
    if in_the_way:
        raise Refused(*dict.fromkeys(in_the_way))
    return [_write(actor, site, one, spaces, None) for one in new]


def _write(
    actor: User, site: Site, facts: ClosureFacts, spaces: list[Space], stand: Stand | None, *,
    over_turns: bool = False,
) -> Closure:  # fmt: skip
    wanted = _days(facts)
    if stand is not None:
        days.lock_stand(stand.space_id)
        in_the_way = days.uses(stand.space_id, wanted, stand.id, but_turns=over_turns)
    else:
        in_the_way = [reason for space in spaces for reason in days.uses(space.id, wanted, but_turns=over_turns)]
    if in_the_way:
        raise Refused(*in_the_way)
    closure = Closure(
        site_id=site.id, space_id=facts.space_id, stand_id=facts.stand_id, starts_on=facts.starts_on,
        ends_on=facts.ends_on, reason=facts.reason, note=facts.note,
    )  # fmt: skip
    db.session.add(closure)
    db.session.flush()
    for space in spaces if stand is None else []:
        (days.shut_free if over_turns else days.close_days)(space.id, wanted)
    audit.record(site, actor, "closure.create", f"closure:{closure.id}", after=told(closure))
    return closure


def refuse_events(site: Site, facts: ClosureFacts) -> None:
    """Raise Refused with every event in the way of a closure."""
    space, stand = _place(site, facts)
    wanted, stand_id = _days(facts), stand.id if stand is not None else None
    found = [text for one in spaces_of(site, space) for text in days.uses(one.id, wanted, stand_id, but_turns=True)]
    if found:
        raise Refused(*found)


def _days(facts: ClosureFacts) -> list[date]:
    return days.span(facts.starts_on, facts.ends_on)


def _place(site: Site, facts: ClosureFacts) -> tuple[Space | None, Stand | None]:
    """The space and stand named; they must be the site's own."""
    space = db.session.get(Space, facts.space_id) if facts.space_id is not None else None
    stand = db.session.get(Stand, facts.stand_id) if facts.stand_id is not None else None
    if facts.space_id is not None and (space is None or space.site_id != site.id):
        raise Invalid({"place": [_("Choisissez un espace de ce site.")]})
    if facts.stand_id is not None and (stand is None or stand.space_id != facts.space_id):
        raise Invalid({"place": [_("Choisissez un emplacement de cet espace.")]})
    return space, stand


def _check(site: Site, facts: ClosureFacts, but: Closure | None) -> None:
    if facts.ends_on < facts.starts_on:
        raise Invalid({"ends_on": [_("Le dernier jour vient avant le premier : corrigez l'un des deux.")]})
    if (facts.ends_on - facts.starts_on).days >= LONGEST:
        sentence = _("Une fermeture dure au plus %(days)d jours : inscrivez-en deux.", days=LONGEST)
        raise Invalid({"ends_on": [sentence]})
    if twin(site, facts) not in (None, but):
        raise Invalid({"starts_on": [_("Cette fermeture est déjà inscrite, aux mêmes jours.")]})


def twin(site: Site, facts: ClosureFacts) -> Closure | None:
    """The closure of the same place on the same days."""
    same = (
        Closure.site_id == site.id, Closure.space_id == facts.space_id, Closure.stand_id == facts.stand_id,
        Closure.starts_on == facts.starts_on, Closure.ends_on == facts.ends_on,
    )  # fmt: skip
    return db.session.scalars(select(Closure).where(*same)).first()


def spaces_of(site: Site, space: Space | None) -> list[Space]:
    """The spaces a closure covers, in the order in which they must be locked."""
    if space is not None:
        return [space]
    return list(db.session.scalars(select(Space).where(Space.site_id == site.id).order_by(Space.id)))


def told(closure: Closure) -> dict[str, Any]:
    """A closure as the journal tells it."""
    return {
        "space": closure.space_id, "stand": closure.stand_id, "from": closure.starts_on.isoformat(),
        "to": closure.ends_on.isoformat(), "reason": closure.reason.value, "note": closure.note,
    }  # fmt: skip
