"""A spoilt file is read or refused with faults that can be printed; what is read can be built, solved and judged.

DAWRA_FUZZ=100000 plays that many; by default a few, the same every time.
"""

import json
import os
import random
from collections import Counter

import pytest

from scheduler.building import goals_of, model_of
from scheduler.codec import case_sha256, decode_case, decode_plan, encode_case, encode_plan
from scheduler.commands.parsers import main
from scheduler.errors import BadFile, Impossible
from scheduler.limits import Limits
from scheduler.options import estimate
from scheduler.solver import solve
from scheduler.text import LANGUAGES, render
from scheduler.verify import verify
from scheduler.why_not import why_not
from tests.scheduler.builders import document, person, plan, request, space, turn
from tests.scheduler.codec.mutations import spoilt
from tests.scheduler.solving.brute import problem as tiny

COUNT = int(os.environ.get("DAWRA_FUZZ", "1200"))
BATCHES = 10

RICH = document(
    [
        person("A", "pottery", groups=["women"], family="clay", region="01", received=2, share=2),
        person("B", "pottery", family="clay", kind="cooperative", region="02"),
        person("C", "weaving", groups=["women", "rural"]),
    ],
    [space("S", 3, region="01", weight=2, closed=[3]), space("T", [{"id": "T/1", "features": ["power"]}])],
    [
        request("A", "S", "T", preferred={"1": 2}, unavailable=[0], turn_length={"min": 1, "max": 2}, max_turns=2),
        request("B", "S", stands=2, area_m2=4),
        request("C", "T", features=["power"]),
    ],
    pins=[{"applicant": "A", "space": "S", "start": 1, "length": 1, "stand": "S/1"}],
    forbidden=[{"applicant": "B", "space": "S", "periods": [2], "reason": "x"}],
    charter={
        "measure": "points",
        "max_same_activity": 2,
        "rest": 1,
        "return_after": 1,
        "min_fill": 0.5,
        "rivals_apart": False,
        "quotas": [{"group": "women", "at_least": 0.1, "scope": "space"}],
        "tiers": ["fairness", "fill", "travel", "preferences"],
        "sites": {"site-S": {"rest": 2, "quotas": [{"group": "women", "at_most": 0.9}]}},
        "spaces": {"T": {"rest": None, "max_same_activity": 1}},
    },
    published=[{"applicant": "A", "space": "S", "stand": "S/1", "start": 1, "length": 1}],
    seed="été",
)
SOUND = decode_case(RICH)
CASES = [RICH, *(encode_case(tiny(seed)) for seed in range(8))]
PLAN = encode_plan(plan(SOUND, turn("A", "S/1", 1), turn("B", "S/2", 0, 1, "S/3"), turn("C", "T/1", 2)))


def judged(decode, source):
    """What was read, or None and faults that are told on one line each."""
    try:
        return decode(source)
    except BadFile as refusal:
        told = [str(fault) for fault in refusal.faults]
    assert told
    assert all("\n" not in fault and fault.encode("utf-8") for fault in told)
    return None


@pytest.mark.parametrize("batch", range(BATCHES))
def test_a_spoilt_case(batch):
    seen = Counter()
    for number in range(COUNT // BATCHES):
        rng = random.Random(f"case {batch} {number}")
        source = spoilt(rng, rng.choice(CASES))
        problem = judged(decode_case, source)
        seen["refused" if problem is None else "read"] += 1
        if problem is not None:
            assert problem.sha256 == case_sha256(json.loads(source.decode("utf-8-sig")))
            again = decode_case(encode_case(problem))
            assert (again.requests, again.charter) == (problem.requests, problem.charter)
            if estimate(problem) < 500:
                model = model_of(problem)
                goals_of(model)
                if rng.randrange(100) == 0:
                    seen[solved(problem)] += 1
    print(dict(seen))
    assert seen["refused"] > seen["read"] / 10 > 0


def solved(problem):
    try:
        made = solve(problem, Limits(seconds=20, effort=1.0))
    except Impossible:
        return "impossible"
    assert verify(problem, made).accepted
    return "solved"


@pytest.mark.parametrize("batch", range(BATCHES))
def test_a_spoilt_plan(batch):
    seen = Counter()
    for number in range(COUNT // BATCHES // 4):
        rng = random.Random(f"plan {batch} {number}")
        made = judged(decode_plan, spoilt(rng, PLAN))
        seen["refused" if made is None else "read"] += 1
        if made is not None:
            verdict = verify(SOUND, made)
            seen["accepted"] += verdict.accepted
            for violation in verdict.violations:
                assert all(render(violation.message, lang) for lang in LANGUAGES)
            if not any(violation.rule == "known" for violation in verdict.violations):
                assert why_not(SOUND, made.turns, "C")
    assert seen["refused"]
    assert seen["read"] > seen["accepted"]


def test_spoilt_files_on_the_command_line(tmp_path, capsys):
    """The exit code is 0, 1 or 2, and nothing is a traceback."""
    case, made = tmp_path / "case.json", tmp_path / "plan.json"
    codes = Counter()
    for number in range(60):
        rng = random.Random(f"files {number}")
        case.write_bytes(spoilt(rng, RICH) if number % 2 else json.dumps(RICH).encode())
        made.write_bytes(json.dumps(PLAN).encode() if number % 2 else spoilt(rng, PLAN))
        for words in (["verify", str(case), str(made)], ["why", str(case), str(made), "A", "--lang", "ar"]):
            codes[main(words)] += 1
            assert "Traceback" not in capsys.readouterr().err
    assert set(codes) <= {0, 1, 2}
    assert codes[2]
