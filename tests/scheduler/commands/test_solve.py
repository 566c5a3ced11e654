"""The solve command end to end: exit codes, files, deadline, signals, orphans, the same bytes twice."""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, Any

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


def start(folder: Path, case: dict[str, Any], *more: str, turns: int = 0) -> subprocess.Popen[str]:
    """Start the command, in a group of its own, and wait until it has a plan of so many turns."""
    (folder / "case.json").write_text(json.dumps(case))
    words = command("solve", str(folder / "case.json"), "--out", str(folder / "plan.json"), "--progress", *more)
    process = subprocess.Popen(
        words, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, start_new_session=True
    )
    assert process.stderr is not None
    for line in map(json.loads, process.stderr):
        if line["kind"] == "plan" and line["turns"] >= turns:
            break
    return process


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_within_a_second_with_the_best_plan(tmp_path, number):
    """Sent to all its processes, as a terminal and a service manager do, and again and again by the impatient.

    Without a time limit it has a plan, too.
    """
    case = reference((1, 5, 1, 26, 14, 600, (1, 2, 3), 78))
    process = start(tmp_path, case, turns=1)
    asked = time.monotonic()
    while process.poll() is None and time.monotonic() - asked < within(1):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        time.sleep(0.002)
    process.communicate(timeout=60)
    assert time.monotonic() - asked < within(1)
    assert process.returncode == 0
    plan = decode_plan((tmp_path / "plan.json").read_bytes())
    assert not plan.deterministic
    assert plan.turns
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


@pytest.mark.parametrize("memory", ["1", "150", "299"])
def test_a_memory_limit_below_what_any_case_needs_is_refused_before_anything_is_begun(tmp_path, memory):
    """The child died of it while its engines loaded; the plan without turns was taken for an answer, exit 0."""
    said = {}
    for lang in ("fr", "ar", "en"):
        done, plan = solve(tmp_path, small(), "--memory", memory, "--seconds", "20", "--lang", lang)
        assert (done.returncode, plan, done.stdout) == (2, {}, ""), lang
        said[lang] = done.stderr.strip()
    assert said["fr"].startswith(f"Limite de mémoire trop basse : {memory} Mio permis, ")
    assert said["en"] == (
        f"The memory limit is too low: {memory} MiB allowed, about 302 MiB are needed for this case. Raise the limit."
    )
    assert memory in said["ar"]


def test_a_solve_that_broke_off_is_no_success_though_its_best_plan_is_written(tmp_path):
    case = reference((1, 5, 1, 26, 14, 600, (1, 2, 3), 80))
    process = start(tmp_path, case, "--memory", "900")
    (child,) = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    os.kill(int(child), signal.SIGKILL)
    told = [line for line in process.communicate(timeout=60)[1].splitlines() if not line.startswith("{")]
    assert process.returncode == 3
    assert told == [
        "the solve ended early (crashed); the best plan so far is written",
        "the memory limit was 900 MiB; about 633 MiB were estimated",
    ]
    assert verify(decode_case(case), decode_plan((tmp_path / "plan.json").read_bytes())).accepted


def begin(folder: Path, *words: str) -> tuple[subprocess.Popen[str], IO[str]]:
    """Start a command whose case comes through a pipe; return it and the pipe once it has begun to read."""
    pipe = folder / "case.json"
    os.mkfifo(pipe)
    asked = command(*(str(pipe) if word == "CASE" else word for word in words))
    process = subprocess.Popen(asked, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    return process, pipe.open("w")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_cancelled_while_the_case_is_read_it_ends_on_the_spot_and_says_so(tmp_path, number):
    out = tmp_path / "plan.json"
    process, pipe = begin(tmp_path, "solve", "CASE", "--out", str(out))
    with pipe:
        pipe.write('{"format": "dawra-case/1", ')
        pipe.flush()
        time.sleep(0.3)
        asked = time.monotonic()
        process.send_signal(number)
        told, errors = process.communicate(timeout=60)
        assert time.monotonic() - asked < within(0.5)
    assert (process.returncode, told, errors) == (3, "", "cancelled before the case was read\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["case.json"]


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
@pytest.mark.parametrize("words", [("verify", "CASE", "CASE"), ("simulate", "CASE", "--seasons", "2")])
def test_any_other_command_cancelled_says_so_with_the_usual_code(tmp_path, words, number, code):
    process, pipe = begin(tmp_path, *words)
    with pipe:
        time.sleep(0.3)
        process.send_signal(number)
        told, errors = process.communicate(timeout=60)
    assert (process.returncode, told, errors) == (code, "", "cancelled\n")


def test_cancelled_while_it_is_still_being_loaded_it_ends_without_a_traceback():
    """Ctrl-C some hundredths of a second after the command was typed: it came out of the middle of an import."""
    early = (
        "import os, runpy, signal, sys\n"
        "class Early:\n"
        "    def find_spec(name, path, target=None):\n"
        "        if name == 'scheduler.commands.parsers': os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Early)\n"
        "sys.argv = ['scheduler', '--help']\n"
        "runpy.run_module('scheduler', run_name='__main__')\n"
    )
    done = subprocess.run([sys.executable, "-c", early], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (-signal.SIGINT, "", "")


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_standard_streams_make_no_traceback_and_no_other_answer(tmp_path, closed):
    """Where they are closed, the next file opened would take their number, and be written to."""
    case, out = tmp_path / "case.json", tmp_path / "plan.json"
    case.write_text(json.dumps(small()))

    def ask(*words: str) -> tuple[int, str, str]:
        line = shlex.join(command(*words)) + " " + closed
        done = subprocess.run(["sh", "-c", line], cwd=ROOT, capture_output=True, text=True, timeout=90)
        return done.returncode, done.stdout, done.stderr

    code, told, errors = ask("solve", str(case), "--out", str(out), "--seconds", "60", "--progress")
    assert code == 0, errors
    assert told.startswith("proven: ") is (">&-" not in closed.replace("2>&-", ""))
    assert all(json.loads(line) for line in errors.splitlines())
    assert bool(errors) is ("2>&-" not in closed)
    assert json.loads(out.read_text())["status"] == "proven"
    assert ask("verify", str(case), str(out))[::2] == (0, "")
    code, told, errors = ask("verify", str(case), str(tmp_path / "none"))
    assert (code, told) == (2, "")
    assert errors == "" if "2>&-" in closed else errors.count("\n") == 1
    assert ask("--help")[::2] == (0, "")
