"""What a repair is asked: who withdraws, what closes, who must be placed, from which period on.

Written on the command line as APPLICANT[:SPACE:START], SPACE[:STAND]:FROM-TO and
APPLICANT:SPACE:START:LENGTH[:STAND]. Ids may hold colons: the reading that the case knows counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from scheduler.errors import BadOrder
from scheduler.plan import Turn
from scheduler.problem import Pin, Problem
from scheduler.rules.known import Known
from scheduler.text import render


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """An applicant gives back all turns still to come, or the one that starts in `start` in `space`."""

    applicant: str
    space: str | None = None
    start: int | None = None

    def means(self, turn: Turn) -> bool:
        """Tell whether a turn is given back."""
        return turn.applicant == self.applicant and (
            self.space is None or (turn.space, turn.start) == (self.space, self.start)
        )


@dataclass(frozen=True, slots=True)
class Closure:
    """A space, or one stand of it, closes from period `first` to period `last`, both included."""

    space: str
    first: int
    last: int
    stand: str | None = None

    @property
    def periods(self) -> range:
        """The periods closed."""
        return range(self.first, self.last + 1)


@dataclass(frozen=True, slots=True)
class Order:
    """Everything that changes at once. Periods before `since` are lived: nothing in them changes."""

    withdrawals: tuple[Withdrawal, ...] = ()
    closures: tuple[Closure, ...] = ()
    pins: tuple[Pin, ...] = ()
    since: int = 0


def parse_order(
    problem: Problem, withdraw: Sequence[str], close: Sequence[str], pin: Sequence[str], since: int
) -> Order:
    """Read the words of the command line; BadOrder with every word that cannot be read."""
    reader = _Reader(problem)
    order = Order(
        tuple(filter(None, map(reader.withdrawal, withdraw))),
        tuple(filter(None, map(reader.closure, close))),
        tuple(filter(None, map(reader.pin, pin))),
        since,
    )
    if reader.faults:
        raise BadOrder(reader.faults)
    return order


class _Reader:
    """Reads the words one by one; what cannot be read becomes a fault."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.faults: list[str] = []

    def withdrawal(self, text: str) -> Withdrawal | None:
        """Read APPLICANT[:SPACE:START]."""
        if self.problem.has_applicant(text) or ":" not in text:
            return Withdrawal(text)
        for parts in _splits(text, 3):
            if _whole(parts[2]) is not None and self._best(parts[0], parts[1], text, 3):
                return Withdrawal(parts[0], parts[1], _whole(parts[2]))
        self._refuse("--withdraw", text, "APPLICANT or APPLICANT:SPACE:START")
        return None

    def closure(self, text: str) -> Closure | None:
        """Read SPACE[:STAND]:FROM-TO."""
        place, _, dates = text.rpartition(":")
        first, _, last = dates.partition("-")
        if not place or _whole(first) is None or _whole(last) is None:
            self._refuse("--close", text, "SPACE:FROM-TO or SPACE:STAND:FROM-TO")
            return None
        periods = int(first), int(last)
        for space, stand in [] if self.problem.has_space(place) else _splits(place, 2):
            if self.problem.has_stand(space, stand) or place.count(":") == 1:
                return Closure(space, *periods, stand)
        return Closure(place, *periods)

    def pin(self, text: str) -> Pin | None:
        """Read APPLICANT:SPACE:START:LENGTH[:STAND]."""
        for size in (4, 5):
            for parts in _splits(text, size):
                start, length = _whole(parts[2]), _whole(parts[3])
                if start is not None and length is not None and self._best(parts[0], parts[1], text, size):
                    return Pin(parts[0], parts[1], start, length, parts[4] if size == 5 else None)
        self._refuse("--pin", text, "APPLICANT:SPACE:START:LENGTH or …:LENGTH:STAND")
        return None

    def _best(self, applicant: str, space: str, text: str, size: int) -> bool:
        """Tell whether the case knows both names, or no other reading is possible."""
        known = self.problem.has_applicant(applicant) and self.problem.has_space(space)
        return known or text.count(":") == size - 1

    def _refuse(self, option: str, text: str, form: str) -> None:
        self.faults.append(f"{option} {text!a}: must be written {form}, with period numbers from 0")


def _splits(text: str, size: int) -> Iterator[list[str]]:
    """Yield every way to cut a text at colons into so many parts, none empty."""
    words = text.split(":")
    if size == 1:
        if text:
            yield [text]
        return
    for number in range(1, len(words)):
        head = ":".join(words[:number])
        if head:
            yield from ([head, *rest] for rest in _splits(":".join(words[number:]), size - 1))


def _whole(text: str) -> int | None:
    """Read a period number of at most nine digits; None if it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None


def judge_order(problem: Problem, turns: Sequence[Turn], order: Order) -> None:
    """Raise BadOrder with everything wrong: unknown names, periods lived or outside the season, empty orders."""
    faults = [render(violation.message, "en") for violation in Known().check(problem, turns)]
    season = len(problem.periods)
    if not 0 <= order.since < season:
        faults.append(f"--from {order.since}: the season has periods 0 to {season - 1}")
    if not (order.withdrawals or order.closures or order.pins):
        faults.append("nothing to repair: give --withdraw, --close or --pin")
    for withdrawal in order.withdrawals:
        faults += _withdrawal_faults(problem, turns, withdrawal, order.since)
    for closure in order.closures:
        faults += _closure_faults(problem, closure, order.since)
    for pin in order.pins:
        faults += _pin_faults(problem, pin, order)
    if faults:
        raise BadOrder(faults)


def _withdrawal_faults(problem: Problem, turns: Iterable[Turn], withdrawal: Withdrawal, since: int) -> Iterator[str]:
    applicant, space = withdrawal.applicant, withdrawal.space
    named = f"--withdraw {applicant!a}" if space is None else f"--withdraw {applicant!a} from {space!a}"
    if not problem.has_applicant(applicant):
        yield f"{named}: no such applicant"
    elif space is not None and not problem.has_space(space):
        yield f"{named}: no such space"
    elif not (held := [turn for turn in turns if withdrawal.means(turn)]):
        at = "" if withdrawal.start is None else f" that starts in period {withdrawal.start} there"
        yield f"{named}: the plan has no turn of this applicant{at}"
    elif all(turn.start + turn.length <= since for turn in held):
        yield f"{named}: was lived before period {since}, there is nothing left to give back"


def _closure_faults(problem: Problem, closure: Closure, since: int) -> Iterator[str]:
    place = closure.space if closure.stand is None else f"{closure.space}:{closure.stand}"
    season = len(problem.periods)
    if not problem.has_space(closure.space):
        yield f"--close {place!a}: no such space"
    elif closure.stand is not None and not problem.has_stand(closure.space, closure.stand):
        yield f"--close {place!a}: no such stand in this space"
    if closure.first > closure.last:
        yield f"--close {place!a}: ends in period {closure.last}, before it begins in period {closure.first}"
    elif closure.last >= season:
        yield f"--close {place!a}: the season has periods 0 to {season - 1}"
    if closure.first < since:
        yield f"--close {place!a}: begins in period {closure.first}, but nothing before period {since} may change"


def _pin_faults(problem: Problem, pin: Pin, order: Order) -> Iterator[str]:
    named = f"--pin {pin.applicant!a} in {pin.space!a}"
    season = len(problem.periods)
    if not problem.has_applicant(pin.applicant):
        yield f"{named}: no such applicant"
    if not problem.has_space(pin.space):
        yield f"{named}: no such space"
    elif pin.stand is not None and not problem.has_stand(pin.space, pin.stand):
        yield f"{named}: the space has no stand {pin.stand!a}"
    if pin.length < 1:
        yield f"{named}: a turn has one period at least"
    elif pin.start + pin.length > season:
        yield f"{named}: the season has periods 0 to {season - 1}"
    if pin.start < order.since:
        yield f"{named}: begins in period {pin.start}, but nothing before period {order.since} may change"
    if any(one.applicant == pin.applicant and one.space is None for one in order.withdrawals):
        yield f"{named}: this applicant also withdraws"
