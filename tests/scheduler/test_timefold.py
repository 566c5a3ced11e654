"""Timefold is compared where it is installed; what it is told of a case is the case."""

import json
import subprocess
import sys
from pathlib import Path

from scheduler.bench import reference
from scheduler.codec import decode_case
from scheduler.contenders.timefold import draft, unstated
from scheduler.options import options
from scheduler.plan import Turn
from scheduler.wishes.fairness import worth
from scheduler.wishes.preferences import earned

ROOT = Path(__file__).parents[2]


def case(**charter):
    document = reference((1, 2, 1, 6, 14, 14, (1, 2), 5))
    document["charter"] |= charter
    return decode_case(json.dumps(document).encode())


def test_bench_says_what_is_not_there_and_how_to_have_it(tmp_path):
    """Python without its packages, on a path without Java."""
    words = "from scheduler.commands.bench import introduced; print(introduced('timefold'))"
    environment = {"PATH": str(tmp_path), "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-S", "-c", words], capture_output=True, text=True, env=environment)
    assert done.stdout == (
        "  Timefold: not compared: its Python package and Java not found here "
        "(`uv pip install timefold==1.24.0b0`, and Java 17 on the path)\n"
    )


def test_timefold_is_told_every_possible_turn_with_what_it_gives_and_takes():
    problem = case()
    choices = options(problem)
    told = draft(choices)
    seen = []
    for number, person in enumerate(told.people):
        for offer in person.offers:
            column, facts = told.column(number, offer), told.offers[offer]
            turn = Turn(column.applicant, column.space, "", column.start, column.length)
            seen.append(column)
            assert person.earns(facts) == earned(problem, turn)
            assert (facts.gain, facts.fill) == (worth(problem, turn), column.length)
            assert (facts.start, facts.end, facts.free_from) == (turn.start, turn.start + turn.length, facts.end + 3)
            assert [told.cells[cell] for cell in facts.cells] == [
                len(choices.kinds[column.kinds[0]].stands) for _ in column.periods
            ]
            assert {told.halls[hall] for hall in facts.halls} == {(3, 2)}
    assert sorted(seen) == list(choices.columns)
    assert len(told.cells) == len(
        {(kind, p) for column in choices.columns for kind in column.kinds for p in column.periods}
    )
    assert [person.turns for person in told.people] == [problem.request(name).max_turns for name in told.names]


def test_a_case_with_rules_its_model_does_not_state_is_refused():
    assert unstated(case()) == []
    assert unstated(case(max_same_family=2, tiers=["fairness", "travel"])) == ["max_same_family", "travel"]
