"""Give the rest of a no-show's turn to others: what is to come is set free at once, what was lived stays hers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from app.clock import now, today
from app.errors import Invalid, NotFound, Refused
from app.extensions import db
from app.i18n import _
from app.models import (
    AttendanceState,
    Call,
    Offer,
    PublicationCause,
    PublishedTurn,
    Site,
    User,
    Vacancy,
    VacancyCause,
)
from app.notices import attendance as notices
from app.planning.absences import standing
from app.planning.changes import Stay
from app.queries import attendance as queries
from app.services import audit, vacancy
from app.services.amendment import Change, amend, holding, locked_turn, stay_at
from app.services.openings import Part

LONGEST_REASON = 300


@dataclass(frozen=True)
class Freed:
    """What became of the rest of a turn: the place open to others (None: too late), and the offers made of it."""

    place: Vacancy | None
    offers: tuple[Offer, ...] = ()


def may_free(turn: PublishedTurn) -> bool:
    """Whether the rest may go: days are left, and a limit of the charter is reached or she is absent now."""
    return _may(turn, queries.records(turn.publication.site_id, [turn.exhibitor_id], today())[turn.exhibitor_id])


def waiting(site: Site) -> list[PublishedTurn]:
    """The turns at a site whose rest may go to others today."""
    found = queries.missed_lately(site.id, today())
    kept = queries.records(site.id, {turn.exhibitor_id for turn in found}, today())
    return [turn for turn in found if _may(turn, kept[turn.exhibitor_id])]


def _may(turn: PublishedTurn, kept: queries.Record) -> bool:
    where = standing(turn.publication.call, kept.held, kept.states, today())
    latest = max((day for day in kept.states if turn.starts_on <= day <= turn.ends_on), default=None)
    absent = latest is not None and kept.states[latest] is AttendanceState.ABSENT
    return turn.publication.superseded_at is None and turn.ends_on > today() and (where.reached or absent)


def free_rest(actor: User, turn_id: int, reason: str) -> Freed:
    """Set the days after today free, in one commit; what is open to others now.

    The periods before this one stay hers in the plan; this period and the next leave it. Raises Invalid without a
    reason, Refused when nothing allows it or no day is left, Stale when the turn changed meanwhile.
    """
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise Invalid({"reason": [_("Dites pourquoi : le motif reste au registre.")]})
    found = db.session.get(PublishedTurn, turn_id)
    if found is None:
        raise NotFound
    with holding(found.publication.call_id) as call:
        turn = locked_turn(call, turn_id)
        if not may_free(turn):
            raise Refused(
                _("Le reste du tour ne peut être libéré qu'après une absence notée, tant qu'il reste des jours.")
            )
        return _free(actor, call, turn, reason)


def _free(actor: User, call: Call, turn: PublishedTurn, reason: str) -> Freed:
    at, who, stands = now(), turn.exhibitor_id, (turn.stand_id, *turn.also)
    first = max(today() + timedelta(days=1), turn.starts_on)  # a turn to come goes whole
    lived = sum(call.periods[n].ends_on < first for n in range(turn.start, turn.start + turn.length))
    kept = [_lived(call, turn, Part(turn.space_id, stands, turn.start, lived))] if lived else []
    rest = Part(turn.space_id, stands, turn.start + lived, turn.length - lived)
    audit.record(
        call.site, actor, "attendance.free", f"turn:{turn.id}",
        after={"exhibitor": who, "from": first.isoformat(), "to": turn.ends_on.isoformat(), "reasoned": True},
    )  # fmt: skip
    vacancy.unpin(call, turn, actor)
    notices.freed(call.site, turn, first, reason)
    amend(actor, call, Change(PublicationCause.ABSENT, removed=[turn], added=kept, confirmed=kept))
    opened = vacancy.vacate(call, rest, VacancyCause.ABSENT, at, actor, who)
    return Freed(opened, tuple(vacancy.fill(call, [opened], at)) if opened is not None else ())


def _lived(call: Call, turn: PublishedTurn, part: Part) -> Stay:
    """The periods lived of a turn, with the days she really had: it may have begun, or been interrupted, inside one."""
    stay = stay_at(call, turn.exhibitor_id, part, turn.starts_on)
    return replace(stay, pauses=tuple(day for day in turn.paused_on if day < stay.ends_on))
