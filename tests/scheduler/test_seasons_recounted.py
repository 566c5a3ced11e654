"""Every figure of a simulation against a second book-keeping, written from the papers alone over plain dicts.

Only the plans are not made anew: `deal` gives each season's turns to both, so a ledger, a reserve or a newcomer's
start that differs by one unit makes other turns, and every figure after it differs.
"""

from __future__ import annotations

import random
from dataclasses import asdict, replace
from fractions import Fraction
from typing import Any

import pytest

from scheduler.codec import decode_case
from scheduler.dealing import deal
from scheduler.population import Flow, Population, Start
from scheduler.problem import Quota
from scheduler.simulate import simulate
from tests.scheduler.builders import document, make, person, request, space

SEASONS = 7
Book = dict[str, Any]


def drawn(seed: int) -> dict[str, Any]:
    """Twelve people, the shares and ledgers of whom do not divide, in two halls one of which closes for a while."""
    rng = random.Random(seed)
    people, requests = [], []
    for number in range(12):
        name = f"P{number:02}"
        groups = rng.choice([[], ["women"], ["femmes", "rural"]])
        kind = rng.choice(["artisan", "cooperative", "Coopérative"])
        more = {"groups": groups, "kind": kind, "share": rng.choice([1, 2, 3]), "received": rng.choice([0, 0, 1, 5])}
        people.append(person(name, rng.choice("xyz"), **more))
        longest = rng.choice([1, 2])
        asked = {"turn_length": {"min": 1, "max": longest}, "max_turns": rng.choice([1, 2])}
        requests.append(request(name, *rng.sample("ST", rng.choice([1, 2])), **asked))
    halls = [space("S", 2, weight=2), space("T", 1, closed=[1])]
    charter = {"measure": rng.choice(["periods", "turns", "points"])}
    return document(people, halls, requests, 4, charter=charter, seed=f"s{seed}")


@pytest.mark.parametrize("start", ["zero", "lowest", "average", "median"])
@pytest.mark.parametrize("reserved", [0.0, 0.4])
@pytest.mark.parametrize("seed", range(3))
def test_every_figure_is_recounted(seed: int, reserved: float, start: Start) -> None:
    case = drawn(seed)
    flow = Flow(arrivals=1.5, departures=0.1, departures_relative=True, start=start, reserved=reserved)
    played = simulate(decode_case(case), SEASONS, flow, method="heuristic")
    told = [asdict(facts) for facts in played.seasons]
    counted = recounted(case, start, reserved)
    for season, (one, other) in enumerate(zip(told, counted, strict=True), 1):
        assert one == {key: pytest.approx(value) for key, value in other.items()}, season
    assert len({one["people"] for one in told}) > 1


def recounted(case: dict[str, Any], start: str, reserved: float) -> list[Book]:
    """The same seasons, counted here: 1.5 people come each season, a tenth of those present leave."""
    shapes = list(zip(case["applicants"], case["requests"], strict=True))
    present = {who["id"]: {"who": who, "asks": asks, "ledger": who["received"]} for who, asks in shapes}
    for one in present.values():
        one |= {"had": 0, "there": 0, "new": one["ledger"] == 0, "waits": 0}
    figures = []
    for season in range(1, SEASONS + 1):
        if season > 1:
            chance = random.Random(f"{case['seed']}:{season}")
            rate = Fraction(len(present), 10)
            leaving = int(rate * season) - int(rate * (season - 1))
            for name in chance.sample(sorted(present), leaving):
                del present[name]
            level = standing(start, present)
            for number in range(int(Fraction(3, 2) * season) - int(Fraction(3, 2) * (season - 1))):
                who, asks = chance.choice(shapes)
                ledger = int(level * who["share"])
                present[f"new-{season:03}-{number:04}"] = {
                    "who": who, "asks": asks, "ledger": ledger, "had": 0, "there": 0, "new": True, "waits": 0,
                }  # fmt: skip
        figures.append(lived(case, present, season, reserved))
        for one in present.values():
            one["new"] = False
    return figures


def standing(start: str, present: Book) -> Fraction:
    """The level at which newcomers start, among those present."""
    levels = sorted(Fraction(one["ledger"], one["who"]["share"]) for one in present.values())
    if start == "zero" or not levels:
        return Fraction(0)
    if start == "lowest":
        return levels[0]
    return sum(levels) / len(levels) if start == "average" else levels[(len(levels) - 1) // 2]


def lived(case: dict[str, Any], present: Book, season: int, reserved: float) -> Book:
    """Play one season, write it into the books, and count its figures."""
    people = [
        {**one["who"], "id": name, "received": one["ledger"],
         "groups": [*one["who"]["groups"], *(["newcomer"] if one["new"] else [])]}
        for name, one in sorted(present.items())
    ]  # fmt: skip
    asked = [{**one["asks"], "applicant": name} for name, one in sorted(present.items())]
    problem = decode_case({**case, "applicants": people, "requests": asked, "seed": f"{case['seed']}/{season}"})
    newcomers = [name for name, one in present.items() if one["new"]]
    places = 2 * 4 + 3  # open stand-periods: two stands for four periods, one for three
    due = min(Fraction(str(reserved)), Fraction(len(newcomers), places))
    if due:
        quotas = (Quota("newcomer", "at_least", due),)
        problem = replace(problem, charter=replace(problem.charter, quotas=quotas))
    turns = deal(problem)
    held = dict.fromkeys(present, 0)
    for turn in turns:
        held[turn.applicant] += turn.length
        worth = {"periods": turn.length, "turns": 1, "points": turn.length * (2 if turn.space == "S" else 1)}
        present[turn.applicant]["ledger"] += worth[case["charter"]["measure"]]
        present[turn.applicant]["had"] += worth[case["charter"]["measure"]]
    for name, one in present.items():
        one["there"] += 1
        one["waits"] = 0 if held[name] else one["waits"] + 1
    rates = [Fraction(one["had"], one["there"] * one["who"]["share"]) for one in present.values()]
    whole = sum(held.values())

    def share(of: Any) -> Fraction:
        return Fraction(sum(held[name] for name, one in present.items() if of(name, one["who"])), whole or 1)

    waits = [one["waits"] for one in present.values()]
    differences = sum(abs(one - other) for one in rates for other in rates)
    return {
        "season": season,
        "people": len(present),
        "shown": sum(amount > 0 for amount in held.values()),
        "waiting_mean": Fraction(sum(waits), len(waits)),
        "waiting_worst": max(waits),
        "worst_off": min(one["ledger"] // one["who"]["share"] for one in present.values()),
        "gini": differences / (2 * len(rates) * sum(rates)) if sum(rates) else Fraction(0),
        "women": share(lambda _, who: bool({"women", "femmes"} & set(who["groups"]))),
        "cooperatives": share(lambda _, who: who["kind"] in ("cooperative", "Coopérative")),
        "newcomers": share(lambda name, _: present[name]["new"]),
        "fill": Fraction(whole, places),
        "exact": False,
    }


def test_a_newcomer_starts_at_a_level_counted_exactly() -> None:
    """One unit of an entitlement of 49 is a 49th; in floats, 49 of these are a hair less than one."""
    population = Population.of(make([person("A", received=1, share=49)]))
    population.turn_over(Flow(arrivals=1, start="lowest"), 2, "x")
    (new,) = population.newcomers(2)
    assert population.ledger[new] == 1


def test_places_are_not_kept_for_newcomers_who_can_hold_none() -> None:
    """Those new in the first season ask for more room than there is: the season is played, not left empty."""
    people = [person("A", received=1), person("B", received=1), person("C")]
    asked = [request("A", "S"), request("B", "S"), request("C", "S", area_m2=50)]
    played = simulate(make(people, [space("S", 1)], asked), 1, Flow(reserved=0.5), method="heuristic")
    assert [season.fill for season in played.seasons] == [1.0]
