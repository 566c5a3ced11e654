"""Round robin: who has least chooses first, one turn a round, the turn she likes best of those still possible.

What a good secretary does by hand: no turn is ever moved again. It is tried from twenty orders among equals, or as
many as the time allows; the best plan counts.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from scheduler.board import Board, Swap
from scheduler.contenders.base import Keep
from scheduler.options import Column, Options, options
from scheduler.plan import Turn
from scheduler.problem import Problem
from scheduler.tickets import drawn_order
from scheduler.wishes.fairness import worth
from scheduler.wishes.preferences import earned

TITLE = "round robin"
SETTINGS = "the least served first, her best turn still possible, until nobody is helped; the best of up to 20 orders"
ORDERS = 20


def missing() -> str:
    """It needs nothing."""
    return ""


def run(problem: Problem, deadline: float, keep: Keep) -> None:
    """Try order after order; the fairest plan is kept, of equals the fullest."""
    best: tuple[list[int], int] | None = None
    for number in range(ORDERS):
        day = _Day(problem, options(problem), str(number))
        for turns in day.rounds(deadline):
            value = (day.levels(), sum(turn.length for turn in turns))
            if best is None or value > best:
                best = value
                keep(turns)
        if time.monotonic() > deadline:
            return


class _Day:
    """One pass over everybody, round after round."""

    def __init__(self, problem: Problem, choices: Options, seed: str) -> None:
        self.problem, self.kinds = problem, choices.kinds
        self.has = {one.applicant: problem.applicant(one.applicant).received for one in problem.requests}
        self.order = drawn_order(seed, self.has)
        self.wishes: dict[str, list[Column]] = {}
        for column in choices.columns:
            self.wishes.setdefault(column.applicant, []).append(column)
        for liked in self.wishes.values():
            liked.sort(key=lambda column: -self._liked(column))
        self.turns: list[Turn] = []
        self.taken: set[tuple[str, str, int]] = set()

    def rounds(self, deadline: float) -> Iterator[list[Turn]]:
        """Yield the plan after each round, until a round helps nobody or the time is up."""
        helped = True
        while helped and time.monotonic() < deadline:
            helped = False
            for who in sorted(self.order, key=self._level):
                helped |= time.monotonic() < deadline and self._serve(who)
            yield self.turns

    def levels(self) -> list[int]:
        """Return everybody's level, the lowest first."""
        return sorted(map(self._level, self.has))

    def _level(self, who: str) -> int:
        return self.has[who] // self.problem.applicant(who).share

    def _liked(self, column: Column) -> int:
        return earned(self.problem, Turn(column.applicant, column.space, "", column.start, column.length))

    def _serve(self, who: str) -> bool:
        """Give her the best turn that breaks no rule; tell whether there was one."""
        for column in self.wishes.get(who, ()):
            turn = self._placed(column)
            if turn is not None and self._allowed(turn):
                self.turns.append(turn)
                self.taken |= {(turn.space, stand, period) for stand in turn.stands for period in turn.periods}
                self.has[who] += worth(self.problem, turn)
                return True
        return False

    def _placed(self, column: Column) -> Turn | None:
        """Put a turn on the first free stands of its kinds."""
        held: list[str] = []
        for kind in column.kinds:
            free = (
                stand.id
                for stand in self.kinds[kind].stands
                if stand.id not in held
                and not any((column.space, stand.id, period) in self.taken for period in column.periods)
            )
            held.append(next(free, ""))
        if "" in held:
            return None
        first, *also = sorted(held)
        return Turn(column.applicant, column.space, first, column.start, column.length, tuple(also))

    def _allowed(self, turn: Turn) -> bool:
        """Judge by the rules, over her turns and those of the hall (all, where a quota counts everything)."""
        everything = bool(self.problem.charter.quotas)
        near = [t for t in self.turns if everything or t.space == turn.space or t.applicant == turn.applicant]
        return Board(self.problem, near).judge(Swap(added=(turn,))).allowed
