"""What a published rotation gave an application: its turns, or why it has none."""

from __future__ import annotations

from dataclasses import dataclass

from app.i18n import _
from app.models import Application, ApplicationState, Publication, PublishedTurn
from app.planning.judge import explain, namer, problem_of
from app.planning.keys import directory, exhibitor_key
from app.queries import rotation

REASONS = 2  # sentences an artisan is given; the manager's page has them all


@dataclass(frozen=True)
class Outcome:
    """The publication in force, the exhibitor's turns in it, and at most two sentences when there is none."""

    publication: Publication
    turns: tuple[PublishedTurn, ...]
    why: tuple[str, ...]


def outcome(application: Application, lang: str) -> Outcome | None:
    """What became of an eligible application; None before a publication, or when it did not rest on this file."""
    if application.state is not ApplicationState.ELIGIBLE:
        return None
    publication = rotation.current(application.call_id)
    if publication is None:
        return None
    key = exhibitor_key(application.exhibitor_id)
    if key not in {request.applicant for request in problem_of(publication.case.text).requests}:
        return None
    turns = tuple(turn for turn in publication.turns if turn.exhibitor_id == application.exhibitor_id)
    return Outcome(publication, turns, () if turns else _reasons(application, publication, key, lang))


def _reasons(application: Application, publication: Publication, key: str, lang: str) -> tuple[str, ...]:
    known = directory([place.space for place in application.call.places], [application.exhibitor])
    others = namer(known, only=key, other=_("un autre exposant"))
    sentences = explain(publication.case.text, publication.plan_text, key, lang, others)
    return tuple(sentences[1 : 1 + REASONS])
