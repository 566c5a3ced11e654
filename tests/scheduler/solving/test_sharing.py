"""Parts share their people in pairs: together they never have less than before, and nobody is moved who cannot be."""

from __future__ import annotations

import random
from collections.abc import Mapping
from itertools import combinations, islice, pairwise
from typing import Any

import pytest

from scheduler.limits import Clock, Limits
from scheduler.problem import Problem
from scheduler.regions import cut
from scheduler.sharing import Homes, Sharing, rounds
from scheduler.undated import Undated
from tests.scheduler.builders import make, request, space

HALLS = "STUV"


def aims(found: Problem, visitors: frozenset[str] = frozenset()) -> dict[int, int]:
    undated = Undated(found, Clock(Limits()), visitors=visitors)
    undated.solve()
    return undated.aims()


def sharing(found: Problem, homes: Homes, seconds: float | None = None) -> Sharing:
    """Each space is a part of its own."""
    place = {space.id: space.id for space in found.spaces}
    return Sharing(found, place, homes, aims(found), Clock(Limits(seconds=seconds)))


def sums(made: Sharing) -> list[int]:
    return list(made.sums().values())


def two_halls(**more: Any) -> Problem:
    """Two stands for three periods; A and B stay two of them, C and D one: all have a turn if A and B are apart."""
    stays = {"A": 2, "B": 2, "C": 1, "D": 1}
    asked = [request(one, "S", "T", max_turns=1, turn_length={"min": n, "max": n}) for one, n in stays.items()]
    halls = [space("S", 1, region="01"), space("T", 1, region="02")]
    return make("ABCD", halls, asked, 3, **more)


TOGETHER = {"A": "S", "B": "S", "C": "T", "D": "T"}


def test_people_who_do_not_fit_in_one_part_change_places_with_others() -> None:
    made = sharing(two_halls(), TOGETHER)
    homes = made.run()
    assert {homes["A"], homes["B"]} == {homes["C"], homes["D"]} == {"S", "T"}
    assert made.sums() == {1: 4, 2: 2}


@pytest.mark.parametrize(("together", "reach"), [(True, 3), (False, 4)])
def test_the_parts_of_a_cut_have_what_was_shared(*, together: bool, reach: int) -> None:
    """The control: where everybody stays as she was, one of the four has nothing."""
    found = two_halls()

    def share(place: Mapping[str, str], _: Homes) -> Homes:
        homes = {one: place[hall] for one, hall in TOGETHER.items()}
        return homes if together else Sharing(found, place, homes, aims(found), Clock(Limits())).run()

    parts = cut(found, 0, 0, share=share)
    assert len(parts) == 2
    assert sum(aims(part.problem, part.visitors)[1] for part in parts) == reach


@pytest.mark.parametrize("stays", "AB")
def test_a_pin_holds_who_has_it(stays: str) -> None:
    pin = {"applicant": stays, "space": "S", "start": 0, "length": 2}
    homes = sharing(two_halls(pins=[pin]), TOGETHER).run()
    assert homes[stays] == "S"
    assert homes["A" if stays == "B" else "B"] == "T"


def test_without_time_everybody_stays_and_it_is_said() -> None:
    made = sharing(two_halls(), TOGETHER, seconds=0.0)
    assert made.run() == TOGETHER
    assert made.cut


def town(seed: int) -> tuple[Problem, Homes]:
    """Four halls of one or two stands, 24 people who ask for one to three of them, and where each would stay."""
    rng = random.Random(seed)
    halls = [space(name, rng.choice([1, 2])) for name in HALLS]
    people = [{"id": f"P{n:02}", "activity": f"craft-{n % 7}", "received": rng.choice([0, 0, 1, 2])} for n in range(24)]
    asked, homes = [], {}
    for one in people:
        wanted = rng.sample(HALLS, rng.choice([1, 2, 2, 3]))
        length = rng.choice([1, 2, 2])
        more = {"max_turns": rng.choice([1, 2, 3]), "turn_length": {"min": length, "max": length}}
        asked.append(request(one["id"], *wanted, **more))
        homes[one["id"]] = wanted[0]
    return make(people, halls, asked, 5, charter={"rest": 1, "max_same_activity": 1}), homes


def test_two_parts_never_have_less_than_before(monkeypatch: pytest.MonkeyPatch) -> None:
    gained, whole = 0, 0
    for seed in range(12):
        found, homes = town(seed)
        made = sharing(found, homes)
        steps, meet = [], made.meet

        def watched(*arguments: Any, meet: Any = meet, made: Sharing = made, steps: list[Any] = steps) -> None:
            meet(*arguments)
            steps.append(sums(made))

        monkeypatch.setattr(made, "meet", watched)
        shared = made.run()
        counted = [step for step in steps if step]
        assert counted, seed
        assert all(before <= after for before, after in pairwise(counted)), seed
        assert counted[-1] <= list(made.aims.values()), seed
        for one in found.requests:
            assert shared[one.applicant] in {wish.space for wish in one.spaces}, seed
        gained += counted[-1] > counted[0]
        whole += counted[-1] == list(made.aims.values())
    assert gained
    assert whole > 4


def test_a_part_nobody_can_have_turns_in_is_counted_all_the_same() -> None:
    """Of T and U nobody of whom stays there can gain anything; all the same the others are shared."""
    halls = [space("S", 1, region="01"), *(space(name, 1, closed=[0, 1, 2]) for name in "TUV")]
    stays = {"A": 2, "B": 2, "C": 1, "D": 1}
    asked = [request(one, *"STUV", max_turns=1, turn_length={"min": n, "max": n}) for one, n in stays.items()]
    made = sharing(make("ABCD", halls, asked, 3), {"A": "T", "B": "T", "C": "U", "D": "V"})
    made.run()
    assert made.sums() == {1: 2, 2: 1}


def test_hands_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    found, homes = town(3)
    alone = sharing(found, homes).run()
    monkeypatch.setattr("scheduler.sharing.CORES", 1)
    assert sharing(found, homes).run() == alone


@pytest.mark.parametrize("count", range(2, 9))
def test_every_pair_meets_once_in_a_tournament(count: int) -> None:
    names = [str(number) for number in range(count)]
    played = list(islice(rounds(names), count - 1 + count % 2))
    assert sorted(tuple(sorted(pair)) for pairs in played for pair in pairs) == sorted(combinations(names, 2))
    for pairs in played:
        there = [name for pair in pairs for name in pair]
        assert len(there) == len(set(there)) == count - count % 2
