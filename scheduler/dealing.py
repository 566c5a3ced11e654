"""A fair plan in seconds for any size, without a solver: again and again the lowest on the ladder chooses.

Not the best plan, but one every rule accepts, and reproducible: for simulations of cases too large to be solved
season after season. Of the people who can still be given a turn the one with the lowest level comes first, then
who has fewer turns, then the lower draw ticket; she is given the shortest turn she asked for, where her
preferences are met best.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from itertools import islice

from scheduler.blocks import blocks
from scheduler.board import Board, Swap
from scheduler.plan import Turn
from scheduler.problem import Pin, Problem, Request
from scheduler.tickets import ticket
from scheduler.wishes.preferences import earning

TRIES = 400
"""Places tried for one person in one go, the best liked first."""


def deal(problem: Problem, enough: Callable[[], bool] = lambda: False) -> tuple[Turn, ...]:
    """Return the turns dealt, in plan order. Pins come first; at_least quotas hold from the first turn on.

    `enough` is asked before each turn and ends the dealing.
    """
    table = _Table(problem)
    for pin in problem.pins:
        table.give(table.pinned(pin))
    waiting = [table.place_in_line(request) for request in problem.requests if request.max_turns]
    heapq.heapify(waiting)
    refused: list[str] = []
    while waiting and not enough():
        *_, applicant = heapq.heappop(waiting)
        request = problem.request(applicant)
        turn = table.best(request)
        if turn is None:
            refused.append(applicant)
            continue
        table.give(turn)
        if len(table.board.by_applicant[applicant]) < request.max_turns:
            heapq.heappush(waiting, table.place_in_line(request))
        if problem.charter.quotas and refused:
            for name in refused:
                heapq.heappush(waiting, table.place_in_line(problem.request(name)))
            refused.clear()
    return tuple(sorted(table.turns, key=lambda turn: turn.order))


class _Table:
    """The turns dealt so far, and what is still free."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.board = Board(problem, ())
        self.turns: list[Turn] = []
        season = set(range(len(problem.periods)))
        self.free = {
            (space.id, stand.id): season - space.closed - stand.closed
            for space in problem.spaces
            for stand in space.stands
        }
        self._places: dict[str, list[tuple[int, str, int]]] = {}
        self._groups: dict[tuple[str, float, frozenset[str], int], list[tuple[str, ...]]] = {}
        self.tickets = {request.applicant: ticket(problem.seed, request.applicant) for request in problem.requests}

    def place_in_line(self, request: Request) -> tuple[int, int, str, str]:
        """Return what decides who comes first."""
        name = request.applicant
        held = len(self.board.by_applicant.get(name, ()))
        return (self.board.level(name), held, self.tickets[name], name)

    def give(self, turn: Turn) -> None:
        """Deal a turn."""
        self.turns.append(turn)
        self.board.add(turn)
        for stand in turn.stands:
            self.free[turn.space, stand].difference_update(turn.periods)

    def pinned(self, pin: Pin) -> Turn:
        """Return the turn of a pin, on its stand or the first free one that fits."""
        space, window = self.problem.space(pin.space), set(range(pin.start, pin.start + pin.length))
        groups = [group for group in blocks(space, self.problem.request(pin.applicant)) if pin.stand in (None, *group)]
        free = [group for group in groups if all(window <= self.free[space.id, stand] for stand in group)]
        held = (free or groups or [(pin.stand or space.stands[0].id,)])[0]
        return Turn(pin.applicant, pin.space, held[0], pin.start, pin.length, held[1:])

    def best(self, request: Request) -> Turn | None:
        """Return the best liked turn that breaks no rule, None if there is none among those tried."""
        for turn in islice(self._choices(request), TRIES):
            if not self.board.violations(Swap(added=(turn,))):
                return turn
        return None

    def _choices(self, request: Request) -> Iterator[Turn]:
        """Yield the shortest turns on free stands, one for each space and start, the best liked first."""
        length = request.min_length
        for _, space, start in self._liked(request):
            for group in self._blocks(space, request):
                if all(period in self.free[space, stand] for stand in group for period in range(start, start + length)):
                    yield Turn(request.applicant, space, group[0], start, length, group[1:])
                    break

    def _liked(self, request: Request) -> list[tuple[int, str, int]]:
        """Return (minus what it earns, space, start) of her shortest turns, the best liked first."""
        if request.applicant not in self._places:
            length = request.min_length
            starts = [
                start
                for start in range(len(self.problem.periods) - length + 1)
                if request.unavailable.isdisjoint(range(start, start + length))
            ]
            places = [
                (-earning(request, wish, start, length), wish.space, start)
                for wish in request.spaces
                for start in starts
            ]
            self._places[request.applicant] = sorted(places)
        return self._places[request.applicant]

    def _blocks(self, space: str, request: Request) -> list[tuple[str, ...]]:
        """Return the sets of stands a request fits in a space, found once for all requests alike."""
        key = (space, request.area_m2, request.features, request.stands)
        if key not in self._groups:
            self._groups[key] = blocks(self.problem.space(space), request)
        return self._groups[key]
