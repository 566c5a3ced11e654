"""Free places as a manager sees them: who may take each, in the charter's order, and why in that order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.models import Call, Exhibitor, Publication, Vacancy
from app.planning.judge import namer, word
from app.planning.keys import directory, exhibitor_id
from app.planning.living import Candidate, ground
from app.queries import rotation as queries
from app.queries.offer import passed_over

SHOWN = 8  # candidates told of a place


@dataclass(frozen=True)
class Successor:
    """Somebody who may take a place, the days she would have, and why she stands where she does."""

    exhibitor: Exhibitor
    starts_on: date
    ends_on: date
    whole: bool
    why: str


@dataclass(frozen=True)
class FreePlace:
    """An open vacancy and the first who may take it; ``more``: how many others."""

    vacancy: Vacancy
    successors: tuple[Successor, ...]
    more: int


def free_places(call: Call, publication: Publication, vacancies: list[Vacancy], lang: str) -> list[FreePlace]:
    """The open vacancies of a call with who may take them."""
    if not vacancies:
        return []
    base = ground(call, publication)
    found = [(one, base.successors(base.turn(one.left_by_id, one), passed_over(one))) for one in vacancies]
    ids = {exhibitor_id(each.applicant) for _one, candidates in found for each in candidates[:SHOWN]}
    people = {one.id: one for one in queries.people(ids)}
    names = namer(directory(queries.spaces_of(call), people.values()))
    return [
        FreePlace(
            one,
            tuple(
                _successor(call, each, people[exhibitor_id(each.applicant)], word([each.message], lang, names)[0])
                for each in candidates[:SHOWN]
            ),
            max(0, len(candidates) - SHOWN),
        )
        for one, candidates in found
    ]


def _successor(call: Call, one: Candidate, person: Exhibitor, why: str) -> Successor:
    last = one.turn.start + one.turn.length - 1
    return Successor(person, call.periods[one.turn.start].starts_on, call.periods[last].ends_on, one.whole, why)
