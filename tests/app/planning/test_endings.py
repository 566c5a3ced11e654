"""A solve that broke off is no success: what is said of it is so, and the best plan so far is kept."""

import json
from types import SimpleNamespace
from typing import Any

import pytest

from app.models import RunState, SolveRun
from app.planning.endings import Ending, ending, sentence
from scheduler.codec import encode_plan
from scheduler.plan import Plan
from scheduler.verify import verify
from tests.scheduler.builders import document, make, turn

EARLY = "the solve ended early ({}); the best plan so far is written\n1 turn"
CRASH = "Traceback (most recent call last)\nRuntimeError"


def ended(code: int, said: str, *turns: Any, stopped: str = "", told: list[Any] | None = None) -> Ending:
    """What becomes of a process that left a plan with these turns."""
    problem = make("AB")
    text = json.dumps(encode_plan(Plan(problem.sha256, "feasible", turns, verify(problem, turns).tiers)))
    child: Any = SimpleNamespace(said=said, told=told or [], refusal={})
    return ending(json.dumps(document("AB")), text, code, child, stopped)


@pytest.mark.parametrize(
    ("code", "said", "state", "message"),
    [
        (0, "1 turn", RunState.DONE, "done"),
        (3, EARLY.format("memory"), RunState.OUT_OF_MEMORY, "out_of_memory_kept"),
        (3, EARLY.format("crashed"), RunState.FAILED, "broken_kept"),
        (1, CRASH, RunState.FAILED, "broken_kept"),
        (-9, "", RunState.FAILED, "broken_kept"),
        (-6, "terminate called after throwing an instance of 'std::bad_alloc'", RunState.OUT_OF_MEMORY,
         "out_of_memory_kept"),
    ],
)  # fmt: skip
def test_only_a_solve_that_came_to_its_end_is_done(code: int, said: str, state: RunState, message: str) -> None:
    end = ended(code, said, turn("A", "S/1"))
    assert (end.state, end.code) == (state, message)
    assert end.plan is not None
    assert end.plan.turns == (turn("A", "S/1"),)
    assert end.plan_text
    run = SolveRun(state=end.state, message=end.code)
    assert ("interrompu" in sentence(run), "mémoire" in sentence(run)) == ("broken" in message, "memory" in message)
    assert ("gardé" in sentence(run)) is (code != 0)


def test_what_was_asked_to_stop_did_not_break_off() -> None:
    assert ended(3, EARLY.format("crashed"), turn("A", "S/1"), stopped="timed_out").code == "timed_out_kept"
    assert ended(-9, "", turn("A", "S/1"), stopped="cancelled").code == "cancelled_kept"


def test_a_plan_without_a_turn_is_nothing_to_keep() -> None:
    assert ended(3, EARLY.format("memory")) == Ending(RunState.OUT_OF_MEMORY, "out_of_memory")
    assert ended(3, EARLY.format("crashed")) == Ending(RunState.FAILED, "crashed:3", ["1 turn"])


def test_the_kind_of_end_is_known_though_much_was_said_after_it() -> None:
    told = [{"kind": "end", "outcome": "memory", "best": {}}]
    assert ended(3, "level\n" * 600, turn("A", "S/1"), told=told).code == "out_of_memory_kept"
