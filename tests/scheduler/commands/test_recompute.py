"""`verify --recompute`: the same bytes again; and plain answers where the two cannot be compared."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.scheduler.builders import document, person, space


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
    """The exit code and the last sentence for the solved plan with some keys changed."""
    case, made = solved
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(made | changes))
    done = main("verify", case, str(path), "--recompute", "--lang", "en")
    return done.returncode, done.stdout.splitlines()[-1]


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
