"""The verifier anybody can download: it knows nothing of the project, and finds what the project's own judge finds."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler import dawra_verify
from scheduler.bench import CASES, reference
from scheduler.codec import case_sha256, decode_case, decode_plan, encode_case, encode_plan
from scheduler.errors import BadPlan
from scheduler.plan import Level, Plan, Tier, Turn
from scheduler.problem import Problem
from scheduler.tickets import drawn_order, ticket
from scheduler.verify import verify
from tests.scheduler.builders import document, make, person, request, space, turn
from tests.scheduler.strategies import full_plan, problems, turns

SOURCE = Path(dawra_verify.__file__)
EXAMPLES = int(os.environ.get("DAWRA_VERIFIER_EXAMPLES", "150"))


def broken(case: dict, plan: dict, *more: dict) -> list[str]:
    """The rules it says are broken, in order, each once."""
    return sorted({fault.split(":")[0] for fault in judge(case, plan, *more)[1]})


def judge(*documents: dict) -> tuple[list[str], list[str]]:
    """What it tells of a case, a plan and perhaps a commitment, and the faults it finds."""
    texts = [json.dumps(one, ensure_ascii=False).encode() for one in documents]
    return dawra_verify.judge(
        json.loads(texts[0]), *(json.loads(text, object_pairs_hook=dawra_verify.by_key) for text in texts)
    )


def document_of(problem: Problem, found: list[Turn] | tuple[Turn, ...], **more: object) -> tuple[dict, dict]:
    """A case and a plan of it as documents, the plan with true counts unless `more` says otherwise."""
    case = encode_case(problem)
    problem = decode_case(case)
    claims = {"tiers": verify(problem, found).tiers, **more}
    return case, encode_plan(Plan(**{"case_sha256": problem.sha256, "status": "feasible", "turns": found, **claims}))


def judged(problem: Problem, plan: dict) -> list[str]:
    """What the project's own judge finds."""
    return sorted({violation.rule for violation in verify(problem, decode_plan(plan)).violations})


def local(data: st.DataObject, problem: Problem) -> Problem:
    """The problem, now and then with charters of a space and of its site."""
    if data.draw(st.booleans()):
        return problem
    case = encode_case(problem)
    for kind, place in (("spaces", "S"), ("sites", "site-S"), ("sites", "site-T")):
        own = {"max_same_activity": 1, "max_same_family": None, "min_activities": 2, "rest": 1, "rivals_apart": True}
        own["return_after"] = 2
        own["quotas"] = [
            {"group": "g", "at_least": 0.5, "scope": data.draw(st.sampled_from(["season", "space", "space-period"]))}
        ]
        kept = data.draw(st.sets(st.sampled_from(sorted(own))))
        case["charter"].setdefault(kind, {})[place] = {key: own[key] for key in sorted(kept)}
    return decode_case(case)


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.data())
def test_any_turns_break_the_same_rules_for_both(data):
    problem = local(data, data.draw(problems()))
    case, plan = document_of(problem, data.draw(turns(problem)))
    assert broken(case, plan) == judged(decode_case(case), plan)


@settings(max_examples=EXAMPLES // 2, deadline=None)
@given(st.data())
def test_a_sound_plan_is_sound_for_both_and_stays_so_until_touched(data):
    problem = data.draw(problems())
    sound = full_plan(problem, data.draw(st.integers(0, 9)))
    case, plan = document_of(problem, sound)
    assert broken(case, plan) == judged(decode_case(case), plan) == []
    if sound:
        damaged = json.loads(json.dumps(plan))
        one = data.draw(st.sampled_from(damaged["turns"]))
        one["start"] = max(0, one["start"] + data.draw(st.sampled_from([-1, 1, 2])))
        one["applicant"] = data.draw(st.sampled_from([one["applicant"], case["applicants"][0]["id"]]))
        assert broken(case, damaged) == judged(decode_case(case), damaged)


@settings(max_examples=EXAMPLES // 2, deadline=None)
@given(st.data())
def test_true_and_false_claims_are_told_apart_alike(data):
    problem = data.draw(problems())
    found = tuple(full_plan(problem, data.draw(st.integers(0, 9))))
    tiers = [data.draw(_claimed(tier)) for tier in verify(problem, found).tiers]
    status = data.draw(st.sampled_from(["proven", "bounded", "feasible", "impossible"]))
    case, plan = document_of(problem, found, tiers=tuple(tiers[data.draw(st.sampled_from([0, 0, 1])) :]), status=status)
    assert broken(case, plan) == judged(decode_case(case), plan)


def _claimed(tier: Tier) -> st.SearchStrategy[Tier]:
    """A tier with bounds: mostly right and closed, now and then not."""
    off = st.sampled_from([0, 0, 0, 0, 1, -1, None])

    def dressed(change: int | None, lie: int) -> Tier:
        bound = None if change is None else lambda count: max(0, count + change)
        if tier.value is not None:
            return replace(tier, value=tier.value + lie, bound=bound and bound(tier.value))
        levels = [Level(one.at_least, one.count + lie, bound and bound(one.count)) for one in tier.levels]
        return replace(tier, levels=tuple(levels))

    return st.builds(dressed, off, st.sampled_from([0, 0, 0, 1]))


PINNED = {"applicant": "A", "space": "S", "start": 0, "length": 1}
PLANTED: dict[str, tuple[dict, list[Turn]]] = {
    "known": ({}, [turn("Z")]),
    "stand_single": ({}, [turn("A"), turn("B")]),
    "one_place": ({}, [turn("A"), turn("A", "T/1")]),
    "wanted_spaces": ({"requests": [request("A", "T"), request("B", "S")]}, [turn("A")]),
    "availability": ({"requests": [request("A", "S", unavailable=[1])]}, [turn("A", start=1)]),
    "open_stands": ({"spaces": [space(closed=[0]), space("T")]}, [turn("A")]),
    "fit": ({"requests": [request("A", "S", area_m2=9)]}, [turn("A")]),
    "together": ({"requests": [request("A", "S", stands=2)]}, [turn("A", "S/1", 0, 1, "S/3")]),
    "turn_length": ({"requests": [request("A", "S", turn_length={"min": 2, "max": 3})]}, [turn("A")]),
    "max_turns": ({"requests": [request("A", "S", max_turns=1)]}, [turn("A"), turn("A", start=2)]),
    "pins": ({"pins": [PINNED]}, [turn("A", start=1)]),
    "forbidden": ({"forbidden": [{"applicant": "A", "space": "S", "periods": [0], "reason": "works"}]}, [turn("A")]),
    "rest": ({"charter": {"rest": 2}}, [turn("A"), turn("A", "T/1", 2)]),
    "return_after": ({"charter": {"return_after": 2}}, [turn("A"), turn("A", "S/1", 2)]),
    "max_turns_per_site": ({"charter": {"max_turns_per_site": 1}}, [turn("A"), turn("A", start=2)]),
    "max_same_activity": ({"charter": {"max_same_activity": 1}, "alike": True}, [turn("A"), turn("B", "S/3")]),
    "max_same_family": ({"charter": {"max_same_family": 1}, "alike": True}, [turn("A"), turn("B", "S/3")]),
    "min_activities": ({"charter": {"min_activities": 2}, "alike": True}, [turn("A"), turn("B", "S/3")]),
    "rivals_apart": ({"charter": {"rivals_apart": True}, "alike": True}, [turn("A"), turn("B", "S/2")]),
    "quotas": ({"charter": {"quotas": [{"group": "g", "at_least": 0.5}]}}, [turn("A"), turn("B", "S/3")]),
}


def planted(rule: str) -> tuple[dict, list[Turn]]:
    """A case and turns that break one rule and no other."""
    changes, found = PLANTED[rule]
    more = {key: value for key, value in changes.items() if key != "alike"}
    craft = {"activity": "x", "family": "f"} if "alike" in changes else {}
    people = [person("A", **craft), person("B", **craft)]
    return document(people, more.pop("spaces", [space(), space("T")]), more.pop("requests", None), **more), found


@pytest.mark.parametrize("rule", PLANTED)
def test_a_planted_breach_is_named_and_nothing_else(rule):
    case, found = planted(rule)
    case, plan = document_of(decode_case(case), found, tiers=())
    assert broken(case, plan) == [rule]
    assert judged(decode_case(case), plan) == [rule]


@pytest.mark.parametrize(("asked", "named"), [({}, ["one_place"]), ({"max_turns": 4}, ["max_turns", "one_place"])])
def test_who_asked_for_no_number_of_turns_has_no_limit(asked, named):
    case = document("A", requests=[request("A", "S", **asked)])
    held = [turn("A", start=period) for period in range(4)] + [turn("A", "S/2", 3)]
    _, plan = document_of(decode_case(case), held, tiers=())
    plan["case_sha256"] = case_sha256(case)
    assert broken(case, plan) == judged(decode_case(case), plan) == named


@pytest.mark.parametrize("kind", ["at_least", "at_most"])
@pytest.mark.parametrize("scope", ["season", "space", "space-period"])
def test_quotas_are_exact_in_every_scope(kind, scope):
    people = [person("A", groups=["g"]), person("B"), person("C", groups=["g"])]
    quota = {"group": "g", kind: 0.5, "scope": scope}
    spread = [turn("A", "S/1", 0), turn("B", "S/2", 0), turn("B", "T/1", 1), turn("C", "T/2", 1)]
    uneven = [turn("A", "S/1", 0), turn("C", "S/2", 0), turn("B", "T/1", 1)]
    lone = [turn("B", "S/1", 0), turn("A", "S/1", 1)]
    for found in (spread, uneven, lone):
        case, plan = document_of(
            decode_case(document(people, [space(), space("T")], charter={"quotas": [quota]})), found
        )
        assert broken(case, plan) == judged(decode_case(case), plan)
    assert broken(*document_of(decode_case(case), spread)) == []


def test_min_fill_is_judged_by_the_proven_largest_fill():
    problem = decode_case(document("ABC", charter={"tiers": ["diversity"], "min_fill": 0.98}))
    found = (turn("A"), turn("B", "S/2"))
    for bound in (2, 3):
        case, plan = document_of(problem, found, tiers=(Tier("min_fill", 2, bound), Tier("diversity", 2)))
        assert broken(case, plan) == judged(decode_case(case), plan) == (["min_fill"] if bound == 3 else [])


@pytest.mark.parametrize(
    ("said", "so"),
    [
        ({"solver": {"draw": {"asked": 2, "proven": 1}}}, True),
        ({"solver": {"draw": {"asked": 2, "proven": 3}}}, False),
        ({"solver": {"draw": {"asked": 3, "proven": 0}}}, False),
        ({"status": "impossible", "turns": []}, False),
        ({"status": "impossible", "solver": {"relaxations": [{}]}}, False),
    ],
)
def test_what_a_plan_says_of_its_draw_and_its_status_is_judged(said, so):
    case, plan = document_of(decode_case(document()), [turn("A")], tiers=())
    plan = plan | said
    assert broken(case, plan) == judged(decode_case(case), plan) == ([] if so else ["claims"])


def test_a_status_that_is_none_is_not_judged():
    case, plan = document_of(decode_case(document()), [turn("A")])
    with pytest.raises(LookupError):
        judge(case, plan | {"status": "best"})


def equals() -> Iterator[tuple[str, dict, dict]]:
    """Six equals, one place, and for each of them the plan that gives it to her and calls its draw complete."""
    problem = decode_case(
        document("ABCDEF", [space(stands=1)], season=1, seed="lottery", charter={"tiers": ["fairness"]})
    )
    solver = {"seed": "lottery", "draw": {"asked": 6, "proven": 6}}
    for who in "ABCDEF":
        levels = (Level(1, 1, 1),)
        found = (turn(who),)
        yield (
            who,
            *document_of(problem, found, status="proven", tiers=(Tier("fairness", levels=levels),), solver=solver),
        )


def test_the_place_of_somebody_drawn_earlier_is_missed():
    first = drawn_order("lottery", "ABCDEF")[0]
    assert {who: broken(case, plan) for who, case, plan in equals()} == {
        who: [] if who == first else ["draw"] for who in "ABCDEF"
    }


def test_a_turn_that_counts_nothing_is_no_prize_of_the_draw():
    """Points of a place or period of weight 0: whoever has that turn, nobody is given more."""
    halls = [space(stands=1, weight=0)]
    case = document("AB", halls, season=1, seed="s", charter={"measure": "points", "tiers": ["fill"]})
    last = drawn_order("s", "AB")[-1]
    solver = {"seed": "s", "draw": {"asked": 2, "proven": 2}}
    case, plan = document_of(decode_case(case), (turn(last),), solver=solver)
    assert broken(case, plan) == []
    case["spaces"][0]["weight"] = 1
    assert broken(case, {**plan, "case_sha256": case_sha256(case)}) == ["draw"]


def test_a_draw_not_called_complete_is_not_held_against_the_plan():
    for _, case, plan in equals():
        assert (
            broken(case, plan | {"solver": {"seed": "lottery", "draw": {"asked": 6, "proven": 5}}, "status": "bounded"})
            == []
        )


def test_the_tickets_are_those_of_the_scheduler():
    _, case, plan = next(equals())
    who = drawn_order("lottery", "ABCDEF")[0]
    assert any(who in line and ticket("lottery", who)[:16] in line for line in judge(case, plan)[0])


def test_the_commitment_is_the_hash_of_the_case_without_its_seed():
    _, case, plan = next(one for one in equals() if one[0] == drawn_order("lottery", "ABCDEF")[0])
    committed = {"format": "dawra-commitment/1", "case_sha256": case_sha256(case | {"seed": ""})}
    assert broken(case, plan, committed) == []
    assert broken(case, plan, committed | {"case_sha256": "0" * 64}) == ["commitment"]


def test_it_agrees_on_a_reference_case_and_on_letters_of_any_script():
    case = reference(CASES["village-200"], "دورة · été")
    problem = decode_case(case)
    wishes = [
        (one, wish.space, problem.space(wish.space).stands[0].id) for one in problem.requests for wish in one.spaces
    ]
    found = tuple(Turn(one.applicant, hall, stand, 0, one.min_length) for one, hall, stand in wishes[:90])
    plan = encode_plan(Plan(problem.sha256, "feasible", found, tiers=verify(problem, ()).tiers))
    assert broken(case, plan) == judged(problem, plan) != []
    empty = encode_plan(Plan(problem.sha256, "feasible", (), tiers=verify(problem, ()).tiers))
    assert broken(case, empty) == []


def run(*words: str) -> subprocess.CompletedProcess[str]:
    """Run it as a stranger does: the file alone, elsewhere, with nothing of the project at hand."""
    command = [sys.executable, "-I", "-S", *words]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8")


def test_alone_in_a_folder_it_says_what_it_found_by_its_exit_code(tmp_path):
    alone = tmp_path / "dawra_verify.py"
    alone.write_bytes(SOURCE.read_bytes())
    found = {who: (case, plan) for who, case, plan in equals()}
    first, *_, last = drawn_order("lottery", "ABCDEF")
    ends = []
    for who in (first, last):
        for name, one in zip(("case.json", "plan.json"), found[who], strict=True):
            (tmp_path / name).write_text(json.dumps(one), encoding="utf-8")
        done = run(str(alone), str(tmp_path / "case.json"), str(tmp_path / "plan.json"))
        assert done.stderr == ""
        ends.append((done.returncode, done.stdout.splitlines()[-1]))
    assert ends == [(0, "ACCEPTED: all of it holds"), (1, "REFUSED: faults found: 5")]
    (tmp_path / "case.json").write_text('{"format": "dawra-case/1", "format": "x"}')
    refused = run(str(alone), str(tmp_path / "case.json"), str(tmp_path / "plan.json"))
    assert (refused.returncode, refused.stdout) == (2, "")
    assert run(str(alone), str(tmp_path / "none.json"), "x").returncode == 2
    assert run(str(alone)).returncode == 2
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize("text", ["", "[]", "1", "{", '{"format": "dawra-case/1"}', "[" * 100_000, '{"format": NaN}'])
def test_whatever_is_no_case_is_refused_without_a_traceback(text, tmp_path):
    (tmp_path / "case").write_text(text)
    (tmp_path / "plan").write_text('{"format": "dawra-plan/1"}')
    done = run(str(SOURCE), str(tmp_path / "case"), str(tmp_path / "plan"))
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)


@pytest.mark.parametrize(
    "tiers",
    [
        [{"name": "fairness", "levels": [{"at_least": 1, "count": 2}, {"at_least": 1, "count": 0}]}],
        [{"name": "fill", "value": 9}, {"name": "fill", "value": 0}],
    ],
)
def test_a_plan_that_tells_a_level_or_a_tier_twice_is_no_plan(tiers):
    """The last one alone would be true: a false one before it passed unseen."""
    case, plan = document_of(make("AB"), ())
    with pytest.raises(ValueError, match="given twice"):
        broken(case, {**plan, "tiers": tiers})
    with pytest.raises(BadPlan, match="is given twice"):
        decode_plan({**plan, "tiers": tiers})


def test_it_is_short_and_imports_nothing_of_the_project():
    lines = SOURCE.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 150
    assert max(map(len, lines)) <= 120
    tree = ast.parse(SOURCE.read_text(encoding="utf-8"), feature_version=(3, 9))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported <= sys.stdlib_module_names
