"""Change the rotation in force by a turn or two: a new numbered publication, by the same path as a plan.

Sound and simple: whatever happens to a published turn (released, taken up by somebody of the waiting list, swapped)
makes the next publication of its call, with its change list, its case and its plan to re-check. Nothing about a
rotation changes anywhere else. Accepting a turn one already has changes no plan and makes no publication: it is
noted on the turn. ``app.services.edition`` writes both kinds; turns that stay keep their rows.

The case of the new publication is today's (see ``app.planning.living``): a change is judged by what it newly breaks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, OperationalError

from app.errors import NotFound, Refused, Stale
from app.extensions import db
from app.i18n import _
from app.models import Call, Publication, PublicationCause, PublishedTurn, User
from app.planning.changes import Stay, compare, stays_of_rows
from app.planning.living import Ground, Place, ground
from app.queries import rotation as queries
from app.services import audit, freezing
from app.services.edition import Edition, Written, write


@dataclass(frozen=True)
class Change:
    """What becomes other in a rotation: rows that end, stays that begin (``confirmed``: already agreed to)."""

    cause: PublicationCause
    removed: Sequence[PublishedTurn] = ()
    added: Sequence[Stay] = ()
    confirmed: Collection[Stay] = ()


@contextmanager
def holding(call_id: int) -> Iterator[Call]:
    """A call's rotation held still for one change: its row locked, one commit at the end, nothing on an error.

    What the database refuses (a place taken at the same moment by another rotation) is raised as Stale.
    """
    with holding_all([call_id]) as calls:
        if not calls:
            raise NotFound
        yield calls[0]


@contextmanager
def holding_all(call_ids: Collection[int]) -> Iterator[list[Call]]:
    """Several calls held still like one, in order of id."""
    try:
        query = select(Call).where(Call.id.in_(call_ids)).order_by(Call.id).with_for_update(key_share=True)
        yield list(db.session.scalars(query.execution_options(populate_existing=True)))
        db.session.commit()
    except (IntegrityError, OperationalError) as error:
        db.session.rollback()
        raise Stale(
            _("Cette place vient d'être prise, ou une autre décision a été prise au même moment. Rechargez la page.")
        ) from error
    except BaseException:
        db.session.rollback()
        raise


def in_force(call: Call) -> Publication:
    """The publication in force of a call that is held; raises Stale when there is none."""
    publication = queries.current(call.id)
    if publication is None:
        raise Stale(_("Aucune rotation n'est publiée pour cet appel."))
    return publication


def amend(actor: User | None, call: Call, change: Change, base: Ground | None = None) -> Written:
    """Publish the rotation with a change, in the caller's transaction; the call is held. Tells nobody.

    Judges nothing: the caller has asked ``Ground.refusals`` (of ``base``, where she has it at hand). Raises Stale when
    a row is no longer in force.
    """
    previous = in_force(call)
    current = {row.id for row in previous.turns}
    if not all(row.id in current for row in change.removed):
        raise Stale(_("Ce tour a changé ou n'a plus lieu."))
    base = base or ground(call, previous)
    freezing.keep(call.id, base.case_text, base.case_sha256)
    gone = {row.id for row in change.removed}
    before = stays_of_rows(previous.turns)
    after = [*stays_of_rows(row for row in previous.turns if row.id not in gone), *change.added]
    removed = [base.turn(row.exhibitor_id, row) for row in change.removed]
    added = [base.turn(stay.exhibitor_id, stay) for stay in change.added]
    written = write(
        Edition(
            call, base.case_sha256, base.after(removed, added), after, compare(before, after), change.cause, actor,
            change.confirmed, previous.overrides or (),
        ),
        previous,
    )  # fmt: skip
    publication = written.publication
    audit.record(
        call.site, actor, "rotation.amend", f"publication:{publication.id}", before={"publication": previous.id},
        after={
            "call": call.id, "number": publication.number, "cause": change.cause.value,
            "removed": [row.id for row in change.removed], "added": [row.id for row in written.new.values()],
            "case_sha256": publication.case_sha256, "plan_sha256": publication.plan_sha256,
        },
    )  # fmt: skip
    return written


def stay_at(call: Call, exhibitor_id: int, place: Place, since: date | None = None) -> Stay:
    """A place held by somebody, as a stay; its days are the call's periods, from ``since`` on if that is later."""
    periods = call.periods
    first, last = periods[place.start], periods[place.start + place.length - 1]
    return Stay(
        exhibitor_id, place.space_id, place.stand_id, tuple(place.also), place.start, place.length,
        max(first.starts_on, since or first.starts_on), last.ends_on,
    )  # fmt: skip


def locked_turn(call: Call, turn_id: int) -> PublishedTurn:
    """A turn in force of a call that is held; raises Stale when it is not in force any more."""
    turn = next((row for row in in_force(call).turns if row.id == turn_id), None)
    if turn is None:
        raise Stale(_("Ce tour a changé ou n'a plus lieu."))
    return turn


def refuse(reasons: Sequence[str]) -> None:
    """Raise Refused with the reasons, if there are any."""
    if reasons:
        raise Refused(*reasons)
