"""Repair: after a withdrawal, a closure or an urgent pin, the least disruption, and who moves and why.

Stability first, then fairness: nobody else's turn changes unless a rule demands it, then as few as can be; within
that the charter's tiers decide who is placed, at last the draw. Beside that plan, what one more move or a free
hand would bring is worked out too, each with what it costs; in those nobody who has a turn ends with less.
Every plan given out is verified.
"""

from __future__ import annotations

import math
import time
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from scheduler.aftermath import Aftermath, Loss, aftermath
from scheduler.blocks import blocks
from scheduler.board import Board, Swap
from scheduler.errors import Unmendable, Unsound
from scheduler.mending import ESSENTIAL, Freedom, Mended, Mending
from scheduler.openings import key, openings
from scheduler.orders import Order, judge_order
from scheduler.plan import Move, Turn, changes
from scheduler.problem import Problem
from scheduler.promising import around, promising
from scheduler.repair_words import told
from scheduler.reserve import Candidate, candidates
from scheduler.rulebook import tiers_of
from scheduler.text import N_, Message
from scheduler.verify import verify

Name = Literal["fewest", "one", "best"]
FEW = 12
"""So many turns still to come are all weighed against each other; of more, the most promising and the nearest."""
SOME = 6
"""So many of each are weighed then: a wider look takes seconds and finds hardly more."""


@dataclass(frozen=True, slots=True)
class Option:
    """One way to repair. `turns` is the whole new plan, in plan order.

    `name`: "fewest" (the fewest turns of others changed: none, unless a rule demands it), "one" (one more turn may
    move), "best" (as the charter would have it, moving whoever helps, taking from nobody).
    `given_up`: turns of others that are no longer at their space and periods. `placed`: new turns; `moved`:
    turns of one person that became another (`again`: those among them that had lost their place); `restood`: kept
    in space and periods, on another stand; `dropped`: turns lost. `empty`: stand-periods set free that stay empty.
    `proven`: no plan changes fewer turns of others. `better`: 1 if the charter prefers it to the first option,
    0 if not: then it is the first option again. `messages`: what happens and why, and what it costs (fr, ar, en).
    """

    name: Name
    turns: tuple[Turn, ...]
    given_up: int
    placed: tuple[Turn, ...]
    moved: tuple[Move, ...]
    again: tuple[Move, ...]
    restood: tuple[Move, ...]
    dropped: tuple[Turn, ...]
    empty: int
    proven: bool
    better: int = 0
    messages: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class Repair:
    """The case after the order (`problem`), the options with the fewest moves first, and for each place that fell
    free who could take it over, in the order of the charter.
    """

    problem: Problem
    options: tuple[Option, ...]
    reserve: tuple[tuple[Turn, tuple[Candidate, ...]], ...]


def repair(problem: Problem, turns: Iterable[Turn], order: Order, *, seconds: float = math.inf) -> Repair:
    """Apply an order to a plan. `seconds` of wall time: once over, the options after the first are left out.

    Raises BadOrder (everything wrong with the order), Unmendable (no plan is left that obeys every rule; says
    which rules stand against it), Unsound.
    """
    deadline = time.monotonic() + seconds
    turns = tuple(turns)
    judge_order(problem, turns, order)
    state = aftermath(problem, turns, order)
    first, proven = _fewest(problem, state, deadline)
    options = [_option("fewest", state, first, proven=proven)]
    for name, found in _further(problem, state, first, deadline):
        same = found.turns == first.turns
        options.append(options[0] if same else _option(name, state, found, proven=False))
        options[-1] = _better(state, options[0], replace(options[-1], name=name))
    return Repair(state.problem, tuple(told(problem, state, option) for option in options), _reserve(state))


def _fewest(before: Problem, state: Aftermath, deadline: float) -> tuple[Mended, bool]:
    """Return the plan that changes the fewest turns of others, and whether none changes fewer.

    More and more turns may be given up until a plan is found. Without any, a search over every free place shows
    whether a plan that moves nobody exists; so a plan that moves one is proven too where none moves nobody.
    """
    best: Mended | None = None
    for movable, anywhere in _widening(state):
        found = openings(before, state, movable, anywhere=anywhere)
        if found is None:
            break
        mended = Mending(state, found, None, math.inf if best is None else deadline).run()
        if mended is None:
            continue
        best = mended if best is None or mended.given_up < best.given_up else best
        whole = anywhere and (len(movable) == len(state.kept) or best.given_up == 1)
        if best.given_up == 0 or (whole and mended.proven):
            return best, True
    if best is None:
        raise Unmendable(reasons_against(state))
    return best, False


def _widening(state: Aftermath) -> Iterator[tuple[Collection[Turn], bool]]:
    """Yield the turns that may be given up, more and more of them, and whether all free places may be used."""
    clash = in_the_way(state)
    if not clash:
        yield (), False
    yield clash, True
    done = len(clash)
    for distance in () if len(state.kept) <= FEW else (0, 2, len(state.problem.periods)):
        near = {*clash, *around(state, distance)}
        if done < len(near) < len(state.kept):
            done = len(near)
            yield near, True
    if done < len(state.kept):
        yield state.kept, True


def in_the_way(state: Aftermath) -> set[Turn]:
    """Return the kept turns that pins cannot stand beside: on their stands then, or too much of their holder's."""
    return {
        turn
        for pin in state.unmet
        for turn in state.kept
        if turn.applicant == pin.applicant
        or (
            turn.space == pin.space
            and (pin.stand is None or pin.stand in turn.stands)
            and turn.start < pin.start + pin.length
            and pin.start < turn.start + turn.length
        )
    }


def reasons_against(state: Aftermath) -> list[Message]:
    """Say what no repair could mend: what is broken by the lived turns, by the pins alone, or by the gaps."""
    problem = state.problem
    alone = [
        violation for turn in pinned_turns(problem) for violation in Board(problem, ()).personal(Swap((), (turn,)))
    ]
    found = alone or verify(problem, [*state.past, *state.kept]).violations
    return list(dict.fromkeys(violation.message for violation in found)) or [Message(NOTHING_HELPS)]


def pinned_turns(problem: Problem) -> Iterator[Turn]:
    """Yield a turn for each pin, on its stand or on one that fits."""
    for pin in problem.pins:
        space = problem.space(pin.space)
        groups = blocks(space, problem.request(pin.applicant)) if problem.has_request(pin.applicant) else []
        stands = next((group for group in groups if pin.stand in (None, *group)), None)
        held = stands or (pin.stand or next((stand.id for stand in space.stands), ""),)
        if held[0]:
            yield Turn(pin.applicant, pin.space, held[0], pin.start, pin.length, held[1:])


def _further(before: Problem, state: Aftermath, first: Mended, deadline: float) -> Iterator[tuple[Name, Mended]]:
    """Yield what one more move, and a free hand, would bring, while time lasts.

    The free hand comes first: what it does with one move at most is also the answer to the other question.
    """
    movable = _worth_moving(state, first)
    best = _moved(before, state, movable, Freedom(first.turns, None, _given_up(state, first.turns)), deadline)
    if best is None:
        return
    one: Mended | None = best
    if best.given_up > first.given_up + 1:
        budget = first.given_up + 1
        one = _moved(before, state, movable, Freedom(first.turns, budget, _given_up(state, first.turns)), deadline)
    if one is not None:
        yield "one", one
    yield "best", best


def _worth_moving(state: Aftermath, first: Mended) -> set[Turn]:
    """Return the turns whose moves are weighed."""
    if len(state.kept) <= FEW:
        return set(state.kept)
    return {*in_the_way(state), *promising(state, first.turns, SOME), *around(state, 1)[:SOME]}


def _moved(
    before: Problem, state: Aftermath, movable: Collection[Turn], freedom: Freedom, deadline: float
) -> Mended | None:
    """Make the moves that are worth it, then fill what they leave by every tier and the draw; None: no time."""
    found = None if time.monotonic() >= deadline else openings(before, state, movable, anywhere=False)
    if found is None:
        return None
    moved = Mending(state, found, freedom, deadline).run()
    if moved is None:
        return None
    if moved.given_up <= len(_given_up(state, freedom.start)):
        return moved
    settled = _with_moves(state, moved)
    rest = openings(before, settled, (), anywhere=False)
    filled = Mending(settled, rest, None, deadline).run() if rest is not None else None
    return replace(filled or moved, given_up=moved.given_up)


def _with_moves(state: Aftermath, moved: Mended) -> Aftermath:
    """Return the aftermath in which the moves are made: what they leave has fallen free too."""
    came, past, stays = set(moved.turns), set(state.past), set(state.kept)
    given_up = [turn for turn in state.kept if turn not in came]
    movers = {turn.applicant for turn in (*given_up, *state.displaced)}
    kept = [turn for turn in moved.turns if turn not in past and (turn in stays or turn.applicant in movers)]
    losses = (*state.losses, *(Loss(turn, turn, "moved") for turn in given_up))
    return replace(state, kept=tuple(kept), losses=losses)


def _given_up(state: Aftermath, turns: Iterable[Turn]) -> frozenset[str]:
    """Return those of whom a turn is not there any more: they lose something whatever is done, or are moved."""
    stays = {key(turn) for turn in turns}
    return frozenset(turn.applicant for turn in state.kept if key(turn) not in stays)


def _option(name: Name, state: Aftermath, mended: Mended, *, proven: bool) -> Option:
    """Compare the new plan, if the checkers accept it, with what was there."""
    broken = verify(state.problem, mended.turns).violations
    if broken:
        raise Unsound(violation.message for violation in broken)
    lost = {loss.turn for loss in state.losses if loss.cause == "closed" and loss.lived is None}
    found = changes([*state.past, *state.kept, *lost], mended.turns)
    others = [move for move in found.moved if move.before not in lost]
    held = {(turn.space, stand, p) for turn in mended.turns for stand in turn.stands for p in turn.periods}
    return Option(
        name=name,
        turns=mended.turns,
        given_up=mended.given_up,
        placed=found.placed,
        moved=tuple(move for move in others if key(move.before) != key(move.after)),
        again=tuple(move for move in found.moved if move.before in lost),
        restood=tuple(move for move in others if key(move.before) == key(move.after)),
        dropped=found.dropped,
        empty=len(state.freed - held),
        proven=proven,
    )


def _better(state: Aftermath, first: Option, other: Option) -> Option:
    """Say whether the charter prefers another option to the first; if it does not, it is the first."""
    mine, theirs = _standing(state, first), _standing(state, other)
    if theirs > mine:
        return replace(other, better=1)
    return replace(first, name=other.name, proven=False)


def _standing(state: Aftermath, option: Option) -> list[object]:
    """Return what an option is worth, the larger the better: those placed again, then fairness and fill."""
    problem = state.problem
    board = Board(problem, option.turns)
    levels = sorted(board.level(request.applicant) for request in problem.requests)
    tiers = (tier.measure(problem, option.turns) for tier in tiers_of(problem) if tier.name in ESSENTIAL)
    return [-len(option.dropped), *(levels if tier.name == "fairness" else tier.value or 0 for tier in tiers)]


def _reserve(state: Aftermath) -> tuple[tuple[Turn, tuple[Candidate, ...]], ...]:
    """Return who could take over each place that fell free and is open."""
    turns = [*state.past, *state.kept]
    freed = state.freed
    return tuple(
        (loss.rest, tuple(candidates(state.problem, turns, loss.rest)))
        for loss in state.losses
        if any((loss.rest.space, stand, p) in freed for stand in loss.rest.stands for p in loss.rest.periods)
    )


NOTHING_HELPS = N_("Après ce changement, aucun planning ne respecte toutes les règles.")
