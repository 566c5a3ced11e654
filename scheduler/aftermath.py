"""What an order does to a case and its plan, before anybody is placed anew.

A turn that begins in period `since` or later is whole or gone. A turn under way keeps its place: if she who holds
it withdraws it ends with the last period lived, if its stand closes it ends there; what was lived stays in the plan,
and so on the ledger.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from scheduler.orders import Closure, Order, Withdrawal
from scheduler.plan import Turn
from scheduler.problem import Forbidden, Pin, Problem, Request, Space

Cause = Literal["withdrawn", "closed", "moved"]
Cell = tuple[str, str, int]
"""(space, stand, period)."""


@dataclass(frozen=True, slots=True)
class Loss:
    """A turn that cannot stay. `lived`: the part that does (a turn under way cut short); `rest`: what is lost."""

    turn: Turn
    rest: Turn
    cause: Cause
    lived: Turn | None = None


@dataclass(frozen=True, slots=True)
class Aftermath:
    """The case as it is now, and what is left of the plan.

    `problem`: with the closures, the new pins, bans for those who withdraw, without pins that cannot hold any
    more. `past`: turns begun before `since`, cut or not: they stay as they are. `kept`: turns still to come that
    the order does not touch. `losses`: the others.
    """

    problem: Problem
    since: int
    past: tuple[Turn, ...]
    kept: tuple[Turn, ...]
    losses: tuple[Loss, ...]

    @property
    def freed(self) -> set[Cell]:
        """The places that fall free: what is lost and still open."""
        return {
            (loss.rest.space, stand, period)
            for loss in self.losses
            for stand in loss.rest.stands
            for period in loss.rest.periods
            if period not in self.problem.space(loss.rest.space).closed
            and period not in self.problem.stand(loss.rest.space, stand).closed
        }

    @property
    def withdrawn(self) -> set[str]:
        """Those who gave a turn back: they are given no other one by this repair."""
        return {loss.turn.applicant for loss in self.losses if loss.cause == "withdrawn"}

    @property
    def displaced(self) -> list[Turn]:
        """The turns lost whole to a closure, whose holders should be placed anew."""
        return [loss.turn for loss in self.losses if loss.cause == "closed" and loss.lived is None]

    @property
    def unmet(self) -> list[Pin]:
        """The pins no turn answers yet."""
        placed = {(turn.applicant, turn.space, turn.start, turn.length) for turn in (*self.past, *self.kept)}
        return [pin for pin in self.problem.pins if (pin.applicant, pin.space, pin.start, pin.length) not in placed]

    @property
    def looking(self) -> set[str]:
        """Those who lost a place to a closure and may be given one anywhere."""
        return {loss.turn.applicant for loss in self.losses if loss.cause == "closed"} - self.withdrawn


def aftermath(problem: Problem, turns: Iterable[Turn], order: Order) -> Aftermath:
    """Apply an order that judge_order found nothing against."""
    past, kept, losses = [], [], []
    for turn in turns:
        loss = _loss(problem, turn, order)
        if loss is not None:
            losses.append(loss)
            if loss.lived is not None:
                past.append(loss.lived)
        elif turn.start < order.since:
            past.append(turn)
        else:
            kept.append(turn)
    changed = _changed(problem, order, [*past, *kept], losses)
    return Aftermath(changed, order.since, tuple(past), tuple(kept), tuple(losses))


def _loss(problem: Problem, turn: Turn, order: Order) -> Loss | None:
    """Return what a turn loses, None if it stays."""
    end = turn.start + turn.length
    if end <= order.since:
        return None
    if any(withdrawal.means(turn) for withdrawal in order.withdrawals):
        return _cut(turn, order.since, "withdrawn")
    hits = [closure.first for closure in order.closures if _meets(turn, closure)]
    if not hits:
        return None
    if turn.start >= order.since:
        return Loss(turn, turn, "closed")
    return _cut(turn, max(min(hits), order.since), "closed")


def _cut(turn: Turn, at: int, cause: Cause) -> Loss:
    """End a turn before period `at`."""
    if at <= turn.start:
        return Loss(turn, turn, cause)
    lived = replace(turn, length=at - turn.start)
    return Loss(turn, replace(turn, start=at, length=turn.start + turn.length - at), cause, lived)


def _meets(turn: Turn, closure: Closure) -> bool:
    """Tell whether a closure hits a turn."""
    here = turn.space == closure.space and (closure.stand is None or closure.stand in turn.stands)
    return here and turn.start <= closure.last and closure.first < turn.start + turn.length


def _changed(problem: Problem, order: Order, turns: Sequence[Turn], losses: Sequence[Loss]) -> Problem:
    """Return the case with the order written into it."""
    gone = {(loss.turn.applicant, loss.turn.space, loss.turn.start) for loss in losses}
    pins = [pin for pin in problem.pins if (pin.applicant, pin.space, pin.start) not in gone]
    pins += [pin for pin in order.pins if pin not in pins]
    bans = [_ban(problem, withdrawal, turns, losses, order.since) for withdrawal in order.withdrawals]
    shortest = {loss.lived.applicant: loss.lived.length for loss in losses if loss.lived is not None}
    return replace(
        problem,
        spaces=tuple(_closed(space, order.closures) for space in problem.spaces),
        requests=tuple(_with_cut(request, shortest) for request in problem.requests),
        pins=tuple(pins),
        forbidden=(*problem.forbidden, *bans),
    )


def _ban(
    problem: Problem, withdrawal: Withdrawal, turns: Sequence[Turn], losses: Sequence[Loss], since: int
) -> Forbidden:
    """Keep an applicant out of what she gave back; out of everything to come if she gave back all."""
    own = [loss.rest for loss in losses if withdrawal.means(loss.turn)]
    if withdrawal.space is not None:
        periods = {period for rest in own for period in rest.periods}
        return Forbidden(withdrawal.applicant, withdrawal.space, frozenset(periods))
    held = {period for turn in turns if turn.applicant == withdrawal.applicant for period in turn.periods}
    return Forbidden(withdrawal.applicant, None, frozenset(range(since, len(problem.periods))) - held)


def _closed(space: Space, closures: Sequence[Closure]) -> Space:
    """Write the closures into a space."""
    whole = {p for c in closures if c.space == space.id and c.stand is None for p in c.periods}
    stands = {
        c.stand: {p for d in closures if (d.space, d.stand) == (space.id, c.stand) for p in d.periods}
        for c in closures
        if c.space == space.id and c.stand is not None
    }
    return replace(
        space,
        closed=space.closed | whole,
        stands=tuple(
            replace(stand, closed=stand.closed | stands[stand.id]) if stand.id in stands else stand
            for stand in space.stands
        ),
    )


def _with_cut(request: Request, shortest: dict[str, int]) -> Request:
    """Let a turn that was cut short be as short as it is; nobody is given a new turn that short."""
    length = shortest.get(request.applicant, request.min_length)
    return replace(request, min_length=min(length, request.min_length)) if length < request.min_length else request
