"""Everybody without all the turns asked for gets a reason, and every reason is counted anew from case and plan.

By default on a small case of the reference family. `DAWRA_PLANS=FOLDER` replays the cases NAME.json and the plans
NAME.plan of a folder; made by `python -m scheduler solve`.
"""

import json
import os
from pathlib import Path

import pytest

from scheduler.bench import reference
from scheduler.board import Board, Swap
from scheduler.codec import decode_case, decode_plan
from scheduler.plan import Turn
from scheduler.problem import Problem
from scheduler.reasons import Reason
from scheduler.text import render
from scheduler.why_not import reasons
from tests.scheduler.builders import make, person, request, space, turn
from tests.scheduler.explaining.replay import Replay

FOLDER = os.environ.get("DAWRA_PLANS", "")
SMALL = (1, 2, 1, 12, 14, 90, (1, 2), 21)


def cases() -> list[str]:
    return sorted(path.stem for path in Path(FOLDER).glob("*.plan")) if FOLDER else ["small"]


def load(name: str) -> tuple[dict, Problem, tuple[Turn, ...]]:
    if name == "small":
        document = reference(SMALL)
        problem = decode_case(document)
        return document, problem, fair_turns(problem)
    document = json.loads((Path(FOLDER) / f"{name}.json").read_text())
    return document, decode_case(document), decode_plan((Path(FOLDER) / f"{name}.plan").read_text()).turns


def fair_turns(problem: Problem) -> tuple[Turn, ...]:
    """A turn each, the ones with the least first, at the first place where no rule is broken; then once more."""
    held: list[Turn] = []
    for _ in range(2):
        for asking in sorted(problem.requests, key=lambda one: problem.applicant(one.applicant).received):
            board = Board(problem, held)
            for reason in reasons(problem, held, asking.applicant):
                good = [swap for swap in reason.swaps if reason.code == "possible" and not board.violations(swap)]
                if good:
                    held += good[0].added
                    break
    return tuple(held)


@pytest.mark.parametrize("name", cases())
def test_every_unmet_request_has_true_reasons(name: str) -> None:
    document, problem, turns = load(name)
    replay = Replay(document, problem, turns)
    wrong, codes = [], set()
    for asking in problem.requests:
        found = reasons(problem, turns, asking.applicant)
        codes |= {reason.code for reason in found}
        assert len(found) > 1, asking.applicant
        wrong += [(asking.applicant, one.code) for one in found if not replay.judge(asking.applicant, one)]
        if found[1].code != "max_turns" and not replay.covered(asking.applicant, found):
            wrong.append((asking.applicant, "not every start is judged"))
    assert wrong == []
    assert {"max_turns", "availability", "not_fairer", "rest"} <= codes


def test_a_false_reason_is_caught() -> None:
    """The control: of reasons put in another's mouth, the replay accepts few."""
    document, problem, turns = load("small")
    replay = Replay(document, problem, turns)
    people = [asking.applicant for asking in problem.requests if asking.max_turns > 1]
    told: list[tuple[str, Reason]] = [
        (who, reason) for who in people for reason in reasons(problem, turns, who) if reason.code in CONTROLLED
    ]
    shifted = [replay.judge(people[(people.index(who) + 1) % len(people)], reason) for who, reason in told]
    assert len(shifted) > 50
    assert sum(shifted) < len(shifted) / 3


CONTROLLED = ("availability", "one_place", "standing")


def test_levels_for_an_artisan_persons_for_a_manager() -> None:
    _, problem, turns = load("small")
    others = {asking.applicant for asking in problem.requests}
    named = False
    for asking in problem.requests:
        told = reasons(problem, turns, asking.applicant)
        both = reasons(problem, turns, asking.applicant, persons=True)
        assert [(one.code, one.swaps) for one in told] == [(one.code, one.swaps) for one in both]
        for lang in ("fr", "ar", "en"):
            words = " ".join(render(one.message, lang) for one in told)
            assert not [name for name in others - {asking.applicant} if name in words]
        held = [one for one in both if one.code in ("held", "not_fairer")]
        named = named or bool(held)
        for one in held:
            first = min(one.swaps[0].removed, key=lambda turn: turn.applicant)
            holders = {turn.applicant for swap in one.swaps for turn in swap.removed}
            said = render(one.message, "en")
            assert first.applicant in holders
            assert sum(name in said for name in holders) == min(6, len(holders))
            assert (f"{len(holders) - 6} other" in said) == (len(holders) > 6)
    assert named


def test_an_exchange_for_a_longer_turn_is_judged_too() -> None:
    """B gives up two periods; A, who takes three, brings the pair further than two would."""
    asked = [
        request("A", "S", turn_length={"min": 1, "max": 3}),
        request("B", "S", turn_length={"min": 2, "max": 2}, max_turns=1),
    ]
    problem = make([person("A", received=1), person("B", received=1)], [space("S", 1)], asked, 3)
    held = [turn("B", "S/1", 0, 2)]
    assert "possible" in [one.code for one in reasons(problem, held, "A")]  # the third period is free
    shut = make(
        [person("A", received=1), person("B", received=1)], [space("S", 1)],
        [asked[0] | {"unavailable": [2]}, asked[1]], 3,
    )  # fmt: skip
    found = {one.code: one for one in reasons(shut, held, "A")}
    assert "not_fairer" in found
    whole = Swap((turn("B", "S/1", 0, 2),), (turn("A", "S/1", 0, 2),))
    assert any(whole in one.swaps for one in found.values())
