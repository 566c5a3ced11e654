"""A fair plan in seconds for any size, without a solver: again and again the lowest on the ladder chooses.

Not the best plan, but one every rule accepts, and reproducible: for simulations of cases too large to be solved
season after season. Of the people who can still be given a turn the one with the lowest level comes first, then
who has fewer turns, then the lower draw ticket; she is given the shortest turn she asked for, where her
preferences are met best.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Set

from scheduler.blocks import blocks
from scheduler.board import Board, Swap
from scheduler.pinning import balance, seated, vary
from scheduler.plan import Turn
from scheduler.problem import Problem, Request
from scheduler.rules.parameters import counts_in, quotas
from scheduler.tickets import ticket
from scheduler.wishes.preferences import earning

TRIES = 400
"""Places tried for one person in one go, the best liked first."""
PASSING = frozenset({"min_activities", "quotas"})
"""Rules that may forbid a place now and allow it once more turns are dealt; the others forbid it for good."""
QUOTAS, NONE = frozenset({"quotas"}), frozenset[str]()
OF_CRAFTS = frozenset({"max_same_activity", "max_same_family", "min_activities"})
"""Rules that say the same to everybody of one craft."""
Place = tuple[int, str, int]
"""Minus what a turn earns, space, start."""
Standing = tuple[int, int, str, str]
"""Level, turns held, draw ticket, applicant: the lowest comes first."""


def deal(problem: Problem, enough: Callable[[], bool] = lambda: False) -> tuple[Turn, ...]:
    """Return the turns dealt, in plan order. Pins come first; at_least quotas hold from the first turn on.

    `enough` is asked before each turn and ends the dealing.
    """
    table = Table(problem)
    for turn in seated(problem):
        table.give(turn)
    vary(table, enough)
    balance(table, enough)
    line = _Line(table)
    while (request := line.first()) and not enough():
        found = table.best(request)
        if found:
            table.give(found)
        line.answer(request, found)
    return tuple(sorted(table.turns, key=lambda turn: turn.order))


Alike = tuple[frozenset[str], frozenset[str], int, int]
"""What people have in common whom a quota allows the same: groups, spaces asked for, length, stands."""


class _Line:
    """Who comes next: the lowest on the ladder of those whom the quotas leave some hall.

    People alike to the quotas stand in a queue of their own, which waits as a whole while they leave it none.
    """

    def __init__(self, table: Table) -> None:
        self.table, self.problem = table, table.problem
        self._queues: dict[Alike, list[Standing]] = {}
        self._fronts: list[tuple[Standing, Alike]] = []
        self._closed: set[Alike] = set()
        self._held_back: dict[str, Request] = {}
        for request in self.problem.requests:
            if len(table.board.by_applicant.get(request.applicant, ())) < request.max_turns:
                self._join(request)

    def first(self) -> Request | None:
        """Take the next one out of the line; None if nobody is left who could be given a turn."""
        while self._fronts:
            front, alike = heapq.heappop(self._fronts)
            queue = self._queues[alike]
            if not queue or queue[0] != front or alike in self._closed:
                continue
            request = self.problem.request(front[-1])
            if self.table.may_be_allowed(request):
                heapq.heappop(queue)
                self._show(alike)
                return request
            self._closed.add(alike)
        return None

    def answer(self, request: Request, turn: Turn | None) -> None:
        """Take back in line who may be given another turn, and those a turn makes room for."""
        if turn is None:
            if self.table.may_wait(request):
                self._held_back[request.applicant] = request
            return
        if len(self.table.board.by_applicant[request.applicant]) < request.max_turns:
            self._join(request)
        anywhere = self.table.eases(turn, "season")
        if anywhere or self.table.eases(turn, "space", "space-period"):
            opened = {alike for alike in self._closed if anywhere or turn.space in alike[1]}
            self._closed -= opened
            for alike in opened:
                self._show(alike)
            for one in [one for one in self._held_back.values() if anywhere or turn.space in _halls(one)]:
                del self._held_back[one.applicant]
                self._join(one)

    def _join(self, request: Request) -> None:
        groups = self.problem.applicant(request.applicant).groups & self.table.asked
        alike = (groups, _halls(request) if self.table.quotas else frozenset(), request.min_length, request.stands)
        heapq.heappush(self._queues.setdefault(alike, []), self.table.standing(request))
        self._show(alike)

    def _show(self, alike: Alike) -> None:
        if self._queues[alike]:
            heapq.heappush(self._fronts, (self._queues[alike][0], alike))


def _halls(request: Request) -> frozenset[str]:
    return frozenset(wish.space for wish in request.spaces)


class Table:
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
        self.quotas = list(quotas(problem))
        self.asked = {quota.group for quota in self.quotas}
        self._by_period = any(quota.scope == "space-period" for quota in self.quotas)
        self._allowed: dict[tuple[object, ...], bool] = {}
        self._crafts: dict[tuple[object, ...], tuple[Set[str], int]] = {}
        self._places: dict[str, list[Place]] = {}
        self._groups: dict[tuple[str, float, frozenset[str], int], list[tuple[str, ...]]] = {}
        self.tickets = {request.applicant: ticket(problem.seed, request.applicant) for request in problem.requests}

    def standing(self, request: Request) -> Standing:
        """Return what decides who comes first."""
        name = request.applicant
        held = len(self.board.by_applicant.get(name, ()))
        return (self.board.level(name), held, self.tickets[name], name)

    def give(self, turn: Turn) -> None:
        """Deal a turn."""
        self.turns.append(turn)
        self.board.add(turn)
        self._allowed.clear()
        for stand in turn.stands:
            self.free[turn.space, stand].difference_update(turn.periods)

    def best(self, request: Request) -> Turn | None:
        """Return the best liked turn that breaks no rule, None if there is none among those tried.

        Places where it can never be are not looked at again.
        """
        places, tried = self.liked(request), 0
        later: list[Place] = []
        for number, place in enumerate(places):
            _, space, start = place
            broken = self._known_of(request, space, start)
            turn = None
            if not broken:
                turn = self.turn_at(request, space, start)
                if turn is None:
                    continue
                tried += 1
                broken = self._broken(request, turn)
            if not broken.isdisjoint(PASSING) or not broken:
                later.append(place)
            if not broken or tried == TRIES:
                self._places[request.applicant] = later + places[number + 1 :]
                return None if broken else turn
        self._places[request.applicant] = later
        return None

    def _broken(self, request: Request, turn: Turn) -> Set[str]:
        """Return the rules a turn would break, and remember what they say to everybody of her craft."""
        broken = {violation.rule for violation in self.board.violations(Swap(added=(turn,)))}
        told = broken & OF_CRAFTS
        if told:
            turns = len(self.board.by_space.get(turn.space, ()))
            self._crafts[self._craft(request, turn.space, turn.start)] = (told, turns)
        return broken

    def _known_of(self, request: Request, space: str, start: int) -> Set[str]:
        """Return what is known already to forbid her a place, without a look at stands.

        The quotas do; and what forbids a craft a place for good, or until the hall has another turn.
        """
        if not self._within_quotas(request, space, start):
            return QUOTAS
        told, turns = self._crafts.get(self._craft(request, space, start), (NONE, 0))
        passed = told <= PASSING and turns != len(self.board.by_space.get(space, ()))
        return NONE if passed else told

    def _craft(self, request: Request, space: str, start: int) -> tuple[object, ...]:
        person = self.problem.applicant(request.applicant)
        return (person.activity, person.family, space, start, request.min_length, request.stands)

    def may_wait(self, request: Request) -> bool:
        """Tell whether a turn may become possible once a quota allows it."""
        return bool(self.quotas and self.liked(request))

    def eases(self, turn: Turn, *scopes: str) -> bool:
        """Tell whether a turn makes room for others in a quota of these scopes.

        One of the group does where at least some are asked, one of nobody's where at most some are.
        """
        groups = self.problem.applicant(turn.applicant).groups
        return any(
            (quota.group in groups) == (quota.kind == "at_least") and counts_in(self.problem, quota, turn.space)
            for quota in self.quotas
            if quota.scope in scopes
        )

    def may_be_allowed(self, request: Request) -> bool:
        """Tell whether the quotas allow her shortest turn in any hall she asks for, whatever its periods."""
        if not self.quotas or self._by_period:
            return True
        return any(self._within_quotas(request, wish.space, 0) for wish in request.spaces)

    def _within_quotas(self, request: Request, space: str, start: int) -> bool:
        """Tell whether every quota is kept with her shortest turn there; asked once for all alike to the quotas."""
        if not self.quotas:
            return True
        groups = self.problem.applicant(request.applicant).groups & self.asked
        key = (groups, space, start if self._by_period else 0, request.min_length, request.stands)
        if key not in self._allowed:
            turn = Turn(request.applicant, space, "", start, request.min_length, ("",) * (request.stands - 1))
            self._allowed[key] = not self.board.of_quotas(Swap(added=(turn,)))
        return self._allowed[key]

    def turn_at(self, request: Request, space: str, start: int) -> Turn | None:
        """Return the shortest turn from there on stands that are free; None if there are none, for good."""
        periods = set(range(start, start + request.min_length))
        for group in self._blocks(space, request):
            if all(periods <= self.free[space, stand] for stand in group):
                return Turn(request.applicant, space, group[0], start, request.min_length, group[1:])
        return None

    def liked(self, request: Request) -> list[Place]:
        """Return the places left for her shortest turns, the best liked first."""
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
