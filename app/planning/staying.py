"""What no edit of a draft changes, today (``scheduler.staying``): read from the rotation in force.

A turn that has begun stays whole, or up to the period from which its place has closed or its holder cannot stay
(``planning.under_way`` says which). It ends otherwise only by its own ways: an absence, a closure, a withdrawal.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from app.clock import today
from app.models import StoredPlan
from app.planning import under_way
from app.planning.keys import exhibitor_key, space_key, stand_key
from app.queries import rotation
from scheduler.plan import Turn
from scheduler.staying import Held, Staying


def staying(plan: StoredPlan) -> Staying:
    """What holds for a draft plan; light enough to be asked before each verdict."""
    return held_in(plan.call_id, plan.case.text)


def held_in(call_id: int, case_text: str) -> Staying:
    """What holds for plans of a case of a call."""
    begun = rotation.begun_turns(call_id, today())
    return Staying() if begun is None else _staying(case_text, tuple(_turn(*one) for one in begun), today())


@lru_cache(maxsize=12)
def _staying(case_text: str, begun: tuple[Turn, ...], day: date) -> Staying:
    lengths = {(turn.applicant, turn.space, turn.start): turn.length for turn in begun}
    stay = under_way.staying(case_text, begun)
    return Staying(tuple(Held(turn, lengths[turn.applicant, turn.space, turn.start]) for turn in stay), day)


def _turn(exhibitor_id: int, space_id: int, stands: Iterable[str], start: int, length: int) -> Turn:
    first, *also = (stand_key(space_id, code) for code in stands)
    return Turn(exhibitor_key(exhibitor_id), space_key(space_id), first, start, length, tuple(sorted(also)))
