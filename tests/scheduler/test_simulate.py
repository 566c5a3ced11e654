"""Seasons one after the other: who waits how long, who comes and goes, and the same again from the same seed."""

import json
import math
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from scheduler.commands.parsers import main
from scheduler.dealing import deal
from scheduler.pictures import line_picture
from scheduler.population import Flow, Population
from scheduler.problem import Charter
from scheduler.simulate import simulate
from scheduler.verify import verify
from scheduler.wishes.fairness import amounts
from scheduler.yearbook import gini, turn_around
from tests.scheduler.builders import document, make, person, request, space

SEASONS = 20
ALIKE = [(5, 1, 1, 1), (7, 2, 2, 1), (9, 1, 4, 2), (11, 2, 3, 3)]
"""People, stands, periods of a season, length of a turn: more people than a season has turns."""


def crowd(people, stands, season, length, **more):
    """People who all ask for the same: always there, fitting everywhere, but some like the first period more."""
    names = "ABCDEFGHIJKLMNOP"[:people]
    asked = {"turn_length": {"min": length, "max": length}, "max_turns": 1}
    requests = [
        request(name, "S", preferred={str(p): 3 for p in range(season)} if number < stands * season else {}, **asked)
        for number, name in enumerate(names)
    ]
    return make([person(name) for name in names], [space("S", stands)], requests, season, seed="fair", **more)


@pytest.mark.parametrize("size", ALIKE)
@pytest.mark.parametrize("method", ["solver", "heuristic"])
def test_with_equal_availability_nobody_waits_longer_than_the_turn_around(size, method):
    problem = crowd(*size)
    played = simulate(problem, SEASONS, method=method)
    assert played.complete
    assert played.turn_around == turn_around(problem) > 1
    assert played.longest <= played.turn_around + 1
    assert played.longest <= played.turn_around - 1  # what the proof says: seasons without, between two with a turn


@pytest.mark.parametrize("size", ALIKE)
def test_without_the_ledger_somebody_waits_for_ever(size):
    """The control: forget the ledger, and those whose wishes are weaker are never shown."""
    played = simulate(crowd(*size), SEASONS, method="solver", carried=False)
    assert played.longest == SEASONS > played.turn_around + 1


def test_the_turn_around_is_two_rounds_of_turns():
    assert turn_around(crowd(7, 2, 2, 1)) == 4  # from the first of a round to the last of the next, 4 turns a season
    assert turn_around(crowd(8, 2, 2, 1)) == 3  # rounds end with seasons: 2 seasons each
    assert turn_around(crowd(9, 1, 4, 2)) == 9  # 2 a season
    closed = crowd(9, 1, 4, 2)
    hall = replace(closed.spaces[0], closed=frozenset({1}))
    assert turn_around(replace(closed, spaces=(hall,))) == 17  # only periods 2–3 hold a turn
    assert turn_around(crowd(5, 1, 1, 2)) is None


@pytest.mark.parametrize("people", range(2, 15))
@pytest.mark.parametrize("stands", range(1, 9))
def test_the_claim_counted_turn_by_turn(people, stands):
    """Number the turns, round after round; the first of each round comes last in the next one."""
    season = [-(-number // stands) for number in range(1, 40 * people * stands)]
    apart = [season[first + 2 * people - 1] - season[first] for first in range(0, 20 * people * stands, people)]
    assert max(apart) == turn_around(crowd(people, stands, 1, 1))


@pytest.mark.parametrize("size", [*ALIKE, (8, 2, 2, 1), (6, 1, 4, 1)])
def test_the_turn_around_is_met_and_no_smaller_one_holds(size):
    """Draws can be so unlucky that A is first in a round and last in the next; never are they unluckier.

    One order of draw for all seasons gives ⌈N / T⌉; as soon as the draws differ that is passed.
    """
    problem = replace(crowd(*size), requests=tuple(replace(one, preferred={}) for one in crowd(*size).requests))
    people, stands, season, length = size
    assert longest_wait(problem, lambda _: "one") <= math.ceil(people / (stands * (season // length)))
    fresh = [longest_wait(problem, lambda number, draw=draw: f"{draw}/{number}") for draw in range(12)]
    assert max(fresh) <= turn_around(problem) - 1
    assert max(unlucky(problem, late) for late in range(3)) == turn_around(problem)


def unlucky(problem, late):
    """The most seasons from one turn of A to her next, with draws that have her in early, late and early again.

    In every third round she comes late; who is early in the round before that is free when the next one begins.
    """
    population, last, had, most = Population.of(problem), 0, 0, 0
    for season in range(1, 3 * SEASONS + 1):
        for draw in range(80):
            case = replace(population.case(problem, Flow(), season), seed=f"{season}/{draw}")
            given = amounts(case, deal(case))
            if bool(given.get("A")) == (had % 3 != late):
                break
        population.lived(given)
        if given.get("A"):
            most, last, had = max(most, season - last if had else 0), season, had + 1
    return most


def longest_wait(problem, seed):
    """The longest wait of anybody in 20 seasons, each with the seed of the draw that its number gives."""
    population, waits, longest = Population.of(problem), dict.fromkeys("ABCDEFGHIJKLMNOP", 0), 0
    for season in range(1, SEASONS + 1):
        case = replace(population.case(problem, Flow(), season), seed=seed(season))
        given = amounts(case, deal(case))
        population.lived(given)
        waits = {name: 0 if given.get(name) else waits[name] + 1 for name in population.people}
        longest = max(longest, *waits.values())
    return longest


def test_the_same_seed_plays_the_same_seasons():
    problem, flow = crowd(7, 2, 2, 1), Flow(1.5, 0.2, departures_relative=True)
    once, again = simulate(problem, 6, flow), simulate(problem, 6, flow)
    other = simulate(replace(problem, seed="other"), 6, flow)
    assert once == again
    assert once.seasons != other.seasons


def test_people_come_and_leave_as_told():
    played = simulate(crowd(7, 2, 2, 1), 5, Flow(arrivals=2.5, departures=1), method="heuristic")
    assert [season.people for season in played.seasons] == [7, 9, 10, 12, 13]


@pytest.mark.parametrize(("start", "ledger"), [("zero", 0), ("lowest", 2), ("average", 5), ("median", 4)])
def test_where_a_newcomer_starts(start, ledger):
    people = [person("A", received=2), person("B", received=4), person("C", received=9)]
    population = Population.of(make(people))
    population.turn_over(Flow(arrivals=1, start=start), 2, "x")
    (new,) = population.newcomers(2)
    assert population.ledger[new] == ledger * population.people[new].share


def test_places_reserved_for_newcomers():
    problem = crowd(9, 2, 2, 1)
    flow = {"arrivals": 2, "departures": 2, "start": "average"}
    without = simulate(problem, 4, Flow(**flow))
    reserved = simulate(problem, 4, Flow(**flow, reserved=0.5))
    assert [season.newcomers >= 0.5 for season in reserved.seasons] == [True] * 4
    assert sum(s.newcomers for s in reserved.seasons) > sum(s.newcomers for s in without.seasons)
    assert [season.fill for season in reserved.seasons] == [1.0] * 4


def test_the_figures_of_a_season():
    people = [person("A", groups=["femmes"]), person("B", kind="cooperative"), person("C"), person("D")]
    played = simulate(make(people, [space("S", 3)], season=1), 2)
    first, second = played.seasons
    assert (first.people, first.shown, first.waiting_worst, first.waiting_mean) == (4, 3, 1, 0.25)
    assert (first.worst_off, second.worst_off, first.fill, first.gini) == (0, 1, 1.0, 0.25)
    assert first.women + second.women <= 2 / 3
    assert played.longest == 1


def test_gini_of_known_shares():
    assert gini([1, 1, 1, 1]) == 0
    assert gini([0, 0, 0, 1]) == 0.75
    assert gini([]) == gini([0, 0]) == 0
    assert all(f"{gini([n / 10] * 10):.3f}" == "0.000" for n in range(1, 10))


def test_another_charter_is_another_future():
    problem = make([person(name, "x") for name in "ABCD"], [space("S", 2)], season=2)
    apart = replace(Charter(), max_same_activity=1)
    own, other = simulate(problem, 3), simulate(problem, 3, charter=apart)
    assert [season.fill for season in own.seasons] == [1.0] * 3
    assert [season.fill for season in other.seasons] == [0.5] * 3


def test_what_is_dealt_obeys_every_rule_and_pins():
    pins = [{"applicant": "C", "space": "S", "start": 1, "length": 1, "stand": "S/2"}]
    charter = {"rest": 1, "max_same_activity": 1, "quotas": [{"group": "g", "at_least": 0.5}]}
    people = [person(name, name.lower(), groups=["g"] if name in "AC" else []) for name in "ABCD"]
    problem = make(people, charter=charter, pins=pins)
    turns = deal(problem)
    assert verify(problem, turns).accepted
    assert len(turns) >= 6


def test_the_clock_ends_it_and_says_so():
    played = simulate(crowd(7, 2, 2, 1), 20, method="heuristic", seconds=0.0)
    assert (played.seasons, played.complete) == ((), False)


def test_a_picture_is_readable_without_seeing_it_or_running_it():
    picture = line_picture("Wait <A>", "From 1 to 3.", {"A": [1, 2, 3], "B": [0, 0, 1]}, across="Season")
    root = ElementTree.fromstring(picture)
    name = "{http://www.w3.org/2000/svg}"
    assert root.get("role") == "img"
    assert root.find(f"{name}title").text == "Wait <A>"
    assert root.find(f"{name}desc").text == "From 1 to 3."
    assert root.find(f"{name}script") is None
    lines = root.findall(f"{name}polyline")
    assert len(lines) == 2
    assert lines[0].get("stroke-dasharray") != lines[1].get("stroke-dasharray")
    assert len(lines[0].get("points").split()) == 3


@pytest.mark.parametrize(
    ("values", "whole", "steps"),
    [
        ([7, 3], True, ["0", "2", "4", "6", "8"]),
        ([1, 0], True, ["0", "1"]),
        ([0, 0], True, ["0", "1"]),
        ([12_345], True, ["0", "5000", "10000", "15000"]),
        ([2.75, 1], False, ["0", "1", "2", "3"]),
        ([0.35], False, ["0", "0.1", "0.2", "0.3", "0.4"]),
        ([1.0], False, ["0", "0.5", "1"]),
        ([0.015], False, ["0", "0.005", "0.01", "0.015"]),
        ([0.0], False, ["0", "0.5", "1"]),
    ],
)
def test_the_axis_goes_up_in_steps_people_count_in(values, whole, steps):
    picture = line_picture("t", "d", {"A": values}, across="s", whole=whole)
    texts = ElementTree.fromstring(picture).findall("{http://www.w3.org/2000/svg}text")
    assert [one.text for one in texts if one.get("text-anchor") == "end"] == steps
    points = ElementTree.fromstring(picture).find("{http://www.w3.org/2000/svg}polyline").get("points").split()
    assert all(40 <= float(point.split(",")[1]) <= 276 for point in points)


def test_from_the_right_the_first_season_is_on_the_right():
    def first_and_last(*, rtl):
        picture = line_picture("t", "d", {"A": [1, 2, 3]}, across="s", rtl=rtl)
        points = ElementTree.fromstring(picture).find("{http://www.w3.org/2000/svg}polyline").get("points").split()
        return float(points[0].split(",")[0]), float(points[-1].split(",")[0])

    left, right = first_and_last(rtl=False)
    assert left < right
    assert first_and_last(rtl=True) == (640 - left, 640 - right)


@pytest.fixture
def case(tmp_path):
    """Write a case and a charter; return their paths."""
    paths = tmp_path / "case.json", tmp_path / "charter.json"
    people = [person(name, "x") for name in "ABCDE"]
    paths[0].write_text(json.dumps(document(people, [space("S", 2)], season=2)), encoding="utf-8")
    paths[1].write_text(json.dumps({"max_same_activity": 1}), encoding="utf-8")
    return [str(path) for path in paths]


def test_two_charters_side_by_side(case, tmp_path, capsys):
    words = [
        "simulate",
        case[0],
        "--charter",
        case[1],
        "--seasons",
        "3",
        "--svg",
        str(tmp_path / "svg"),
        "--lang",
        "en",
    ]
    assert main(words) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split("  ")[0].strip() == "Season"
    assert "Fill rate A" in lines[0]
    assert "Fill rate B" in lines[0]
    assert [line.split()[-2:] for line in lines[1:4]] == [["1.000", "0.500"]] * 3
    assert lines[4].startswith("Charter A: longest wait ")
    assert len(list((tmp_path / "svg").glob("*.svg"))) == 10


def test_the_figures_as_json(case, capsys):
    assert main(["simulate", case[0], "--seasons", "2", "--json", "--arrivals", "10%", "--departures", "1"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["charters"]["A"]["complete"] is True
    assert [season["season"] for season in report["charters"]["A"]["seasons"]] == [1, 2]


def test_every_fault_of_a_charter_is_told(case, tmp_path, capsys):
    bad = tmp_path / "bad.json"
    bad.write_text(json.dumps({"rest": -1, "colour": 3}), encoding="utf-8")
    assert main(["simulate", case[0], "--seasons", "2", "--charter", str(bad)]) == 2
    complaints = capsys.readouterr().err
    assert "charter.rest" in complaints
    assert "charter.colour" in complaints
    assert main(["simulate", case[0], "--seasons", "2", "--charter", str(tmp_path / "none.json")]) == 2
    assert main(["simulate", case[0], "--seasons", "2", "--svg", case[0]]) == 2
    assert "cannot be made" in capsys.readouterr().err
