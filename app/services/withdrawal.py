"""Withdraw the publication in force, for a public reason: its days are free again, those concerned are told.

The publication stays readable, marked as withdrawn; nothing replaces it. Its turns end as those of a rotation that is
replaced do, and calendars get them as cancelled.
"""

from __future__ import annotations

from sqlalchemy import select

from app.clock import now
from app.errors import Invalid, NotFound, Stale
from app.extensions import db
from app.i18n import _
from app.models import LookKind, Publication, Site, User
from app.notices.outbox import send
from app.queries import rotation as queries
from app.services import audit, occupancy, second_looks, settling, vacancy
from app.services.amendment import holding
from app.services.rotation_letters import withdrawal

LONGEST_REASON = 500


def withdraw(actor: User, publication_id: int, reason: str, look_id: int | None = None) -> Publication:
    """Withdraw a publication in force, in one commit. Raises Invalid, or Stale when it is out of force.

    ``look_id``: what somebody else asked for, where the call wants a second person; Refused without it.
    """
    reason = reason.strip()
    if not 1 <= len(reason) <= LONGEST_REASON:
        raise Invalid({"reason": [_("Dites pourquoi, en 500 caractères au plus : tout le monde le lira.")]})
    call_id = db.session.scalar(select(Publication.call_id).where(Publication.id == publication_id))
    if call_id is None:
        raise NotFound
    with holding(call_id) as call:
        look = second_looks.answered(actor, call, look_id, LookKind.WITHDRAWAL)
        publication = queries.current(call_id)
        if publication is None or publication.id != publication_id:
            raise Stale(_("Cette rotation n'est plus en vigueur : elle est remplacée ou déjà retirée."))
        db.session.scalars(select(Site).where(Site.id == call.site_id).with_for_update(key_share=True)).one()
        told, at = withdrawal(publication, reason), now()
        vacancy.close_all(call, at, actor)
        settling.settle(publication.turns, at)
        occupancy.free([row.id for row in publication.turns])
        with db.session.no_autoflush:  # the four belong together: the database refuses one without the others
            publication.withdrawn_by_id, publication.withdrawn_reason = actor.id, reason
            publication.superseded_at = publication.withdrawn_at = at
        second_looks.done(actor, look)
        for letter in told:
            send(letter)
        audit.record(
            call.site, actor, "rotation.withdraw", f"publication:{publication.id}", before={"state": "in_force"},
            after={
                "call": call_id, "number": publication.number, "reason": reason, "turns": len(publication.turns),
                "messages": len(told),
            },
        )  # fmt: skip
    return publication
