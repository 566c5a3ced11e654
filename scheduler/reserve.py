"""The reserve: who takes over a turn that falls free, in the order of the charter. Judged by the rules alone.

`candidates` answers for one vacated turn, `queue` for a space before anything falls free, `outlook` says to one
person of the queue what her place in it is worth. None of them changes a plan; repair.py does.

The order is that of the charter's `tiers`, which for the usual charter reads: the lowest fairness level first
(what is on the ledger and held in this plan, against the share), of these who is lifted highest, then who takes
the most of the vacated turn, then whose wish is strongest (rank of the space, periods preferred), then what adds
an activity; at last the draw ticket. A charter that leaves fairness out has it last before the draw.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from scheduler.blocks import blocks
from scheduler.board import Board
from scheduler.exchange import Candidate, Exchange, tiers_in_order
from scheduler.plan import Turn
from scheduler.problem import Problem, Request
from scheduler.reserve_words import dependence, first_of_all, prospects, standing_behind
from scheduler.text import Message
from scheduler.tickets import ticket

__all__ = ["Candidate", "Outlook", "Waiting", "candidates", "outlook", "queue"]


def candidates(
    problem: Problem, turns: Iterable[Turn], vacated: Turn, *, passed_over: Collection[str] = ()
) -> list[Candidate]:
    """Return who may take over a vacated turn, the first to be asked first.

    `turns`: the plan, whether or not it still holds the vacated turn. `vacated` may be the rest of a turn already
    begun (same applicant and stand, a later start): what was lived before it stays. She who vacates is never
    a candidate, nor is anyone in `passed_over` (those who declined). All names must be known to the case.
    A candidate newly breaks no rule; so, where the vacated turn kept a quota, only those who keep it too are in.
    """
    exchange = Exchange(problem, tuple(turns), vacated)
    out = {vacated.applicant, *passed_over}
    found = [
        candidate
        for request in problem.requests
        if request.applicant not in out and problem.wish(request.applicant, vacated.space) is not None
        for candidate in exchange.best(request)
    ]
    order = tiers_in_order(problem)
    found.sort(key=lambda one: (*(one.value(tier) for tier in order), one.ticket, one.applicant))
    return [
        replace(one, message=standing_behind(one, found[place - 1], order) if place else first_of_all(one))
        for place, one in enumerate(found)
    ]


@dataclass(frozen=True, slots=True)
class Waiting:
    """One person of the waiting list of a space.

    `position` counts from 1. `level`: what she reaches with the ledger and this plan. `held`: turns she has in
    this plan, anywhere; 0 means unplaced. `rank`: of the space among her wishes, 1 the best. `ticket`: 64
    hexadecimal digits, the lowest goes first. `depends`: what the position depends on, in sentences (fr, ar, en)
    that name nobody: how many are before her by their level, by their wish, by the draw.
    """

    applicant: str
    position: int
    level: int
    held: int
    rank: int
    ticket: str
    depends: tuple[Message, ...] = ()


def queue(problem: Problem, turns: Iterable[Turn], space: str) -> list[Waiting]:
    """Return everyone who could still be given a turn in a space, in the order in which they would be asked.

    Those who hold turns but asked for more are in the list (`held` > 0), since they count for the positions of
    the others; leave them out to show the unplaced only. Who has all turns asked for, or whom no stand of the
    space fits, is not in it. The order is the charter's as far as it can be told before a turn falls free: level
    and rank of the space, in the order of their tiers, then the draw ticket. Which turn falls free can change it:
    `candidates` then says. Raises KeyError for a space the case does not know.
    """
    board, hall = Board(problem, turns), problem.space(space)
    waiting = [
        _waiting(board, request, wish.rank)
        for request in problem.requests
        for wish in [problem.wish(request.applicant, space)]
        if wish is not None and _could_hold_more(board, request) and blocks(hall, request)
    ]
    order = [tier for tier in tiers_in_order(problem) if tier in ("fairness", "preferences")]
    waiting.sort(key=lambda one: (*_standing(one, order), one.ticket, one.applicant))
    before: Counter[tuple[int, ...]] = Counter()
    told = []
    for position, one in enumerate(waiting, 1):
        mine = _standing(one, order)
        ahead = _ahead(before, mine, order)
        told.append(replace(one, position=position, depends=dependence(one, position, space, ahead)))
        before[mine] += 1
    return told


def _could_hold_more(board: Board, request: Request) -> bool:
    """Tell whether a further turn was asked for, and the season is long enough for one."""
    held = board.by_applicant.get(request.applicant, ())
    return len(held) < request.max_turns and request.min_length <= len(board.problem.periods)


def _waiting(board: Board, request: Request, rank: int) -> Waiting:
    applicant = request.applicant
    held = len(board.by_applicant.get(applicant, ()))
    return Waiting(applicant, 0, board.level(applicant), held, rank, ticket(board.problem.seed, applicant))


def _standing(one: Waiting, order: list[str]) -> tuple[int, ...]:
    """Return what the tiers compare of two people waiting, the smallest first."""
    return tuple({"fairness": one.level, "preferences": one.rank}[tier] for tier in order)


def _ahead(before: Counter[tuple[int, ...]], mine: tuple[int, ...], order: list[str]) -> Counter[str]:
    """Count who is before by the first tier that differs; "draw" where none does."""
    ahead: Counter[str] = Counter()
    for theirs, number in before.items():
        tier = next((name for name, a, b in zip(order, theirs, mine, strict=True) if a != b), "draw")
        ahead[tier] += number
    return ahead


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a free place in a space would be worth to one person.

    Of the `turns` of others still to come there she could take over `could`, whole or in part; `obstacles`
    counts those she could not, by the code of the rule in the way. `messages`: the same in sentences (fr, ar, en)
    that name nobody.
    """

    could: int
    turns: int
    obstacles: dict[str, int]
    messages: tuple[Message, ...]


def outlook(problem: Problem, turns: Iterable[Turn], space: str, applicant: str, *, since: int = 0) -> Outlook:
    """Try each turn of a space that starts in period `since` or later: could this person take it over?

    She must have a request. Takes about a millisecond a turn.
    """
    turns, request = tuple(turns), problem.request(applicant)
    others = [turn for turn in turns if turn.space == space and turn.start >= since and turn.applicant != applicant]
    obstacles: Counter[str] = Counter()
    for turn in others:
        obstacle = Exchange(problem, turns, turn).obstacle(request)
        if obstacle:
            obstacles[obstacle] += 1
    could = len(others) - obstacles.total()
    messages = prospects(space, could, len(others), obstacles)
    return Outlook(could, len(others), dict(sorted(obstacles.items())), messages)
