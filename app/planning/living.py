"""A published rotation as it lives on: judge one change to it, write the plan that follows, ask who comes next.

A change is judged on the case as the data are now, by what it *newly* breaks: that a hall is emptier after a
withdrawal is nobody's fault and stops no later change. Where the fresh case no longer knows every turn in force (an
application retracted, a stand gone), the case of the publication in force is the ground.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from app.i18n import _
from app.models import Call, Publication, Stand
from app.planning import begun
from app.planning.case import freeze
from app.planning.judge import Namer, problem_of, word
from app.planning.keys import exhibitor_key, space_key, stand_key
from scheduler.board import Board, Swap
from scheduler.codec import canonical_bytes, encode_plan
from scheduler.plan import Plan, Turn
from scheduler.problem import Problem
from scheduler.reserve import Candidate, Outlook, Waiting, candidates, outlook, queue
from scheduler.rules.known import Known
from scheduler.verify import verify

__all__ = ["Candidate", "Ground", "Outlook", "Place", "Waiting", "ground"]


class Place(Protocol):
    """What a published turn, an offer, a vacancy and a stay have in common."""

    @property
    def space_id(self) -> int:
        """The space."""

    @property
    def stand_id(self) -> int:
        """The first stand."""

    @property
    def also(self) -> Sequence[int]:
        """The further stands."""

    @property
    def start(self) -> int:
        """The first period."""

    @property
    def length(self) -> int:
        """How many periods."""


@dataclass(frozen=True)
class Ground:
    """The case that changes are judged on, the turns in force, and the stands by their rows' ids."""

    case_text: str
    case_sha256: str
    problem: Problem
    turns: tuple[Turn, ...]
    stands: dict[int, Stand]

    def turn(self, exhibitor_id: int | None, place: Place) -> Turn:
        """A place held by somebody, as the scheduler knows it; KeyError for a stand that is gone."""
        keys = [self.key(stand_id) for stand_id in (place.stand_id, *place.also)]
        who = exhibitor_key(exhibitor_id) if exhibitor_id is not None else ""
        return Turn(who, space_key(place.space_id), keys[0], place.start, place.length, tuple(sorted(keys[1:])))

    def key(self, stand_id: int) -> str:
        """A stand's id in case files."""
        stand = self.stands[stand_id]
        return stand_key(stand.space_id, stand.code)

    def holding(self, turns: Sequence[Turn], publication: Publication) -> Ground:
        """The same ground with a case that holds for what has begun of these turns (``planning.begun``)."""
        text, sha256 = begun.lived_in(self.case_text, self.case_sha256, turns, publication.turns)
        return replace(self, case_text=text, case_sha256=sha256, problem=problem_of(text))

    def refusals(
        self, removed: Iterable[Turn], added: Iterable[Turn], lang: str, names: Namer, *, fair: bool = False
    ) -> list[str]:
        """What stands in the way of a change, a sentence each: rules newly broken; with ``fair``, levels made worse."""
        swap = Swap(tuple(removed), tuple(added))
        strange = tuple(Known().check(self.problem, swap.added))
        if strange:
            return word([one.message for one in strange], lang, names)
        board = Board(self.problem, self.turns)
        found = list(dict.fromkeys(word([one.message for one in board.violations(swap)], lang, names)))
        if not found and fair and board.fairer(swap) < 0:
            found.append(_("L'équité serait moindre : quelqu'un qui a reçu peu de tours en aurait encore moins."))
        return found

    def after(self, removed: Iterable[Turn], added: Iterable[Turn]) -> str:
        """The plan file of the rotation after a change: its tiers counted, nothing claimed as proven."""
        gone = list(removed)
        turns = tuple(turn for turn in self.turns if turn not in gone) + tuple(added)
        tiers = verify(self.problem, turns).tiers
        return canonical_bytes(encode_plan(Plan(self.case_sha256, "feasible", turns, tiers))).decode()

    def successors(self, vacated: Turn, passed_over: Collection[int]) -> list[Candidate]:
        """Who may take a free place, in the order of the charter."""
        out = {exhibitor_key(one) for one in passed_over}
        return candidates(self.problem, self.turns, vacated, passed_over=out)

    def waiting(self, space_id: int) -> list[Waiting]:
        """The waiting list of a space."""
        return queue(self.problem, self.turns, space_key(space_id))

    def outlook(self, space_id: int, exhibitor_id: int, since: int) -> Outlook:
        """What a free place in a space would be worth to one person, from a period on."""
        return outlook(self.problem, self.turns, space_key(space_id), exhibitor_key(exhibitor_id), since=since)


def ground(call: Call, publication: Publication) -> Ground:
    """What changes to the publication in force are judged on, now."""
    stands = {stand.id: stand for place in call.places for stand in place.space.stands}
    stands |= {row.stand_id: row.stand for row in publication.turns}
    text, sha256 = freeze(call)
    fresh = _ground(text, sha256, publication, stands)
    if any(Known().check(fresh.problem, fresh.turns)):
        return _ground(publication.case.text, publication.case_sha256, publication, stands)
    return fresh


def _ground(text: str, sha256: str, publication: Publication, stands: dict[int, Stand]) -> Ground:
    bare = Ground(text, sha256, problem_of(text), (), stands)
    turns = tuple(bare.turn(row.exhibitor_id, row) for row in publication.turns)
    return replace(bare, turns=turns).holding(turns, publication)
