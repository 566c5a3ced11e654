"""A part of a case around one applicant: some people free, everybody else as in the plan at hand.

The model has the columns of the free people and the turns of the others, who are frozen. Whatever plan it gives is
a plan of the case; with everybody free it is the case.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from scheduler.blocks import blocks
from scheduler.board import Board, Swap
from scheduler.building import goals_of
from scheduler.errors import BadQuestion
from scheduler.light import Light
from scheduler.options import Column, Options, options
from scheduler.plan import Turn
from scheduler.problem import Problem
from scheduler.rulebook import rules_of
from scheduler.variables import Goal, Variables


class Nearby:
    """The restricted model; `start`: the plan at hand as an assignment, `before`: what it reaches on each goal."""

    def __init__(
        self,
        problem: Problem,
        turns: Sequence[Turn],
        people: Iterable[str],
        without: frozenset[str] = frozenset(),
    ) -> None:
        free = frozenset(people)
        choice = options(problem, free)
        held = set(columns_of(choice, turns, free))
        columns = tuple(sorted(held.union(choice.columns)))
        self.model = Variables(replace(choice, columns=columns))
        for rule in rules_of(problem):
            if rule.code not in without:
                rule.post(self.model)
        self.goals: list[Goal] = goals_of(self.model)
        self.held = [index for index, column in enumerate(columns) if column in held]
        self.start = self.model.settled(self.held)
        self.frozen = [index for index in self.held if columns[index].applicant not in free]
        self.everybody = all(request.applicant in free for request in problem.requests)

    def engine(self) -> Light:
        """Return the model ready to be asked."""
        still = self.model.resting_on(set(self.frozen))
        fixed = self.model.closed.union(self.frozen, still)
        free = (index for index in range(self.model.count) if index not in fixed)
        return Light(self.model.count, self.model.rows, free, [*self.frozen, *(i for i in still if self.start[i])])

    def holding(self, turns: Iterable[Turn]) -> list[int] | None:
        """Return a plan as an assignment; None if some turn of it has no column."""
        places = {column: index for index, column in enumerate(self.model.options.columns)}
        columns = columns_of(self.model.options, turns, ())
        return self.model.settled(places[c] for c in columns) if places.keys() >= set(columns) else None

    def wished(self, applicant: str, space: str | None, period: int | None) -> Goal:
        """Count the turns of an applicant in a space and period, if given."""
        return Goal("wished", [(index, 1) for index in self._matching(applicant, space, period)])

    def _matching(self, applicant: str, space: str | None, period: int | None) -> list[int]:
        return [
            index
            for index in self.model.of_applicant(applicant)
            if space in (None, self.model.column(index).space)
            and (period is None or period in self.model.column(index).periods)
        ]

    def kept(self) -> Goal:
        """Count the turns of the plan at hand that stay."""
        return Goal("kept", [(index, 1) for index in self.held])


def columns_of(choice: Options, turns: Iterable[Turn], free: Collection[str]) -> list[Column]:
    """Return the column of each turn; BadQuestion for one of the free people that no column allows."""
    kinds = {(kind.space, stand.id): number for number, kind in enumerate(choice.kinds) for stand in kind.stands}
    known, found = set(choice.columns), []
    for turn in turns:
        held = tuple(sorted(kinds[turn.space, stand] for stand in turn.stands))
        column = Column(turn.applicant, turn.space, held, turn.start, turn.length)
        if turn.applicant in free and column not in known:
            raise BadQuestion(f"the plan breaks a rule: {turn.applicant} cannot be in {turn.space} at {turn.start}")
        found.append(column)
    return found


def direct(problem: Problem, board: Board, applicant: str, space: str | None, period: int | None) -> list[Swap]:
    """Return the exchanges for a turn of the shortest length, the fairest first."""
    swaps = _direct(problem, board, applicant, space, period)
    return sorted(swaps, key=lambda swap: (-board.fairer(swap), _most(board, swap)))


def closest(problem: Problem, board: Board, swaps: list[Swap], applicant: str, space: str | None) -> list[str]:
    """Return everybody with a request, those first who would be touched if the applicant had such a turn.

    First she; then who holds the stands that fit her, those first whose place could be given up most fairly; then
    who wants the same spaces, the least served first; then the others.
    """
    request = problem.request(applicant)
    ranked: dict[str, None] = {applicant: None}
    for swap in swaps:
        ranked.update(dict.fromkeys(turn.applicant for turn in swap.removed))
    spaces = {wish.space for wish in request.spaces if space in (None, wish.space)}
    others = sorted(problem.requests, key=lambda one: (board.level(one.applicant), one.applicant))
    ranked.update(dict.fromkeys(o.applicant for o in others if any(w.space in spaces for w in o.spaces)))
    ranked.update(dict.fromkeys(o.applicant for o in others))
    return [name for name in ranked if problem.has_request(name)]


def _direct(problem: Problem, board: Board, applicant: str, space: str | None, period: int | None) -> list[Swap]:
    """Return the exchanges for a turn of the shortest length, one a stand and start."""
    request, found = problem.request(applicant), []
    length = request.min_length
    for wish in request.spaces:
        if space not in (None, wish.space):
            continue
        for place in blocks(problem.space(wish.space), request):
            for start in range(len(problem.periods) - length + 1):
                window = range(start, start + length)
                if (period is None or period in window) and request.unavailable.isdisjoint(window):
                    turn = Turn(applicant, wish.space, place[0], start, length, place[1:])
                    found.append(Swap(tuple(board.holders(wish.space, place, window)), (turn,)))
    return found


def _most(board: Board, swap: Swap) -> tuple[int, int]:
    """Rank exchanges: few people lose, and those who lose have much."""
    return (len(swap.removed), -min((board.level(turn.applicant) for turn in swap.removed), default=0))
