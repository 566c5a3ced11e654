"""Small plans, changes to them, and the least disruption by enumeration: no solver, only checks and measures."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from scheduler.aftermath import Aftermath
from scheduler.blocks import blocks
from scheduler.codec import decode_case, encode_case
from scheduler.orders import Closure, Order, Withdrawal
from scheduler.plan import Turn
from scheduler.problem import Pin, Problem, Request
from scheduler.rulebook import tiers_of
from scheduler.verify import verify
from tests.scheduler.solving.brute import problem as drawn

Key = tuple[str, str, int, int]


def key(turn: Turn) -> Key:
    return (turn.applicant, turn.space, turn.start, turn.length)


def scene(seed: int) -> tuple[Problem, list[Turn], Order] | None:
    """A problem, a plan of it with nothing to add, and an order; None if the plan is empty.

    Of an odd seed it is harder: more want two stands or must rest, turns held are pinned, and up to three things
    happen at once.
    """
    rng = random.Random(seed)
    problem = drawn(seed)
    if seed % 2:
        problem = _harder(problem, rng)
    turns = list(filled(problem, rng))
    if not turns:
        return None
    since = rng.choice([0, 0, 1, 2])
    if not seed % 2:
        return problem, turns, order(problem, turns, since, rng)
    pins = [Pin(*key(turn), rng.choice([None, turn.stand])) for turn in turns if rng.random() < 0.1]
    problem = decode_case(encode_case(replace(problem, pins=(*problem.pins, *pins))))
    orders = [order(problem, turns, since, rng) for _ in range(rng.choice([1, 2, 3]))]
    gone = tuple(dict.fromkeys(one for each in orders for one in each.withdrawals))
    pinned = dict.fromkeys(one for each in orders for one in each.pins)
    closed = tuple(one for each in orders for one in each.closures)
    staying = tuple(pin for pin in pinned if pin.applicant not in {one.applicant for one in gone})
    return (problem, turns, Order(gone, closed, staying, since=since)) if gone or closed or staying else None


def _harder(problem: Problem, rng: random.Random) -> Problem:
    """The problem with wide turns, a rest, and a charter of one space."""
    case = encode_case(problem)
    for asked in case["requests"]:
        asked["stands"] = 2 if rng.random() < 0.3 else asked["stands"]
    case["charter"]["rest"] = rng.choice([None, 1, 2])
    if rng.random() < 0.3:
        case["charter"]["spaces"] = {"S": {"max_same_activity": 1, "rest": None}}
    return decode_case(case)


def filled(problem: Problem, rng: random.Random) -> list[Turn]:
    """A plan that obeys the rules, with turns taken one by one in random order."""
    choices = [turn for request in problem.requests for turn in possible(problem, problem, request, 0)]
    rng.shuffle(choices)
    held: list[Turn] = []
    for one in choices:
        if verify(problem, [*held, one]).accepted:
            held.append(one)
    return held


def order(problem: Problem, turns: list[Turn], since: int, rng: random.Random) -> Order:
    """A withdrawal, a closure or a pin; the periods before `since` are lived."""
    later = [turn for turn in turns if turn.start + turn.length > since]
    kind = rng.choice(["all", "one", "space", "stand", "pin"])
    if kind in ("all", "one") and later:
        turn = rng.choice(later)
        one = Withdrawal(turn.applicant, turn.space, turn.start)
        return Order((one if kind == "one" else Withdrawal(turn.applicant),), since=since)
    hall = rng.choice(problem.spaces)
    first = rng.randrange(since, len(problem.periods))
    last = rng.randrange(first, len(problem.periods))
    if kind != "pin":
        stand = rng.choice(hall.stands).id if kind == "stand" else None
        return Order(closures=(Closure(hall.id, first, last, stand),), since=since)
    choices = [turn for request in problem.requests for turn in possible(problem, problem, request, since)]
    if not choices:
        return Order(closures=(Closure(hall.id, first, last),), since=since)
    turn = rng.choice(choices)
    stand = rng.choice([None, turn.stand])
    return Order(pins=(Pin(turn.applicant, turn.space, turn.start, turn.length, stand),), since=since)


def possible(before: Problem, problem: Problem, request: Request, since: int) -> Iterator[Turn]:
    """Every turn a request could be given from a period on, one by one, on open stands."""
    asked = before.request(request.applicant)
    for wish in asked.spaces:
        space = problem.space(wish.space)
        for group in blocks(space, asked):
            shut = space.closed | request.unavailable
            shut = shut.union(*(problem.stand(space.id, stand).closed for stand in group))
            for start in range(since, len(problem.periods)):
                for length in range(asked.min_length, min(asked.max_length, len(problem.periods) - start) + 1):
                    if shut.isdisjoint(range(start, start + length)):
                        yield Turn(request.applicant, space.id, group[0], start, length, group[1:])


def plans(before: Problem, state: Aftermath) -> Iterator[list[Turn]]:
    """Every plan that keeps what was lived and obeys the rules; nobody who withdrew is given anything new."""
    kept = set(state.kept)
    choices = [
        [
            turn
            for turn in possible(before, state.problem, request, state.since)
            if request.applicant not in state.withdrawn or turn in kept
        ]
        for request in state.problem.requests
    ]
    yield from _plans(state, choices, list(state.past))


def _plans(state: Aftermath, choices: list[list[Turn]], held: list[Turn]) -> Iterator[list[Turn]]:
    if not choices:
        if verify(state.problem, held).accepted:
            yield held
        return
    first, *others = choices
    yield from _plans(state, others, held)
    for number, turn in enumerate(first):
        if not any(_clash(turn, other) for other in held):
            yield from _plans(state, [first[number + 1 :], *others], [*held, turn])


def _clash(one: Turn, other: Turn) -> bool:
    if set(one.periods).isdisjoint(other.periods):
        return False
    return one.applicant == other.applicant or (
        one.space == other.space and not set(one.stands).isdisjoint(other.stands)
    )


def given_up(state: Aftermath, turns: list[Turn]) -> int:
    """How many turns of others are not there any more."""
    placed = {key(turn) for turn in turns}
    return sum(key(turn) not in placed for turn in state.kept)


def worth(state: Aftermath, turns: list[Turn]) -> list:
    """What a plan is worth among those that give up as many turns: the goals of mending.py, recounted."""
    here, placed = set(turns), {key(turn) for turn in turns}
    old = {*state.past, *state.kept}
    new = [turn for turn in turns if turn not in old and key(turn) not in {key(one) for one in state.kept}]
    same_stand = sum(turn in here for turn in state.kept)
    left = [turn for turn in state.kept if turn not in here]
    freed = state.freed.union((turn.space, stand, p) for turn in left for stand in turn.stands for p in turn.periods)
    roaming = state.looking.union(turn.applicant for turn in left if key(turn) not in placed)
    pins = {(pin.applicant, pin.space, pin.start, pin.length) for pin in state.problem.pins}
    elsewhere = sum(
        turn.applicant not in roaming
        and key(turn) not in pins
        and freed.isdisjoint((turn.space, stand, period) for stand in turn.stands for period in turn.periods)
        for turn in new
    )
    had = Counter(turn.applicant for turn in (*state.displaced, *state.kept) if turn.applicant not in state.withdrawn)
    has = Counter(turn.applicant for turn in turns if turn not in state.past)
    again = sum(min(number, has[one]) for one, number in had.items())
    tiers = [
        [level.count for level in tier.levels] if tier.value is None else tier.value
        for tier in (tier.measure(state.problem, turns) for tier in tiers_of(state.problem))
    ]
    return [same_stand, -elsewhere, again, *tiers, -len(new)]
