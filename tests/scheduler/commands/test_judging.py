"""`verify` and `why` as people type them: what is printed, and the exit code; never a traceback."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from scheduler.codec import encode_plan
from scheduler.commands.parsers import main
from scheduler.plan import Level, Plan, Tier
from scheduler.verify import verify
from tests.scheduler.builders import document, make, plan, turn

CASE = document("AB", season=2, charter={"tiers": ["fairness", "fill"], "rest": 1})
PROBLEM = make("AB", season=2, charter={"tiers": ["fairness", "fill"], "rest": 1})
TIERS = (Tier("fairness", levels=(Level(1, 2, 2),)), Tier("fill", 2, 4))


@pytest.fixture
def files(tmp_path):
    """Write a case and a plan; return their paths as text."""

    def write(made: Plan, case=CASE):
        paths = tmp_path / "case.json", tmp_path / "plan.json"
        paths[0].write_text(json.dumps(case), encoding="utf-8")
        paths[1].write_text(json.dumps(encode_plan(made)), encoding="utf-8")
        return [str(path) for path in paths]

    return write


def test_a_good_plan_is_counted(files, capsys):
    paths = files(plan(PROBLEM, turn("A"), turn("B", "S/2"), tiers=TIERS))
    assert main(["verify", *paths, "--lang", "en"]) == 0
    assert capsys.readouterr().out == (
        "Plan accepted: 2 turns, no rule broken.\n  Fairness, level 1: 2 people (proven bound: 2)\n"
        "  Fill: 2 (proven bound: 4)\n"
    )


def test_tiers_without_claims_have_no_bound(files, capsys):
    assert main(["verify", *files(plan(PROBLEM, turn("A")))]) == 0
    assert capsys.readouterr().out == (
        "Planning conforme : 1 tour, aucune règle enfreinte.\n  Équité, niveau 1 : 1 personne\n  Remplissage : 1\n"
    )


def test_an_empty_plan_is_counted(files, capsys):
    assert main(["verify", *files(plan(PROBLEM)), "--lang", "en"]) == 0
    assert capsys.readouterr().out == "Plan accepted: 0 turns, no rule broken.\n  Fairness: 0\n  Fill: 0\n"


def test_every_violation_has_its_sentence(files, capsys):
    bad = plan(PROBLEM, turn("A", "S/1", 0), turn("A", "S/1", 1), turn("B", "S/1", 0), case_sha256="0" * 64)
    assert main(["verify", *files(bad), "--lang", "en"]) == 1
    assert capsys.readouterr().out == (
        "stand_single: Stand S/1 given twice (space S, from 4 to 17 January 2027): to A and to B.\n"
        "rest: Rest too short for A (S, S): 0, at least 1.\n"
        "claims: This plan was made for another case: the fingerprint differs.\n"
    )


def test_why_in_each_language(files, capsys):
    paths = files(plan(PROBLEM, turn("A")))
    assert main(["why", *paths, "A", "--period", "1", "--lang", "en"]) == 0
    assert capsys.readouterr().out == (
        "A has 1 turn in this plan: level 1.\n"
        "Space S, from 18 to 31 January 2027: too close to another turn of A (1 period of rest).\n"
    )
    assert main(["why", *paths, "B", "--space", "S", "--period", "0"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == (
        "Salle S, du 4 au 17 janvier 2027 : une place est libre et rien ne s'y oppose."
    )
    assert main(["why", *paths, "B", "--lang", "ar"]) == 0
    assert "\u2068S\u2069" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("question", "refusal"),
    [
        (["Z"], "no such applicant 'Z'"),
        (["A", "--space", "Z"], "no such space 'Z'"),
        (["A", "--period", "2"], "no such period 2: the season has periods 0 to 1"),
    ],
)
def test_bad_questions(files, capsys, question, refusal):
    assert main(["why", *files(plan(PROBLEM)), *question]) == 2
    assert capsys.readouterr().err == refusal + "\n"


def test_why_warns_of_a_plan_of_another_case(files, capsys):
    assert main(["why", *files(plan(PROBLEM, case_sha256="0" * 64)), "A", "--lang", "en"]) == 0
    output = capsys.readouterr()
    assert output.err == "warning: this plan was made for another case\n"
    assert output.out.startswith("A has 0 turns in this plan: level 0.\n")


def test_why_refuses_a_plan_of_strangers(files, capsys):
    assert main(["why", *files(plan(PROBLEM, turn("Z"))), "A"]) == 2
    assert capsys.readouterr().err == "turns: Z is not on the list.\n"


def test_all_faults_of_a_case_are_printed(files, capsys):
    case = {**CASE, "format": "x", "periods": []}
    assert main(["verify", *files(plan(PROBLEM), case)]) == 2
    said = ['format: must be "dawra-case/1", not "x"', "periods: must hold 1 to 2000 periods, not 0"]
    assert capsys.readouterr().err.splitlines() == said


def test_all_faults_of_a_plan_are_printed(files, tmp_path, capsys):
    case, _ = files(plan(PROBLEM))
    bad = tmp_path / "bad.json"
    bad.write_text('{"turns": [1], "format": "dawra-plan/1"}')
    assert main(["verify", case, str(bad)]) == 2
    assert capsys.readouterr().err == "case_sha256: is missing\nturns[0]: must be an object, not 1\n"


@pytest.mark.parametrize("name", ["absent.json", "folder", "latin1.json", "empty.json", "nul\0.json"])
def test_files_that_cannot_be_read(tmp_path, capsys, name):
    (tmp_path / "folder").mkdir()
    (tmp_path / "latin1.json").write_bytes('{"name": "été"}'.encode("latin-1"))
    (tmp_path / "empty.json").touch()
    assert main(["verify", str(tmp_path / name), str(tmp_path / name)]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert len(output.err.splitlines()) == 1
    expected = {
        "absent.json": "cannot be read: no such file or directory",
        "folder": "cannot be read: is a directory",
        "latin1.json": "the case is not UTF-8 text (byte 10)",
        "empty.json": "the case is empty",
        "nul\0.json": "cannot be read: no such file",
    }
    assert expected[name] in output.err


def test_a_poor_terminal_and_a_closed_pipe_are_survived(files):
    """In a process whose locale knows only ASCII, and whose reader goes away."""
    paths = files(plan(PROBLEM, turn("A")))
    ascii_only = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "scheduler", "verify", *paths]
    done = subprocess.run([*command, "--lang", "ar"], env=ascii_only, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert "برنامج مطابق" in done.stdout.decode("utf-8")
    piped = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    piped.stdout.close()
    assert piped.stderr.read() == b""
    piped.stderr.close()
    assert piped.wait() in (0, 1)
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (2, b"the answer cannot be written: no space left on device\n")


def test_the_printed_counts_are_those_of_verify(files, capsys):
    made = plan(PROBLEM, turn("A"), turn("B", "S/2"))
    main(["verify", *files(made), "--lang", "en"])
    assert [tier.value for tier in verify(PROBLEM, made).tiers] == [None, 2]
    assert "Fill: 2" in capsys.readouterr().out
