"""What clashes does not depend on the order in which a case lists its people, decisions and rules.

`DAWRA_ORDERS=200` judges 200 cases instead of a few.
"""

import copy
import os
import random
from typing import Any

import pytest

from scheduler.codec import decode_case
from scheduler.diagnose import Diagnosis, diagnose
from scheduler.limits import Clock, Limits
from scheduler.offer import at_hand
from scheduler.text import render
from tests.scheduler.explaining.planted import Document, crowded

COUNT = int(os.environ.get("DAWRA_ORDERS", "12"))
LISTS = ("spaces", "applicants", "requests", "pins", "forbidden")


@pytest.mark.parametrize("seed", range(COUNT))
def test_a_shuffled_case_has_the_same_clashes_and_the_same_ways_out(seed: int) -> None:
    case = crowded(seed)
    first = answer(case)
    for again in range(2):
        assert answer(shuffled(case, random.Random(seed + again))) == first


def answer(case: Document) -> list[Any]:
    """All that is told, with what the paths of the case point at instead of the paths."""
    diagnosis = diagnose(decode_case(case), Clock(Limits(workers=1)))
    assert diagnosis is not None
    return [told(diagnosis), at_hand(diagnosis), diagnosis.complete, diagnosis.minimal]


def told(diagnosis: Diagnosis) -> list[Any]:
    return [
        (
            [(part.kind, render(part.message), sorted(part.binds)) for part in clash.parts],
            [render(one) for one in clash.because],
            [(render(one.step.message), one.step.value, one.alone, one.touches) for one in clash.relaxations],
        )
        for clash in diagnosis.clashes
    ]


def shuffled(case: Document, rng: random.Random) -> Document:
    """The same case with its lists in another order."""
    changed = copy.deepcopy(case)
    wishes = [request["spaces"] for request in changed["requests"]]
    for items in [*(changed[name] for name in LISTS), changed["charter"]["quotas"], *wishes]:
        rng.shuffle(items)
    return changed
