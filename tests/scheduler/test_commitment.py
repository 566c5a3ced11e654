"""A draw promised before its seed can be known: what is promised, what may still change, and the published vectors."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import scheduler
from scheduler.codec import case_sha256
from scheduler.commands.parsers import main
from scheduler.commitment import commit, committed_sha256, reveal, seed_text
from scheduler.errors import BadQuestion
from scheduler.provenance import made_with
from scheduler.tickets import ticket
from tests.scheduler.builders import document

DAY = date(2026, 11, 20)
CASE = document("AB", name="été")
PROMISE = commit(CASE, "Loterie nationale", DAY, date(2026, 11, 10))


def test_the_promise_names_the_case_without_its_seed_the_versions_and_the_source():
    assert {
        "format": "dawra-commitment/1",
        "case_sha256": case_sha256(CASE | {"seed": ""}),
        "versions": made_with(),
        "source": "Loterie nationale",
        "drawn_on": "2026-11-20",
        "objections_until": "2026-11-10",
    } == PROMISE
    assert len(made_with()["code"]) == 64
    assert committed_sha256(CASE) == committed_sha256(CASE | {"seed": "known too early"})


def test_the_seed_is_all_that_is_added():
    drawn = reveal(CASE, PROMISE, " 4  8 15\n", DAY)
    assert drawn == CASE | {"seed": "4 8 15"}
    assert committed_sha256(drawn) == PROMISE["case_sha256"]


def test_a_seed_has_one_spelling():
    assert seed_text("  e\u0301te\u0301 \t 2027 ") == "été 2027"


@pytest.mark.parametrize(
    ("case", "promise", "seed", "day", "why"),
    [
        (CASE | {"name": "hiver"}, PROMISE, "4", DAY, "not the case that was committed to"),
        (CASE, PROMISE, " ", DAY, "the seed is empty"),
        (CASE, PROMISE, "4", date(2026, 11, 19), "drawn on 2026-11-20"),
        (CASE, PROMISE | {"format": "x"}, "4", DAY, "not a dawra-commitment/1"),
        (CASE, PROMISE | {"drawn_on": None}, "4", DAY, "no day"),
    ],
)
def test_what_was_not_promised_is_not_drawn(case, promise, seed, day, why):
    with pytest.raises(BadQuestion, match=why):
        reveal(case, promise, seed, day)


def test_a_promise_needs_a_source_and_hears_objections_before_the_draw():
    with pytest.raises(BadQuestion, match="public source"):
        commit(CASE, "  ", DAY)
    with pytest.raises(BadQuestion, match="before the draw"):
        commit(CASE, "lottery", DAY, date(2026, 11, 21))


def test_the_commands_promise_then_reveal(tmp_path, capsys):
    case, promise, drawn = (str(tmp_path / name) for name in ("case.json", "promise.json", "drawn.json"))
    Path(case).write_text(json.dumps(CASE), encoding="utf-8")
    words = ["commit", case, "--source", "Loterie nationale", "--date", datetime.now(UTC).date().isoformat()]
    assert main(words) == 0
    assert json.loads(capsys.readouterr().out)["case_sha256"] == PROMISE["case_sha256"]
    assert main([*words, "--out", promise]) == 0
    assert main([*words[:-1], "2020-01-02", "--out", str(tmp_path / "no.json")]) == 2
    assert capsys.readouterr().err == "the seed of 2020-01-02 can be known already: name a day to come\n"
    assert main(["reveal", case, promise, "--seed", "4 8 15", "--out", drawn]) == 0
    assert json.loads(Path(drawn).read_text()) == CASE | {"seed": "4 8 15"}
    Path(case).write_text(json.dumps(CASE | {"name": "x"}), encoding="utf-8")
    assert main(["reveal", case, promise, "--seed", "4", "--out", str(tmp_path / "no.json")]) == 2
    assert not (tmp_path / "no.json").exists()
    assert "not the case that was committed to" in capsys.readouterr().err
    Path(promise).write_text("[")
    assert main(["reveal", case, promise, "--seed", "4", "--out", drawn]) == 2
    assert main(["commit", str(tmp_path / "none"), "--source", "x", "--date", "2999-01-02"]) == 2


def test_the_published_vectors_are_the_tickets():
    text = (Path(scheduler.__file__).parent / "DRAW.md").read_text(encoding="utf-8")
    vectors = re.findall(r"^\| `(.+?)` \| `(.+?)` \| `([0-9a-f]{64})` \|$", text, re.MULTILINE)
    assert len(vectors) >= 4
    assert [ticket(seed, who) for seed, who, _ in vectors] == [value for _, _, value in vectors]
