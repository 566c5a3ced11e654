"""Reading a case: defaults filled in, every fault found at once and named by its path."""

# ruff: noqa: E501 (the table of faults has one line a fault)

import json
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from scheduler.codec import canonical_bytes, case_sha256, decode_case, encode_case
from scheduler.errors import BadCase
from scheduler.problem import (
    NO_LIMIT,
    USUAL_TIERS,
    Applicant,
    Charter,
    Forbidden,
    LocalCharter,
    Pin,
    Quota,
    Request,
    Space,
    Stand,
    Wish,
)
from tests.scheduler.builders import document, make, person, request, space, turn


def faults(source) -> list[str]:
    """The faults of a case, as printed; fails if there are none."""
    with pytest.raises(BadCase) as refusal:
        decode_case(source)
    return [str(fault) for fault in refusal.value.faults]


def changed(**parts):
    return {**document("AB"), **parts}


# What may be left out


def test_the_smallest_case_gets_its_defaults():
    problem = decode_case(
        {
            "format": "dawra-case/1",
            "periods": [{"start": "2027-01-04", "end": "2027-01-17"}, {"start": "2027-01-18", "end": "2027-01-31"}],
            "spaces": [{"id": "S", "stands": [{"id": "1"}]}],
            "applicants": [{"id": "A", "activity": "cuir"}],
            "requests": [{"applicant": "A", "spaces": [{"id": "S"}]}],
        }
    )
    assert problem.periods[0].weight == 1
    assert problem.spaces == (Space("S", "S", "", (Stand("1", 0, frozenset(), None, None, frozenset()),)),)
    assert problem.applicants == (Applicant("A", "artisan", "cuir", "", "", frozenset(), 0, 1),)
    assert problem.requests == (Request("A", (Wish("S", 1),), min_length=1, max_length=1, max_turns=NO_LIMIT),)
    assert (problem.pins, problem.forbidden, problem.published, problem.name, problem.seed) == ((), (), (), "", "")
    assert problem.charter == Charter(measure="periods", tiers=USUAL_TIERS)


def test_null_is_absent():
    bare = make("A")
    nulls = decode_case(document("A", pins=None, charter={"rest": None, "quotas": None, "tiers": None}, seed=None))
    assert replace(nulls, sha256="") == replace(bare, sha256="")


def test_everything_said_is_kept():
    hall = space("S", [{"id": "S/1", "area_m2": 7.5, "features": ["power"], "x": -1, "y": 2, "closed": [1]}])
    problem = make(
        [person("A", kind="maalem", family="clay", region="05", groups=["women"], received=3, share=2)],
        [{**hall, "region": "05", "closed": [0], "weight": 4}],
        [
            request(
                "A",
                "S",
                unavailable=[2],
                preferred={"3": 2, "1": 0},
                turn_length={"min": 1, "max": 3},
                max_turns=2,
                area_m2=7,
                features=["power"],
                stands=1,
            )
        ],
        pins=[{"applicant": "A", "space": "S", "start": 3, "length": 1, "stand": "S/1"}],
        forbidden=[{"applicant": "A", "space": "S", "periods": [2], "reason": "travaux"}],
        charter={
            "measure": "points",
            "max_same_activity": 2,
            "max_same_family": 3,
            "min_activities": 4,
            "rest": 5,
            "return_after": 7,
            "quotas": [{"group": "women", "at_least": 0.35, "scope": "space"}],
            "rivals_apart": True,
            "max_turns_per_site": 6,
            "min_fill": 0.98,
            "tiers": ["fill", "fairness"],
            "sites": {
                "site-S": {"rest": None, "max_turns_per_site": 1, "quotas": [{"group": "women", "at_most": 0.5}]}
            },
            "spaces": {
                "S": {
                    "rivals_apart": False,
                    "max_same_activity": 1,
                    "quotas": [{"group": "rural", "at_least": 0.1}],
                }
            },
        },
        published=[{"applicant": "A", "space": "S", "stand": "S/1", "start": 2, "length": 1}],
        seed="noyau",
        name="essai",
    )
    assert problem.space("S").stands[0] == Stand("S/1", 7.5, frozenset({"power"}), -1, 2, frozenset({1}))
    assert problem.applicant("A") == Applicant("A", "maalem", "craft-A", "clay", "05", frozenset({"women"}), 3, 2)
    assert problem.request("A").preferred == {3: 2}
    assert problem.pins == (Pin("A", "S", 3, 1, "S/1"),)
    assert problem.forbidden == (Forbidden("A", "S", frozenset({2}), "travaux"),)
    assert problem.charter == Charter(
        measure="points",
        max_same_activity=2,
        max_same_family=3,
        min_activities=4,
        rest=5,
        return_after=7,
        quotas=(Quota("women", "at_least", Fraction(35, 100), "space"),),
        rivals_apart=True,
        max_turns_per_site=6,
        min_fill=Fraction(98, 100),
        tiers=("fill", "fairness"),
        sites={
            "site-S": LocalCharter(
                given=frozenset({"rest", "max_turns_per_site", "quotas"}),
                max_turns_per_site=1,
                quotas=(Quota("women", "at_most", Fraction(1, 2), "season", site="site-S"),),
            )
        },
        spaces={
            "S": LocalCharter(
                given=frozenset({"rivals_apart", "max_same_activity", "quotas"}),
                max_same_activity=1,
                quotas=(Quota("rural", "at_least", Fraction(1, 10), "space", space="S"),),
            )
        },
    )
    assert problem.published == (turn("A", "S/1", 2),)
    assert problem.periods[1].start == date(2027, 1, 18)


def test_turn_length_by_halves():
    problem = make(
        "ABC", requests=[request("A", "S", turn_length={"min": 2}), request("B", "S", turn_length={"max": 3})]
    )
    assert [(r.min_length, r.max_length) for r in problem.requests] == [(2, 2), (1, 3)]


# Names and hash


def test_the_hash_is_that_of_the_document_as_given():
    given = document("A", name="été")
    assert decode_case(given).sha256 == case_sha256(given)
    assert decode_case(json.dumps(given, indent=3)).sha256 == case_sha256(given)
    assert decode_case(b"\xef\xbb\xbf" + json.dumps(given).encode()).sha256 == case_sha256(given)


def test_canonical_form_is_known():
    assert canonical_bytes({"b": [1, 0.5], "a": "é"}) == '{"a":"é","b":[1,0.5]}'.encode()
    assert case_sha256({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


def test_what_is_written_reads_back_the_same():
    problem = make(
        "AB",
        forbidden=[{"applicant": "A"}],
        charter={
            "min_fill": 1,
            "quotas": [{"group": "g", "at_most": 0.1}],
            "sites": {"site-S": {"rest": None, "rivals_apart": None, "quotas": [{"group": "h", "at_most": 0.2}]}},
            "spaces": {"S": {"max_same_family": 2, "quotas": None}},
        },
    )
    assert replace(decode_case(encode_case(problem)), sha256=problem.sha256) == problem


def test_lookups():
    problem = make("AB", requests=[request("A", "S")])
    assert problem.stand("S", "S/2").x == 1
    assert (problem.has_request("A"), problem.has_request("B"), problem.has_stand("S", "S/9")) == (True, False, False)
    assert problem.wish("A", "S") == Wish("S", 1)
    assert problem.wish("A", "T") is None
    with pytest.raises(KeyError):
        problem.space("T")


# What is no case at all


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        (b"", "the case is empty"),
        (b" \n", "the case is empty"),
        (b"\xff\xfe{}", "the case is not UTF-8 text (byte 0)"),
        (b"{", "the case is not JSON: expecting property name enclosed in double quotes (line 1, column 2)"),
        (b"[" * 100_000, "the case is nested too deeply"),
        (b'{"a":' * 100_000, "the case is nested too deeply"),
        (b'{"x": ' + b"9" * 5000 + b', "y": [' + b"[" * 100_000, "the case is nested too deeply"),
        (b'{"x": ' + b"9" * 5000, "the case is not JSON: expecting ',' delimiter (line 1, column 5007)"),
    ],
)
def test_what_is_no_json(source, fault):
    assert faults(source) == [fault]


@pytest.mark.parametrize("digits", [400, 5_000, 1_000_000])
def test_a_number_of_any_length_has_its_path(digits):
    text = json.dumps(changed(seed=7, applicants=[person("A", received=6), person("B", received=-9)]))
    for short in (7, 6, -9):
        text = text.replace(f": {short}", f": {short}{'0' * digits}")
    limits = "must be between 0 and 1000000, not a number of more than 20 digits"
    assert faults(text) == [
        f"applicants[0].received: {limits}",
        f"applicants[1].received: {limits}",
        "seed: must be a text, not a number of more than 20 digits",
    ]


@pytest.mark.parametrize("source", [b"[]", b"null", b'"x"', b"3"])
def test_what_is_no_object(source):
    (fault,) = faults(source)
    assert fault.startswith("must be an object, not ")


def test_an_empty_object_lacks_five_things():
    assert faults({}) == [
        "format: is missing",
        "periods: is missing",
        "spaces: is missing",
        "applicants: is missing",
        "requests: is missing",
    ]


def test_deep_nesting_inside_a_field_is_one_fault():
    text = json.dumps(document("A"))[:-1] + ', "name": ' + "[" * 500 + "]" * 500 + "}"
    assert faults(text) == ["name: must be a text, not a list"]


# One fault at a time

BASE = document("AB", [space("S"), space("T")])
PIN = {"applicant": "A", "space": "S", "start": 0, "length": 1}


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (("format",), "dawra-case/2", ['format: must be "dawra-case/1", not "dawra-case/2"']),
        (("name",), 3, ["name: must be a text, not 3"]),
        (("seed",), True, ["seed: must be a text, not true"]),
        (("periods",), [], ["periods: must hold 1 to 2000 periods, not 0"]),
        (("periods",), {}, ["periods: must be a list, not an object"]),
        (("periods", 1), 7, ["periods[1]: must be an object, not 7"]),
        (("periods", 1, "start"), "2027-01-17", ["periods[1].start: 2027-01-17 is not after the end 2027-01-17 of the period before"]),
        (("periods", 1, "end"), "2027-01-17", ["periods[1].end: 2027-01-17 is before the start 2027-01-18"]),
        (("periods", 1, "start"), "2027-02-30", ['periods[1].start: must be a date such as 2027-01-31, not "2027-02-30"']),
        (("periods", 1, "start"), "20270118", ['periods[1].start: must be a date such as 2027-01-31, not "20270118"']),
        (("periods", 1, "start"), 20270118, ["periods[1].start: must be a date such as 2027-01-31, not 20270118"]),
        (("periods", 0, "weight"), -1, ["periods[0].weight: must be between 0 and 1000000, not -1"]),
        (("periods", 0, "weight"), True, ["periods[0].weight: must be a whole number, not true"]),
        (("periods", 0, "weight"), 1.0, ["periods[0].weight: must be a whole number, not 1.0"]),
        (("spaces", 1, "id"), "S", ['spaces[1].id: "S" is given twice', 'requests[0].spaces[1].id: no such space "T"', 'requests[1].spaces[1].id: no such space "T"']),
        (("spaces", 1, "id"), None, ["spaces[1].id: is missing", 'requests[0].spaces[1].id: no such space "T"', 'requests[1].spaces[1].id: no such space "T"']),
        (("spaces", 0, "closed"), [4], ["spaces[0].closed[0]: no such period 4: the season has periods 0 to 3"]),
        (("spaces", 0, "closed"), [-1], ["spaces[0].closed[0]: no such period -1: the season has periods 0 to 3"]),
        (("spaces", 0, "closed"), [1, 1], ["spaces[0].closed[1]: 1 is given twice"]),
        (("spaces", 0, "closed"), ["1"], ['spaces[0].closed[0]: must be the index of a period, not "1"']),
        (("spaces", 0, "closed"), 0, ["spaces[0].closed: must be a list, not 0"]),
        (("spaces", 0, "stands", 1, "id"), "S/1", ['spaces[0].stands[1].id: "S/1" is given twice in this space']),
        (("spaces", 0, "stands", 0, "area_m2"), float("nan"), ["spaces[0].stands[0].area_m2: must be a finite number, not nan"]),
        (("spaces", 0, "stands", 0, "area_m2"), float("inf"), ["spaces[0].stands[0].area_m2: must be a finite number, not inf"]),
        (("spaces", 0, "stands", 0, "area_m2"), -0.5, ["spaces[0].stands[0].area_m2: must be between 0 and 1000000, not -0.5"]),
        (("spaces", 0, "stands", 0, "x"), 0.5, ["spaces[0].stands[0].x: must be a whole number, not 0.5"]),
        (("spaces", 0, "stands", 0, "features"), "power", ['spaces[0].stands[0].features: must be a list, not "power"']),
        (("spaces", 0, "stands", 0, "features"), [""], ["spaces[0].stands[0].features[0]: must not be empty"]),
        (("applicants", 1, "id"), "A", ['applicants[1].id: "A" is given twice', 'requests[1].applicant: no such applicant "B"']),
        (("applicants", 1, "id"), "A ", ['applicants[1].id: "A " differs from "A" only in what cannot be seen', 'requests[1].applicant: no such applicant "B"']),
        (("applicants", 1, "id"), "A\u200b", ['applicants[1].id: "A\u200b" differs from "A" only in what cannot be seen', 'requests[1].applicant: no such applicant "B"']),
        (("applicants", 1, "id"), "  ", ["applicants[1].id: must not be empty", 'requests[1].applicant: no such applicant "B"']),
        (("applicants", 0, "activity"), "", ["applicants[0].activity: must not be empty"]),
        (("applicants", 0, "share"), 0, ["applicants[0].share: must be between 1 and 1000000, not 0"]),
        (("applicants", 0, "received"), 10**30, ["applicants[0].received: must be between 0 and 1000000, not a number of more than 20 digits"]),
        (("applicants", 0, "groups"), [1], ["applicants[0].groups[0]: must be a text, not 1"]),
        (("applicants", 0, "family"), "a\x00b", ['applicants[0].family: holds characters that are no text: "a\\u0000b"']),
        (("applicants", 0, "family"), "\ud800", ['applicants[0].family: holds characters that are no text: "\\ud800"']),
        (("applicants", 0, "family"), "x" * 401, ["applicants[0].family: has more than 400 characters"]),
        (("requests", 1, "applicant"), "A", ['requests[1].applicant: "A" has a request already']),
        (("requests", 1, "applicant"), "Z", ['requests[1].applicant: no such applicant "Z"']),
        (("requests", 0, "spaces", 0, "id"), "S9", ['requests[0].spaces[0].id: no such space "S9"']),
        (("requests", 0, "spaces", 0, "id"), "T", ['requests[0].spaces[1].id: "T" is given twice']),
        (("requests", 0, "spaces", 0, "rank"), 0, ["requests[0].spaces[0].rank: must be between 1 and 1000000, not 0"]),
        (("requests", 0, "preferred"), {"4": 1}, ['requests[0].preferred["4"]: no such period 4: the season has periods 0 to 3']),
        (("requests", 0, "preferred"), {"x": 1}, ['requests[0].preferred.x: the key must be the index of a period, such as "4"']),
        (("requests", 0, "preferred"), {"01": 1}, ['requests[0].preferred["01"]: the key must be the index of a period, such as "4"']),
        (("requests", 0, "preferred"), {"1": 4}, ['requests[0].preferred["1"]: must be between 0 and 3, not 4']),
        (("requests", 0, "preferred"), [], ["requests[0].preferred: must be an object, not a list"]),
        (("requests", 0, "turn_length"), {"min": 3, "max": 2}, ["requests[0].turn_length: min 3 is more than max 2"]),
        (("requests", 0, "turn_length"), 2, ["requests[0].turn_length: must be an object, not 2"]),
        (("requests", 0, "turn_length"), {"min": 0}, ["requests[0].turn_length.min: must be between 1 and 1000000, not 0"]),
        (("requests", 0, "max_turns"), -1, ["requests[0].max_turns: must be between 0 and 1000000, not -1"]),
        (("requests", 0, "stands"), 0, ["requests[0].stands: must be between 1 and 1000000, not 0"]),
        (("requests", 0, "wishes"), 1, ["requests[0].wishes: unknown key"]),
        (("requests", 0, "max_turn"), 1, ['requests[0].max_turn: unknown key, did you mean "max_turns"?']),
        (("pins",), [{**PIN, "applicant": "Z"}], ['pins[0].applicant: no such applicant "Z"']),
        (("pins",), [{**PIN, "space": "Z"}], ['pins[0].space: no such space "Z"']),
        (("pins",), [{**PIN, "stand": "T/1"}], ['pins[0].stand: no such stand "T/1" in "S"']),
        (("pins",), [{**PIN, "start": 3, "length": 2}], ["pins[0]: ends in period 4: the season has periods 0 to 3"]),
        (("pins",), [{**PIN, "length": 0}], ["pins[0].length: must be between 1 and 1000000, not 0"]),
        (("pins",), [{}], ["pins[0].applicant: is missing", "pins[0].space: is missing", "pins[0].start: is missing", "pins[0].length: is missing"]),
        (("forbidden",), [{"applicant": "A", "periods": [9]}], ["forbidden[0].periods[0]: no such period 9: the season has periods 0 to 3"]),
        (("published",), [{**PIN, "stand": "S/1", "also": ["S/7"]}], ['published[0].also[0]: no such stand "S/7" in "S"']),
        (("charter",), [], ["charter: must be an object, not a list"]),
        (("charter",), {"measure": "days"}, ['charter.measure: must be one of periods, turns, points, not "days"']),
        (("charter",), {"rest": -1}, ["charter.rest: must be between 0 and 1000000, not -1"]),
        (("charter",), {"max_same_activity": 0}, ["charter.max_same_activity: must be between 1 and 1000000, not 0"]),
        (("charter",), {"rivals_apart": 1}, ["charter.rivals_apart: must be true or false, not 1"]),
        (("charter",), {"min_fill": 1.01}, ["charter.min_fill: must be between 0 and 1, not 1.01"]),
        (("charter",), {"tiers": ["fill", "fill"]}, ['charter.tiers[1]: "fill" is given twice']),
        (("charter",), {"tiers": ["luck"]}, ['charter.tiers[0]: must be one of fairness, fill, preferences, diversity, stability, travel, not "luck"']),
        (("charter",), {"max_same_activities": 1}, ['charter.max_same_activities: unknown key, did you mean "max_same_activity"?']),
        (("charter",), {"sites": {"site-S": {"rest": 0.5}, "S": {}}}, ["charter.sites[\"site-S\"].rest: must be a whole number, not 0.5", 'charter.sites.S: no such site "S"']),
        (("charter",), {"spaces": {"S": {"max_turns_per_site": 1}, "U": {}}}, ["charter.spaces.S.max_turns_per_site: unknown key", 'charter.spaces.U: no such space "U"']),
        (("charter",), {"spaces": {"S": 3, "T": {"quotas": [{"group": "g"}]}}}, ["charter.spaces.S: must be an object, not 3", "charter.spaces.T.quotas[0]: must have either at_least or at_most, and has neither"]),
        (("charter",), {"spaces": []}, ["charter.spaces: must be an object, not a list"]),
        (("charter",), {"quotas": [{"group": "g"}]}, ["charter.quotas[0]: must have either at_least or at_most, and has neither"]),
        (("charter",), {"quotas": [{"group": "g", "at_least": 0.1, "at_most": 0.2}]}, ["charter.quotas[0]: must have either at_least or at_most, not both"]),
        (("charter",), {"quotas": [{"group": "g", "at_least": -0.1}]}, ["charter.quotas[0].at_least: must be between 0 and 1, not -0.1"]),
        (("charter",), {"quotas": [{"group": "g", "at_least": 35}]}, ["charter.quotas[0].at_least: must be between 0 and 1, not 35"]),
        (("charter",), {"quotas": [{"group": "g", "at_least": True}]}, ["charter.quotas[0].at_least: must be a number, not true"]),
        (("charter",), {"quotas": [{"at_least": 0.1, "scope": "site"}]}, ["charter.quotas[0].group: is missing", 'charter.quotas[0].scope: must be one of season, space, space-period, not "site"']),
    ],
)  # fmt: skip
def test_one_thing_wrong(path, value, expected):
    broken = json.loads(json.dumps(BASE))
    place = broken
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    assert faults(broken) == expected


def test_the_untouched_base_is_sound():
    assert decode_case(BASE).name == ""


def test_the_same_letters_put_together_otherwise_are_the_same_id():
    case = document([person("é"), person("e\u0301")])
    assert faults(case) == ['applicants[1].id: "e\u0301" differs from "é" only in what cannot be seen']


def test_a_week_of_the_year_is_no_day():
    case = document("A", season=1)
    case["periods"][0]["start"] = "2027-W01-1"
    assert faults(case) == ['periods[0].start: must be a date such as 2027-01-31, not "2027-W01-1"']


def test_keys_given_twice_are_told():
    text = json.dumps(document("A")).replace('"seed"', '"name"')
    text = text[:-1] + ', "name": "a", "name": "b", "charter": {"rest": 1, "rest": 2}}'
    assert faults(text) == ["name: is given twice", "charter.rest: is given twice"]


def test_all_faults_come_together_in_the_order_of_the_file():
    assert faults(
        changed(
            name=1,
            periods=[{"start": "x", "end": "2027-01-02"}],
            spaces=[{"id": "S", "stands": [{}], "size": 1}],
            requests=[{"applicant": "Q", "spaces": [{"id": "S"}, {"id": "U"}]}],
            charter={"rest": "2"},
        )
    ) == [
        "name: must be a text, not 1",
        'periods[0].start: must be a date such as 2027-01-31, not "x"',
        'spaces[0].size: unknown key, did you mean "site"?',
        "spaces[0].stands[0].id: is missing",
        'requests[0].applicant: no such applicant "Q"',
        'requests[0].spaces[1].id: no such space "U"',
        'charter.rest: must be a whole number, not "2"',
    ]


def test_faults_print_on_one_line_each_whatever_they_quote():
    broken = changed(**{"a\nb\ud800": 1})
    (fault,) = faults(broken)
    assert fault == '["a\\nb\\ud800"]: unknown key'
    assert fault.encode("utf-8")
