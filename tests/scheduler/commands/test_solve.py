"""The solve command end to end: exit codes, files, deadline, signals, orphans, the same bytes twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from scheduler.bench import reference
from scheduler.codec import decode_case, decode_plan
from scheduler.verify import verify
from tests.conftest import within
from tests.scheduler.builders import document, person, request, space

ROOT = Path(__file__).parents[3]


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "scheduler", *words]


def solve(folder: Path, case: dict[str, Any], *words: str) -> tuple[subprocess.CompletedProcess[str], dict[str, Any]]:
    """Run the command on a case; return the process and the plan document ({} if none was written)."""
    (folder / "case.json").write_text(json.dumps(case))
    out = folder / "plan.json"
    done = subprocess.run(
        command("solve", str(folder / "case.json"), "--out", str(out), *words),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=90,
    )
    return done, json.loads(out.read_text()) if out.exists() else {}


def small() -> dict[str, Any]:
    people = [person(f"P{n:02d}", activity=f"craft-{n % 3}", received=n % 2) for n in range(12)]
    halls = [space("S", 3), space("T", 2)]
    requests = [request(one["id"], "S", "T", turn_length={"min": 1, "max": 2}, max_turns=2) for one in people]
    return document(people, halls, requests, season=6, charter={"rest": 1, "max_same_activity": 1}, seed="x")


def test_a_plan_is_written_that_verifies_and_says_proven(tmp_path):
    done, plan = solve(tmp_path, small(), "--progress")
    assert done.returncode == 0, done.stderr
    assert plan["status"] == "proven"
    assert plan["deterministic"] is True
    assert verify(decode_case(small()), decode_plan(plan)).accepted
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    first = next(line for line in lines if line["kind"] == "step")
    assert (first["tier"], first["level"], first["count"], first["bound"]) == ("fairness", 1, 12, 12)
    assert first["best"]["fairness"][0] == 12
    assert lines[-1]["kind"] == "end"
    assert done.stdout.startswith("proven: ")


def test_the_same_case_gives_the_same_bytes_but_for_seconds(tmp_path):
    plans = []
    for run in range(3):
        (tmp_path / str(run)).mkdir()
        _, plan = solve(tmp_path / str(run), reference((1, 2, 1, 8, 14, 30, (1, 2), 3)))
        del plan["seconds"]
        plans.append(json.dumps(plan))
    assert len(set(plans)) == 1


def test_another_seed_may_draw_another_plan(tmp_path):
    case = document("ABCDEF", [space(stands=1)], season=1)
    winners = {solve(tmp_path, case, "--seed", seed)[1]["turns"][0]["applicant"] for seed in ("one", "two", "three")}
    assert len(winners) > 1


def test_a_clash_is_named_and_nothing_else(tmp_path):
    pins = [{"applicant": name, "space": "S", "start": 0, "length": 1} for name in "AB"]
    case = document(
        [person("A", "pottery"), person("B", "pottery"), person("C")],
        pins=[*pins, {"applicant": "C", "space": "S", "start": 0, "length": 1}],
        charter={"max_same_activity": 1, "rest": 1},
    )
    done, plan = solve(tmp_path, case, "--lang", "en")
    assert done.returncode == 1
    assert plan["status"] == "impossible"
    kept = [turn["applicant"] for turn in plan["turns"] if turn["start"] == 0]
    assert len({"A", "B"} & set(kept)) == 1, "one of the two pins is given up, all else is kept"
    assert "C" in kept
    told = plan["solver"]["clashes"]
    assert len(told) == 3
    assert "1" in told[0]["fr"]
    assert [clash["fr"].split()[3] for clash in told[1:]] == ["A", "B"]
    assert "no plan obeys every rule" in done.stderr


def test_two_pins_on_one_stand_clash(tmp_path):
    pins = [{"applicant": name, "space": "S", "start": 0, "length": 1, "stand": "S/1"} for name in "AB"]
    done, plan = solve(tmp_path, document("ABC", pins=pins))
    assert done.returncode == 1
    assert len(plan["solver"]["clashes"]) == 2


def test_a_bad_case_lists_every_fault_and_writes_nothing(tmp_path):
    case = document("AB", seed=5, charter={"rest": -1})
    done, plan = solve(tmp_path, case)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 2
    assert plan == {}


@pytest.mark.parametrize("seconds", [1, 5])
def test_the_deadline_bounds_everything(tmp_path, seconds):
    case = reference((1, 5, 1, 26, 14, 600, (1, 2, 3), 77))
    started = time.monotonic()
    done, plan = solve(tmp_path, case, "--seconds", str(seconds))
    assert time.monotonic() - started < within(seconds + 2)
    assert done.returncode == 0
    assert plan["deterministic"] is False
    assert verify(decode_case(case), decode_plan(plan)).accepted


def start(folder: Path, case: dict[str, Any]) -> subprocess.Popen[str]:
    """Start the command and wait until it has a plan."""
    (folder / "case.json").write_text(json.dumps(case))
    words = command("solve", str(folder / "case.json"), "--out", str(folder / "plan.json"), "--progress")
    process = subprocess.Popen(words, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    assert process.stderr is not None
    for line in process.stderr:
        if json.loads(line)["kind"] == "plan":
            break
    return process


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_within_a_second_with_the_best_plan(tmp_path, number):
    case = reference((1, 5, 1, 26, 14, 600, (1, 2, 3), 78))
    process = start(tmp_path, case)
    asked = time.monotonic()
    process.send_signal(number)
    process.communicate(timeout=60)
    assert time.monotonic() - asked < within(1)
    assert process.returncode == 0
    plan = decode_plan((tmp_path / "plan.json").read_bytes())
    assert not plan.deterministic
    assert verify(decode_case(case), plan).accepted


def test_a_killed_command_leaves_no_child(tmp_path):
    process = start(tmp_path, reference((1, 5, 1, 26, 14, 600, (1, 2, 3), 79)))
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    assert len(children) == 1
    process.kill()
    process.wait()
    process.stderr.close()
    assert gone(int(children[0]))


def gone(pid: int) -> bool:
    for _ in range(20):
        try:
            os.kill(pid, 0)
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.1)
    return False


def test_a_case_too_large_for_its_memory_is_refused_with_the_estimate(tmp_path):
    case = reference((10, 2, 1, 26, 14, 2000, (1, 2), 3))
    sentences = {}
    for lang in ("fr", "ar", "en"):
        done, plan = solve(tmp_path, case, "--memory", "300", "--lang", lang)
        assert (done.returncode, plan) == (2, {})
        sentences[lang] = done.stderr.strip()
    assert sentences["fr"].startswith("Dossier trop grand : environ ")
    assert "300 Mio permis" in sentences["fr"]
    assert "300 MiB allowed. Raise the limit" in sentences["en"]
    assert "300" in sentences["ar"]
    assert "ارفعوا الحد" in sentences["ar"]


def test_a_case_not_read_in_time_ends_in_time(tmp_path):
    case = reference((10, 2, 1, 26, 14, 2000, (1, 2), 3))
    done, plan = solve(tmp_path, case, "--seconds", "0.02")
    assert (done.returncode, plan) == (3, {})
    assert done.stderr == "the time was up before the case was read\n"
