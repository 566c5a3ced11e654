"""The import contracts hold, and would catch a breach."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_contracts_hold() -> None:
    outcome = lint(ROOT)
    assert outcome.returncode == 0, outcome.stdout


def test_a_breach_is_caught(tmp_path: Path) -> None:
    for part in ("app", "scheduler", "pyproject.toml"):
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__", "static"))
        else:
            shutil.copy(source, tmp_path / part)
    for name, line in (("scheduler/plan.py", "import flask"), ("app/models/job.py", "from app.services import audit")):
        path = tmp_path / name
        path.write_text(f"{path.read_text()}\n{line}\n")
    outcome = lint(tmp_path)
    assert outcome.returncode == 1
    assert "scheduler knows no web and no database BROKEN" in outcome.stdout
    assert "layers point down BROKEN" in outcome.stdout
