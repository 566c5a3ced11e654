"""No plan moves fewer than repair does, and of those that move as few none is worth more: compared with every plan.

`DAWRA_REPAIR_SEEDS=200` judges more seeds; the usual sample is small.
"""

import os

import pytest

from scheduler.aftermath import aftermath
from scheduler.errors import Unmendable
from scheduler.mending import Mending
from scheduler.openings import openings
from scheduler.repair import repair
from scheduler.verify import verify
from tests.scheduler.repairing.brute import given_up, key, plans, scene, worth

SEEDS = int(os.environ.get("DAWRA_REPAIR_SEEDS", "30"))


@pytest.mark.parametrize("seed", range(SEEDS))
def test_no_plan_moves_fewer(seed):
    found = scene(seed)
    if found is None:
        return
    problem, turns, order = found
    state = aftermath(problem, turns, order)
    every = list(plans(problem, state))
    if not every:
        with pytest.raises(Unmendable) as refusal:
            repair(problem, turns, order)
        assert refusal.value.reasons
        return
    mended = repair(problem, turns, order)
    first = mended.options[0]
    least = min(given_up(state, plan) for plan in every)
    assert (first.given_up, first.proven) == (least, True)
    assert given_up(state, list(first.turns)) == least
    if not problem.charter.min_fill:
        best = max(worth(state, plan) for plan in every if given_up(state, plan) == least)
        assert worth(state, list(first.turns)) == best
    for option in mended.options:
        assert verify(mended.problem, option.turns).violations == ()
        assert set(state.past) <= set(option.turns)
        assert all(turn.start >= order.since for turn in set(option.turns) - set(state.past))
    for option in mended.options[1:]:
        assert not option.better or nobody_lost(state, first, option)


def nobody_lost(state, first, option):
    """Whoever kept all turns in the first option has as many periods of turns in the other."""
    lost = {turn.applicant for turn in state.kept if key(turn) not in {key(one) for one in first.turns}}
    for turn in state.kept:
        before = sum(one.length for one in state.kept if one.applicant == turn.applicant)
        after = sum(one.length for one in set(option.turns) - set(state.past) if one.applicant == turn.applicant)
        if turn.applicant not in lost and after < before and state.problem.charter.measure == "periods":
            return False
    return True


def test_without_the_goal_of_stability_more_are_moved(monkeypatch):
    """The control: the same programme, free to move anybody, does move people when stability is left out."""
    monkeypatch.setattr(Mending, "_stability", lambda self: [])
    moved = 0
    for seed in range(20):
        found = scene(seed)
        if found is None:
            continue
        problem, turns, order = found
        state = aftermath(problem, turns, order)
        mended = Mending(state, openings(problem, state, state.kept, anywhere=True)).run()
        if mended is not None:
            moved += given_up(state, list(mended.turns)) > min(given_up(state, plan) for plan in plans(problem, state))
    assert moved >= 5
