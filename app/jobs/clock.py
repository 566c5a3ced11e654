"""What passes with time: offers and swaps whose deadline came, reminders.

Any number of workers may do this at once, or die in the middle: each call is one transaction under the lock of its
row, and what has ended does not end again (``app.services.settling``).
"""

from __future__ import annotations

from app.clock import now
from app.database import reading
from app.errors import Refused
from app.extensions import db
from app.queries import offer as queries
from app.services import offer

PACE = 2.0  # seconds between looks: how late a release may be


def tick() -> int:
    """End what is due and remind who is to be reminded; how many were ended or reminded."""
    at = now()
    with reading():
        ending = queries.calls_due(at)
        reminding = sorted(
            {
                call_id
                for call_id, offered, deadline, sent, days in queries.open_deadlines()
                if deadline > at and sum(one <= at for one in offer.reminder_times(offered, deadline, days)) > sent
            }
        )
    db.session.rollback()
    return sum(_done(offer.expire_due, one) for one in ending) + sum(_done(offer.remind_due, one) for one in reminding)


def _done(work: object, call_id: int) -> int:
    """Do the work of one call; what lost a race for a lock is tried at the next tick."""
    try:
        return int(work(call_id))  # type: ignore[operator]
    except Refused:
        return 0
