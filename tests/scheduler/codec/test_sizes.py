"""Enormous cases are told, not waited for: each of these would take minutes or all memory if it were tried."""

import json

import pytest

from scheduler.blocks import blocks
from scheduler.codec import decode_case
from scheduler.commands.parsers import main
from scheduler.errors import BadCase
from scheduler.options import estimate, options
from tests.scheduler.builders import document, make, periods, request, space


def faults(source):
    with pytest.raises(BadCase) as caught:
        decode_case(source)
    return [str(fault) for fault in caught.value.faults]


def hall(width, height=1):
    return space("S", [{"id": f"S/{n}", "x": n % width, "y": n // width} for n in range(width * height)])


def test_too_many_ways_to_place_neighbours():
    grid = hall(12, 12)
    asked = [request("A", "S", stands=40), request("B", "S", stands=3)]
    assert faults(document("AB", [grid], asked)) == [
        'requests[0].stands: 40 neighbouring stands of "S" can be chosen in too many ways'
    ]
    assert len(options(make("B", [grid], [request("B", "S", stands=3)], season=1)).columns) == 2 * 120 + 4 * 121


def test_a_long_row_of_stands_is_no_trouble():
    row = hall(3000)
    problem = make("AB", [row, space("T")], [request("A", "S", stands=9), request("B", "T", stands=10**6)], season=1)
    assert len(options(problem).columns) == 2992
    assert estimate(problem) == 2992
    assert len(faults(document("A", [row], [request("A", "S", stands=2000)]))) == 1


def test_stands_on_one_cell_count_each():
    pile = space("S", [{"id": f"S/{n}", "x": n % 2, "y": 0} for n in range(300)])
    assert len(faults(document("A", [pile], [request("A", "S", stands=2)]))) == 1


def test_neighbours_in_a_very_large_hall():
    wide = hall(100, 100)
    problem = make("A", [wide], [request("A", "S", stands=2)], season=1)
    assert len(options(problem).columns) == 2 * 99 * 100
    assert len(blocks(problem.space("S"), problem.request("A"))) == 2000


def test_points_that_make_too_many_levels():
    calendar = [period | {"weight": 999_983 * (n + 1) % 1_000_000} for n, period in enumerate(periods(30))]
    case = document("A", charter={"measure": "points"})
    case["periods"] = calendar
    (fault,) = faults(case)
    assert fault.startswith("charter.measure: points from weights so far apart make ")
    case["charter"] = {"measure": "periods"}
    assert decode_case(case).periods[1].weight == 999_966


def test_large_points_with_a_common_measure_are_fine():
    case = document("A", [space("S", weight=1000)], charter={"measure": "points"})
    case["periods"] = [period | {"weight": 1000 * (n % 3 + 1)} for n, period in enumerate(periods(30))]
    assert decode_case(case).charter.measure == "points"
    case["periods"] = [period | {"weight": 0} for period in periods(2)]
    assert decode_case(case).charter.measure == "points"


def test_a_few_turns_or_large_shares_make_few_levels():
    calendar = [period | {"weight": 9_973 + n} for n, period in enumerate(periods(30))]
    case = document("A", charter={"measure": "points"})
    case["periods"] = calendar
    assert len(faults(case)) == 1
    case["applicants"][0]["share"] = 100
    assert decode_case(case).applicant("A").share == 100
    case["applicants"][0]["share"] = 5
    assert len(faults(case)) == 1
    case["requests"][0] |= {"max_turns": 1, "turn_length": {"min": 1, "max": 2}}
    assert decode_case(case).request("A").max_turns == 1


def test_a_season_has_an_end():
    case = document("A", season=1)
    case["periods"] = [{"start": "2027-01-01", "end": "2027-01-01"}] * 2001
    assert faults(case)[-1] == "periods: must hold 1 to 2000 periods, not 2001"


def test_a_hundred_thousand_strange_keys():
    case = document("A") | {f"key{n}": 1 for n in range(100_000)}
    found = faults(case)
    assert len(found) == 100_000
    assert found[99_999] == "key99999: unknown key"
    case = document("A")
    case["requests"][0]["preferred"] = {str(n): 1 for n in range(100_000)}
    assert len(faults(case)) == 100_000 - 4
    case = document("A", charter={"spaces": {f"S{n}": {} for n in range(100_000)}})
    assert len(faults(case)) == 100_000


def test_only_the_first_faults_are_printed_and_the_others_counted(tmp_path, capsys):
    case = document("A")
    case["requests"] = [request("Z", "S9") for _ in range(300)]
    path = tmp_path / "case.json"
    path.write_text(json.dumps(case))
    assert main(["verify", str(path), "none"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 101
    assert lines[0] == 'requests[0].applicant: no such applicant "Z"'
    assert lines[100] == "and 500 more"
