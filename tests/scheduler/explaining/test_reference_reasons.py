"""Everybody without all the turns asked for gets a reason, and every reason is counted anew from case and plan.

By default on a small case of the reference family. `DAWRA_PLANS=FOLDER` replays the cases NAME.json and the plans
NAME.plan of a folder; made by `python -m scheduler solve`. `DAWRA_REASONS="region-2000 nation-20000"` deals the cases
of these names, reference or harder, and asks for `DAWRA_ASKED` people each, drawn (default 200; 0: everybody).
"""

import functools
import itertools
import json
import os
import random
from pathlib import Path

import pytest

from scheduler.bench import CASES, reference
from scheduler.board import Board, Swap
from scheduler.codec import decode_case, decode_plan
from scheduler.counterfactual import what_if
from scheduler.dealing import deal
from scheduler.harder import HARDER, harder
from scheduler.plan import Plan, Tier, Turn
from scheduler.problem import Problem
from scheduler.reasons import Reason
from scheduler.text import render
from scheduler.verify import verify
from scheduler.why_not import reasons
from scheduler.wishes.fairness import amounts
from tests.scheduler.builders import make, person, request, space, turn
from tests.scheduler.explaining.replay import Replay

FOLDER = os.environ.get("DAWRA_PLANS", "")
DEALT = os.environ.get("DAWRA_REASONS", "").split()
ASKED = int(os.environ.get("DAWRA_ASKED", "200"))
SMALL = (1, 2, 1, 12, 14, 90, (1, 2), 21)


def cases() -> list[str]:
    return DEALT or (sorted(path.stem for path in Path(FOLDER).glob("*.plan")) if FOLDER else ["small"])


def asked(problem: Problem) -> list[str]:
    """Everybody, or so many of them, drawn."""
    people = [request.applicant for request in problem.requests]
    few = not DEALT or not ASKED or len(people) <= ASKED
    return people if few else random.Random(1).sample(people, ASKED)


@functools.cache
def load(name: str) -> tuple[dict, Problem, tuple[Turn, ...]]:
    if name in DEALT:
        document = harder(name) if name in HARDER else reference(CASES[name], name)
        problem = decode_case(document)
        return document, problem, deal(problem)
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
    replay = Replay(document, problem, turns, near=bool(DEALT) and not document["charter"]["quotas"])
    wrong, codes = [], set()
    for who in asked(problem):
        found = reasons(problem, turns, who)
        codes |= {reason.code for reason in found}
        assert len(found) > 1, who
        assert all("{" not in render(one.message, lang) for one in found for lang in ("fr", "ar", "en"))
        wrong += [(who, one.code) for one in found if not replay.judge(who, one)]
        if found[1].code != "max_turns" and not replay.covered(who, found):
            wrong.append((who, "not every start is judged"))
    print(name, len(problem.requests), "people,", len(asked(problem)), "asked, reasons:", sorted(codes))
    assert wrong == []
    assert {"availability", "rest"} <= codes
    assert codes & {"not_fairer", "held"}


@pytest.mark.parametrize("name", cases())
def test_what_a_turn_would_cost_everybody_without_one_is_so(name: str) -> None:
    """The plan behind each answer is counted anew: it obeys the rules, has the turn, changes what it is said to."""
    _, problem, turns = load(name)
    plan = Plan(problem.sha256, "feasible", turns, verify(problem, turns).tiers)
    served, given, kinds = {turn.applicant for turn in turns}, amounts(problem, turns), []
    unserved = [who for who in asked(problem) if who not in served]
    for who in unserved if DEALT else unserved[:4]:
        told = what_if(problem, plan, who, seconds=1.5 if DEALT else 60)
        kinds.append(told.kind)
        if told.kind in ("falls", "draw", "better"):
            verdict = verify(problem, told.turns)
            assert verdict.accepted, who
            assert any(turn.applicant == who for turn in told.turns), who
            after = amounts(problem, told.turns)
            assert told.amounts == {
                name: (given.get(name, 0), after.get(name, 0))
                for name in sorted({*given, *after})
                if given.get(name, 0) != after.get(name, 0)
            }
            now, then = flat(plan.tiers), flat(verdict.tiers)
            first = next((key for key in {**now, **then} if now.get(key, 0) != then.get(key, 0)), None)
            change = told.change
            assert first == (change and (change.tier, change.level)), who
            if change:
                assert (change.before, change.after) == (now.get(first, 0), then.get(first, 0)), who
                assert (told.kind == "better") == (change.after > change.before)
    print(name, len(unserved), "without a turn of", len(asked(problem)), "asked:", {k: kinds.count(k) for k in kinds})
    assert DEALT or "unknown" not in kinds
    assert not unserved or set(kinds) & {"falls", "draw", "better"}


def flat(tiers: tuple[Tier, ...]) -> dict[tuple[str, int | None], int]:
    """Every tier and level with what it reaches, in the charter's order; levels nobody reaches are left out."""
    found: dict[tuple[str, int | None], int] = {}
    for tier in tiers:
        found |= {(tier.name, level.at_least): level.count for level in tier.levels}
        found |= {} if tier.value is None else {(tier.name, None): tier.value}
    return found


def test_judged_near_by_a_reason_is_as_true_as_judged_on_the_whole_plan() -> None:
    document, problem, turns = load("small")
    whole, near = Replay(document, problem, turns), Replay(document, problem, turns, near=True)
    people = [request.applicant for request in problem.requests]
    for who, other in itertools.pairwise(people):
        for reason in reasons(problem, turns, who):
            assert near.judge(who, reason) is whole.judge(who, reason) is True
            assert near.judge(other, reason) is whole.judge(other, reason)


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


def test_nobody_need_give_way_beside_a_free_stand() -> None:
    """B and A show the same craft, of which one stand may: A cannot have the other one, and it is nobody's."""
    asked = [request("A", "S", turn_length={"min": 1, "max": 2}), request("B", "S", turn_length={"min": 2, "max": 2})]
    people = [person("A", activity="craft"), person("B", activity="craft")]
    problem = make(people, [space("S", 2)], asked, 2, charter={"max_same_activity": 1})
    said = [one.code for one in reasons(problem, [turn("B", "S/1", 0, 2)], "A")]
    assert said == ["standing", "max_same_activity"]
    both = make(people, [space("S", 1)], asked, 2)
    assert len(reasons(both, [turn("B", "S/1", 0, 2)], "A")) > 2, "where hers is the only one, an exchange is judged"
