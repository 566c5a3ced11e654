"""The reference cases are the published ones to the byte, and the bench command solves what it is told."""

import hashlib
import json
import subprocess
import sys

import pytest

from scheduler.bench import CASES, reference
from scheduler.codec import decode_case
from scheduler.contest import RIVALS, Entry, ahead, dawra, rival, timed
from scheduler.plan import Level, Tier
from scheduler.verify import verify


@pytest.mark.parametrize(
    ("name", "sha256"),
    [
        ("village-200", "86cf35e773406b61e921999cbeb4bab6b4996028da1e7ef1c52db8ffa7ee62af"),
        ("city-unit-600", "979d9b9146e6aa577894bf5d1b0d030cccd89eab0ea571f8ad865a6885f687d4"),
        ("city-mixed-600", "2de84288281ed23b6dccc1ae2e7f314413ed3eb2420d3a533f7cc588538bdfa1"),
        ("region-2000", "24c4114f36546ce57437647f46db58864c39f1b328a64993cc5256b7614e7acb"),
    ],
)
def test_reference_cases_keep_their_bytes(name, sha256):
    text = json.dumps(reference(CASES[name], name), ensure_ascii=False, separators=(",", ":")) + "\n"
    assert hashlib.sha256(text.encode()).hexdigest() == sha256


def test_an_unknown_case_is_refused():
    done = subprocess.run([sys.executable, "-m", "scheduler", "bench", "town"], capture_output=True, text=True)
    assert done.returncode == 2
    assert "no case town" in done.stderr


def test_files_that_are_no_cases_are_refused_before_anybody_runs(tmp_path):
    mine, yours = tmp_path / "mine.json", tmp_path / "yours.json"
    mine.write_text('{"format": "dawra-case/1"}')
    yours.write_text("[")
    words = [sys.executable, "-m", "scheduler", "bench", "village-200", str(mine), str(yours), "x" * 5000]
    done = subprocess.run(words, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{mine}: periods" in done.stderr
    assert str(yours) in done.stderr
    assert "cannot be read: file name too long" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_case_of_ones_own_is_compared_and_nothing_is_written_beside_it(tmp_path):
    path = tmp_path / "case.json"
    path.write_text(json.dumps(reference((1, 1, 1, 6, 14, 14, (1, 2), 5))), encoding="utf-8")
    words = [sys.executable, "-m", "scheduler", "bench", str(path), "--seconds", "60"]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{path}, 60 s each, 1 runs" in done.stdout
    assert "nobody is ahead of Dawra" in done.stdout
    assert [found.name for found in path.parent.iterdir()] == ["case.json"]


def test_of_a_case_without_a_plan_dawra_says_so(tmp_path):
    case = reference((1, 1, 1, 6, 14, 14, (1, 2), 5))
    first = case["requests"][0]
    pin = {"applicant": first["applicant"], "space": first["spaces"][0]["id"], "start": 0, "length": 1}
    women = {"group": "women", "scope": "season"}
    shares = [women | {"at_least": 1.0}, women | {"at_most": 0}]
    case["charter"]["quotas"], case["pins"] = shares, [pin]
    path = tmp_path / "case.json"
    path.write_text(json.dumps(case), encoding="utf-8")
    entry = dawra(decode_case(path.read_bytes()), path, 60)
    assert (entry.tiers, entry.plan, entry.note) == ((), None, "says that no plan obeys every rule")


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A small case of the reference family, as a file and as a problem."""
    path = tmp_path_factory.mktemp("contest") / "case.json"
    path.write_text(json.dumps(reference((1, 1, 1, 6, 14, 14, (1, 2), 5))), encoding="utf-8")
    return path, decode_case(path.read_bytes())


@pytest.mark.parametrize("name", RIVALS)
def test_every_contender_gives_a_plan_that_breaks_no_rule(small, name):
    path, problem = small
    entry = rival(name, problem, path, 12)
    assert entry.note in ("", "ended at its deadline")
    assert entry.plan is not None
    assert entry.tiers == verify(problem, entry.plan.turns).tiers
    assert entry.levels[0] > 0
    assert entry.peak > 10


def test_dawra_is_not_behind_the_simplest_one(small):
    path, problem = small
    ours, greedy = dawra(problem, path, 15), rival("greedy", problem, path, 5)
    assert ahead(ours, greedy) >= 0


def test_who_is_ahead_goes_by_the_first_tier_that_differs():
    def entry(levels, fill):
        tiers = (Tier("fairness", levels=tuple(Level(n, c) for n, c in enumerate(levels, 1))), Tier("fill", fill))
        return Entry("x", tiers)

    assert ahead(entry([5, 3], 9), entry([5, 2], 99)) == 1
    assert ahead(entry([5, 3], 9), entry([5, 3, 1], 9)) == -1
    assert ahead(entry([5, 3], 9), entry([5, 3], 9)) == 0
    assert ahead(entry([5], 9), Entry("none")) == 1


def test_who_overruns_is_ended_and_told(tmp_path):
    took, _, note = timed(["-c", "import time; time.sleep(60)"], 0.2)
    assert (took < 30, note) == (True, "ended at its deadline")
