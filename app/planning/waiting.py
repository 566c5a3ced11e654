"""Where somebody stands on the waiting list of each space she asked for, and what it depends on, in words."""

from __future__ import annotations

from dataclasses import dataclass

from app.clock import today
from app.i18n import _
from app.models import Application, ApplicationState, Space
from app.planning.judge import namer, word
from app.planning.keys import directory, exhibitor_key
from app.planning.living import ground
from app.queries import rotation


@dataclass(frozen=True)
class Position:
    """Her place in the queue of one space (None: she cannot be asked there) and sentences about it."""

    space: Space
    position: int | None
    of: int
    why: tuple[str, ...]


@dataclass(frozen=True)
class WaitingList:
    """Her positions, best liked space first; ``left``: she left the list."""

    positions: tuple[Position, ...]
    left: bool


def waiting_list(application: Application, lang: str) -> WaitingList | None:
    """Where an eligible applicant without a turn stands; None when there is no rotation, or she has a turn."""
    publication = rotation.current(application.call_id)
    if application.state is not ApplicationState.ELIGIBLE or publication is None:
        return None
    if any(row.exhibitor_id == application.exhibitor_id for row in publication.turns):
        return None
    if application.left_list_at is not None:
        return WaitingList((), left=True)
    call, me = application.call, exhibitor_key(application.exhibitor_id)
    base = ground(call, publication)
    if not base.problem.has_request(me):
        return None
    names = namer(directory([wish.space for wish in application.wishes], [application.exhibitor]), only=me)
    since = sum(period.starts_on <= today() for period in call.periods)
    found = []
    for wish in application.wishes:
        queue = base.waiting(wish.space_id)
        mine = next((one for one in queue if one.applicant == me), None)
        said = word(mine.depends, lang, names) if mine else [_("Aucun emplacement de cet espace ne vous convient.")]
        if mine:
            said += word(base.outlook(wish.space_id, application.exhibitor_id, since).messages, lang, names)
        found.append(Position(wish.space, mine.position if mine else None, len(queue), tuple(said)))
    return WaitingList(tuple(found), left=False)
