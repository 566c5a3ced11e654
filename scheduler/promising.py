"""Which turns are worth moving when not all can be weighed: near what fell free, or wanted by those worst off."""

from __future__ import annotations

from collections.abc import Iterable

from scheduler.aftermath import Aftermath
from scheduler.board import Board
from scheduler.plan import Turn
from scheduler.problem import Problem, Request


def around(state: Aftermath, distance: int) -> list[Turn]:
    """Return the kept turns in the spaces where places fell free, or that are pinned to, within so many periods
    of those, the nearest first.
    """
    windows: dict[str, list[int]] = {}
    for space, _, period in state.freed:
        windows.setdefault(space, []).append(period)
    for loss in state.losses:
        windows.setdefault(loss.rest.space, []).extend(loss.rest.periods)
    for pin in state.unmet:
        windows.setdefault(pin.space, []).extend(range(pin.start, pin.start + pin.length))
    found = [(_gap(turn, windows[turn.space]), turn.order, turn) for turn in state.kept if turn.space in windows]
    return [turn for gap, _, turn in sorted(found) if gap <= distance]


def _gap(turn: Turn, periods: Iterable[int]) -> int:
    """Return the periods between a turn and the nearest of some periods, 0 if they meet."""
    end = turn.start + turn.length - 1
    return min(max(turn.start - period, period - end, 0) for period in periods)


def promising(state: Aftermath, turns: Iterable[Turn], most: int) -> list[Turn]:
    """Return the kept turns whose holder wants a place that fell free, and whose own place somebody low on the
    ladder could take: those wanted by the lowest levels first, at most `most`.
    """
    problem, board = state.problem, Board(state.problem, turns)
    spaces = {space for space, _, _ in state.freed}
    hungry = sorted(
        (board.level(request.applicant), request.applicant)
        for request in problem.requests
        if len(board.by_applicant.get(request.applicant, ())) < request.max_turns
        and request.applicant not in state.withdrawn
    )
    pinned = {(pin.applicant, pin.start) for pin in problem.pins}
    ranked = []
    for turn in state.kept:
        if (turn.applicant, turn.start) in pinned or not any(problem.wish(turn.applicant, space) for space in spaces):
            continue
        level = next((level for level, one in hungry if _could_take(problem, problem.request(one), turn)), None)
        if level is not None:
            ranked.append((level, turn.order, turn))
    return [turn for _, _, turn in sorted(ranked)[:most]]


def _could_take(problem: Problem, request: Request, turn: Turn) -> bool:
    """Tell whether a request wants a turn's space, fits its stand, and can come for a first part of it."""
    stand = problem.stand(turn.space, turn.stand)
    return (
        request.applicant != turn.applicant
        and problem.wish(request.applicant, turn.space) is not None
        and request.stands <= len(turn.stands)
        and request.min_length <= turn.length
        and request.unavailable.isdisjoint(range(turn.start, turn.start + request.min_length))
        and stand.area_m2 >= request.area_m2
        and request.features <= stand.features
    )
