"""The reference cases are the published ones to the byte, and the bench command solves what it is told."""

import hashlib
import json
import subprocess
import sys

import pytest

from scheduler.bench import CASES, reference


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
