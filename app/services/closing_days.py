"""Close days, and open them again, while rotations are in force: what is on offer follows.

A free place that closes is no longer offered, and who was asked is told; the periods of it that stay open are offered
anew. A closure that is shortened, moved or removed gives its days back: to the turns it interrupted, then to those
who wait. Published turns are another matter: they stay until a repair moves them (``services.repairing``).

The calls are locked before their plans and before the site, as everywhere.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date

from sqlalchemy import select

from app.clock import now, today
from app.errors import Refused
from app.extensions import db
from app.models import Call, CallState, Closure, Publication, Site, User
from app.queries.holiday import Holiday
from app.services import audit, closure, days, leftover, resuming, seeking
from app.services.amendment import holding_all
from app.services.closure import ClosureFacts


def create(actor: User, site: Site, facts: ClosureFacts, *, over_turns: bool = False) -> Closure:
    """Close days, in one commit. Raises Invalid; Refused with every turn and event in the way.

    ``over_turns``: published turns are no obstacle. Their days are shut as they fall free, and nothing new comes to
    any of the days.
    """
    with holding_site(site.id) as calls:
        return enter(actor, calls, site, facts, over_turns=over_turns)


def add_holidays(actor: User, site: Site, holidays: Iterable[Holiday]) -> int:
    """Close the whole site on public holidays: all of them, or none. Gives how many were not closed before.

    Raises Refused with every turn and event in the way.
    """
    with holding_site(site.id) as calls:
        made = closure.enter_holidays(actor, site, holidays)
        _shut(actor, calls, made)
    return len(made)


def change(actor: User, closed: Closure, facts: ClosureFacts) -> None:
    """Give a closure other days or words, in one commit; the place stays. Raises Invalid, or Refused by an event.

    Turns on the new days stay until a repair moves them.
    """
    with holding_site(closed.site_id) as calls:
        site, space, stand_id = closed.site, closed.space, closed.stand_id
        days.lock_site(site.id)
        closure.check(site, facts, but=closed)
        before, old = closure.told(closed), set(days.span(closed.starts_on, closed.ends_on))
        new = set(days.span(facts.starts_on, facts.ends_on))
        spaces = closure.spaces_of(site, space)
        events = [text for one in spaces for text in days.uses(one.id, new - old, stand_id, but_turns=True)]
        if events:
            raise Refused(*events)
        closed.starts_on, closed.ends_on = facts.starts_on, facts.ends_on
        closed.reason, closed.note = facts.reason, facts.note
        db.session.flush()
        for one in spaces if stand_id is None else []:
            days.release_days(one.id, old - new)
            days.shut_free(one.id, new)
        audit.record(
            site, actor, "closure.change", f"closure:{closed.id}", before=before, after=closure.told(closed)
        )  # fmt: skip
        _shut(actor, calls, [closed])
        _reopen(actor, calls, [one.id for one in spaces], stand_id, old - new)


def delete(actor: User, closed: Closure) -> None:
    """Remove a closure, in one commit: the days that no other one closes are free, their places are offered.

    A search for places that goes on is stopped first.
    """
    seeking.stop(actor, closed.id)
    with holding_site(closed.site_id) as calls:
        days.lock_site(closed.site_id)
        _remove(actor, calls, closed)


@contextmanager
def holding_site(site_id: int) -> Iterator[list[Call]]:
    """The calls of a site with a rotation in force, held still for one change of its days."""
    query = select(Publication.call_id).where(Publication.site_id == site_id, Publication.superseded_at.is_(None))
    with holding_all(sorted(db.session.scalars(query.distinct()))) as calls:
        yield calls


def enter(
    actor: User, calls: Sequence[Call], site: Site, facts: ClosureFacts, *, over_turns: bool = False
) -> Closure:  # fmt: skip
    """Close days in the transaction of a caller who holds the site's calls; raises like ``create``."""
    made = closure.enter(actor, site, facts, over_turns=over_turns)
    _shut(actor, calls, [made])
    return made


def leave(actor: User, calls: Sequence[Call], site: Site, facts: ClosureFacts) -> None:
    """Remove the closure of these facts likewise; nothing to do when it is gone."""
    days.lock_site(site.id)
    found = closure.twin(site, facts)
    if found is not None:
        _remove(actor, calls, found)


def _remove(actor: User, calls: Sequence[Call], closed: Closure) -> None:
    spaces, stand_id = [one.id for one in closure.spaces_of(closed.site, closed.space)], closed.stand_id
    freed = days.span(closed.starts_on, closed.ends_on)
    closure.remove(actor, closed)
    _reopen(actor, calls, spaces, stand_id, freed)


def _shut(actor: User, calls: Sequence[Call], closures: Sequence[Closure]) -> None:
    for call in calls:
        leftover.shut(call, closures, now(), actor)


def _reopen(
    actor: User, calls: Sequence[Call], space_ids: Collection[int], stand_id: int | None, freed: Collection[date]
) -> None:  # fmt: skip
    ahead = [day for day in freed if day > today()]
    for call in calls:
        if ahead and call.state is CallState.PUBLISHED:
            resuming.resume(call, ahead, actor)
            leftover.reopen(call, space_ids, stand_id, ahead, now(), actor)
