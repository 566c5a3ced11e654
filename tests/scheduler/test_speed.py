"""Judging is fast enough to answer while somebody drags a card: measured in processor time, best of two."""

import random
import time
from collections import Counter

from scheduler.plan import Turn
from scheduler.problem import Problem
from scheduler.verify import verify
from scheduler.why_not import why_not
from tests.scheduler.builders import make, person, request, space

SEASON = 26


def nation(sites: int, people: int) -> Problem:
    """Halls of eight stands, and people of twelve crafts who ask for up to four of them."""
    rng = random.Random(7)
    halls = [space(f"S{n:03d}", 8) for n in range(sites)]
    names = [f"A{n:05d}" for n in range(people)]
    asked = []
    for name in names:
        wanted = sorted({rng.choice(halls)["id"] for _ in range(4)})
        length = rng.choice((1, 2))
        asked.append(
            request(name, *wanted, turn_length={"min": length, "max": length}, unavailable=[rng.randrange(26)])
        )
    charter = {"max_same_activity": 2, "min_activities": 3, "rest": 3, "max_turns_per_site": 9}
    quotas = [{"group": "g", "at_least": 0.2}, {"group": "g", "at_most": 1, "scope": "space-period"}]
    crafts = [person(name, f"craft-{rng.randrange(12)}", groups=["g"] if rng.random() < 0.4 else []) for name in names]
    return make(crafts, halls, asked, SEASON, charter={**charter, "quotas": quotas})


def packed(problem: Problem) -> list[Turn]:
    """Every stand filled from the first period on, by people who are free then, two of a craft at most."""
    rng = random.Random(8)
    asking = {hall.id: [] for hall in problem.spaces}
    for one in problem.requests:
        for wish in one.spaces:
            asking[wish.space].append(one)
    turns, busy, shown = [], set(), Counter()
    for hall in problem.spaces:
        for stand in hall.stands:
            start = 0
            while start < SEASON - 1:
                who = rng.choice(asking[hall.id])
                held = [(who.applicant, start + n) for n in range(-3, who.min_length + 3)]
                crafts = [
                    (hall.id, start + n, problem.applicant(who.applicant).activity) for n in range(who.min_length)
                ]
                away = who.unavailable.intersection(range(start, start + 2))
                if away or busy.intersection(held) or max(shown[craft] for craft in crafts) == 2:
                    start += rng.random() < 0.1
                    continue
                turns.append(Turn(who.applicant, hall.id, stand.id, start, who.min_length))
                busy.update(held)
                shown.update(crafts)
                start += who.min_length
    return turns


def fastest(work, times: int = 2) -> float:
    """The least processor time of some runs, in seconds."""
    spent = []
    for _ in range(times):
        begun = time.process_time()
        work()
        spent.append(time.process_time() - begun)
    return min(spent)


def test_a_plan_of_half_a_nation_is_verified_within_a_second():
    problem = nation(120, 10_000)
    turns = packed(problem)
    assert len(turns) > 12_500
    assert verify(problem, turns).tiers[1].value > 17_500
    assert fastest(lambda: verify(problem, turns)) < 1


def test_why_not_answers_within_twenty_milliseconds():
    problem = nation(5, 600)
    turns = packed(problem)
    names = [applicant.id for applicant in problem.applicants[:30]]
    spent = sorted(fastest(lambda who=who: why_not(problem, turns, who)) for who in names)
    assert spent[len(spent) // 2] < 0.020
