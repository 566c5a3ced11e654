"""Why an applicant has no (further) turn: the facts that stand in the way of each move, as sentences.

A move is one more turn of the shortest length asked: if a longer one fits a free place, so does a shorter one
inside it. Only an exchange is judged at every length: a longer turn may be worth more than the ones it ends.
Each start in each space asked for is judged by what it touches, until the first thing in its way, in the
order the request, the calendar, her own other turns, the stands, the rules. Where a stand is free no one
need give way; where all are held, giving one to her is judged as a swap: fairness first, then the rules,
then the other tiers, at last the draw.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scheduler.blocks import blocks
from scheduler.board import Board, Judgement, Swap
from scheduler.errors import BadQuestion
from scheduler.plan import Turn
from scheduler.problem import Problem, Request, Space
from scheduler.reasons import Found, Notes, Reason, Sentences
from scheduler.rules.known import Known
from scheduler.rules.parameters import apart
from scheduler.text import Message, render

FULL_JUDGEMENTS = 40
"""Swaps judged by every rule and tier for an answer about one space or period; the others by fairness alone."""
ROUGH_JUDGEMENTS = 12
"""The same for an answer about the whole season."""


def why_not(
    problem: Problem,
    turns: Iterable[Turn],
    applicant: str,
    space: str | None = None,
    period: int | None = None,
    *,
    persons: bool = False,
) -> list[Message]:
    """Say why this applicant has no further turn, in this space and period if given.

    Of other people only levels and tickets are told, for the eyes of one of them; `persons` names them too.
    Raises BadQuestion for names and periods the case does not know, in the question or in the turns.
    """
    return [reason.message for reason in reasons(problem, turns, applicant, space, period, persons=persons)]


def reasons(
    problem: Problem,
    turns: Iterable[Turn],
    applicant: str,
    space: str | None = None,
    period: int | None = None,
    *,
    persons: bool = False,
) -> list[Reason]:
    """Return the same as why_not, each sentence with its code and the moves it was found on."""
    _judge_question(problem, applicant, space, period)
    turns = tuple(turns)
    for violation in Known().check(problem, turns):
        raise BadQuestion(render(violation.message, "en"))
    say = Sentences(problem, Board(problem, turns), applicant, persons=persons)
    if not problem.has_request(applicant):
        return [say.no_request()]
    request = problem.request(applicant)
    found = [say.standing()]
    if space is not None and problem.wish(applicant, space) is None:
        return [*found, say.not_wanted(space)]
    if len(say.own) >= request.max_turns:
        return [*found, say.enough()]
    if not request.spaces:
        return [*found, say.nowhere()]
    wanted = sorted(request.spaces, key=lambda wish: (wish.rank, wish.space))
    whole = space is None and period is None
    asker = _Asker(say, request, period, ROUGH_JUDGEMENTS if whole else FULL_JUDGEMENTS)
    for wish in wanted:
        if space in (None, wish.space):
            found += asker.ask(problem.space(wish.space))
    found[1:1] = [note.reason(problem, code) for (code, _), note in asker.alone.items()]
    return found


def _judge_question(problem: Problem, applicant: str, space: str | None, period: int | None) -> None:
    """Refuse a question about what is not there."""
    if not problem.has_applicant(applicant):
        raise BadQuestion(f"no such applicant {applicant!r}")
    if space is not None and not problem.has_space(space):
        raise BadQuestion(f"no such space {space!r}")
    if period is not None and not 0 <= period < len(problem.periods):
        raise BadQuestion(f"no such period {period}: the season has periods 0 to {len(problem.periods) - 1}")


class _Asker:
    """Tries the moves of one request, space by space."""

    def __init__(self, say: Sentences, request: Request, period: int | None, budget: int) -> None:
        self.say, self.request, self.period = say, request, period
        self.board, self.problem = say.board, say.problem
        self.budget = budget
        self.alone: Found = {}

    def ask(self, space: Space) -> list[Reason]:
        """Return what stands in the way in one space."""
        places = blocks(space, self.request)
        if not places:
            return [self.say.no_fit(space, self.request)]
        starts = self._starts(self.request.min_length)
        if not starts:
            return [self.say.no_room(space, self.request)]
        notes = Notes(self.say, space, self.alone)
        contested: list[Swap] = []
        for start in starts:
            contested += self._try(space, places, start, notes)
        contested += self._longer(space, places)
        self._judge_contested(contested, notes)
        return notes.reasons()

    def _starts(self, length: int) -> range:
        """Return the starts of the turns of a length in the season that cover the period asked about."""
        last = len(self.problem.periods) - length
        if self.period is None:
            return range(last + 1)
        return range(max(0, self.period - length + 1), min(last, self.period) + 1)

    def _try(self, space: Space, places: list[tuple[str, ...]], start: int, notes: Notes) -> Iterator[Swap]:
        """Note what is in the way of a start; yield the swaps that would be at least as fair."""
        window = range(start, start + self.request.min_length)
        open_places = [place for place in places if not self._closed(space, place, window)]
        length = self.request.min_length
        mine = [self._turn(space, place, start, length) for place in open_places or places[:1]]
        obstacles = self.board.personal(Swap(added=(mine[0],)))
        if obstacles:
            notes.obstacle(obstacles[0], Swap(added=(mine[0],)))
            return
        held = [tuple(self.board.holders(space.id, turn.stands, window)) for turn in mine]
        free = [turn for turn, holders in zip(mine, held, strict=True) if not holders]
        if free:
            self._try_free(free, notes)
            return
        for turn, holders in zip(mine, held, strict=True):
            swap = Swap(holders, (turn,))
            if self.say.by_fairness and self.board.fairer(swap) < 0:
                notes.held(swap, judged=True)
            else:
                yield swap

    def _closed(self, space: Space, place: tuple[str, ...], window: range) -> bool:
        return any(not self.problem.stand(space.id, stand).closed.isdisjoint(window) for stand in place)

    def _turn(self, space: Space, place: tuple[str, ...], start: int, length: int) -> Turn:
        return Turn(self.request.applicant, space.id, place[0], start, length, place[1:])

    def _longer(self, space: Space, places: list[tuple[str, ...]]) -> Iterator[Swap]:
        """Yield the exchanges for a longer turn that would be at least as fair; nothing is said of the others."""
        for length in range(self.request.min_length + 1, self.request.max_length + 1):
            for start in self._starts(length):
                yield from self._fair_exchanges(space, places, start, length)

    def _fair_exchanges(self, space: Space, places: list[tuple[str, ...]], start: int, length: int) -> Iterator[Swap]:
        """Yield the fair exchanges for a turn; none where a stand is free: a shorter turn on it is judged already."""
        window = range(start, start + length)
        held = [(place, tuple(self.board.holders(space.id, place, window))) for place in places]
        if any(not holders and not self._closed(space, place, window) for place, holders in held):
            return
        for place, holders in held:
            turn = self._turn(space, place, start, length)
            swap = Swap(holders, (turn,))
            unfair = self.say.by_fairness and self.board.fairer(swap) < 0
            if holders and not unfair and not self.board.personal(Swap(added=(turn,))):
                yield swap

    def _try_free(self, free: list[Turn], notes: Notes) -> None:
        """Judge a move to a stand nobody holds; which stand matters only where rivals are kept apart."""
        choices = free if apart(self.problem, free[0].space) else free[:1]
        first = None
        for turn in choices:
            swap = Swap(added=(turn,))
            broken = self.board.shared(swap)
            if not broken:
                self._note_free(swap, notes)
                return
            first = first or (broken[0], swap)
        if first:
            notes.obstacle(*first)

    def _note_free(self, swap: Swap, notes: Notes) -> None:
        """Note a turn that breaks no rule; of the objectives only that of journeys can lose by one more turn."""
        if "travel" in self.problem.charter.tiers and Judgement((), self.board.gains(swap)).better < 0:
            notes.away(swap)
        else:
            notes.possible(swap)

    def _judge_contested(self, swaps: list[Swap], notes: Notes) -> None:
        """Judge swaps in full while the budget lasts, the fairest first; then say only who holds the stand."""
        ranked = sorted(swaps, key=self.board.fairer, reverse=True)
        for swap in ranked:
            if self.budget == 0:
                notes.held(swap, judged=self.say.by_fairness and self.board.fairer(swap) <= 0)
                continue
            self.budget -= 1
            broken = tuple(self.board.violations(swap))
            notes.judged(swap, Judgement(broken, () if broken else self.board.gains(swap)))
