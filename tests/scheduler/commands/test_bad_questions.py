"""What a command is asked, not what is in its files: answered with exit 2 and a line, before any work is done."""

import json
import os
import stat
import sys
import threading
from pathlib import Path

import pytest

from scheduler.commands import files
from scheduler.commands.files import writable, write_text
from scheduler.commands.parsers import main
from tests.scheduler.builders import document


@pytest.fixture
def case(tmp_path):
    path = tmp_path / "case.json"
    path.write_text(json.dumps(document("A")))
    return str(path)


@pytest.mark.parametrize(
    ("out", "reason"),
    [
        ("", "is a directory"),
        ("none/plan.json", "no such file or directory"),
        ("a\0b", "no such file"),
        ("x" * 256, "file name too long"),
    ],
)
def test_a_place_that_cannot_be_written(case, tmp_path, capsys, out, reason):
    assert main(["solve", case, "--out", str(tmp_path) + "/" + out]) == 2
    assert capsys.readouterr().err.endswith(f"cannot be written: {reason}\n")
    for words in (
        ["repair", case, case, "--withdraw", "A", "--out"],
        ["reveal", case, case, "--seed", "x", "--out"],
        ["commit", case, "--source", "x", "--date", "2999-01-01", "--out"],
    ):
        assert main([*words, str(tmp_path) + "/" + out]) == 2, words
        assert capsys.readouterr().err.endswith(f"cannot be written: {reason}\n"), words


def test_what_a_command_reads_is_not_written_over(case, tmp_path, capsys):
    """`solve CASE --out CASE` once left a plan where the case had been."""
    before, link, other = Path(case).read_bytes(), tmp_path / "link", str(tmp_path / "other.json")
    link.symlink_to(case)
    Path(other).write_bytes(before)
    for words in (
        ["solve", case, "--out", case],
        ["solve", case, "--out", str(link)],
        ["simulate", case, "--seasons", "1", "--out", f"{tmp_path}/../{tmp_path.name}/case.json"],
        ["simulate", other, "--seasons", "1", "--charter", case, "--out", case],  # a case without a charter
        ["repair", case, other, "--withdraw", "A", "--out", case],
        ["repair", other, case, "--withdraw", "A", "--out", str(tmp_path / "new"), "--case-out", case],
        ["repair", other, case, "--withdraw", "A", "--out", str(tmp_path / "new"), "--case-out", str(tmp_path / "new")],
        ["commit", case, "--source", "x", "--date", "2999-01-01", "--out", case],
        ["reveal", other, case, "--seed", "x", "--out", case],
    ):
        assert main(words) == 2, words
        assert capsys.readouterr().err.endswith("cannot be written: the command reads or writes something else there\n")
    assert Path(case).read_bytes() == before
    assert not (tmp_path / "new").exists()


def test_a_charter_file_that_never_ends_is_refused(case, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(files, "LARGEST", 2**20)
    assert main(["simulate", case, "--seasons", "1", "--charter", "/dev/zero"]) == 2
    assert capsys.readouterr().err.endswith("is larger than 1 MiB\n")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root could put a device away")
def test_a_device_is_written_to_and_never_put_away_for_a_file(case, tmp_path, capsys):
    """`--out /dev/null` once made a plain file of it, for everybody on the machine."""
    for name, minor, code in (("null", 3, 0), ("full", 7, 2)):
        device = tmp_path / name
        os.mknod(device, stat.S_IFCHR | 0o666, os.makedev(1, minor))
        assert main(["commit", case, "--source", "x", "--date", "2999-01-01", "--out", str(device)]) == code, name
        assert device.is_char_device(), name
    assert capsys.readouterr().err.endswith("cannot be written: no space left on device\n")


def test_what_a_link_points_to_is_written_with_the_rights_of_any_new_file(case, tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "promise.json")
    assert main(["commit", case, "--source", "x", "--date", "2999-01-01", "--out", str(tmp_path / "link")]) == 0
    assert (tmp_path / "link").is_symlink()
    (tmp_path / "plain").write_text("")
    assert (tmp_path / "promise.json").stat().st_mode == (tmp_path / "plain").stat().st_mode
    assert sorted(path.name for path in tmp_path.iterdir()) == ["case.json", "link", "plain", "promise.json"]


def test_a_folder_one_may_not_write_to(case, capsys):
    if os.geteuid() == 0:
        assert main(["solve", case, "--out", "/proc/plan.json"]) == 2
    else:
        assert main(["solve", case, "--out", "/plan.json"]) == 2
    assert "cannot be written: " in capsys.readouterr().err


@pytest.mark.parametrize("seconds", ["nan", "-1", "0", "inf", "1e300", "1e400", "ten", "9" * 5000, ""])
def test_seconds_that_are_none(case, tmp_path, capsys, seconds):
    with pytest.raises(SystemExit) as end:
        main(["solve", case, "--out", str(tmp_path / "plan.json"), f"--seconds={seconds}"])
    assert end.value.code == 2
    assert "--seconds" in capsys.readouterr().err


@pytest.mark.parametrize("seed", ["a\udcff", "x" * 401, "a\0b"])
def test_seeds_no_case_could_hold(case, tmp_path, capsys, seed):
    for words in (["solve", case], ["reveal", case, case]):
        with pytest.raises(SystemExit) as end:
            main([*words, "--out", str(tmp_path / "plan.json"), f"--seed={seed}"])
        assert end.value.code == 2
        assert "argument --seed: h" in capsys.readouterr().err


@pytest.mark.parametrize("workers", ["0", "-3", "65", "1.5", "9" * 5000])
def test_workers_that_are_none(case, tmp_path, capsys, workers):
    with pytest.raises(SystemExit) as end:
        main(["solve", case, "--out", str(tmp_path / "plan.json"), f"--workers={workers}"])
    assert end.value.code == 2
    assert "--workers" in capsys.readouterr().err


def test_a_file_that_never_ends(monkeypatch, capsys):
    monkeypatch.setattr(files, "LARGEST", 2**20)
    assert main(["verify", "/dev/zero", "/dev/zero"]) == 2
    assert capsys.readouterr().err == "'/dev/zero' is larger than 1 MiB\n"


@pytest.mark.parametrize("path", ["none.json", "", ".", "a\0b", "x" * 5000])
@pytest.mark.parametrize(
    "words", [["verify", "PATH", "PATH"], ["why", "PATH", "PATH", "A"], ["solve", "PATH", "--out", "o"]]
)
def test_files_that_cannot_be_read(tmp_path, monkeypatch, capsys, words, path):
    monkeypatch.chdir(tmp_path)
    assert main([path if word == "PATH" else word for word in words]) == 2
    told = capsys.readouterr().err
    assert "cannot be read: " in told
    assert told.count("\n") == 1


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() == 0, reason="root reads everything")
def test_a_file_one_may_not_read(tmp_path, case, capsys):
    (tmp_path / "case.json").chmod(0)
    assert main(["verify", case, case]) == 2
    assert "cannot be read: permission denied" in capsys.readouterr().err


def test_a_pipe_with_nobody_at_the_other_end_is_not_waited_for_for_ever(case, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("scheduler.commands.pipes.PATIENCE", 0.2)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert main(["verify", str(pipe), str(pipe)]) == 2
    assert "cannot be read: nobody is at the other end of this pipe" in capsys.readouterr().err


def test_a_plan_goes_whole_to_whoever_reads_a_pipe(tmp_path):
    """Opened once to see whether it can be written, the pipe would end there for its reader."""
    pipe, read = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: read.append(pipe.read_text(encoding="utf-8")), daemon=True)
    reader.start()
    assert writable(str(pipe)) == pipe
    write_text(pipe, "a plan\n")
    reader.join(5)
    assert read == ["a plan\n"]
