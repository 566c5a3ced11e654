"""What raises a tier after fairness in a large case: parts of the plan in which the columns priced best are offered."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scheduler import attempts as module
from scheduler.attempts import attempts
from scheduler.bench import reference
from scheduler.building import goals_of, model_of
from scheduler.chain import Chain
from scheduler.codec import decode_case
from scheduler.limits import Clock, Limits
from scheduler.matrix import Floats
from scheduler.neighbourhoods import useful, wander
from scheduler.search import Found, Search

TOWN = (1, 3, 1, 26, 14, 200, (1,), 31)
PARTS = 12


def _nobody(_: Chain) -> None:
    """Nobody listens to this chain."""


@pytest.fixture(scope="module")
def dealt() -> list[int]:
    """The columns of a plan with every level at its bound, for all tests of this module."""
    chain = _chain("fairness")
    chain.adopt(chain.model.settled(()))
    chain.run()
    assert chain.chosen is not None
    return chain.model.picked(chain.chosen)


def _chain(*tiers: str) -> Chain:
    model = model_of(decode_case(reference(TOWN, "town")))
    goals = [goal for goal in goals_of(model) if not tiers or goal.tier in tiers]
    search = Search(model.count, model.without_implied(), 1)
    model.rows = list(search.rows)
    return Chain(model, goals, Clock(Limits(effort=2.0)), search, _nobody, _nobody, _nobody)


def settled(columns: list[int]) -> tuple[Chain, int]:
    """Return a chain with everything before the preferences settled at what these columns reach, and their number."""
    chain = _chain()
    chain.adopt(chain.model.settled(columns))
    number = next(number for number, goal in enumerate(chain.goals) if goal.tier == "preferences")
    for goal in chain.goals[:number]:
        chain.search.keep(goal, chain.value(goal))
        chain.relaxation.keep(goal, chain.value(goal))
    return chain, number


def levels(chain: Chain) -> list[int]:
    return [chain.value(goal) for goal in chain.goals if goal.tier != "preferences"]


def after(chain: Chain, number: int, prices: Floats | None) -> int:
    """Return the preferences after some parts; nothing before them falls."""
    before, goal = levels(chain), chain.goals[number]
    for count, _ in enumerate(wander(chain, goal, goal.ceiling, prices), 1):
        if count == PARTS:
            break
    assert [now >= then for now, then in zip(levels(chain), before, strict=True)] == [True] * len(before)
    return chain.value(goal)


def test_parts_of_what_is_priced_best_gain_more_than_parts_of_everything(dealt: list[int]) -> None:
    """The control: with prices the wrong way round the same parts offer nothing of use."""
    chain, number = settled(dealt)
    start = chain.value(chain.goals[number])
    proof = chain.relaxation.bound(chain.goals[number])
    assert proof is not None
    best = after(chain, number, proof.prices)
    other, _ = settled(dealt)
    worst = after(other, number, -proof.prices)
    assert best - start > 5 * (worst - start)
    assert best > 0.9 * proof.bound


def test_prices_that_prove_little_are_not_used(dealt: list[int]) -> None:
    """As where time cut the relaxation short: of a nation's part such prices gained nothing in half a minute."""
    chain, number = settled(dealt)
    proof = chain.relaxation.bound(chain.goals[number])
    assert proof is not None
    assert useful(proof, proof.floor) is proof.prices
    assert useful(proof, int(proof.bound / 1.09)) is proof.prices
    assert useful(proof, int(proof.bound / 1.11)) is None
    assert useful(None, 10**9) is None
    below = replace(proof, bound=-1000.0)
    assert useful(below, -1050) is below.prices, "of a tier that counts what is lost"
    assert useful(below, -1200) is None


@pytest.mark.parametrize("brief", [True, False])
def test_parts_of_a_part_are_drawn_by_chance(dealt: list[int], monkeypatch: pytest.MonkeyPatch, brief: bool) -> None:
    """There is no time for a part's own reduced costs; else they are those of the bound's proof."""
    chain, number = settled(dealt)
    proof = chain.bounds.proofs[number] = chain.relaxation.bound(chain.goals[number])
    assert proof is not None
    asked: list[tuple[Floats, ...]] = []
    monkeypatch.setattr(module, "MANY", 0)
    monkeypatch.setattr(module, "wander", lambda *given: asked.append(given[3:]) or iter([Found(None, None, False)]))
    chain.brief = brief
    next(attempts(chain, number, proof.floor))
    assert asked == ([()] if brief else [(proof.prices,)])


@pytest.mark.parametrize("many", [0, 10**9])
def test_seats_are_chosen_anew_in_small_cases_only(
    dealt: list[int], monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    chain, number = settled(dealt)
    asked: list[str] = []
    monkeypatch.setattr(module, "MANY", many)
    monkeypatch.setattr(module, "seats", lambda *_: asked.append("seats") or iter(()))
    monkeypatch.setattr(module, "wander", lambda *_: asked.append("parts") or iter([Found(None, None, False)]))
    next(attempts(chain, number, chain.goals[number].ceiling))
    assert asked == (["seats", "parts"] if many else ["parts"])


@pytest.mark.parametrize(("priced", "many", "corners"), [(True, 0, 0), (False, 0, 3), (True, 10**9, 3)])
def test_corners_are_not_searched_in_a_large_case_where_prices_are_known(
    dealt: list[int], monkeypatch: pytest.MonkeyPatch, priced: bool, many: int, corners: int
) -> None:
    chain, number = settled(dealt)
    chain.bounds.proofs[number] = proof = chain.relaxation.bound(chain.goals[number])
    assert proof is not None
    asked: list[str] = []
    nothing = Found(None, None, exhausted=False)
    monkeypatch.setattr(module, "MANY", many)
    monkeypatch.setattr(module, "seats", lambda *_: iter(()))
    monkeypatch.setattr(module, "wander", lambda *given: asked.append(f"parts {len(given)}") or iter([nothing]))
    monkeypatch.setattr(module, "ask", lambda *_: asked.append("corner") or nothing)
    monkeypatch.setattr(module, "useful", lambda *_: proof.prices if priced else None)
    monkeypatch.setattr(module, "THIN", -1)
    assert all(found is nothing or found.bound is None for found in attempts(chain, number, proof.floor))
    assert asked == ["parts 4", *["corner"] * corners, "parts 3"]
