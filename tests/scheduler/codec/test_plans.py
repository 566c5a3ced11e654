"""Reading a plan: as for a case."""

import json

import pytest

from scheduler.codec import decode_plan, encode_plan
from scheduler.errors import BadPlan
from scheduler.plan import Level, Plan, Tier
from tests.scheduler.builders import turn

SHA = "0" * 64
BASE = {
    "format": "dawra-plan/1",
    "case_sha256": SHA,
    "status": "proven",
    "turns": [
        {"applicant": "B", "space": "T", "stand": "T/1", "start": 0, "length": 1},
        {"applicant": "A", "space": "S", "stand": "S/2", "start": 1, "length": 2, "also": ["S/3", "S/1"]},
    ],
    "tiers": [
        {"name": "fairness", "levels": [{"at_least": 1, "count": 2, "bound": 2}, {"at_least": 2, "count": 1}]},
        {"name": "fill", "value": 7, "bound": 9},
    ],
    "seconds": 4.2,
    "deterministic": True,
    "solver": {"ortools": "9.15.6755", "parameters": {"x": [1, None]}},
}
PLAN = Plan(
    SHA,
    "proven",
    (turn("A", "S/2", 1, 2, "S/1", "S/3"), turn("B", "T/1")),
    (Tier("fairness", levels=(Level(1, 2, 2), Level(2, 1))), Tier("fill", 7, 9)),
    4.2,
    True,
    {"ortools": "9.15.6755", "parameters": {"x": [1, None]}},
)


def faults(source) -> list[str]:
    with pytest.raises(BadPlan) as refusal:
        decode_plan(source)
    return [str(fault) for fault in refusal.value.faults]


def test_a_plan_is_read_and_sorted():
    assert decode_plan(json.dumps(BASE)) == PLAN


def test_a_plan_is_written_as_it_was_read_its_turns_in_order():
    assert decode_plan(encode_plan(PLAN)) == PLAN
    assert [made["applicant"] for made in encode_plan(PLAN)["turns"]] == ["A", "B"]
    assert encode_plan(PLAN)["tiers"] == BASE["tiers"]


def test_only_three_keys_are_needed():
    least = {"format": "dawra-plan/1", "case_sha256": SHA, "turns": []}
    assert decode_plan(least) == Plan(SHA, "feasible", ())


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (("format",), "dawra-case/1", ['format: must be "dawra-plan/1", not "dawra-case/1"']),
        (("case_sha256",), "abc", ["case_sha256: must be 64 digits 0-9 and a-f"]),
        (("case_sha256",), None, ["case_sha256: is missing"]),
        (("turns",), None, ["turns: is missing"]),
        (("turns", 0), [], ["turns[0]: must be an object, not a list"]),
        (("turns", 0, "start"), -1, ["turns[0].start: must be between 0 and 1000000, not -1"]),
        (("turns", 0, "length"), 0, ["turns[0].length: must be between 1 and 1000000, not 0"]),
        (("turns", 0, "length"), True, ["turns[0].length: must be a whole number, not true"]),
        (("turns", 1, "also", 1), "S/3", ['turns[1].also[1]: "S/3" is given twice']),
        (("turns", 0, "stand"), None, ["turns[0].stand: is missing"]),
        (
            ("tiers", 0, "levels", 0, "at_least"),
            0,
            ["tiers[0].levels[0].at_least: must be between 1 and 10000000000000000, not 0"],
        ),
        (("tiers", 1, "value"), "7", ['tiers[1].value: must be a whole number, not "7"']),
        (("tiers", 1, "name"), None, ["tiers[1].name: is missing"]),
        (("tiers", 1, "name"), "fairness", ['tiers[1].name: "fairness" is given twice']),
        (("tiers", 0, "levels", 1, "at_least"), 1, ["tiers[0].levels[1].at_least: 1 is given twice"]),
        (("seconds",), float("nan"), ["seconds: must be a finite number, not nan"]),
        (("deterministic",), "yes", ['deterministic: must be true or false, not "yes"']),
        (("solver",), [], ["solver: must be an object, not a list"]),
        (("solver",), {"draw": []}, ["solver.draw: must be an object, not a list"]),
        (("solver",), {"draw": {"asked": "6"}}, ['solver.draw.asked: must be a whole number, not "6"']),
        (("turn",), [], ['turn: unknown key, did you mean "turns"?']),
    ],
)
def test_one_thing_wrong(path, value, expected):
    broken = json.loads(json.dumps(BASE))
    place = broken
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    assert faults(broken) == expected


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        (b"", "the plan is empty"),
        (b"[" * 10**5, "the plan is nested too deeply"),
        (b"\x80", "the plan is not UTF-8 text (byte 0)"),
    ],
)
def test_what_is_no_json(source, fault):
    assert faults(source) == [fault]
