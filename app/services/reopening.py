"""A closure that is shortened, moved or removed: its days are free again, and their places go to those who wait."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import select

from app.clock import now, today
from app.errors import Refused
from app.extensions import db
from app.models import Call, CallState, Closure, Publication, User
from app.services import audit, closure, days, leftover, resuming, seeking
from app.services.amendment import holding_all
from app.services.closure import ClosureFacts


def delete(actor: User, closed: Closure) -> None:
    """Remove a closure, in one commit: the days that no other one closes are free, their places are offered.

    A search for places that goes on is stopped first.
    """
    seeking.stop(actor, closed.id)
    with holding_all(_calls(closed.site_id)) as calls:
        days.lock_site(closed.site_id)
        site, space, stand_id = closed.site, closed.space, closed.stand_id
        spaces = [one.id for one in closure.spaces_of(site, space)]
        freed = days.span(closed.starts_on, closed.ends_on)
        closure.remove(actor, closed)
        _reopen(actor, calls, spaces, stand_id, freed)


def change(actor: User, closed: Closure, facts: ClosureFacts) -> None:
    """Give a closure other days or words, in one commit; the place stays. Raises Invalid, or Refused by an event.

    Turns on the new days stay until a repair moves them.
    """
    with holding_all(_calls(closed.site_id)) as calls:
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
        _reopen(actor, calls, [one.id for one in spaces], stand_id, old - new)


def _calls(site_id: int) -> list[int]:
    """The calls of a site with a rotation in force."""
    query = select(Publication.call_id).where(Publication.site_id == site_id, Publication.superseded_at.is_(None))
    return sorted(db.session.scalars(query.distinct()))


def _reopen(
    actor: User, calls: list[Call], space_ids: Collection[int], stand_id: int | None, freed: Collection[date]
) -> None:  # fmt: skip
    ahead = [day for day in freed if day > today()]
    for call in calls:
        if ahead and call.state is CallState.PUBLISHED:
            resuming.resume(call, ahead, actor)
            leftover.reopen(call, space_ids, stand_id, ahead, now(), actor)
