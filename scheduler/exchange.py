"""A turn that changes hands: which place within it somebody else may be given, judged by the rules alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from scheduler.blocks import blocks
from scheduler.board import Board, Swap
from scheduler.plan import Turn
from scheduler.problem import Problem, Request
from scheduler.rules.base import Violation
from scheduler.text import Message
from scheduler.tickets import ticket
from scheduler.wishes.preferences import earned

Value = tuple[int, ...]
"""What a tier compares of two candidates, the smallest first."""
UNRANKED = Message("")
"""Nothing is said of a candidate before the others are known."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One person who may take a vacated turn over without breaking a rule.

    `turn` is the place she would be given: her id, the space, stand (and `also`), start and length, all within
    the vacated turn. `whole`: every period and every stand of it. `level`: what she reaches with the ledger and
    the turns she holds; `level_after`: with this turn too. `rank`: of the space among her wishes, 1 the best.
    `earned`: what the preferences tier counts for the turn. `fresh`: periods in which nobody else in the space
    shows her activity. `ticket`: 64 hexadecimal digits, the lowest goes first. `message`: why she stands where
    she does in the list (fr, ar, en); it names the person before her, so it is for managers.
    """

    applicant: str
    turn: Turn
    whole: bool
    level: int
    level_after: int
    rank: int
    earned: int
    fresh: int
    ticket: str
    message: Message

    def value(self, tier: str) -> Value:
        """Return what a tier compares of two candidates, the smallest first; () where it has no say."""
        if tier == "fairness":
            return (self.level, -self.level_after)
        if tier == "fill":
            return (-self.turn.length * len(self.turn.stands),)
        if tier == "preferences":
            return (-self.earned,)
        return (-self.fresh,) if tier == "diversity" else ()


def tiers_in_order(problem: Problem) -> list[str]:
    """Return the charter's tiers, with fairness last if the charter leaves it out."""
    return list(dict.fromkeys((*problem.charter.tiers, "fairness")))


class Exchange:
    """A plan in which one turn, or the rest of one, is to change hands."""

    def __init__(self, problem: Problem, turns: tuple[Turn, ...], vacated: Turn) -> None:
        holder = next((turn for turn in turns if _covers(turn, vacated)), None)
        self.vacated, self.tiers = vacated, tiers_in_order(problem)
        self.gone = () if holder is None else (holder,)
        self.lived = () if holder is None else _lived(holder, vacated)
        pins = tuple(pin for pin in problem.pins if (pin.applicant, pin.start) != (vacated.applicant, self._start))
        self.problem = replace(problem, pins=pins) if pins != problem.pins else problem
        self.board = Board(self.problem, turns)
        self.others = [turn for turn in self.board.by_space.get(vacated.space, ()) if turn not in self.gone]

    @property
    def _start(self) -> int:
        """The start of the whole turn that is given up."""
        return self.gone[0].start if self.gone else self.vacated.start

    def best(self, request: Request) -> Iterator[Candidate]:
        """Yield the best place of one request within the vacated turn, if there is any."""
        if len(self.board.by_applicant.get(request.applicant, ())) >= request.max_turns:
            return
        for length in self._lengths(request):
            fitting = [turn for turn in self._places(request, length) if not self.violations(turn)]
            if fitting:
                yield min((self._candidate(turn) for turn in fitting), key=self._liking)
                return

    def obstacle(self, request: Request) -> str | None:
        """Return the code of a rule that keeps a request from every place of the vacated turn, None if none does.

        Told is what is in the way of the first place tried of the shortest length.
        """
        first = "max_turns"
        if len(self.board.by_applicant.get(request.applicant, ())) >= request.max_turns:
            return first
        first = "turn_length" if not self._lengths(request) else "fit"
        for length in self._lengths(request):
            for number, turn in enumerate(self._places(request, length)):
                found = self.violations(turn)
                if not found:
                    return None
                first = found[0].rule if number == 0 else first
        return first

    def violations(self, turn: Turn) -> list[Violation]:
        """Return what taking this turn over would newly break; that a lived part is short is nobody's fault."""
        swap = Swap(self.gone, (*self.lived, turn))
        personal = [found for found in self.board.personal(swap) if not self.lived or found.turns != self.lived]
        return personal or self.board.shared(swap)

    def _lengths(self, request: Request) -> range:
        """Return the lengths to try, the longest first."""
        return range(min(request.max_length, self.vacated.length), request.min_length - 1, -1)

    def _places(self, request: Request, length: int) -> Iterator[Turn]:
        """Yield the turns of a length within the vacated one, on stands that fit, by start and stand."""
        held = set(self.vacated.stands)
        groups = [group for group in blocks(self.problem.space(self.vacated.space), request) if held.issuperset(group)]
        for start in range(self.vacated.start, self.vacated.start + self.vacated.length - length + 1):
            for group in groups:
                yield Turn(request.applicant, self.vacated.space, group[0], start, length, group[1:])

    def _liking(self, one: Candidate) -> tuple[object, ...]:
        """Choose among places of one length: what the charter counts, then the earliest, then the stand."""
        return (*(one.value(tier) for tier in self.tiers), one.turn.start, one.turn.stands)

    def _candidate(self, turn: Turn) -> Candidate:
        applicant, wish = turn.applicant, self.problem.wish(turn.applicant, turn.space)
        return Candidate(
            applicant=applicant,
            turn=turn,
            whole=turn.length == self.vacated.length and len(turn.stands) == len(self.vacated.stands),
            level=self.board.level(applicant),
            level_after=self.board.level(applicant, Swap(added=(turn,))),
            rank=wish.rank if wish else 0,
            earned=earned(self.problem, turn),
            fresh=self._fresh(turn),
            ticket=ticket(self.problem.seed, applicant),
            message=UNRANKED,
        )

    def _fresh(self, turn: Turn) -> int:
        """Count the periods in which nobody else in the space shows the activity."""
        activity = self.problem.applicant(turn.applicant).activity
        alike = [other for other in self.others if self.problem.applicant(other.applicant).activity == activity]
        return sum(all(period not in other.periods for other in alike) for period in turn.periods)


def _covers(turn: Turn, vacated: Turn) -> bool:
    """Tell whether the vacated turn is this one or the rest of it."""
    return (
        (turn.applicant, turn.space) == (vacated.applicant, vacated.space)
        and set(vacated.stands) <= set(turn.stands)
        and turn.start <= vacated.start
        and vacated.start + vacated.length <= turn.start + turn.length
    )


def _lived(holder: Turn, vacated: Turn) -> tuple[Turn, ...]:
    """Return the part of a turn before what is vacated."""
    before = vacated.start - holder.start
    return (replace(holder, length=before),) if before else ()
