"""`repair` as people type it: the plan and case written, who moves and why, every wrong word at once."""

import json

import pytest

from scheduler.codec import decode_case, decode_plan, encode_plan
from scheduler.commands.parsers import main
from scheduler.verify import verify
from tests.scheduler.builders import document, make, person, plan, request, space, turn

LONG = {"turn_length": {"min": 2, "max": 2}}
PEOPLE = [person("A"), person("B"), person("C", received=1), person("D:1")]
HALLS = [space("S", 1), space("T", 1)]
REQUESTS = [
    request("A", "S", **LONG, max_turns=1),
    request("B", "T", "S", max_turns=1),
    request("C", "S", "T", max_turns=2),
    request("D:1", "S", **LONG, max_turns=1),
]
CASE = document(PEOPLE, HALLS, REQUESTS)
PROBLEM = make(PEOPLE, HALLS, REQUESTS)
TURNS = (turn("A", "S/1", 0, 2), turn("B", "T/1", 0), turn("C", "S/1", 2))


@pytest.fixture
def run(tmp_path, capsys):
    """Run `repair` on a case and a plan; return the exit code, what was printed, said, and the plan written."""

    def call(*words, turns=TURNS, case=CASE):
        paths = tmp_path / "case.json", tmp_path / "plan.json"
        paths[0].write_text(json.dumps(case), encoding="utf-8")
        paths[1].write_text(json.dumps(encode_plan(plan(decode_case(case), *turns))), encoding="utf-8")
        out = tmp_path / "plan2.json"
        code = main(["repair", *map(str, paths), "--out", str(out), "--lang", "en", *words])
        said = capsys.readouterr()
        return code, said.out, said.err, decode_plan(out.read_bytes()) if out.exists() else None

    return call


def test_a_withdrawal_is_filled_from_the_reserve(run):
    code, said, _, made = run("--withdraw", "A")
    assert code == 0
    assert made.turns == (turn("D:1", "S/1", 0, 2), turn("C", "S/1", 2), turn("B", "T/1", 0))
    assert verify(PROBLEM, made).accepted
    assert said.splitlines()[:3] == [
        "* Nobody else changes place.",
        "  A withdraws: space S, stand S/1, from 4 to 31 January 2027.",
        "  D:1 is given space S, stand S/1, from 4 to 31 January 2027: level 0, then 2.",
    ]
    assert "S S/1 0-1:" in said
    assert "  D:1 comes first: level 0, ticket" in said


def test_one_turn_is_named_by_space_and_start(run):
    code, _, _, made = run("--withdraw", "C:S:2")
    assert code == 0
    assert turn("C", "S/1", 2) not in made.turns
    assert {turn("A", "S/1", 0, 2), turn("B", "T/1", 0)} <= set(made.turns)


def test_what_was_lived_stays_and_a_cut_turn_brings_its_own_case(run, tmp_path):
    code, said, _, made = run("--withdraw", "A:S:0", "--from", "1")
    changed = decode_case((tmp_path / "plan2.json.case.json").read_bytes())
    assert code == 0
    assert turn("A", "S/1", 0) in made.turns
    assert verify(changed, made).accepted
    assert made.case_sha256 == changed.sha256
    assert "A keeps on the ledger what was lived: space S, stand S/1, from 4 to 17 January 2027." in said
    assert said.endswith(f"the changed case: {tmp_path}/plan2.json.case.json\n")


def test_a_closure_moves_those_it_hits(run):
    code, said, _, made = run("--close", "T:0-0")
    assert code == 0
    assert made.turns == (turn("A", "S/1", 0, 2), turn("C", "S/1", 2), turn("B", "T/1", 1))
    assert "B loses space T (from 4 to 17 January 2027) and is given space T" in said


def test_an_urgent_pin_moves_whom_it_must(run, tmp_path):
    code, said, _, made = run("--pin", "D:1:S:0:2", "--json")
    report = json.loads(said)
    assert code == 0
    assert turn("D:1", "S/1", 0, 2) in made.turns
    first, one, _ = report["options"]
    assert (first["changed"], first["proven"], len(first["dropped"])) == (1, True, 1)  # A loses her turn
    assert (one["changed"], one["better"], one["dropped"]) == (2, 1, [])  # unless C makes room
    assert report["case"] is None
    assert verify(PROBLEM, made).accepted


def test_the_options_and_the_reserve_in_full(run):
    _, said, _, made = run("--withdraw", "A", "--json", "--option", "best")
    report = json.loads(said)
    assert [option["name"] for option in report["options"]] == ["fewest", "one", "best"]
    assert report["written"] == "best"
    assert set(report["options"][0]["sentences"][0]) == {"fr", "ar", "en"}
    assert [one["applicant"] for one in report["reserve"][0]["candidates"]] == ["D:1", "C"]
    assert verify(PROBLEM, made).accepted


def test_every_fault_is_told_at_once(run):
    words = "--withdraw Z --withdraw A:S:9 --close X:0-0 --close S:X:2-1 --pin Z:S:9:0 --from 1"
    code, said, complaints, made = run(*words.split())
    assert (code, said, made) == (2, "", None)
    assert complaints.splitlines() == [
        "--withdraw 'Z': no such applicant",
        "--withdraw 'A' from 'S': the plan has no turn of this applicant that starts in period 9 there",
        "--close 'X': no such space",
        "--close 'X': begins in period 0, but nothing before period 1 may change",
        "--close 'S:X': no such stand in this space",
        "--close 'S:X': ends in period 1, before it begins in period 2",
        "--pin 'Z' in 'S': no such applicant",
        "--pin 'Z' in 'S': a turn has one period at least",
        "--pin 'Z' in 'S': this applicant also withdraws",
    ]


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ([], "nothing to repair: give --withdraw, --close or --pin"),
        (["--withdraw", "A", "--from", "4"], "--from 4: the season has periods 0 to 3"),
        (
            ["--withdraw", "A", "--from", "2"],
            "--withdraw 'A': was lived before period 2, there is nothing left to give",
        ),
        (["--withdraw", "A:S"], "--withdraw 'A:S': must be written APPLICANT or APPLICANT:SPACE:START"),
        (["--close", "S"], "--close 'S': must be written SPACE:FROM-TO or SPACE:STAND:FROM-TO"),
        (["--close", "S:3-4"], "--close 'S': the season has periods 0 to 3"),
        (["--pin", "A:S"], "--pin 'A:S': must be written APPLICANT:SPACE:START:LENGTH"),
        (["--pin", "A:S:3:2"], "--pin 'A' in 'S': the season has periods 0 to 3"),
        (["--pin", "A:S:0:1:9"], "--pin 'A' in 'S': the space has no stand '9'"),
        (["--pin", "A:S:0:2", "--withdraw", "A"], "--pin 'A' in 'S': this applicant also withdraws"),
    ],
)
def test_an_order_that_cannot_be(run, words, fault):
    code, _, complaints, made = run(*words)
    assert (code, made) == (2, None)
    assert fault in complaints
    assert "Traceback" not in complaints


def test_when_no_plan_is_left_the_rule_is_named(run):
    code, said, complaints, made = run("--pin", "B:S:0:2")
    assert (code, said, made) == (1, "", None)
    assert complaints.splitlines() == [
        "no plan obeys every rule after this change:",
        "  Turn too long for B (space S): 2, at most 1 period.",
    ]


def test_a_plan_that_breaks_rules_already_is_not_repaired(run):
    code, _, complaints, made = run("--withdraw", "A", turns=(*TURNS, turn("B", "S/1", 0)))
    assert (code, made) == (1, None)
    assert complaints.startswith("the plan breaks rules before anything changes:\n  Stand S/1 given twice")


def test_the_same_repair_twice_is_the_same_plan(run):
    _, _, _, once = run("--withdraw", "A")
    _, _, _, twice = run("--withdraw", "A")
    assert once.turns == twice.turns


def test_a_place_that_cannot_be_written_is_told_before_the_work(run, tmp_path):
    code, said, complaints, _ = run("--withdraw", "A", "--case-out", str(tmp_path / "none" / "case2.json"))
    assert (code, said) == (2, "")
    assert "cannot be written: no such file" in complaints
