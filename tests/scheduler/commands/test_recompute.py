"""`verify --recompute`: the same bytes again; and plain answers where the two cannot be compared."""

from __future__ import annotations

import copy
import json
import os
import random
import subprocess
import sys
import time

import pytest

from scheduler.codec import decode_case, decode_plan, encode_case
from scheduler.commands.recompute import compare, recompute
from scheduler.limits import Limits
from scheduler.supervisor import supervise
from scheduler.text import Message
from tests.scheduler.builders import document, person, request, space
from tests.scheduler.solving.brute import drawn


def main(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scheduler", *words]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8")


@pytest.fixture(scope="module")
def solved(tmp_path_factory) -> tuple[str, dict]:
    folder = tmp_path_factory.mktemp("recompute")
    case, plan = folder / "case.json", folder / "plan.json"
    people = [person(name, "x" if name < "D" else "y") for name in "ABCDEF"]
    case.write_text(json.dumps(document(people, [space(stands=2)], season=3, charter={"rest": 1}, seed="s")))
    assert main("solve", str(case), "--out", str(plan)).returncode == 0
    return str(case), json.loads(plan.read_text())


def again(solved, tmp_path, **changes):
    """The exit code and what is said of computing it again, for the solved plan with some keys changed."""
    case, made = solved
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(made | changes))
    done = main("verify", case, str(path), "--recompute", "--lang", "en")
    return done.returncode, next((line for line in done.stdout.splitlines() if "omputed again" in line), "")


def test_the_same_plan_comes_out_again(solved, tmp_path):
    assert again(solved, tmp_path, seconds=99.5) == (
        0,
        "Computed again: the same plan, byte for byte (but for the seconds).",
    )


def test_another_sound_plan_is_not_the_announced_one(solved, tmp_path):
    _, made = solved
    swap = {one["applicant"]: one["applicant"] for one in made["turns"]}
    first, second = made["turns"][0], made["turns"][-1]
    swap[first["applicant"]], swap[second["applicant"]] = second["applicant"], first["applicant"]
    assert first["applicant"] != second["applicant"]
    turns = [one | {"applicant": swap[one["applicant"]]} for one in made["turns"]]
    code, told = again(solved, tmp_path, turns=turns, tiers=[], status="feasible")
    assert (code, told) == (1, "Computed again: another plan than the one announced.")


def test_a_plan_of_other_versions_or_cut_short_cannot_be_compared(solved, tmp_path):
    _, made = solved
    assert again(solved, tmp_path, deterministic=False)[0] == 3
    code, told = again(solved, tmp_path, solver=made["solver"] | {"ortools": "9.14.1"})
    assert (code, "OR-Tools 9.14.1" in told) == (3, True)
    assert again(solved, tmp_path, solver={"ortools": made["solver"]["ortools"]})[0] == 3
    other = made["solver"] | {"code": "0" * 64, "dawra": "0.0.1"}
    assert again(solved, tmp_path, solver=other)[0] == 0
    assert again(solved, tmp_path, solver=other, tiers=[], status="feasible")[0] == 3


def test_a_plan_that_breaks_a_rule_is_not_computed_again(solved, tmp_path):
    _, made = solved
    assert again(solved, tmp_path, turns=made["turns"] + made["turns"][:1])[0] == 1


def test_what_is_not_the_same_is_said_with_its_path(solved, tmp_path):
    _, made = solved
    case, path = solved[0], tmp_path / "plan.json"
    draw = {"asked": 6, "proven": 5}
    path.write_text(json.dumps(made | {"solver": made["solver"] | {"draw": draw}}))
    done = main("verify", case, str(path), "--recompute", "--lang", "en")
    assert done.returncode == 1
    assert done.stdout.splitlines()[-2:] == [
        "Computed again: another plan than the one announced.",
        "solver.draw.proven: announced 5, computed 6",
    ]


def test_a_draw_with_another_seed_than_the_case_names_is_pointed_out(solved, tmp_path):
    case, made = solved
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(made | {"solver": made["solver"] | {"seed": "mine"}}))
    done = main("verify", case, str(path), "--lang", "en")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (
        0,
        "Mind: the draw was made with the seed “mine”, the case says “s”.",
    )


@pytest.mark.parametrize(
    ("told", "fault"),
    [
        ('{"x": NaN}', "solver.x: must be a finite number, not nan"),
        ('{"x": [1, 1e999]}', "solver.x[1]: must be a finite number, not inf"),
        ('{"x": ' + "9" * 5000 + "}", "solver.x: is a number of too many digits"),
        ('{"x": {"y": "\\ud800"}}', 'solver.x.y: holds characters that are no text: "\\ud800"'),
        ('{"\\ud800": 1}', 'solver["\\ud800"]: the key holds characters that are no text'),
        ('{"draw": {"proven": 1, "proven": 2}}', "solver.draw.proven: is given twice"),
    ],
)
def test_what_no_file_can_say_in_one_way_is_no_plan(solved, tmp_path, told, fault):
    case, made = solved
    path = tmp_path / "plan.json"
    path.write_text(json.dumps({**made, "solver": "HERE"}).replace('"HERE"', told))
    done = main("verify", case, str(path), "--recompute")
    assert (done.returncode, done.stderr.splitlines()) == (2, [fault])


CASES = int(os.environ.get("DAWRA_RECOMPUTED", "2"))


@pytest.mark.parametrize("seed", range(CASES))
def test_every_rule_and_tier_comes_out_again_and_any_change_is_seen(seed):
    """`DAWRA_RECOMPUTED=80` for many. Each figure, name and word of the plan file is changed in turn."""
    found = drawn(seed) if seed % 2 else decode_case(middling(seed))
    first = supervise(found, encode_case(found), Limits(workers=12), started=time.monotonic())
    if first.outcome != "plan":
        assert first.outcome == "impossible"
        return
    made = first.document
    assert recompute(found, decode_plan(made)) == (0, [Message(SAME)])
    changes = list(altered(made))
    assert len(changes) >= 8
    for changed, path in changes:
        plan = decode_plan(changed)
        code, told = compare(plan, made)
        assert code == 1, path
        assert len(told) > 1, path
        if path[0] == "turns":
            assert str(told[1].params["path"]).startswith("turns"), path


SAME = "Recalcul : le même planning, octet pour octet (sauf les secondes)."
FREE = ("seconds", "deterministic", "format", "dawra", "code", "ortools")
"""Of these the first may differ; the others make the two incomparable, or no plan."""


def middling(seed):
    """Twenty people in two halls, under a charter of several rules drawn at random, tiers in any order."""
    rng = random.Random(seed)
    people = [person(f"P{n:02}", rng.choice("vwxyz"), groups=rng.choice([[], ["g"]]), region=rng.choice("NE"),
                     received=rng.choice([0, 0, 2])) for n in range(20)]  # fmt: skip
    asked = [
        request(one["id"], *rng.sample("ST", rng.choice([1, 2])), max_turns=rng.choice([1, 2, 3]),
                turn_length={"min": 1, "max": rng.choice([1, 2])}, stands=rng.choice([1, 1, 1, 2]),
                unavailable=rng.sample(range(6), 2))
        for one in people
    ]  # fmt: skip
    chances = {
        "rest": 1, "return_after": 1, "max_same_activity": 2, "min_activities": 2, "rivals_apart": True,
        "max_turns_per_site": 2, "min_fill": 0.9, "quotas": [{"group": "g", "at_least": 0.3, "scope": "space"}],
    }  # fmt: skip
    charter = {name: value for name, value in chances.items() if rng.random() < 0.4}
    tiers = ["fairness", "fill", "preferences", "diversity", "stability", "travel"]
    charter |= {"measure": rng.choice(["periods", "turns", "points"]), "tiers": tiers[:2] + rng.sample(tiers[2:], 3)}
    halls = [space("S", 3, region="N", weight=2), space("T", 2, region="E", closed=[2])]
    return document(people, halls, asked, 6, charter=charter, seed=f"seed {seed}")


def altered(made):
    """The plan with one value changed, and its path, for each value of it that is promised."""
    for path, value in values(made):
        if set(path) & set(FREE):
            continue
        changed = copy.deepcopy(made)
        place = changed
        for key in path[:-1]:
            place = place[key]
        if path[-1] == "case_sha256":
            place[path[-1]] = "0" * 64
        elif path[-1] == "status":
            place[path[-1]] = "feasible" if value != "feasible" else "bounded"
        elif isinstance(value, int | float):
            place[path[-1]] = value + 1
        else:
            place[path[-1]] = f"{value}x"
        if path[-1] != "at_least":
            yield changed, path


def values(document, path=()):
    items = document.items() if isinstance(document, dict) else enumerate(document)
    for key, value in items:
        if isinstance(value, dict | list):
            yield from values(value, (*path, key))
        elif value is not None:
            yield (*path, key), value
