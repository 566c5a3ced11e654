"""Turns that a closure interrupts, when the closure is lifted: their days are theirs again.

In the caller's transaction; the call is held.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from app.clock import today
from app.models import Call, PublicationCause, User
from app.notices import closure as notices
from app.planning.begun import open_part
from app.planning.changes import stays_of_rows
from app.queries import closing
from app.queries import rotation as queries
from app.services.amendment import Change, amend


def resume(call: Call, freed: Collection[date], actor: User) -> None:
    """Give the turns in force the days back on which they were interrupted, where nothing else closes them; tell them.

    ``freed``: days that a closure no longer closes.
    """
    publication = queries.current(call.id)
    rows = [row for row in publication.turns if set(row.paused_on) & set(freed)] if publication is not None else []
    closures = closing.ahead(call, today())
    kept = {row: open_part(stay, closures) for row, stay in zip(rows, stays_of_rows(rows), strict=True)}
    longer = {row: stay for row, stay in kept.items() if stay is not None and stay.pauses != row.paused_on}
    if not longer:
        return
    stays = list(longer.values())
    written = amend(actor, call, Change(PublicationCause.CLOSED, list(longer), stays, stays))
    for stay in stays:
        notices.resumed(written.publication, stay)
